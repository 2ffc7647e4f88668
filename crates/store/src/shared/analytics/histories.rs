//! Histories of tickets, to be folded into facts.

use diesel::prelude::*;
use linedesk_domain::ids::{CustomerId, TeamId, TicketId, UserId};
use linedesk_domain::metrics::Subject;
use linedesk_ports::analytics::{Histories, History, Kept, Which};

use super::super::Conn;
use super::super::book::Books;
use crate::fault::Fault;
use crate::readable;
use crate::rows::decoded;
use crate::rows::event::EventRow;
use crate::schema::{analytics_rows, events, tickets};
use crate::types::{At, Json, Key};

/// What facts need of a ticket.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = tickets)]
struct SubjectRow {
    place: i64,
    id: Key,
    customer_id: Option<Key>,
    category: i16,
    priority: i16,
    assigned_team: Option<Key>,
    assigned_to: Option<Key>,
    title: String,
    tags: Json<Vec<String>>,
    created_at: At,
    deleted_at: Option<At>,
}

/// The histories. The statements have to see one state.
pub(crate) fn histories(
    connection: &mut Conn,
    books: &Books,
    which: &Which,
) -> Result<Histories, Fault> {
    let book = books.current(connection)?;
    let found: Vec<SubjectRow> = match which {
        Which::Of(ids) => {
            let keys = ids.iter().map(|id| Key(id.0));
            tickets::table
                .filter(tickets::id.eq_any(keys))
                .order(tickets::place)
                .select(SubjectRow::as_select())
                .load(connection)?
        }
        Which::Behind { place, limit } => tickets::table
            .filter(tickets::place.gt(place))
            .order(tickets::place)
            .limit(i64::from(*limit))
            .select(SubjectRow::as_select())
            .load(connection)?,
    };
    let mut all: Vec<History> = found
        .into_iter()
        .map(SubjectRow::into_history)
        .collect::<Result<_, Fault>>()?;
    let places: Vec<i64> = all.iter().map(|history| history.place).collect();
    add_events(connection, which, &places, &mut all)?;
    add_kept(connection, &places, &mut all)?;
    Ok(Histories { tickets: all, book })
}

/// An event's row, and of which ticket it is.
type Found = (i64, EventRow);

fn add_events(
    connection: &mut Conn,
    which: &Which,
    places: &[i64],
    all: &mut [History],
) -> Result<(), Fault> {
    let (Some(first), Some(last)) = (places.first(), places.last()) else {
        return Ok(());
    };
    let order = (events::ticket, events::sequence);
    let columns = || (events::ticket, EventRow::as_select());
    let all_of = |rows: Vec<Found>| rows.into_iter().map(|row| (row.1.seq, row)).collect();
    let one = |connection: &mut Conn, seq: &i64| {
        let one = events::table.filter(events::seq.eq(seq)).select(columns());
        one.get_result(connection).optional()
    };
    let rows = match which {
        Which::Of(_) => {
            let of = || {
                events::table
                    .filter(events::ticket.eq_any(places))
                    .order(order)
            };
            readable::each(
                connection,
                |connection| of().select(columns()).load(connection).map(all_of),
                |connection| of().select(events::seq).load(connection),
                one,
            )?
        }
        // Neighbours: no ticket is between them.
        Which::Behind { .. } => {
            let of = || {
                events::table
                    .filter(events::ticket.between(first, last))
                    .order(order)
            };
            readable::each(
                connection,
                |connection| of().select(columns()).load(connection).map(all_of),
                |connection| of().select(events::seq).load(connection),
                one,
            )?
        }
    };
    let mut at = 0;
    for (seq, row) in rows {
        let read = row.and_then(|(place, row)| Some((place, row.into_event().ok()?)));
        // Without it the figures say less than there was; without passing it over there would be none for anybody.
        let Some((place, event)) = read else {
            readable::passed_over("events", &seq);
            continue;
        };
        while all.get(at).is_some_and(|history| history.place < place) {
            at += 1;
        }
        if let Some(history) = all.get_mut(at).filter(|history| history.place == place) {
            history.events.push(event);
        }
    }
    Ok(())
}

fn add_kept(connection: &mut Conn, places: &[i64], all: &mut [History]) -> Result<(), Fault> {
    let rows = analytics_rows::table
        .filter(analytics_rows::ticket.eq_any(places))
        .order((analytics_rows::ticket, analytics_rows::day))
        .select((
            analytics_rows::ticket,
            analytics_rows::day,
            analytics_rows::facts,
        ));
    let rows: Vec<(i64, i64, Vec<u8>)> = rows.load(connection)?;
    let mut at = 0;
    for (place, day, facts) in rows {
        while all.get(at).is_some_and(|history| history.place < place) {
            at += 1;
        }
        if let Some(history) = all.get_mut(at).filter(|history| history.place == place) {
            history.kept.push(Kept { day, facts });
        }
    }
    Ok(())
}

impl SubjectRow {
    fn into_history(self) -> Result<History, Fault> {
        let id = self.id.0;
        let subject = Subject {
            id: TicketId(id),
            customer: self.customer_id.map(|key| CustomerId(key.0)),
            category: decoded(self.category, "tickets", "category", &id)?,
            priority: decoded(self.priority, "tickets", "priority", &id)?,
            team: self.assigned_team.map(|key| TeamId(key.0)),
            agent: self.assigned_to.map(|key| UserId(key.0)),
            title: self.title,
            tags: self.tags.0,
            created_at: self.created_at.0,
            is_deleted: self.deleted_at.is_some(),
        };
        Ok(History {
            place: self.place,
            subject,
            events: Vec::new(),
            kept: Vec::new(),
        })
    }
}
