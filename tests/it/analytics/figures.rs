//! Figures against the tickets themselves, looked at one by one.

use std::fmt::Write as _;

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use linedesk_app::analytics as ask;
use linedesk_domain::class::Priority;
use linedesk_domain::event::Action;
use linedesk_domain::metrics::{Dimension, Filter, GroupKey};
use linedesk_domain::workflow::Status;
use linedesk_ports::store::Scope;
use linedesk_ports::system::Clock as _;
use linedesk_ports::tickets::TicketKey;

use super::Desk;

/// Every answer over several periods, groups and filters, as text.
pub(super) async fn everything(desk: &Desk) -> String {
    let mut all = String::new();
    let urgent = Filter {
        priorities: vec![Priority::Urgent, Priority::High],
        ..Filter::default()
    };
    for (days, by, filter) in [
        (30, Some(Dimension::Agent), Filter::default()),
        (90, Some(Dimension::Team), urgent.clone()),
        (400, Some(Dimension::Category), Filter::default()),
        (200, Some(Dimension::Customer), urgent),
    ] {
        let (app, admin) = (&desk.app, &desk.admin);
        let question = || desk.ask(days, by, filter.clone());
        let found = ask::performance(app, admin, question()).await.unwrap();
        writeln!(
            all,
            "{:?} {:?} {:?}",
            found.totals, found.series, found.groups
        )
        .unwrap();
        let found = ask::response_times(app, admin, question()).await.unwrap();
        let spread = found.totals.resolution_business.spread();
        writeln!(all, "{spread:?} {:?}", found.totals.response_wall.spread()).unwrap();
        let found = ask::first_contact(app, admin, question()).await.unwrap();
        writeln!(
            all,
            "{:?} {:?} {:?}",
            found.totals, found.series, found.groups
        )
        .unwrap();
        let found = ask::customer_effort(app, admin, question()).await.unwrap();
        writeln!(
            all,
            "{:?} {:?} {:?}",
            found.totals, found.series, found.groups
        )
        .unwrap();
        let found = ask::satisfaction(app, admin, question()).await.unwrap();
        writeln!(all, "{:?} {:?}", found.totals.scores, found.totals.resolved).unwrap();
        let found = ask::escalations(app, admin, question()).await.unwrap();
        let (levels, reasons) = (found.totals.levels, found.totals.reasons());
        writeln!(all, "{levels:?} {reasons:?} {:?}", found.totals.outcomes).unwrap();
        let found = ask::trending(app, admin, question(), 2).await.unwrap();
        writeln!(all, "{:?} {:?}", found.report.totals, found.rising).unwrap();
        let found = ask::resolution_patterns(app, admin, question())
            .await
            .unwrap();
        for (pattern, of) in found.patterns {
            writeln!(all, "{pattern:?} {} {:?}", of.resolved, of.times.spread()).unwrap();
        }
        for (path, of) in found.paths {
            writeln!(all, "{path} {}", of.resolved).unwrap();
        }
        let found = ask::workload(app, admin, question()).await.unwrap();
        for load in found.loads {
            writeln!(all, "{load:?}").unwrap();
        }
    }
    all
}

/// Passes if the answers are the same; else tells the first line that differs.
#[track_caller]
pub(super) fn same(found: &str, wanted: &str) {
    for (found, wanted) in found.lines().zip(wanted.lines()) {
        assert_eq!(found, wanted);
    }
    assert_eq!(found.lines().count(), wanted.lines().count());
}

#[tokio::test]
async fn figures_are_what_the_tickets_themselves_say() {
    let desk = Desk::with(150).await;
    desk.work(10).await;
    desk.fold().await;
    let question = desk.ask(500, Some(Dimension::Priority), Filter::default());
    let found = ask::performance(&desk.app, &desk.admin, question)
        .await
        .unwrap();

    let mut ids: Vec<_> = desk
        .log()
        .await
        .into_iter()
        .map(|logged| logged.ticket)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let (mut made, mut unresolved, mut urgent) = (0, 0, 0);
    let mut there = Vec::new();
    for id in ids {
        let loaded = desk
            .app
            .tickets
            .ticket(Scope::Everything, TicketKey::Id(id))
            .await
            .unwrap();
        // A deleted ticket is not there.
        let Some(loaded) = loaded else { continue };
        let data = loaded.ticket.data();
        made += 1;
        unresolved += i64::from(!data.status.is_done());
        urgent += i64::from(!data.status.is_done() && data.priority == Priority::Urgent);
        there.push((id, data.status));
    }
    assert!(made < 150, "some were deleted");
    assert_eq!(found.totals.created, made);
    assert_eq!(found.totals.backlog(), unresolved);
    let group = found
        .groups
        .iter()
        .find(|group| group.key == GroupKey::Priority(Priority::Urgent));
    assert_eq!(group.map(|group| group.figures.backlog()), Some(urgent));
    assert_eq!(found.series.last().unwrap().figures.backlog(), unresolved);

    let log = desk.log().await;
    let of = |wanted: fn(&Action) -> bool| {
        let events = log
            .iter()
            .filter(|logged| there.iter().any(|(id, _)| *id == logged.ticket));
        events.filter(|logged| wanted(&logged.event.action)).count() as u64
    };
    let missed = of(|action| matches!(action, Action::SlaBreach { .. }));
    assert!(found.totals.sla.all().missed <= missed && missed > 0);
    let reopened = log.iter().filter(|logged| {
        there.iter().any(|(id, _)| *id == logged.ticket)
            && logged.event.changes.iter().any(|change| {
                change.to == linedesk_domain::event::Value::Text(Status::Reopened.name().to_owned())
            })
    });
    assert_eq!(found.totals.reopened, reopened.count() as u64);
}

#[tokio::test]
async fn what_rises_is_compared_with_days_on_which_the_desk_was_there() {
    let desk = Desk::with(200).await;
    desk.fold().await;
    let trending = async |days| {
        let question = desk.ask(days, None, Filter::default());
        let found = ask::trending(&desk.app, &desk.admin, question, 1).await;
        found.unwrap()
    };
    let (first, _) = desk.app.analytics.span().await.unwrap();
    let first = Date::new(1970, 1, 1).unwrap() + first.unwrap().days();
    let whole = trending(10).await;
    let before = whole.before.unwrap();
    assert_eq!(before.days(), 10);
    assert!(before.from() > first && whole.rise.is_some());
    assert!(!whole.rising.is_empty());

    // Half of the days before were before the first ticket.
    let today = desk.clock.now().to_zoned(TimeZone::UTC).date();
    let there = i64::from((today - first).get_days());
    let cut = trending(there * 2 / 3).await;
    let before = cut.before.unwrap();
    assert_eq!(before.from(), first.tomorrow().unwrap());
    assert!(before.days() < there * 2 / 3 && before.days() > 0);
    let (now, then) = (cut.report.totals.now, cut.report.totals.before);
    #[expect(clippy::cast_precision_loss, reason = "a few tickets")]
    let daily = |n: u64, days: i64| n as f64 / days as f64;
    let rise = daily(now, there * 2 / 3) / daily(then, before.days()) - 1.0;
    assert!((cut.rise.unwrap() - rise).abs() < 1e-9);

    // All of them were: nothing is told to rise.
    let none = trending(there + 1).await;
    assert_eq!(none.before, None);
    assert!(none.rising.is_empty() && none.rise.is_none());
    assert!(none.report.totals.now > 0);
}
