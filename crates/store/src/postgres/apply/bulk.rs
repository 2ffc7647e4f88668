//! The rows of a batch, table by table, each table's written by one statement.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, SmallInt, Text};
use jiff::Timestamp;
use linedesk_domain::ticket::TicketData;
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::Numbers;

use super::counted::Counted;
use crate::cached::Cached;
use crate::facets;
use crate::fault::{Fault, MET_HALFWAY};
use crate::postgres::{Conn, search};
use crate::rows::event::NewEventRow;
use crate::rows::ticket::{Placed, TicketRow};
use crate::rows::ticket_parts::NewCommentRow;
use crate::types::{At, DbJson, DbTime, DbUuid, Key};

/// What a batch writes.
#[derive(Debug, Default)]
pub(super) struct Bulk {
    new: BTreeMap<i64, TicketRow>,
    /// Before and after, by place.
    changed: BTreeMap<i64, (TicketRow, TicketRow)>,
    pub(super) events: Vec<NewEventRow>,
    pub(super) comments: Vec<NewCommentRow>,
    /// When a ticket was last given to a user: routing gives the next one to the agent who has waited longest.
    assigned: BTreeMap<Key, At>,
}

/// Binds one array per column of some rows.
macro_rules! columns {
    ($sql:expr, $rows:expr, |$row:ident| { $($type:ty => $value:expr),+ $(,)? }) => {
        sql_query($sql)$(.bind::<Array<$type>, _>(
            $rows.iter().map(|$row| $value).collect::<Vec<_>>(),
        ))+
    };
}

impl Bulk {
    /// Refused where another one of the batch has the same place: see [`crate::places::place`].
    pub(super) fn new_ticket(&mut self, row: TicketRow, at: Timestamp) -> Result<(), Fault> {
        self.note_assignment(row.assigned_to, at);
        match self.new.insert(row.place, row) {
            None => Ok(()),
            Some(_) => Err(StoreError::Unavailable(MET_HALFWAY).into()),
        }
    }

    /// A ticket that is new in this batch, as it is now.
    pub(super) fn renew(&mut self, place: i64, data: &TicketData) {
        if let Some(row) = self.new.get_mut(&place) {
            let numbers = Numbers {
                number: row.number,
                label: row.label.clone(),
            };
            *row = TicketRow::new(data, Placed { place, numbers });
            let assignee = row.assigned_to;
            self.note_assignment(assignee, data.updated_at);
        }
    }

    pub(super) fn ticket(&mut self, before: TicketRow, after: TicketRow, at: Timestamp) {
        if before.assigned_to != after.assigned_to {
            self.note_assignment(after.assigned_to, at);
        }
        let place = before.place;
        match self.changed.get_mut(&place) {
            Some((_, last)) => *last = after,
            None => drop(self.changed.insert(place, (before, after))),
        }
    }

    fn note_assignment(&mut self, assignee: Option<Key>, at: Timestamp) {
        if let Some(assignee) = assignee {
            self.assigned.insert(assignee, At(at));
        }
    }

    /// Writes all of it. Answers the numbers of the comments.
    pub(super) fn write(self, connection: &mut Conn) -> Result<HashMap<Key, i64>, Fault> {
        let mut counted = Counted::default();
        let new: Vec<_> = self.new.into_values().collect();
        let changed: Vec<_> = self.changed.into_values().collect();
        if !new.is_empty() {
            insert_tickets(connection, &new)?;
            for row in &new {
                counted.add(row, 1);
            }
        }
        if !changed.is_empty() {
            update_tickets(connection, &changed)?;
            for (before, after) in &changed {
                counted.add(before, -1);
                counted.add(after, 1);
            }
        }
        index_tickets(connection, &new, &changed)?;
        if !self.events.is_empty() {
            insert_events(connection, &self.events)?;
        }
        let numbers = if self.comments.is_empty() {
            HashMap::new()
        } else {
            insert_comments(connection, &self.comments)?
        };
        counted.write(connection)?;
        if !self.assigned.is_empty() {
            let assigned: Vec<_> = self.assigned.into_iter().collect();
            note_assignments(connection, &assigned)?;
        }
        Ok(numbers)
    }
}

