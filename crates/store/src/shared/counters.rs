//! Which counters answer a question.

use linedesk_ports::queries::TicketFilter;

use super::super::lists::Asked;
use crate::slots::CountScope;

/// The counters that a filter adds up; `None` where counters do not tell.
pub(super) fn counter_scopes(asked: &Asked) -> Option<Vec<CountScope>> {
    let TicketFilter {
        text: _,
        search: _,
        status: _,
        priority: _,
        category: _,
        assignee,
        team,
        customer,
        service,
        tag,
        unassigned,
        overdue,
        sla_breach: _,
        created_from,
        created_before,
        created_by,
    } = &asked.filter;
    let plain = asked.text.is_none()
        && service.is_empty()
        && tag.is_empty()
        && overdue.is_none()
        && created_from.is_none()
        && created_before.is_none()
        && created_by.is_none();
    let distinct = |mut scopes: Vec<CountScope>| {
        // No assignee and no team has the id that stands for "none".
        scopes.retain(|scope| !scope.id().is_nil());
        scopes.sort_unstable_by_key(|scope| scope.id());
        scopes.dedup();
        scopes
    };
    match (
        plain,
        assignee.as_slice(),
        team.as_slice(),
        customer.as_slice(),
        unassigned,
    ) {
        (true, [], [], [], None) => Some(vec![CountScope::All]),
        (true, [], [], [], Some(true)) => Some(vec![CountScope::Assignee(None)]),
        (true, ids, [], [], None) => Some(distinct(
            ids.iter()
                .map(|id| CountScope::Assignee(Some(id.0)))
                .collect(),
        )),
        (true, [], ids, [], None) => Some(distinct(
            ids.iter().map(|id| CountScope::Team(Some(id.0))).collect(),
        )),
        (true, [], [], ids, None) => Some(distinct(
            ids.iter().map(|id| CountScope::Customer(id.0)).collect(),
        )),
        _ => None,
    }
}
