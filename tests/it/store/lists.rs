//! Lists, totals and summaries, against a model that looks at every ticket.

use jiff::SignedDuration;
use linedesk_domain::sla::SlaState as S;
use linedesk_ports::queries::{SlaTotals, Sort, SortKey, Start, Stored, TicketFilter, TicketQuery};
use linedesk_ports::store::Scope;

use super::desk::{minute, noon};
use super::model::cursor;
use super::world::scene;

const ORDERS: [SortKey; 4] = [
    SortKey::CreatedAt,
    SortKey::UpdatedAt,
    SortKey::Priority,
    SortKey::Due,
];

#[tokio::test]
async fn lists_and_counts_are_those_of_the_model() {
    let (desk, world, model, mut dice) = scene().await;
    let now = minute(1500);
    assert!(
        model.tickets.len() > 200 && model.tickets.len() < 300,
        "some were deleted: {}",
        model.tickets.len()
    );
    for round in 0..600 {
        let (scope, filter) = (world.scope(&mut dice), world.filter(&mut dice));
        let sort = Sort {
            key: dice.of(&ORDERS),
            descending: dice.roll(2) == 0,
        };
        let expected = model.list(scope, &filter, sort, now);
        let (offset, limit) = (dice.roll(expected.len() + 2), 1 + dice.roll(60));
        let start = match (dice.roll(2), expected.get(offset)) {
            (0, Some(stored)) => Start::After(cursor(stored, sort.key)),
            _ => Start::Offset(offset as u64),
        };
        let skipped = if matches!(start, Start::After(_)) {
            offset + 1
        } else {
            offset
        };
        let query = TicketQuery {
            filter: filter.clone(),
            sort,
            start,
            limit: u32::try_from(limit).unwrap(),
            counts: true,
            now,
        };
        let page = desk.store.list(scope, query).await.unwrap();

        let asked = format!("round {round}: {scope:?} {filter:?} {sort:?} {start:?} {limit}");
        let numbers =
            |all: &[&Stored]| all.iter().map(|one| one.numbers.number).collect::<Vec<_>>();
        let wanted: Vec<_> = expected.iter().skip(skipped).take(limit).copied().collect();
        assert_eq!(
            numbers(&page.items.iter().collect::<Vec<_>>()),
            numbers(&wanted),
            "{asked}"
        );
        assert!(
            page.items
                .iter()
                .zip(&wanted)
                .all(|(got, wanted)| got == *wanted),
            "{asked}"
        );
        let more = expected.len() > skipped + limit;
        let next = wanted
            .last()
            .filter(|_| more)
            .map(|last| cursor(last, sort.key));
        assert_eq!(page.next, next, "{asked}");
        let total = page.total.unwrap();
        assert!(total.is_exact);
        assert_eq!(total.n, expected.len() as u64, "{asked}");
        let summary = page.summary.unwrap();
        let got = (
            summary.by_status.map(|count| count.n),
            summary.overdue.n,
            summary.sla_breach.n,
        );
        assert_eq!(got, model.summary(scope, &filter, now), "{asked}");
    }
}

#[tokio::test]
async fn following_cursors_shows_every_ticket_once() {
    let (desk, _, model, _) = scene().await;
    let now = minute(1500);
    for key in ORDERS {
        for descending in [true, false] {
            let sort = Sort { key, descending };
            let mut start = Start::Offset(0);
            let mut seen = Vec::new();
            loop {
                let filter = TicketFilter::default();
                let query = TicketQuery {
                    filter,
                    sort,
                    start,
                    limit: 17,
                    counts: false,
                    now,
                };
                let page = desk.store.list(Scope::Everything, query).await.unwrap();
                seen.extend(page.items.iter().map(|stored| stored.numbers.number));
                match page.next {
                    Some(next) => start = Start::After(next),
                    None => break,
                }
            }
            let expected = model.list(Scope::Everything, &TicketFilter::default(), sort, now);
            assert_eq!(
                seen,
                expected
                    .iter()
                    .map(|stored| stored.numbers.number)
                    .collect::<Vec<_>>(),
                "{sort:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_dashboard_and_what_is_due_are_those_of_the_model() {
    let (desk, _, model, _) = scene().await;
    let board = desk.store.sla_dashboard(0, 1000).await.unwrap();
    let open = || {
        model
            .tickets
            .iter()
            .filter(|stored| !stored.data.status.is_done())
    };
    let state = |stored: &Stored| stored.data.sla.as_ref().map(|sla| sla.state(false));
    let of = |wanted| {
        open()
            .filter(|stored| state(stored) == Some(wanted))
            .count() as u64
    };
    let totals = board.totals;
    let got = (
        totals.on_track,
        totals.at_risk,
        totals.breached,
        totals.paused,
    );
    assert_eq!(
        got,
        (
            of(S::OnTrack),
            of(S::AtRisk),
            of(S::Breached),
            of(S::Paused)
        )
    );
    assert_eq!(board.total.n, of(S::AtRisk) + of(S::Breached));
    assert_eq!(board.tickets.len() as u64, board.total.n);
    assert!(
        board
            .tickets
            .is_sorted_by_key(|stored| cursor(stored, SortKey::Due).value)
    );
    let sum = |of: fn(&SlaTotals) -> u64| -> (u64, u64) {
        (
            board.by_priority.iter().map(|(_, t)| of(t)).sum(),
            board.by_team.iter().map(|(_, t)| of(t)).sum(),
        )
    };
    assert_eq!(sum(|t| t.breached), (totals.breached, totals.breached));
    assert_eq!(sum(|t| t.on_track), (totals.on_track, totals.on_track));

    let now = minute(1000);
    let due = desk.store.due(now, 1000).await.unwrap();
    let expected = model
        .tickets
        .iter()
        .filter(|s| s.data.next_timer_at().is_some_and(|at| at <= now))
        .count();
    assert_eq!((due.tickets.len(), due.unreadable.len()), (expected, 0));
    assert!(
        due.tickets
            .is_sorted_by_key(|loaded| loaded.ticket.data().next_timer_at())
    );
    assert_eq!(
        desk.store.due(now, 3).await.unwrap().tickets.len(),
        expected.min(3)
    );
}

#[tokio::test]
async fn a_policy_for_open_tickets_wakes_all_of_them_bit_by_bit() {
    let (desk, _, model, _) = scene().await;
    let now = noon() - SignedDuration::from_hours(1);
    assert!(desk.store.due(now, 10).await.unwrap().tickets.is_empty());
    let mut after = 0;
    let mut steps = 0;
    while let Some(last) = desk.store.rearm(after, 20, now).await.unwrap() {
        assert!(last > after);
        after = last;
        steps += 1;
    }
    let open = model
        .tickets
        .iter()
        .filter(|stored| !stored.data.status.is_done())
        .count();
    assert_eq!(desk.store.due(now, 1000).await.unwrap().tickets.len(), open);
    assert_eq!(steps, open.div_ceil(20));
}
