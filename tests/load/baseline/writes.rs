//! What the server's store executes to write, by hand.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Binary, SmallInt, Text};

use super::cached::Cached;
use super::schema::{CommentRow, EventRow, TicketRow, comments, customers, events, tickets};

#[derive(QueryableByName)]
pub(super) struct Number {
    #[diesel(sql_type = BigInt)]
    pub(super) number: i64,
}

/// The customer and the like, then ticket, search index, event, numbers and counters in one transaction.
pub(super) fn create(
    connection: &mut SqliteConnection,
    mut ticket: TicketRow,
    event: EventRow,
) -> QueryResult<()> {
    if let Some(customer) = &ticket.customer_id {
        let _: (i64, String) = customers::table
            .filter(customers::id.eq(customer))
            .select((customers::seq, customers::name))
            .first(connection)?;
    }
    connection.transaction(|connection| {
        let number = sql_query("UPDATE sequences SET value = value + 1 WHERE name = 'ticket' RETURNING value AS number");
        ticket.number = Cached(number).get_result::<Number>(connection)?.number;
        let day = sql_query(
            "INSERT INTO day_numbers (day, last) VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET last = last + 1 \
             RETURNING last AS number",
        );
        let day = Cached(day.bind::<BigInt, _>(20_778)).get_result::<Number>(connection)?.number;
        ticket.label = format!("B-20261121-{day:04}");
        diesel::insert_into(tickets::table).values(&ticket).execute(connection)?;
        index(connection, &ticket)?;
        count(connection, &ticket, 1)?;
        due(connection, &ticket)?;
        log(connection, EventRow { ticket: ticket.place, sequence: 1, ..event })
    })
}

/// The ticket; then the comment, the ticket's instants and the event in one transaction.
pub(super) fn comment(
    connection: &mut SqliteConnection,
    ticket: &[u8],
    id: Vec<u8>,
    event: EventRow,
) -> QueryResult<()> {
    let found = ticket_by_id(connection, ticket)?;
    let comment = CommentRow {
        id,
        ticket: found.place,
        author_id: event.actor_id.clone(),
        is_internal: true,
        created_at: found.updated_at + 1,
        updated_at: found.updated_at + 1,
        body: "The line was measured from here; the values are within limits.".to_owned(),
    };
    connection.transaction(|connection| {
        let row = tickets::table.find(found.place);
        let version = (
            tickets::version.eq(tickets::version + 1),
            tickets::updated_at.eq(tickets::updated_at + 1),
        );
        Cached(diesel::update(row).set((version, tickets::sla.eq(&found.sla)))).run(connection)?;
        diesel::insert_into(comments::table)
            .values(&comment)
            .execute(connection)?;
        let sequence = next_sequence(connection, found.place)?;
        log(
            connection,
            EventRow {
                ticket: found.place,
                sequence,
                ..event
            },
        )
    })
}

/// The ticket; then its status, search index, counters and the event in one transaction.
pub(super) fn change_status(
    connection: &mut SqliteConnection,
    ticket: &[u8],
    status: i16,
    event: EventRow,
) -> QueryResult<()> {
    let before = ticket_by_id(connection, ticket)?;
    let after = TicketRow {
        status,
        updated_at: before.updated_at + 1,
        version: before.version + 1,
        ..before.clone()
    };
    connection.transaction(|connection| {
        let row = tickets::table.find(before.place);
        let version = (
            tickets::version.eq(after.version),
            tickets::updated_at.eq(after.updated_at),
        );
        Cached(diesel::update(row).set((
            tickets::status.eq(status),
            version,
            tickets::sla.eq(&after.sla),
        )))
        .run(connection)?;
        if before.status != status {
            index(connection, &after)?;
            count(connection, &before, -1)?;
            count(connection, &after, 1)?;
        }
        let sequence = next_sequence(connection, before.place)?;
        log(
            connection,
            EventRow {
                ticket: before.place,
                sequence,
                ..event
            },
        )
    })
}

pub(super) fn ticket_by_id(connection: &mut SqliteConnection, id: &[u8]) -> QueryResult<TicketRow> {
    tickets::table.filter(tickets::id.eq(id)).first(connection)
}

