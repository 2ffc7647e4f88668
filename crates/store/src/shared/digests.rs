//! Letters that go to a receiver together.
//!
//! The message that takes them along, the digest, stands in the outbox like any other; the letters wait beside it. Whoever adds
//! one holds the digest's row, and so does whoever forgets what was delivered: no letter is left without a digest.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use jiff::SignedDuration;
use linedesk_domain::notice::Window;
use linedesk_ports::outbox::{Claim, Gather, Gathered};

use super::dialect::NOW;
use super::{Conn, outbox};
use crate::codes::Coded as _;
use crate::fault::Fault;
use crate::statement::Statement;
use crate::types::{At, DbTime};

/// How long windows are kept: none is longer.
const KEPT: SignedDuration = SignedDuration::from_hours(48);

/// Adds letters, and the digest that takes them along unless there is one. One that was given up is tried anew with them.
pub(crate) fn gather(connection: &mut Conn, gather: &Gather) -> Result<(), Fault> {
    let digest = &gather.digest;
    let receiver = digest.receiver.as_str();
    let put = Statement::<BigInt>::new(
        "INSERT INTO outbox (digest, channel, receiver, payload, created_at, next_attempt_at) VALUES (TRUE, ",
    )
    .bind(digest.channel.code())
    .sql(", ")
    .bind(receiver)
    .sql(", ")
    .bind(digest.payload.as_str())
    .sql(", ")
    .sql(NOW)
    .sql(", ");
    let put = outbox::later(put, gather.wait).sql(
        ") ON CONFLICT (channel, receiver) WHERE digest DO UPDATE SET state = 1, \
         created_at = CASE WHEN outbox.state = 1 THEN outbox.created_at ELSE excluded.created_at END, \
         attempts = CASE WHEN outbox.state = 1 THEN outbox.attempts ELSE 0 END, \
         next_attempt_at = CASE WHEN outbox.state = 1 THEN outbox.next_attempt_at ELSE excluded.next_attempt_at END \
         RETURNING id",
    );
    let _put: Vec<i64> = put.load(connection)?;
    for letter in &gather.letters {
        let add = Statement::<BigInt>::new(
            "INSERT INTO digest_letters (receiver, ticket_id, payload) VALUES (",
        );
        let add = add
            .bind(receiver)
            .sql(", ")
            .bind(letter.ticket.0)
            .sql(", ")
            .bind(letter.payload.as_str());
        let _added: Vec<i64> = add.sql(") RETURNING id").load(connection)?;
    }
    Ok(())
}

/// The letters that wait for a receiver's digest, oldest first.
pub(crate) fn gathered(
    connection: &mut Conn,
    receiver: &str,
    limit: u32,
) -> Result<Vec<Gathered>, Fault> {
    let list = Statement::<(BigInt, Text)>::new(
        "SELECT id, payload FROM digest_letters WHERE receiver = ",
    );
    let list = list.bind(receiver).sql(" ORDER BY id");
    let rows: Vec<(i64, String)> = list.limit(i64::from(limit)).load(connection)?;
    let gathered = |(id, payload)| Gathered { id, payload };
    Ok(rows.into_iter().map(gathered).collect())
}

/// Forgets what was delivered up to `last`, and the digest, unless there is more for it.
pub(crate) fn done_with(connection: &mut Conn, claim: Claim, last: i64) -> Result<bool, Fault> {
    // Held from here on: who adds a letter now waits, and finds no digest afterwards, or one that is due.
    let free = Statement::<Text>::new(
        "UPDATE outbox SET holder = NULL, leased_until = NULL, attempts = 0, last_error = NULL, created_at = ",
    );
    let free = free.sql(NOW).sql(", next_attempt_at = ").sql(NOW);
    let free = outbox::held(free, claim).sql(" RETURNING receiver");
    let receiver: Option<String> = free.get_result(connection).optional()?;
    let Some(receiver) = receiver else {
        return Ok(false);
    };
    let forget = Statement::<BigInt>::new("DELETE FROM digest_letters WHERE receiver = ")
        .bind(receiver.as_str())
        .sql(" AND id <= ")
        .bind(last);
    let _forgotten: Vec<i64> = forget.sql(" RETURNING id").load(connection)?;
    let end = Statement::<BigInt>::new("DELETE FROM outbox WHERE id = ")
        .bind(claim.id)
        .sql(" AND NOT EXISTS (SELECT 1 FROM digest_letters WHERE receiver = ")
        .bind(receiver.as_str());
    let _ended: Vec<i64> = end.sql(") RETURNING id").load(connection)?;
    Ok(true)
}

/// Forgets the letters of a digest that is no more.
pub(crate) fn forget(connection: &mut Conn, receiver: &str) -> Result<(), Fault> {
    let forget =
        Statement::<BigInt>::new("DELETE FROM digest_letters WHERE receiver = ").bind(receiver);
    let _forgotten: Vec<i64> = forget.sql(" RETURNING id").load(connection)?;
    Ok(())
}

/// What addresses were told lately.
pub(crate) fn windows(
    connection: &mut Conn,
    receivers: &[String],
) -> Result<Vec<(String, Window)>, Fault> {
    if receivers.is_empty() {
        return Ok(Vec::new());
    }
    let list = Statement::<(Text, DbTime, BigInt)>::new(
        "SELECT receiver, began_at, letters FROM digest_windows WHERE TRUE",
    );
    let list = list.and_in("receiver", receivers.iter().map(String::as_str));
    let rows: Vec<(String, At, i64)> = list.load(connection)?;
    let window = |(receiver, began_at, letters): (String, At, i64)| {
        let window = Window {
            began_at: began_at.0,
            letters: u32::try_from(letters).unwrap_or(u32::MAX),
        };
        (receiver, window)
    };
    Ok(rows.into_iter().map(window).collect())
}

/// Keeps what an address was told lately. A window that begins is the moment to forget those that are long over: addresses
/// are not kept for nothing.
pub(crate) fn save_window(
    connection: &mut Conn,
    receiver: &str,
    window: Window,
) -> Result<(), Fault> {
    let save =
        Statement::<Text>::new("INSERT INTO digest_windows (receiver, began_at, letters) VALUES (");
    let save = save
        .bind(receiver)
        .sql(", ")
        .bind(window.began_at)
        .sql(", ")
        .bind(i64::from(window.letters))
        .sql(") ON CONFLICT (receiver) DO UPDATE SET began_at = excluded.began_at, letters = excluded.letters ")
        .sql("RETURNING receiver");
    let _saved: Vec<String> = save.load(connection)?;
    if window.letters <= 1 {
        // As many as there is staff at most: no index is worth it.
        let forget = Statement::<Text>::new("DELETE FROM digest_windows WHERE began_at < ")
            .bind(window.began_at - KEPT)
            .sql(" RETURNING receiver");
        let _forgotten: Vec<String> = forget.load(connection)?;
    }
    Ok(())
}
