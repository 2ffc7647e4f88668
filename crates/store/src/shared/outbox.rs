//! Messages on their way to receivers.
//!
//! While somebody holds a message, the end of the hold is when it is due next: so one index tells what is due, and a holder
//! that died needs no looking after.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, SmallInt, Text};
use linedesk_ports::outbox::{Channel, Claim, Lane, Message, MessageState, NewMessage, Reach};
use uuid::Uuid;

use super::dialect::{ID_AMONG, MICROSECONDS, NOW, SKIP_LOCKED};
use super::leases::micros;
use super::{Conn, digests};
use crate::codes::Coded as _;
use crate::fault::Fault;
use crate::rows::message::{COLUMNS, MessageRow, MessageSql};
use crate::statement::Statement;

/// How many messages of a receiver that does not answer are moved out of the way at once; the rest follows as it comes up.
const MOVED: i64 = 1_000;

/// Puts a message, about the ticket at `ticket` if it is about one, unless the same one is there already.
///
/// The caller holds the ticket, or is the only one who writes: so the ids of a ticket's messages rise in the order in which
/// they become visible.
pub(crate) fn put(
    connection: &mut Conn,
    ticket: Option<i64>,
    message: &NewMessage,
) -> Result<(), Fault> {
    let put = Statement::<BigInt>::new(
        "INSERT INTO outbox (event, ticket, channel, receiver, payload, created_at, next_attempt_at) VALUES (",
    )
    .bind(message.event)
    .sql(", ")
    .bind(ticket)
    .sql(", ")
    .bind(message.channel.code())
    .sql(", ")
    .bind(message.receiver.as_str())
    .sql(", ")
    .bind(message.payload.as_str())
    .sql(", ")
    .sql(NOW)
    .sql(", ")
    .sql(NOW)
    .sql(") ON CONFLICT (event, channel, receiver) DO NOTHING RETURNING id");
    let _put: Vec<i64> = put.load(connection)?;
    Ok(())
}

/// Claims what is due on a channel and comes first for its ticket and receiver.
///
/// What makes a message due is asked again of the row that was locked: between choosing and locking it somebody else may
/// have claimed it.
pub(crate) fn claim(
    connection: &mut Conn,
    holder: Uuid,
    from: &Lane,
    limit: u32,
    lease: Duration,
) -> Result<Vec<Message>, Fault> {
    let claim = Statement::<MessageSql>::new("UPDATE outbox SET holder = ")
        .bind(holder)
        .sql(", attempts = attempts + 1, leased_until = ");
    let claim = later(claim, lease).sql(", next_attempt_at = ");
    let claim = later(claim, lease)
        .sql(" WHERE ")
        .sql(ID_AMONG.0)
        .sql("SELECT due.id FROM outbox AS due WHERE due.state = 1 AND due.channel = ")
        // As it stands in the index of webhooks' messages, which is of one channel.
        .sql(from.channel.code().to_string());
    let claim = match &from.receiver {
        Some(receiver) => claim.sql(" AND due.receiver = ").bind(receiver.as_str()),
        None => claim,
    };
    let claim = claim
        .sql(" AND due.next_attempt_at <= ")
        .sql(NOW)
        .sql(
            " AND (due.ticket IS NULL OR due.id = (SELECT first.id FROM outbox AS first WHERE first.state = 1 \
             AND first.channel = due.channel AND first.receiver = due.receiver AND first.ticket = due.ticket \
             ORDER BY first.id LIMIT 1)) ORDER BY due.next_attempt_at, due.id",
        )
        .limit(i64::from(limit))
        .sql(SKIP_LOCKED)
        .sql(ID_AMONG.1)
        .sql(" AND state = 1 AND next_attempt_at <= ")
        .sql(NOW)
        .sql(" RETURNING ")
        .sql(COLUMNS);
    let rows: Vec<MessageRow> = claim.load(connection)?;
    let mut claimed = messages_of(rows)?;
    claimed.sort_by_key(|message| message.id);
    Ok(claimed)
}

