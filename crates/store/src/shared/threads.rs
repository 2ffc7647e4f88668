//! Tickets by number, and what was written on many of them: a few statements for a page, however long it is.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use linedesk_domain::ids::{TicketId, UserId};
use linedesk_domain::text::CommentBody;
use linedesk_ports::directory::User;
use linedesk_ports::queries::{Items, Part};
use linedesk_ports::store::{PAGE_TEXTS, Scope};
use linedesk_ports::threads::{Message, Numbered, Person, Thread};
use linedesk_ports::tickets::TicketKey;

use super::{Conn, around, directory};
use crate::codes::Coded;
use crate::fault::Fault;
use crate::room::Room;
use crate::rows::ticket::TicketRow;
use crate::rows::{checked, known};
use crate::schema::tickets;
use crate::statement::Statement;
use crate::types::{At, DbTime, DbUuid, Key};

/// Live tickets of a scope.
macro_rules! within {
    ($scope:expr) => {{
        let live = tickets::table
            .filter(tickets::deleted_at.is_null())
            .into_boxed();
        match $scope {
            Scope::Everything => live,
            Scope::Account(customer) => live.filter(tickets::customer_id.eq(Key(customer.0))),
            Scope::MadeBy { account, maker } => live
                .filter(tickets::customer_id.eq(Key(account.0)))
                .filter(tickets::created_by.eq(Key(maker.0))),
            Scope::Visitors(source) => live
                .filter(tickets::source.eq(source.code()))
                .filter(tickets::created_by.is_null()),
        }
    }};
}

/// A page of tickets in order of their numbers, for which there is room.
pub(crate) fn by_number(
    connection: &mut Conn,
    scope: Scope,
    after: i64,
    limit: u32,
) -> Result<Numbered, Fault> {
    let limit = limit as usize;
    let mut room = Room::default();
    let mut after = after;
    let rows = room.fill_by_offset(limit, |_, limit| {
        let rows: Vec<TicketRow> = within!(scope)
            .filter(tickets::number.gt(after))
            .order(tickets::number.asc())
            .limit(i64::try_from(limit).unwrap_or(i64::MAX))
            .select(TicketRow::as_select())
            .load(connection)?;
        after = rows.last().map_or(after, |last| last.number);
        Ok(rows)
    })?;
    Ok(Numbered {
        may_be_more: rows.len() == limit || room.is_cut(),
        items: rows
            .into_iter()
            .map(TicketRow::into_stored)
            .collect::<Result<_, _>>()?,
    })
}

/// The newest messages of each of those tickets.
pub(crate) fn threads(
    connection: &mut Conn,
    scope: Scope,
    ids: &[TicketId],
    newest: u32,
) -> Result<HashMap<TicketId, Thread>, Fault> {
    let keys: Vec<Key> = ids.iter().map(|id| Key(id.0)).collect();
    let found: Vec<(i64, Key, Option<Key>)> = within!(scope)
        .filter(tickets::id.eq_any(keys))
        .select((tickets::place, tickets::id, tickets::created_by))
        .load(connection)?;
    let roots = found.iter().map(|(place, id, _)| (*place, *id));
    let homes = homes(connection, roots.collect())?;
    let written = newest_messages(connection, homes.keys().copied(), newest)?;
    let authors = written.iter().filter_map(|row| row.2);
    let people = people(
        connection,
        authors.chain(found.iter().filter_map(|(.., by)| *by)),
    )?;
    let mut threads: HashMap<TicketId, Thread> = found
        .into_iter()
        .map(|(_, id, by)| {
            let maker = by.and_then(|by| people.get(&by).cloned());
            let messages = Vec::new();
            (TicketId(id.0), Thread { maker, messages })
        })
        .collect();
    for (number, place, author, created_at, body) in written {
        let homes = known(homes.get(&place), "comments", "ticket", &number)?;
        let message = Message {
            number,
            author: author.and_then(|author| people.get(&author).cloned()),
            body: checked(CommentBody::parse(&body), "comments", "body", &number)?,
            created_at: created_at.0,
        };
        for home in homes {
            if let Some(thread) = threads.get_mut(&TicketId(home.0)) {
                thread.messages.push(message.clone());
            }
        }
    }
    let newest = usize::try_from(newest).unwrap_or(usize::MAX);
    for Thread { messages, .. } in threads.values_mut() {
        // With those of merged tickets there may be more.
        messages.drain(..messages.len().saturating_sub(newest));
    }
    Ok(threads)
}

