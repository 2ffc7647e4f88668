//! What another SLA would have made of the past, with the time moved by hand.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::civil::{Date, date};
use linedesk_app::models::{JobState, Progress};
use linedesk_app::sla::simulate::run::{Turn, take_turn};
use linedesk_app::sla::simulate::{
    Filter, Simulation, Tally, UNFINISHED_MAX, Wanted, cancel_simulation, changed_tickets,
    list_simulations, simulate, simulation,
};
use linedesk_domain::ids::{JobId, TicketId};
use linedesk_domain::sla::{Draft, Outcome, PolicySpec};
use linedesk_ports::jobs::{JobClaim, JobKind};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::*;

const ONE: Uuid = Uuid::from_u128(1);
const TWO: Uuid = Uuid::from_u128(2);
const MONDAY: Date = date(2026, 3, 2);

/// The policy for urgent tickets: around the clock, 30 minutes and 8 hours.
async fn urgent(desk: &Desk) -> PolicyVersion {
    let policies = list_policies(&desk.app, &desk.admin).await.unwrap();
    let urgent = policies.into_iter().find(|one| one.spec.name == "Urgent");
    urgent.unwrap()
}

fn instead(of: &PolicyVersion, spec: PolicySpec) -> Wanted {
    Wanted {
        first: MONDAY,
        last: MONDAY,
        timezone: None,
        draft: Draft {
            policy: Some(spec),
            replaces: Some(of.policy),
            ..Draft::default()
        },
        filter: Filter::default(),
    }
}

/// Tickets of that priority, made at once and resolved after so many minutes each.
async fn resolved_after(desk: &Desk, priority: Priority, minutes: &[i64]) -> Vec<TicketId> {
    let (mut made, start) = (Vec::new(), desk.now());
    for _ in minutes {
        made.push(desk.ticket(priority).await.ticket.data.id);
    }
    let mut order: Vec<_> = minutes.iter().zip(&made).collect();
    order.sort();
    for (after, id) in order {
        let until = start + SignedDuration::from_mins(*after);
        desk.pass(until.duration_since(desk.now()));
        sweep::sweep(&desk.app).await.unwrap();
        let key = TicketKey::Id(*id);
        let resolution = Resolution::default();
        tickets::resolve_ticket(&desk.app, &desk.admin, key, None, resolution)
            .await
            .unwrap();
    }
    made
}

async fn ask(desk: &Desk, wanted: Wanted) -> JobId {
    let asked = simulate(&desk.app, &desk.admin, wanted).await.unwrap();
    assert_eq!(asked.job.state, JobState::Queued);
    asked.job.new.id
}

async fn turn(app: &App, holder: Uuid) -> Turn {
    take_turn(app, holder, &CancellationToken::new())
        .await
        .unwrap()
}

async fn read(desk: &Desk, id: JobId) -> Simulation {
    simulation(&desk.app, &desk.admin, id).await.unwrap()
}

async fn done(desk: &Desk, wanted: Wanted) -> (JobId, Tally) {
    let id = ask(desk, wanted).await;
    turn(&desk.app, ONE).await;
    let found = read(desk, id).await;
    assert_eq!(found.job.state, JobState::Done, "{found:?}");
    (id, found.report.unwrap().total.0)
}

async fn listed(desk: &Desk, id: JobId) -> BTreeSet<TicketId> {
    let page = changed_tickets(&desk.app, &desk.admin, id, 1_000, 0).await;
    let page = page.unwrap();
    assert_eq!(page.total, page.items.len() as u64);
    let tickets = page.items.iter().map(|ticket| TicketId(ticket.id));
    tickets.collect()
}

#[tokio::test]
async fn the_present_policies_put_in_their_own_place_change_nothing() {
    let desk = Desk::open().await;
    for priority in Priority::ALL {
        resolved_after(&desk, *priority, &[5, 100, 600, 2_000]).await;
        desk.ticket(*priority).await;
        desk.pass(SignedDuration::from_hours(2));
    }
    desk.pass(SignedDuration::from_hours(3));
    let policies = list_policies(&desk.app, &desk.admin).await.unwrap();
    for policy in policies {
        let wanted = Wanted {
            last: date(2026, 4, 30),
            ..instead(&policy, policy.spec.clone())
        };
        let (id, total) = done(&desk, wanted).await;
        assert_eq!(
            (total.tickets, total.changed),
            (30, 0),
            "{}",
            policy.spec.name
        );
        for shift in total.targets {
            assert_eq!(shift.before, shift.after);
        }
        assert!(total.targets[2].before.breached > 5 && total.targets[2].before.met > 5);
        assert!(listed(&desk, id).await.is_empty());
    }
}

