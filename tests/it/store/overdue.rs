//! Overdue tickets are counted by spans of time: at every edge of a span, after every kind of change, the count is that of
//! a model that looks at every ticket.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use linedesk_domain::class::{Category, Priority};
use linedesk_domain::ids::{TeamId, TicketId, UserId};
use linedesk_domain::people::{Actor, Role};
use linedesk_domain::ticket::assign::{Assign, Assignee};
use linedesk_domain::ticket::edit::{Edit, Patch};
use linedesk_domain::workflow::Status;
use linedesk_ports::directory::DirectoryFilter;
use linedesk_ports::queries::{Sort, SortKey, Start, Stored, TicketFilter, TicketQuery};
use linedesk_ports::store::Scope;
use linedesk_ports::tickets::TicketKey;

use super::desk::{Desk, minute, noon};
use super::model::Model;

/// The lengths of the spans by which SQLite counts, in microseconds.
const SPANS: [i64; 2] = [1 << 33, 1 << 40];

/// Instants at which counting may go wrong: the edges of the spans around now, long ago, before 1970, and beside each.
fn edges() -> Vec<Timestamp> {
    let micros = |n: i64| Timestamp::from_microsecond(n).unwrap();
    let around = [
        noon(),
        minute(-200),
        minute(200),
        noon() - SignedDuration::from_hours(24 * 13),
        noon() - SignedDuration::from_hours(24 * 365 * 9),
        noon() + SignedDuration::from_hours(24 * 40),
        "1969-12-31T23:00:00Z".parse().unwrap(),
    ];
    let mut all = Vec::new();
    for instant in around {
        let instant = instant.as_microsecond();
        let starts = SPANS.map(|span| instant.div_euclid(span) * span);
        for edge in [instant, starts[0], starts[1], starts[0] + SPANS[0]] {
            all.extend([micros(edge - 1), micros(edge), micros(edge + 1)]);
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn filters(teams: &[TeamId], agent: UserId) -> Vec<TicketFilter> {
    let plain = TicketFilter::default;
    vec![
        plain(),
        TicketFilter {
            priority: vec![Priority::High],
            ..plain()
        },
        TicketFilter {
            priority: vec![Priority::Low, Priority::Emergency],
            category: vec![Category::Repair, Category::Account],
            ..plain()
        },
        TicketFilter {
            status: vec![Status::Open, Status::Assigned],
            priority: vec![Priority::High],
            ..plain()
        },
        TicketFilter {
            team: teams[..1].to_vec(),
            ..plain()
        },
        TicketFilter {
            team: teams.to_vec(),
            priority: vec![Priority::High, Priority::Medium],
            ..plain()
        },
        TicketFilter {
            team: teams.to_vec(),
            category: vec![Category::Repair],
            ..plain()
        },
        TicketFilter {
            unassigned: Some(true),
            ..plain()
        },
        TicketFilter {
            assignee: vec![agent],
            ..plain()
        },
    ]
}

async fn compare(desk: &Desk, ids: &[TicketId], filters: &[TicketFilter], when: &str) {
    let mut model = Model::default();
    for id in ids {
        let key = TicketKey::Id(*id);
        if let Some(loaded) = desk.store.ticket(Scope::Everything, key).await.unwrap() {
            model.tickets.push(Stored {
                data: loaded.ticket.into_data(),
                numbers: loaded.numbers,
            });
        }
    }
    for now in edges() {
        for filter in filters {
            let query = TicketQuery {
                filter: filter.clone(),
                sort: Sort {
                    key: SortKey::CreatedAt,
                    descending: true,
                },
                start: Start::Offset(0),
                limit: 1,
                counts: true,
                now,
            };
            let page = desk.store.list(Scope::Everything, query).await.unwrap();
            let summary = page.summary.unwrap();
            let got = (
                summary.by_status.map(|count| count.n),
                summary.overdue.n,
                summary.sla_breach.n,
            );
            let wanted = model.summary(Scope::Everything, filter, now);
            assert_eq!(got, wanted, "{when}, {now}: {filter:?}");
            assert!(summary.overdue.is_exact);
        }
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, edge by edge")]
async fn overdue_tickets_are_counted_exactly_at_every_edge_of_a_span() {
    let desk = Desk::open().await;
    let agent = desk.user("agent", Role::Agent).await;
    let filter = DirectoryFilter {
        limit: 2,
        ..DirectoryFilter::default()
    };
    let teams = desk.store.teams(filter).await.unwrap().items;
    let teams: Vec<_> = teams.iter().map(|team| team.id).collect();
    let filters = filters(&teams, agent);
    let mut ids = Vec::new();
    for (n, due) in edges().into_iter().enumerate() {
        let mut wish = desk.wish("Due at an edge");
        wish.due_date = Some(due);
        wish.priority = Priority::ALL[n % Priority::ALL.len()];
        wish.category = [Category::Repair, Category::Account][n % 2];
        ids.push(desk.create(wish, minute(-1)).await.0);
    }
    compare(&desk, &ids, &filters, "as they were made").await;

    let by = Actor::User {
        id: agent,
        role: Role::Lead,
    };
    for (n, id) in ids.iter().enumerate() {
        let to = match n % 3 {
            0 => Assignee::Team(teams[n % 2]),
            1 => Assignee::User(agent, Some(teams[n % 2])),
            _ => continue,
        };
        let assign = Assign {
            to,
            priority: None,
            note: None,
            notify_customer: false,
        };
        desk.change(*id, by, noon(), |ticket, act| ticket.assign(act, &assign))
            .await
            .unwrap();
    }
    compare(&desk, &ids, &filters, "given to teams and an agent").await;

    for (n, id) in ids.iter().enumerate() {
        let edit = match n % 5 {
            0 => Edit {
                priority: Some(Priority::High),
                ..Edit::default()
            },
            1 => Edit {
                category: Some(Category::Repair),
                ..Edit::default()
            },
            2 => Edit {
                due_date: Patch::Clear,
                ..Edit::default()
            },
            3 => Edit {
                due_date: Patch::Set(edges()[n / 2]),
                ..Edit::default()
            },
            _ => continue,
        };
        desk.change(*id, by, minute(1), |ticket, act| ticket.edit(act, edit))
            .await
            .unwrap();
    }
    compare(&desk, &ids, &filters, "edited").await;

    for id in ids.iter().step_by(2) {
        desk.change(*id, by, minute(2), |ticket, act| {
            ticket.set_status(act, Status::Resolved)
        })
        .await
        .unwrap();
    }
    compare(&desk, &ids, &filters, "every other one resolved").await;

    for (n, id) in ids.iter().step_by(2).enumerate() {
        if n % 3 == 0 {
            desk.change(*id, by, minute(3), |ticket, act| Ok(ticket.delete(act)))
                .await
                .unwrap();
        } else if n % 3 == 1 {
            desk.change(*id, by, minute(3), |ticket, act| {
                ticket.set_status(act, Status::Reopened)
            })
            .await
            .unwrap();
        }
    }
    compare(&desk, &ids, &filters, "some reopened, some deleted").await;
    // PostgreSQL folds once a second what changed.
    tokio::time::sleep(Duration::from_secs(2)).await;
    compare(&desk, &ids, &filters, "folded").await;

    for id in &ids {
        let key = TicketKey::Id(*id);
        if desk
            .store
            .ticket(Scope::Everything, key)
            .await
            .unwrap()
            .is_some()
        {
            desk.change(*id, by, minute(4), |ticket, act| Ok(ticket.delete(act)))
                .await
                .unwrap();
        }
    }
    compare(&desk, &ids, &filters, "all deleted").await;
}