fn insert_tickets(connection: &mut Conn, rows: &[TicketRow]) -> Result<(), Fault> {
    let insert = columns!(
        "INSERT INTO tickets (place, number, id, label, customer_id, category, priority, status, service_id, contact_id, \
         assigned_to, assigned_team, escalation_level, due_date, source, merged_into, created_by, created_at, updated_at, \
         resolved_at, closed_at, deleted_at, version, sla_state, due_at, next_timer_at, title, tags, sla, details, \
         description, facets) \
         SELECT place, number, id, label, customer_id, category, priority, status, service_id, contact_id, \
         assigned_to, assigned_team, escalation_level, due_date, source, merged_into, created_by, created_at, updated_at, \
         resolved_at, closed_at, deleted_at, version, sla_state, due_at, next_timer_at, title, tags, sla, details, \
         description, facets::tsvector \
         FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
         $23, $24, $25, $26, $27, $28, $29, $30, $31, $32) AS new (place, number, id, label, customer_id, category, \
         priority, status, service_id, contact_id, assigned_to, assigned_team, escalation_level, due_date, source, \
         merged_into, created_by, created_at, updated_at, resolved_at, closed_at, deleted_at, version, sla_state, due_at, \
         next_timer_at, title, tags, sla, details, description, facets)",
        rows,
        |row| {
            BigInt => row.place,
            BigInt => row.number,
            DbUuid => row.id,
            Text => row.label.as_str(),
            Nullable<DbUuid> => row.customer_id,
            SmallInt => row.category,
            SmallInt => row.priority,
            SmallInt => row.status,
            Nullable<DbUuid> => row.service_id,
            Nullable<DbUuid> => row.contact_id,
            Nullable<DbUuid> => row.assigned_to,
            Nullable<DbUuid> => row.assigned_team,
            SmallInt => row.escalation_level,
            Nullable<DbTime> => row.due_date,
            SmallInt => row.source,
            Nullable<DbUuid> => row.merged_into,
            Nullable<DbUuid> => row.created_by,
            DbTime => row.created_at,
            DbTime => row.updated_at,
            Nullable<DbTime> => row.resolved_at,
            Nullable<DbTime> => row.closed_at,
            Nullable<DbTime> => row.deleted_at,
            BigInt => row.version,
            SmallInt => row.sla_state,
            Nullable<DbTime> => row.due_at,
            Nullable<DbTime> => row.next_timer_at,
            Text => row.title.as_str(),
            DbJson => &row.tags,
            DbJson => &row.sla,
            DbJson => &row.details,
            Text => row.description.as_str(),
            Text => facets::of(row).join(" "),
        }
    );
    // Two of one microsecond: with another number it has another place.
    or_again(Cached(insert).run(connection), "tickets_pkey")
}

/// A text that did not change is left where it is: long ones lie apart from their row.
fn update_tickets(connection: &mut Conn, rows: &[(TicketRow, TicketRow)]) -> QueryResult<()> {
    let update = columns!(
        "UPDATE tickets SET customer_id = new.customer_id, category = new.category, priority = new.priority, \
         status = new.status, service_id = new.service_id, contact_id = new.contact_id, assigned_to = new.assigned_to, \
         assigned_team = new.assigned_team, escalation_level = new.escalation_level, due_date = new.due_date, \
         merged_into = new.merged_into, updated_at = new.updated_at, resolved_at = new.resolved_at, \
         closed_at = new.closed_at, deleted_at = new.deleted_at, version = new.version, sla_state = new.sla_state, \
         due_at = new.due_at, next_timer_at = new.next_timer_at, title = coalesce(new.title, tickets.title), \
         tags = new.tags, sla = new.sla, details = new.details, \
         description = coalesce(new.description, tickets.description), facets = new.facets::tsvector \
         FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
         $23, $24, $25, $26) AS new (place, customer_id, category, priority, status, service_id, contact_id, \
         assigned_to, assigned_team, escalation_level, due_date, merged_into, updated_at, resolved_at, closed_at, \
         deleted_at, version, sla_state, due_at, next_timer_at, title, tags, sla, details, description, facets) \
         WHERE tickets.place = new.place",
        rows,
        |row| {
            BigInt => row.1.place,
            Nullable<DbUuid> => row.1.customer_id,
            SmallInt => row.1.category,
            SmallInt => row.1.priority,
            SmallInt => row.1.status,
            Nullable<DbUuid> => row.1.service_id,
            Nullable<DbUuid> => row.1.contact_id,
            Nullable<DbUuid> => row.1.assigned_to,
            Nullable<DbUuid> => row.1.assigned_team,
            SmallInt => row.1.escalation_level,
            Nullable<DbTime> => row.1.due_date,
            Nullable<DbUuid> => row.1.merged_into,
            DbTime => row.1.updated_at,
            Nullable<DbTime> => row.1.resolved_at,
            Nullable<DbTime> => row.1.closed_at,
            Nullable<DbTime> => row.1.deleted_at,
            BigInt => row.1.version,
            SmallInt => row.1.sla_state,
            Nullable<DbTime> => row.1.due_at,
            Nullable<DbTime> => row.1.next_timer_at,
            Nullable<Text> => (row.0.title != row.1.title).then_some(row.1.title.as_str()),
            DbJson => &row.1.tags,
            DbJson => &row.1.sla,
            DbJson => &row.1.details,
            Nullable<Text> => (row.0.description != row.1.description)
                .then_some(row.1.description.as_str()),
            Text => facets::of(&row.1).join(" "),
        }
    );
    Cached(update).run(connection)
}