/// Makes due what a dead holder of that name held.
pub(crate) fn inherit(connection: &mut Conn, holder: Uuid) -> Result<(), Fault> {
    let free = Statement::<BigInt>::new(
        "UPDATE outbox SET holder = NULL, leased_until = NULL, next_attempt_at = ",
    );
    let free = free
        .sql(NOW)
        .sql(" WHERE state = 1 AND holder = ")
        .bind(holder);
    let _freed: Vec<i64> = free.sql(" RETURNING id").load(connection)?;
    Ok(())
}

/// Forgets a message that was delivered.
pub(crate) fn done(connection: &mut Conn, claim: Claim) -> Result<bool, Fault> {
    let done = held(Statement::new("DELETE FROM outbox"), claim);
    changed(connection, done.sql(" RETURNING id"))
}

/// Makes a message due again later, and what waits together with it.
pub(crate) fn retry(
    connection: &mut Conn,
    claim: Claim,
    wait: Duration,
    error: &str,
    reach: Reach,
) -> Result<bool, Fault> {
    let retry = Statement::new("UPDATE outbox SET last_error = ").bind(error);
    give_back(connection, retry, claim, wait, reach)
}

/// Gives a message back untried, and what waits for the same receiver.
pub(crate) fn postpone(connection: &mut Conn, claim: Claim, wait: Duration) -> Result<bool, Fault> {
    let untried = Statement::new("UPDATE outbox SET attempts = attempts - 1");
    give_back(connection, untried, claim, wait, Reach::Receiver)
}

fn give_back(
    connection: &mut Conn,
    update: Statement<(SmallInt, Text, Nullable<BigInt>)>,
    claim: Claim,
    wait: Duration,
    reach: Reach,
) -> Result<bool, Fault> {
    let free = update.sql(", holder = NULL, leased_until = NULL, next_attempt_at = ");
    let back = held(later(free, wait), claim).sql(" RETURNING channel, receiver, ticket");
    let given_back: Option<(i16, String, Option<i64>)> = back.get_result(connection).optional()?;
    let Some((channel, receiver, ticket)) = given_back else {
        return Ok(false);
    };
    // Only to spare others the sight of what cannot be claimed anyway, or would be in vain.
    let others = later(
        Statement::<BigInt>::new("UPDATE outbox SET next_attempt_at = "),
        wait,
    );
    let others = others
        .sql(" WHERE ")
        .sql(ID_AMONG.0)
        .sql("SELECT id FROM outbox WHERE state = 1 AND channel = ")
        .bind(channel)
        .sql(" AND receiver = ")
        .bind(receiver.as_str());
    let others = match reach {
        Reach::Ticket => others.sql(" AND ticket = ").bind(ticket),
        Reach::Receiver => others,
    };
    let others = later(
        others.sql(" AND holder IS NULL AND next_attempt_at < "),
        wait,
    )
    .limit(MOVED)
    .sql(SKIP_LOCKED)
    .sql(ID_AMONG.1)
    .sql(" AND state = 1 AND holder IS NULL RETURNING id");
    let _moved: Vec<i64> = others.load(connection)?;
    Ok(true)
}

/// Gives a message up.
pub(crate) fn park(connection: &mut Conn, claim: Claim, error: &str) -> Result<bool, Fault> {
    let park = Statement::new(
        "UPDATE outbox SET state = 2, holder = NULL, leased_until = NULL, last_error = ",
    );
    let park = held(park.bind(error), claim);
    changed(connection, park.sql(" RETURNING id"))
}

pub(crate) fn messages(
    connection: &mut Conn,
    state: MessageState,
    after: i64,
    limit: u32,
) -> Result<Vec<Message>, Fault> {
    let list = Statement::<MessageSql>::new("SELECT ")
        .sql(COLUMNS)
        .sql(" FROM outbox WHERE state = ")
        .bind(state.code())
        .sql(" AND id > ")
        .bind(after)
        .sql(" ORDER BY outbox.id")
        .limit(i64::from(limit));
    messages_of(list.load(connection)?)
}

