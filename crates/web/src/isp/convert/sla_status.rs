//! The SLA dashboard outward.

use linedesk_app::models::{SlaDashboard, SlaTotals};
use linedesk_domain::class::Priority;

use super::ticket::ticket;
use crate::extract::query::Page;
use crate::isp::audience::Reader;
use crate::isp::dto::detail::Named;
use crate::isp::dto::sla_status::{SlaStatusDto, SlaTotalsDto, TeamTotals};

/// The dashboard.
pub fn sla_status(board: &SlaDashboard, page: Page, reader: Reader) -> SlaStatusDto<'_> {
    let SlaDashboard {
        totals: all,
        by_priority,
        by_team,
        tickets,
        total,
        book,
    } = board;
    let counted = |priority: Priority| {
        by_priority
            .iter()
            .find(|(one, _)| *one == priority)
            .map(|(_, totals)| *totals)
    };
    let by_team = by_team.iter().map(|(team, of_team)| TeamTotals {
        team: team.as_ref().map(|team| Named {
            id: team.id.0,
            name: &team.name,
        }),
        totals: totals(*of_team),
    });
    SlaStatusDto {
        totals: totals(*all),
        by_priority: Priority::ALL
            .iter()
            .map(|one| (one.name(), totals(counted(*one).unwrap_or_default())))
            .collect(),
        by_team: by_team.collect(),
        tickets: tickets
            .iter()
            .map(|stored| ticket(stored, book, reader))
            .collect(),
        total: total.n,
        total_is_exact: total.is_exact,
        limit: page.limit,
        offset: page.offset,
    }
}

const fn totals(totals: SlaTotals) -> SlaTotalsDto {
    let SlaTotals {
        on_track,
        at_risk,
        breached,
        paused,
    } = totals;
    SlaTotalsDto {
        on_track,
        at_risk,
        breached,
        paused,
    }
}