#[tokio::test]
async fn a_stricter_target_changes_exactly_what_took_longer() {
    let desk = Desk::open().await;
    let minutes = [10, 179, 180, 181, 300, 479, 480, 481, 700];
    let made = resolved_after(&desk, Priority::Urgent, &minutes).await;
    resolved_after(&desk, Priority::Critical, &minutes).await;
    let present = urgent(&desk).await;
    let mut spec = present.spec.clone();
    spec.targets.resolution = Some(SignedDuration::from_mins(180));
    let wanted = instead(&present, spec.clone());
    let (id, total) = done(&desk, wanted.clone()).await;
    let pairs = minutes.iter().zip(&made);
    let late = pairs.filter(|(minutes, _)| (181..=480).contains(*minutes));
    let expected: BTreeSet<_> = late.map(|(_, id)| *id).collect();
    assert_eq!(expected.len(), 4);
    assert_eq!(listed(&desk, id).await, expected);
    assert_eq!(
        (total.tickets, total.changed, total.newly_breached),
        (18, 4, 4)
    );
    let found = read(&desk, id).await;
    let report = found.report.unwrap();
    assert_eq!(
        found.job.progress,
        Progress {
            done: 18,
            total: 18
        }
    );
    let of_urgent = &report.by_priority.iter().find(|(name, _)| name == "urgent");
    let resolution = of_urgent.as_ref().unwrap().1.0.targets[2];
    assert_eq!((resolution.before.met, resolution.before.breached), (7, 2));
    assert_eq!((resolution.after.met, resolution.after.breached), (3, 6));
    let customer = &report.by_customer[0];
    assert_eq!(customer.of.as_ref().unwrap().name, "Hotel Seeblick");
    assert_eq!((customer.sums.0.tickets, report.customers), (18, 1));
    let page = changed_tickets(&desk.app, &desk.admin, id, 1, 1)
        .await
        .unwrap();
    assert_eq!((page.items.len(), page.total), (1, 4));
    let (before, after) = page.items[0].outcomes(Target::Resolution);
    assert_eq!((before, after), (Outcome::Met, Outcome::Breached));
    // A wider one, the other way round.
    spec.targets.resolution = Some(SignedDuration::from_mins(481));
    let (_, total) = done(&desk, instead(&present, spec)).await;
    assert_eq!((total.newly_breached, total.no_longer_breached), (0, 1));
}

#[tokio::test]
async fn only_the_periods_tickets_and_those_filtered_for_are_judged() {
    let desk = Desk::open().await;
    resolved_after(&desk, Priority::Urgent, &[10, 20]).await;
    desk.ticket(Priority::Low).await;
    // Tuesday 00:30 in UTC is still Monday in New York.
    desk.pass(SignedDuration::from_mins(14 * 60 + 10));
    desk.ticket(Priority::Urgent).await;
    let present = urgent(&desk).await;
    let wanted = instead(&present, present.spec.clone());
    assert_eq!(done(&desk, wanted.clone()).await.1.tickets, 3);
    let there = Wanted {
        timezone: Some("America/New_York".to_owned()),
        ..wanted.clone()
    };
    assert_eq!(done(&desk, there).await.1.tickets, 4);
    let filter = Filter {
        priorities: vec![Priority::Urgent],
        customer: Some(desk.customer),
        ..Filter::default()
    };
    let filtered = Wanted { filter, ..wanted };
    assert_eq!(done(&desk, filtered).await.1.tickets, 2);
}

#[tokio::test]
async fn what_a_dead_server_began_another_one_does_from_the_beginning() {
    let desk = Desk::open().await;
    let made = resolved_after(&desk, Priority::Urgent, &[200, 300]).await;
    let present = urgent(&desk).await;
    let mut spec = present.spec.clone();
    spec.targets.resolution = Some(SignedDuration::from_mins(180));
    let id = ask(&desk, instead(&present, spec)).await;
    let (jobs, short) = (&desk.app.jobs, Duration::from_millis(40));
    let taken = jobs
        .take(JobKind::SlaSimulation, ONE, short, desk.now())
        .await;
    let claim = JobClaim {
        id,
        holder: ONE,
        attempt: taken.unwrap().unwrap().attempts,
    };
    let half = Progress { done: 1, total: 2 };
    let rows = vec!["{}".to_owned()];
    assert!(jobs.report(claim, half, rows, short).await.unwrap());
    let successor = desk.beside().await;
    let mut ended = turn(&successor, TWO).await;
    for _ in 0..500 {
        if ended != Turn::Idle {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        ended = turn(&successor, TWO).await;
    }
    assert_eq!(ended, Turn::Ended(2));
    let found = read(&desk, id).await;
    assert_eq!((found.job.state, found.job.attempts), (JobState::Done, 2));
    assert_eq!(listed(&desk, id).await, made.into_iter().collect());
    assert!(!jobs.report(claim, half, Vec::new(), short).await.unwrap());
}

#[tokio::test]
async fn a_server_that_stops_gives_its_simulation_back() {
    let desk = Desk::open().await;
    desk.ticket(Priority::Urgent).await;
    let present = urgent(&desk).await;
    let id = ask(&desk, instead(&present, present.spec.clone())).await;
    let stop = CancellationToken::new();
    stop.cancel();
    let stopped = take_turn(&desk.app, ONE, &stop).await.unwrap();
    assert_eq!(stopped, Turn::GivenBack);
    assert_eq!(read(&desk, id).await.job.state, JobState::Queued);
    assert_eq!(turn(&desk.app, TWO).await, Turn::Ended(1));
}

#[tokio::test]
async fn a_cancelled_simulation_is_not_done_and_there_are_only_so_many() {
    let desk = Desk::open().await;
    let present = urgent(&desk).await;
    let wanted = instead(&present, present.spec.clone());
    let mut asked = Vec::new();
    for _ in 0..UNFINISHED_MAX {
        asked.push(ask(&desk, wanted.clone()).await);
    }
    let refused = simulate(&desk.app, &desk.admin, wanted.clone()).await;
    assert!(refused.is_err(), "{refused:?}");
    for id in &asked {
        cancel_simulation(&desk.app, &desk.admin, *id)
            .await
            .unwrap();
        cancel_simulation(&desk.app, &desk.admin, *id)
            .await
            .unwrap();
    }
    assert_eq!(turn(&desk.app, ONE).await, Turn::Idle);
    let all = list_simulations(&desk.app, &desk.admin, 100, 0)
        .await
        .unwrap();
    assert_eq!(all.total, UNFINISHED_MAX);
    assert!(
        all.items
            .iter()
            .all(|one| one.job.state == JobState::Cancelled)
    );
    let (id, _) = done(&desk, wanted).await;
    cancel_simulation(&desk.app, &desk.admin, id).await.unwrap();
    assert_eq!(read(&desk, id).await.job.state, JobState::Done);
}
