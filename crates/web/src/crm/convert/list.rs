//! Lists of tickets, inward, and the front page's counts, outward.

use linedesk_app::Caller;
use linedesk_app::models::{Count, DeskStats, Order, OrderKey, TicketFilter};
use linedesk_app::tickets::ListInOrder;
use linedesk_domain::class::Priority;
use linedesk_domain::ids::{CustomerId, TeamId, UserId};
use linedesk_domain::text::Label;
use linedesk_domain::workflow::Status;

use crate::crm::dto::stats::{CrmByPriority, CrmByStatus, CrmStatsDto};
use crate::crm::page::Window;
use crate::crm::words::{CrmCategory, CrmPriority, CrmStatus};
use crate::extract::parse;
use crate::extract::query::{FromQuery, QueryReader};

/// A list as a client asks for it.
#[derive(Debug)]
pub struct ListQuery {
    statuses: Vec<CrmStatus>,
    priorities: Vec<CrmPriority>,
    categories: Vec<CrmCategory>,
    companies: Vec<CustomerId>,
    assignees: Vec<UserId>,
    teams: Vec<TeamId>,
    team_names: Vec<String>,
    is_mine: bool,
    is_unassigned: bool,
    is_open: bool,
    search: Option<String>,
    order: Vec<Order>,
    /// Which part of it.
    pub window: Window,
}

impl FromQuery for ListQuery {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let (mut teams, mut team_names) = (Vec::new(), Vec::new());
        for name in query.several("assigned_team", parse::text_or_none::<Label>) {
            let Some(name) = name else { continue };
            match parse::uuid(name.as_str()) {
                Some(id) => teams.push(TeamId(id)),
                None => team_names.push(name.as_str().to_owned()),
            }
        }
        let order = query.text("ordering").unwrap_or_default();
        let order: Vec<_> = order.split(',').filter_map(step).collect();
        Some(Self {
            statuses: query.several_given("status", parse::word),
            priorities: query.several_given("priority", parse::word),
            categories: query.several_given("category", parse::word),
            companies: query.several_given("company", parse::id),
            assignees: query.several_given("assigned_to", parse::id),
            teams,
            team_names,
            is_mine: is_true(query, "my_tickets"),
            is_unassigned: is_true(query, "unassigned"),
            is_open: is_true(query, "open"),
            search: query.text("search"),
            order,
            window: Window::read(query)?,
        })
    }
}

/// Django's clients write it so, or so.
fn is_true(query: &mut QueryReader, name: &str) -> bool {
    let value = query.text(name).unwrap_or_default();
    matches!(value.as_str(), "true" | "True" | "1")
}

/// A step of an order; nothing for a field that lists are not ordered by.
fn step(text: &str) -> Option<Order> {
    let text = text.trim();
    let (descending, name) = text
        .strip_prefix('-')
        .map_or((false, text), |name| (true, name));
    let key = match name {
        // The numbers of tickets rise with the time at which they were made.
        "created_at" | "ticket_number" => OrderKey::CreatedAt,
        "updated_at" => OrderKey::UpdatedAt,
        "priority" => OrderKey::Priority,
        "status" => OrderKey::Status,
        "due_date" => OrderKey::DueDate,
        _ => return None,
    };
    Some(Order { key, descending })
}

