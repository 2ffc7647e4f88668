//! The SLA dashboard: totals from counters, tickets from the index of those in danger.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use linedesk_domain::class::Priority;
use linedesk_domain::ids::TeamId;
use linedesk_domain::sla::SlaState;
use linedesk_ports::queries::{SlaDashboard, SlaTotals};
use uuid::Uuid;

use super::book::Books;
use super::counts::{capped, standing};
use super::dialect::IN_DANGER;
use super::{Conn, directory, load};
use crate::codes::Coded;
use crate::fault::Fault;
use crate::room::Room;
use crate::rows::decoded;
use crate::rows::ticket::TicketRow;
use crate::slots::CountScope;
use crate::statement::Statement;

pub(crate) fn dashboard(
    connection: &mut Conn,
    books: &Books,
    offset: u64,
    limit: u32,
) -> Result<SlaDashboard, Fault> {
    let mut totals = SlaTotals::default();
    let mut by_priority: Vec<_> = Priority::ALL
        .iter()
        .map(|priority| (*priority, SlaTotals::default()))
        .collect();
    for (_, priority, state, n) in standing(connection, CountScope::All.kind())? {
        let state = decoded::<SlaState>(state, "ticket_counts", "sla_state", &"all")?;
        add(&mut totals, state, n);
        let of_priority = by_priority
            .iter_mut()
            .filter(|(one, _)| one.code() == priority);
        of_priority.for_each(|(_, totals)| add(totals, state, n));
    }
    let mut of_teams: BTreeMap<Uuid, SlaTotals> = BTreeMap::new();
    for (team, _, state, n) in standing(connection, CountScope::Team(None).kind())? {
        let state = decoded::<SlaState>(state, "ticket_counts", "sla_state", &team.0)?;
        add(of_teams.entry(team.0).or_default(), state, n);
    }
    let mut by_team = Vec::with_capacity(of_teams.len());
    for (id, totals) in of_teams {
        let team = if id.is_nil() {
            None
        } else {
            directory::team(connection, TeamId(id))?
        };
        by_team.push((team, totals));
    }
    let total = capped(
        connection,
        Statement::<BigInt>::new("SELECT place").sql(IN_DANGER),
    )?;
    Ok(SlaDashboard {
        totals,
        by_priority,
        by_team,
        tickets: in_danger(connection, offset, limit)?
            .into_iter()
            .map(TicketRow::into_stored)
            .collect::<Result<_, _>>()?,
        total,
        book: books.current(connection)?,
    })
}

fn add(totals: &mut SlaTotals, state: SlaState, n: i64) {
    let n = n.unsigned_abs();
    match state {
        SlaState::Quiet => {}
        SlaState::OnTrack => totals.on_track += n,
        SlaState::AtRisk => totals.at_risk += n,
        SlaState::Paused => totals.paused += n,
        SlaState::Breached => totals.breached += n,
    }
}

/// Those at risk or breached for which there is room, earliest due time first; those without one, whose clocks stand still, last.
fn in_danger(connection: &mut Conn, offset: u64, limit: u32) -> Result<Vec<TicketRow>, Fault> {
    let offset = i64::try_from(offset).unwrap_or(i64::MAX);
    let page = |dated: &'static str, order: &'static str, limit: i64, offset: i64| {
        let places = Statement::<BigInt>::new("SELECT place").sql(IN_DANGER);
        places.sql(dated).sql(order).limit(limit).offset(offset)
    };
    let limit = i64::from(limit);
    let dated = page(
        " AND due_at IS NOT NULL",
        " ORDER BY due_at, number",
        limit,
        offset,
    );
    let mut places: Vec<i64> = dated.load(connection)?;
    let missing = limit - i64::try_from(places.len()).unwrap_or(i64::MAX);
    if missing > 0 {
        let skipped = if places.is_empty() && offset > 0 {
            let all = Statement::<BigInt>::new("SELECT count(*) FROM (SELECT place").sql(IN_DANGER);
            let n: i64 = all
                .sql(" AND due_at IS NOT NULL")
                .limit(offset)
                .sql(") AS dated")
                .get_result(connection)?;
            offset - n
        } else {
            0
        };
        // The due time stands in the order so that it is the index's.
        let order = " ORDER BY due_at, number";
        let undated = page(" AND due_at IS NULL", order, missing, skipped);
        places.extend(undated.load::<i64>(connection)?);
    }
    Room::default().fill(&places, |some| load::at(connection, some))
}
