//! Tickets beside a ticket: merged, linked, of the same service.

use diesel::prelude::*;
use linedesk_domain::ticket::merge::Relation;
use linedesk_ports::queries::{Related, Why};
use linedesk_ports::store::Scope;

use super::Conn;
use crate::fault::Fault;
use crate::rows::decoded;
use crate::rows::ticket::TicketRow;
use crate::schema::{links, tickets};
use crate::scope::sees;

/// Tickets shown beside a ticket.
const BESIDE: i64 = 50;

/// Tickets beside one. Links are between staff.
pub(crate) fn related(
    connection: &mut Conn,
    scope: Scope,
    row: &TicketRow,
    internal: bool,
) -> Result<Vec<Related>, Fault> {
    let mut all: Vec<(Why, TicketRow)> = Vec::new();
    if let Some(into) = row.merged_into {
        let into = tickets::table
            .filter(tickets::id.eq(into))
            .select(TicketRow::as_select());
        all.extend(
            into.get_result(connection)
                .optional()?
                .map(|found| (Why::ThisMergedInto, found)),
        );
    }
    let merged = tickets::table
        .filter(tickets::merged_into.eq(row.id))
        .order(tickets::place)
        .limit(BESIDE);
    let merged = merged.select(TicketRow::as_select()).load(connection)?;
    all.extend(merged.into_iter().map(|found| (Why::MergedIntoThis, found)));
    if internal {
        all.extend(linked(connection, row.place)?);
    }
    if let Some(service) = row.service_id {
        let same = tickets::table
            .filter(tickets::service_id.eq(service))
            .filter(tickets::deleted_at.is_null())
            .filter(tickets::resolved_at.is_null())
            .filter(tickets::place.ne(row.place));
        let same = same
            .order(tickets::place.desc())
            .limit(BESIDE)
            .select(TicketRow::as_select());
        all.extend(
            same.load(connection)?
                .into_iter()
                .map(|found| (Why::SameService, found)),
        );
    }
    let shown = all.into_iter().filter(|(_, found)| sees(scope, found));
    let related = |(why, found): (Why, TicketRow)| {
        Ok(Related {
            ticket: found.into_stored()?,
            why,
        })
    };
    shown
        .take(usize::try_from(BESIDE).unwrap_or(usize::MAX))
        .map(related)
        .collect()
}

fn linked(connection: &mut Conn, place: i64) -> Result<Vec<(Why, TicketRow)>, Fault> {
    let relation = |code: i16| decoded::<Relation>(code, "links", "relation", &place);
    let to = links::table
        .inner_join(tickets::table.on(tickets::place.eq(links::to_ticket)))
        .filter(links::from_ticket.eq(place))
        .order((links::created_at, links::to_ticket))
        .limit(BESIDE)
        .select((links::relation, TicketRow::as_select()));
    let from = links::table
        .inner_join(tickets::table.on(tickets::place.eq(links::from_ticket)))
        .filter(links::to_ticket.eq(place))
        .order((links::created_at, links::from_ticket))
        .limit(BESIDE)
        .select((links::relation, TicketRow::as_select()));
    let to: Vec<(i16, TicketRow)> = to.load(connection)?;
    let from: Vec<(i16, TicketRow)> = from.load(connection)?;
    let to = to
        .into_iter()
        .map(|(code, row)| Ok((Why::LinkTo(relation(code)?), row)));
    let from = from
        .into_iter()
        .map(|(code, row)| Ok((Why::LinkFrom(relation(code)?), row)));
    to.chain(from).collect()
}
