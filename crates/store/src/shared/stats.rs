//! The front page's counts: from counters where they tell, else counted up to a limit.

use jiff::Timestamp;
use linedesk_domain::class::Priority;
use linedesk_domain::workflow::Status;
use linedesk_ports::parts::{DeskStats, Mine};
use linedesk_ports::queries::{Count, TicketFilter};
use linedesk_ports::store::Scope;

use super::Conn;
use super::counts::{count, totals};
use super::lists::Asked;
use crate::fault::Fault;

pub(crate) fn stats(
    connection: &mut Conn,
    scope: Scope,
    mine: Mine,
    now: Timestamp,
) -> Result<DeskStats, Fault> {
    let mut counted = |filter: TicketFilter| match Asked::new(connection, scope, filter, now)? {
        Some(asked) => count(connection, &asked),
        None => Ok(NONE),
    };
    let unresolved = || TicketFilter {
        status: Status::ALL
            .into_iter()
            .filter(|status| !status.is_done())
            .collect(),
        ..TicketFilter::default()
    };
    let mut by_priority = [NONE; 6];
    for (place, priority) in by_priority.iter_mut().zip(Priority::ALL) {
        *place = counted(TicketFilter {
            priority: vec![*priority],
            ..TicketFilter::default()
        })?;
    }
    let own = match mine {
        Mine::AssignedTo(user) => TicketFilter {
            assignee: vec![user],
            ..unresolved()
        },
        Mine::MadeBy(user) => TicketFilter {
            created_by: Some(user),
            ..unresolved()
        },
    };
    let mine = counted(own)?;
    let unassigned = counted(TicketFilter {
        unassigned: Some(true),
        ..unresolved()
    })?;
    let summary = match Asked::new(connection, scope, TicketFilter::default(), now)? {
        Some(asked) => totals(connection, &asked)?.1,
        None => linedesk_ports::queries::Summary::default(),
    };
    Ok(DeskStats {
        by_status: summary.by_status,
        by_priority,
        mine,
        unassigned,
        overdue: summary.overdue,
    })
}

const NONE: Count = Count {
    n: 0,
    is_exact: true,
};