fn next_sequence(connection: &mut SqliteConnection, ticket: i64) -> QueryResult<i64> {
    let last =
        sql_query("SELECT coalesce(max(sequence), 0) + 1 AS number FROM events WHERE ticket = ?");
    Ok(Cached(last.bind::<BigInt, _>(ticket))
        .get_result::<Number>(connection)?
        .number)
}

fn log(connection: &mut SqliteConnection, event: EventRow) -> QueryResult<()> {
    diesel::insert_into(events::table)
        .values(event)
        .execute(connection)
        .map(drop)
}

fn index(connection: &mut SqliteConnection, ticket: &TicketRow) -> QueryResult<()> {
    let replace = sql_query(
        "INSERT OR REPLACE INTO ticket_search (rowid, title, description, label, facets) VALUES (?, ?, ?, ?, ?)",
    );
    let facets = format!(
        "zst{} zpr{} zcat{} zsr6 zbr0 zun1 zasnone ztm0198000000007000800000000000000b zcu01990000000070008000000000000001",
        ticket.status, ticket.priority, ticket.category
    );
    let row = replace
        .bind::<BigInt, _>(ticket.place)
        .bind::<Text, _>(&ticket.title)
        .bind::<Text, _>(&ticket.description)
        .bind::<Text, _>(&ticket.label)
        .bind::<Text, _>(facets);
    Cached(row).run(connection)
}

/// The ticket counts among all, its team's, its customer's and its assignee's; all but the customer's count those of all
/// categories too.
fn count(connection: &mut SqliteConnection, ticket: &TicketRow, by: i64) -> QueryResult<()> {
    let none = vec![0; 16];
    let team = ticket.assigned_team.as_ref().unwrap_or(&none);
    let assignee = ticket.assigned_to.as_ref().unwrap_or(&none);
    let counters = [
        (0_i16, &none, ticket.category),
        (0, &none, 0),
        (1, team, ticket.category),
        (1, team, 0),
        (
            2,
            ticket.customer_id.as_ref().unwrap_or(&none),
            ticket.category,
        ),
        (3, assignee, ticket.category),
        (3, assignee, 0),
    ];
    for (kind, id, category) in counters {
        let add = sql_query(
            "INSERT INTO ticket_counts (scope_kind, scope_id, status, priority, category, sla_state, n) \
             VALUES (?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (scope_kind, scope_id, category, status, priority, sla_state) DO UPDATE SET n = n + excluded.n",
        );
        let row = add
            .bind::<SmallInt, _>(kind)
            .bind::<Binary, _>(id)
            .bind::<SmallInt, _>(ticket.status)
            .bind::<SmallInt, _>(ticket.priority)
            .bind::<SmallInt, _>(category)
            .bind::<SmallInt, _>(ticket.sla_state)
            .bind::<BigInt, _>(by);
        Cached(row).run(connection)?;
    }
    Ok(())
}

/// The ticket is due within a short span and a long one: of all of its category, of all, of its team's and, where nobody
/// has it, of nobody's.
fn due(connection: &mut SqliteConnection, ticket: &TicketRow) -> QueryResult<()> {
    let (Some(due_at), none) = (ticket.due_at, vec![0; 16]) else {
        return Ok(());
    };
    let mut spans = vec![
        (0_i16, &none, ticket.category),
        (0, &none, 0),
        (1, ticket.assigned_team.as_ref().unwrap_or(&none), 0),
    ];
    spans.extend(ticket.assigned_to.is_none().then_some((3, &none, 0)));
    for (kind, id, category) in spans {
        for bits in [33_i16, 40] {
            let add = sql_query(
                "INSERT INTO due_counts (scope_kind, scope_id, category, bits, span, low, medium, high, urgent, critical, emergency) \
                 VALUES (?, ?, ?, ?, ?, 0, 0, 1, 0, 0, 0) \
                 ON CONFLICT (scope_kind, scope_id, category, bits, span) DO UPDATE SET high = high + 1",
            );
            let row = add
                .bind::<SmallInt, _>(kind)
                .bind::<Binary, _>(id)
                .bind::<SmallInt, _>(category)
                .bind::<SmallInt, _>(bits)
                .bind::<BigInt, _>(due_at >> bits);
            Cached(row).run(connection)?;
        }
    }
    Ok(())
}