impl ListQuery {
    /// What `caller` asks for.
    pub fn list(self, caller: &Caller) -> ListInOrder {
        let mut filter = TicketFilter {
            status: self.statuses.iter().flat_map(|one| one.read_so()).collect(),
            priority: self
                .priorities
                .iter()
                .flat_map(|one| one.read_so())
                .collect(),
            category: self
                .categories
                .iter()
                .flat_map(|one| one.read_so())
                .collect(),
            customer: self.companies,
            assignee: self.assignees,
            team: self.teams,
            unassigned: self.is_unassigned.then_some(true),
            ..TicketFilter::default()
        };
        let mut is_never = false;
        if self.is_open {
            let open = |status: &Status| !status.is_done();
            if filter.status.is_empty() {
                filter.status = Status::ALL.into_iter().filter(open).collect();
            } else {
                filter.status.retain(open);
                is_never = filter.status.is_empty();
            }
        }
        if self.is_mine && caller.is_customer() {
            filter.created_by = Some(caller.id());
        } else if self.is_mine {
            is_never |= !filter.assignee.is_empty() && !filter.assignee.contains(&caller.id());
            filter.assignee = vec![caller.id()];
        }
        if is_never {
            // What contradicts itself matches nothing: no customer has this id.
            filter.customer = vec![CustomerId(uuid::Uuid::max())];
        }
        ListInOrder {
            filter,
            team_names: self.team_names,
            search: self.search,
            order: self.order,
            offset: self.window.offset,
            limit: self.window.limit,
        }
    }
}

/// The counts in the dialect's words.
pub fn stats(stats: &DeskStats) -> CrmStatsDto {
    let DeskStats {
        by_status,
        by_priority,
        mine,
        unassigned,
        overdue,
    } = stats;
    let mut statuses = CrmByStatus::default();
    for (status, Count { n, .. }) in Status::ALL.into_iter().zip(by_status) {
        *match CrmStatus::of(status) {
            CrmStatus::New => &mut statuses.new,
            CrmStatus::Assigned => &mut statuses.assigned,
            CrmStatus::InProgress => &mut statuses.in_progress,
            CrmStatus::Pending => &mut statuses.pending,
            CrmStatus::Resolved => &mut statuses.resolved,
            CrmStatus::Closed => &mut statuses.closed,
        } += n;
    }
    let mut priorities = CrmByPriority::default();
    for (priority, Count { n, .. }) in Priority::ALL.iter().zip(by_priority) {
        *match CrmPriority::of(*priority) {
            CrmPriority::Low => &mut priorities.low,
            CrmPriority::Medium => &mut priorities.medium,
            CrmPriority::High => &mut priorities.high,
            CrmPriority::Urgent => &mut priorities.urgent,
        } += n;
    }
    CrmStatsDto {
        total: by_status.iter().map(|count| count.n).sum(),
        by_status: statuses,
        by_priority: priorities,
        my_open_tickets: mine.n,
        unassigned: unassigned.n,
        overdue: overdue.n,
    }
}

#[cfg(test)]
mod tests {
    use linedesk_domain::class::Category;

    use super::*;

    fn read(query: &str) -> ListQuery {
        let mut reader = QueryReader::new(query);
        let list = ListQuery::read(&mut reader);
        reader.finish_loosely(list).unwrap()
    }

    #[test]
    fn fields_that_lists_are_not_ordered_by_are_ignored() {
        let order = read("ordering=-priority,colour, created_at,").order;
        let keys: Vec<_> = order
            .iter()
            .map(|step| (step.key, step.descending))
            .collect();
        assert_eq!(
            keys,
            [(OrderKey::Priority, true), (OrderKey::CreatedAt, false)]
        );
    }

    #[test]
    fn a_word_asks_for_all_that_read_so() {
        let read = read("status=pending&priority=urgent&category=technical&open=false&utm=x");
        assert_eq!(read.statuses, [CrmStatus::Pending]);
        let all: Vec<Category> = read.categories[0].read_so().collect();
        assert_eq!((all.len(), read.priorities[0].read_so().count()), (5, 3));
        assert!(!read.is_open && read.window.limit == 50);
    }

    #[test]
    fn stats_add_up_what_reads_alike() {
        let n = |n| Count { n, is_exact: true };
        let all = DeskStats {
            by_status: [1, 2, 3, 4, 5, 6, 7, 8].map(n),
            by_priority: [1, 2, 3, 4, 5, 6].map(n),
            mine: n(1),
            unassigned: n(2),
            overdue: n(3),
        };
        let shown = stats(&all);
        assert_eq!(
            (shown.total, shown.by_status.new, shown.by_status.pending),
            (36, 9, 9)
        );
        assert_eq!((shown.by_priority.urgent, shown.by_priority.low), (15, 1));
    }
}