pub(crate) fn message(connection: &mut Conn, id: i64) -> Result<Option<Message>, Fault> {
    let one = Statement::<MessageSql>::new("SELECT ")
        .sql(COLUMNS)
        .sql(" FROM outbox WHERE id = ")
        .bind(id);
    Ok(messages_of(one.load(connection)?)?.pop())
}

/// Forgets a parked message; a digest with what it would have taken along.
pub(crate) fn discard(connection: &mut Conn, id: i64) -> Result<bool, Fault> {
    let discard = Statement::<(Bool, Text)>::new("DELETE FROM outbox WHERE state = 2 AND id = ");
    let discard = discard.bind(id).sql(" RETURNING digest, receiver");
    let discarded: Option<(bool, String)> = discard.get_result(connection).optional()?;
    if let Some((true, receiver)) = &discarded {
        digests::forget(connection, receiver)?;
    }
    Ok(discarded.is_some())
}

/// Forgets all messages for a receiver who is no more.
pub(crate) fn forget(connection: &mut Conn, channel: Channel, receiver: &str) -> Result<(), Fault> {
    for state in ["state = 1", "state = 2"] {
        let forget = Statement::<BigInt>::new("DELETE FROM outbox WHERE ")
            .sql(state)
            .sql(" AND channel = ")
            .bind(channel.code())
            .sql(" AND receiver = ")
            .bind(receiver)
            .sql(" RETURNING id");
        let _forgotten: Vec<i64> = forget.load(connection)?;
    }
    Ok(())
}

/// How many wait on each channel, up to `limit`.
pub(crate) fn waiting(connection: &mut Conn, limit: u32) -> Result<[u64; 3], Fault> {
    let mut waiting = [0; 3];
    for (n, channel) in waiting.iter_mut().zip(Channel::ALL) {
        let count = Statement::<BigInt>::new(
            "SELECT count(*) FROM (SELECT 1 FROM outbox WHERE state = 1 AND channel = ",
        );
        let count = count
            .bind(channel.code())
            .limit(i64::from(limit))
            .sql(") AS waiting");
        let found: i64 = count.get_result(connection)?;
        *n = found.unsigned_abs();
    }
    Ok(waiting)
}

/// Makes a parked message due.
pub(crate) fn replay(connection: &mut Conn, id: i64) -> Result<bool, Fault> {
    let replay =
        Statement::new("UPDATE outbox SET state = 1, attempts = 0, next_attempt_at = ").sql(NOW);
    let replay = replay
        .sql(" WHERE state = 2 AND id = ")
        .bind(id)
        .sql(" RETURNING id");
    changed(connection, replay)
}

/// Adds the instant that comes so much later than now.
pub(crate) fn later<S>(statement: Statement<S>, wait: Duration) -> Statement<S> {
    statement
        .sql(NOW)
        .sql(" + ")
        .bind(micros(wait))
        .sql(MICROSECONDS)
}

/// Adds the condition that a claim still holds.
pub(crate) fn held<S>(statement: Statement<S>, claim: Claim) -> Statement<S> {
    statement
        .sql(" WHERE id = ")
        .bind(claim.id)
        .sql(" AND state = 1 AND holder = ")
        .bind(claim.holder)
        .sql(" AND attempts = ")
        .bind(claim.attempt)
        .sql(" AND leased_until > ")
        .sql(NOW)
}

fn changed(connection: &mut Conn, statement: Statement<BigInt>) -> Result<bool, Fault> {
    let changed: Vec<i64> = statement.load(connection)?;
    Ok(!changed.is_empty())
}

fn messages_of(rows: Vec<MessageRow>) -> Result<Vec<Message>, Fault> {
    let messages = rows.into_iter().map(MessageRow::into_message);
    Ok(messages.collect::<Result<_, _>>()?)
}
