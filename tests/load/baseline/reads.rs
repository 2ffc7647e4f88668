//! What the server's store executes to read, by hand: each of these in one deferred transaction.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Binary, Bool, Text};

use super::cached::Cached;
use super::schema::{CommentRow, CustomerRow, EventRow, ServiceRow, TicketRow};
use super::schema::{comments, customers, events, services, tickets, users};
use super::writes::{Number, ticket_by_id};

/// Beyond this the server does not count.
const COUNTED: i64 = 10_001;

/// A ticket with what lies around it, and with or without its history and comments.
pub(super) fn detail(
    connection: &mut SqliteConnection,
    ticket: &[u8],
    with_history: bool,
) -> QueryResult<()> {
    connection.transaction(|connection| {
        let ticket = ticket_by_id(connection, ticket)?;
        around(connection, &ticket)?;
        if !with_history {
            return Ok(());
        }
        let author = comments::author_id.eq(users::id.nullable());
        let _: Vec<(CommentRow, Option<String>)> = comments::table
            .left_join(users::table.on(author))
            .filter(comments::ticket.eq(ticket.place))
            .filter(comments::deleted_at.is_null())
            .order((comments::created_at, comments::seq))
            .select((CommentRow::as_select(), users::username.nullable()))
            .load(connection)?;
        let actor = events::actor_id.eq(users::id.nullable());
        let _: Vec<(EventRow, Option<String>)> = events::table
            .left_join(users::table.on(actor))
            .filter(events::ticket.eq(ticket.place))
            .order(events::sequence)
            .select((EventRow::as_select(), users::username.nullable()))
            .load(connection)?;
        Ok(())
    })
}

/// Customer, service, assignee and team; files, links, merged tickets, open ones of the same service.
fn around(connection: &mut SqliteConnection, ticket: &TicketRow) -> QueryResult<()> {
    if let Some(id) = &ticket.customer_id {
        let found = customers::table.filter(customers::id.eq(id));
        found.first::<CustomerRow>(connection).optional()?;
    }
    if let Some(id) = &ticket.service_id {
        let found = services::table.filter(services::id.eq(id));
        found.first::<ServiceRow>(connection).optional()?;
        let same = tickets::table
            .filter(tickets::service_id.eq(id))
            .filter(tickets::deleted_at.is_null())
            .filter(tickets::resolved_at.is_null())
            .filter(tickets::place.ne(ticket.place));
        same.order(tickets::place.desc())
            .limit(50)
            .load::<TicketRow>(connection)?;
    }
    if let Some(id) = &ticket.contact_id {
        keys(
            connection,
            "SELECT seq AS number FROM contacts WHERE id = ?",
            id,
        )?;
    }
    if let Some(id) = &ticket.assigned_to {
        let found = users::table.filter(users::id.eq(id));
        found
            .select(users::username)
            .first::<String>(connection)
            .optional()?;
    }
    if let Some(id) = &ticket.assigned_team {
        keys(
            connection,
            "SELECT seq AS number FROM teams WHERE id = ?",
            id,
        )?;
    }
    let merged = "SELECT place AS number FROM tickets WHERE merged_into = ?";
    keys(connection, merged, &ticket.id)?;
    for of_ticket in [
        "SELECT seq AS number FROM attachments WHERE ticket = ? ORDER BY created_at, seq LIMIT 200",
        "SELECT to_ticket AS number FROM links WHERE from_ticket = ? ORDER BY created_at LIMIT 50",
        "SELECT from_ticket AS number FROM links WHERE to_ticket = ? ORDER BY created_at LIMIT 50",
    ] {
        Cached(sql_query(of_ticket).bind::<BigInt, _>(ticket.place)).load::<Number>(connection)?;
    }
    Ok(())
}

fn keys(connection: &mut SqliteConnection, query: &'static str, id: &[u8]) -> QueryResult<()> {
    let found = sql_query(query).bind::<Binary, _>(id);
    Cached(found).load::<Number>(connection).map(drop)
}

/// The newest, the counters, and what is overdue.
pub(super) fn list(connection: &mut SqliteConnection, limit: i64) -> QueryResult<()> {
    connection.transaction(|connection| {
        let newest = tickets::table.filter(tickets::deleted_at.is_null());
        newest
            .order(tickets::place.desc())
            .limit(limit)
            .load::<TicketRow>(connection)?;
        counters(connection, "")?;
        overdue(
            connection,
            "low + medium + high + urgent + critical + emergency",
            "",
        )
    })
}