/// The places of tickets and of all that were merged into them, each with the tickets that show its messages.
fn homes(connection: &mut Conn, roots: Vec<(i64, Key)>) -> Result<HashMap<i64, Vec<Key>>, Fault> {
    let mut homes: HashMap<i64, Vec<Key>> = HashMap::new();
    let mut open: HashMap<Key, Vec<Key>> = HashMap::new();
    for (place, id) in roots {
        homes.entry(place).or_default().push(id);
        open.insert(id, vec![id]);
    }
    while !open.is_empty() {
        let targets: Vec<Key> = open.keys().copied().collect();
        let merged: Vec<(i64, Key, Option<Key>)> = tickets::table
            .filter(tickets::merged_into.eq_any(targets))
            .filter(tickets::deleted_at.is_null())
            .select((tickets::place, tickets::id, tickets::merged_into))
            .load(connection)?;
        let mut next: HashMap<Key, Vec<Key>> = HashMap::new();
        for (place, id, target) in merged {
            let shown_in = target.and_then(|target| open.get(&target));
            let known = homes.entry(place).or_default();
            for home in shown_in.into_iter().flatten() {
                // A ring of merges cannot be made, but must not hang a reader.
                if !known.contains(home) {
                    known.push(*home);
                    next.entry(id).or_default().push(*home);
                }
            }
        }
        open = next;
    }
    Ok(homes)
}

type Written = (i64, i64, Option<Key>, At, String);

fn newest_messages(
    connection: &mut Conn,
    places: impl Iterator<Item = i64>,
    newest: u32,
) -> Result<Vec<Written>, Fault> {
    type Row = (BigInt, BigInt, Nullable<DbUuid>, DbTime, Text);
    let places: Vec<i64> = places.collect();
    if places.is_empty() {
        return Ok(Vec::new());
    }
    // Of all tickets the newest message comes first, then of all the one before it, and so on, until their texts are enough.
    let chosen = Statement::<Row>::new(
        "SELECT written.seq, ticket, author_id, created_at, body FROM comments AS written JOIN (\
         SELECT seq FROM (SELECT seq, sum(bytes) OVER (ORDER BY nth, seq DESC) - bytes AS before FROM (\
         SELECT seq, octet_length(body) AS bytes, \
         row_number() OVER (PARTITION BY ticket ORDER BY created_at DESC, seq DESC) AS nth \
         FROM comments WHERE deleted_at IS NULL AND is_internal = FALSE",
    );
    let chosen = chosen.and_in("ticket", places);
    let chosen = chosen
        .sql(") AS ranked WHERE nth <= ")
        .bind(i64::from(newest));
    let chosen = chosen
        .sql(") AS sized WHERE before < ")
        .bind(i64::try_from(PAGE_TEXTS).unwrap_or(i64::MAX));
    let chosen = chosen.sql(") AS chosen ON chosen.seq = written.seq");
    Ok(chosen
        .sql(" ORDER BY created_at, written.seq")
        .load(connection)?)
}

/// A ticket's messages, page by page.
pub(crate) fn messages(
    connection: &mut Conn,
    scope: Scope,
    key: TicketKey,
    part: Part,
) -> Result<Option<Items<Message>>, Fault> {
    let Some(found) = around::comments(connection, scope, key, false, part)? else {
        return Ok(None);
    };
    let authors = found.items.iter().filter_map(|view| view.comment.author);
    let people = people(connection, authors.map(|id| Key(id.0)))?;
    let message = |view: linedesk_ports::queries::CommentView| Message {
        number: view.number,
        author: view
            .comment
            .author
            .and_then(|author| people.get(&Key(author.0)).cloned()),
        body: view.comment.body,
        created_at: view.comment.created_at,
    };
    Ok(Some(Items {
        total: found.total,
        ends_early: found.ends_early,
        items: found.items.into_iter().map(message).collect(),
    }))
}

fn people(
    connection: &mut Conn,
    ids: impl Iterator<Item = Key>,
) -> Result<HashMap<Key, Person>, Fault> {
    let users = directory::users_of(connection, ids)?;
    let person = |user: User| {
        let UserId(id) = user.id;
        let person = Person {
            id: user.id,
            username: user.username,
            role: user.role,
        };
        (Key(id), person)
    };
    Ok(users.into_iter().map(person).collect())
}