/// Makes the words of tickets findable, and those of deleted ones no longer.
fn index_tickets(
    connection: &mut Conn,
    new: &[TicketRow],
    changed: &[(TicketRow, TicketRow)],
) -> QueryResult<()> {
    let (mut gone, mut moved) = (Vec::new(), Vec::new());
    let mut words: Vec<(i64, String)> = Vec::new();
    let mut add = |row: &TicketRow| {
        words.push((row.place, search::words_of_ticket(row).join(" ")));
    };
    for row in new {
        if row.deleted_at.is_none() {
            add(row);
        }
    }
    for (before, after) in changed {
        match (before.deleted_at.is_some(), after.deleted_at.is_some()) {
            (_, true) => gone.push(after.place),
            (true, false) => add(after),
            (false, false) if search::differs(before, after) => add(after),
            (false, false) if search::moved(before, after) => moved.push(after.place),
            (false, false) => {}
        }
    }
    if !words.is_empty() {
        let write = columns!(
            "INSERT INTO ticket_search (place, status, sla_state, assigned_to, assigned_team, due_at, words) \
             SELECT place, status, sla_state, assigned_to, assigned_team, due_at, words::tsvector \
             FROM unnest($1, $2) AS new (place, words) JOIN tickets USING (place) \
             ON CONFLICT (place) DO UPDATE SET status = excluded.status, sla_state = excluded.sla_state, \
             assigned_to = excluded.assigned_to, assigned_team = excluded.assigned_team, due_at = excluded.due_at, \
             words = excluded.words",
            words,
            |row| { BigInt => row.0, Text => row.1.as_str() }
        );
        Cached(write).run(connection)?;
    }
    if !moved.is_empty() {
        let follow = sql_query(
            "UPDATE ticket_search AS held SET status = moved.status, sla_state = moved.sla_state, \
             assigned_to = moved.assigned_to, assigned_team = moved.assigned_team, due_at = moved.due_at \
             FROM tickets AS moved WHERE moved.place = held.place AND held.place = ANY($1)",
        );
        Cached(follow.bind::<Array<BigInt>, _>(moved)).run(connection)?;
    }
    if !gone.is_empty() {
        let delete = sql_query("DELETE FROM ticket_search WHERE place = ANY($1)");
        Cached(delete.bind::<Array<BigInt>, _>(gone)).run(connection)?;
    }
    Ok(())
}

/// Makes an entry of the directory findable.
pub(super) fn index_directory(
    connection: &mut Conn,
    rowid: i64,
    words: &[String],
) -> QueryResult<()> {
    let write = sql_query(
        "INSERT INTO directory_search (rowid, words) VALUES ($1, $2::tsvector) \
         ON CONFLICT (rowid) DO UPDATE SET words = excluded.words",
    );
    let write = write
        .bind::<BigInt, _>(rowid)
        .bind::<Text, _>(words.join(" "));
    Cached(write).run(connection)
}

fn insert_events(connection: &mut Conn, rows: &[NewEventRow]) -> Result<(), Fault> {
    let insert = columns!(
        "INSERT INTO events (ticket, sequence, at, actor_id, actor_role, action, is_staff, body) \
         SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)",
        rows,
        |row| {
            BigInt => row.ticket,
            BigInt => row.sequence,
            DbTime => row.at,
            Nullable<DbUuid> => row.actor_id,
            SmallInt => row.actor_role,
            SmallInt => row.action,
            Bool => row.is_staff,
            DbJson => &row.body,
        }
    );
    // Another server was faster with an event of the same ticket.
    or_again(Cached(insert).run(connection), "events_by_ticket")
}

/// The same result, but where that constraint was violated: then the whole can be tried again.
fn or_again(result: QueryResult<()>, constraint: &str) -> Result<(), Fault> {
    match result {
        Err(error) if error.to_string().contains(constraint) => {
            Err(StoreError::Unavailable(MET_HALFWAY).into())
        }
        other => Ok(other?),
    }
}

#[derive(QueryableByName)]
struct Numbered {
    #[diesel(sql_type = DbUuid)]
    id: Key,
    #[diesel(sql_type = BigInt)]
    seq: i64,
}

fn insert_comments(
    connection: &mut Conn,
    rows: &[NewCommentRow],
) -> QueryResult<HashMap<Key, i64>> {
    let insert = columns!(
        "INSERT INTO comments (id, ticket, author_id, is_internal, created_at, updated_at, body) \
         SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) RETURNING id, seq",
        rows,
        |row| {
            DbUuid => row.id,
            BigInt => row.ticket,
            Nullable<DbUuid> => row.author_id,
            Bool => row.is_internal,
            DbTime => row.created_at,
            DbTime => row.updated_at,
            Text => row.body.as_str(),
        }
    );
    let numbered: Vec<Numbered> = Cached(insert).load(connection)?;
    Ok(numbered.into_iter().map(|row| (row.id, row.seq)).collect())
}

/// In the order of the users' ids, so that no two transactions wait for each other crosswise; last of all, so that nobody
/// waits long.
fn note_assignments(connection: &mut Conn, users: &[(Key, At)]) -> QueryResult<()> {
    let update = columns!(
        "WITH new AS (SELECT * FROM unnest($1, $2) AS new (id, at)), \
         held AS (SELECT users.id FROM users WHERE users.id = ANY($1) ORDER BY users.id FOR NO KEY UPDATE) \
         UPDATE users SET last_assigned_at = greatest(users.last_assigned_at, new.at) FROM new, held \
         WHERE users.id = new.id AND held.id = new.id",
        users,
        |row| { DbUuid => row.0, DbTime => row.1 }
    );
    Cached(update).run(connection)
}