/// The newest 50 in two statuses and two priorities, the counters, and what is overdue.
pub(super) fn filtered(connection: &mut SqliteConnection) -> QueryResult<()> {
    const PRIORITIES: &str = " AND priority IN (3, 4)";
    connection.transaction(|connection| {
        let facets = r#"facets : ("zst1" OR "zst2") AND facets : ("zpr3" OR "zpr4")"#;
        page(connection, facets)?;
        counters(connection, PRIORITIES)?;
        overdue(connection, "high + urgent", PRIORITIES)
    })
}

/// The newest 50 that hold a word, how many do, and how those stand.
pub(super) fn search(connection: &mut SqliteConnection, word: &str) -> QueryResult<()> {
    let words = format!("\"{word}\" *");
    connection.transaction(|connection| {
        page(connection, &words)?;
        matches(connection, &words)?;
        let looked_at = sql_query(
            "SELECT status, sla_state, resolved_at IS NULL AND due_at IS NOT NULL AND due_at < 1795219200000000, \
             count(*) AS number FROM tickets INDEXED BY tickets_by_place \
             WHERE deleted_at IS NULL AND place IN (SELECT rowid FROM ticket_search WHERE ticket_search MATCH ? \
             ORDER BY ticket_search.rowid DESC LIMIT 10000) GROUP BY 1, 2, 3",
        );
        Cached(looked_at.bind::<Text, _>(words)).load::<Number>(connection)?;
        Ok(())
    })
}

fn page(connection: &mut SqliteConnection, expression: &str) -> QueryResult<()> {
    let found = sql::<Bool>("place IN (SELECT rowid FROM ticket_search WHERE ticket_search MATCH ")
        .bind::<Text, _>(expression)
        .sql(" ORDER BY ticket_search.rowid DESC LIMIT 51)");
    let rows = tickets::table.filter(found).order(tickets::place.desc());
    Cached(rows).load::<TicketRow>(connection).map(drop)
}

fn matches(connection: &mut SqliteConnection, expression: &str) -> QueryResult<()> {
    let found = sql_query(
        "SELECT count(*) AS number FROM (SELECT rowid FROM ticket_search WHERE ticket_search MATCH ? LIMIT ?)",
    );
    let found = found.bind::<Text, _>(expression).bind::<BigInt, _>(COUNTED);
    Cached(found).get_result::<Number>(connection).map(drop)
}

fn counters(connection: &mut SqliteConnection, narrowed: &str) -> QueryResult<()> {
    let found = sql_query(format!(
        "SELECT status, sla_state, sum(n) AS number FROM ticket_counts \
         WHERE scope_kind = 0 AND scope_id = zeroblob(16) AND category = 0{narrowed} GROUP BY status, sla_state"
    ));
    Cached(found).load::<Number>(connection).map(drop)
}

/// The spans before the present ones, and one by one what is due in the present short one.
fn overdue(connection: &mut SqliteConnection, columns: &str, narrowed: &str) -> QueryResult<()> {
    const NOW: i64 = 1_795_219_200_000_000;
    let spans = format!(
        "(SELECT coalesce(sum({columns}), 0) FROM due_counts \
         WHERE scope_kind = 0 AND scope_id = zeroblob(16) AND category = 0"
    );
    let found = sql_query(format!(
        "SELECT {spans} AND bits = 40 AND span < ?) + {spans} AND bits = 33 AND span >= ? AND span < ?) \
         + (SELECT count(*) FROM tickets INDEXED BY tickets_unresolved_by_due WHERE deleted_at IS NULL \
         AND resolved_at IS NULL AND due_at IS NOT NULL AND due_at >= ? AND due_at < ?{narrowed}) AS number"
    ));
    let found = found
        .bind::<BigInt, _>(NOW >> 40)
        .bind::<BigInt, _>(NOW >> 40 << 7)
        .bind::<BigInt, _>(NOW >> 33)
        .bind::<BigInt, _>(NOW >> 33 << 33)
        .bind::<BigInt, _>(NOW);
    Cached(found).get_result::<Number>(connection).map(drop)
}
