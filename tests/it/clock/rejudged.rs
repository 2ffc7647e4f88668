//! Versions of policies that apply to open tickets: every ticket hears of them, whatever fails or comes in between.

use linedesk_domain::ids::PolicyVersionId;
use linedesk_domain::sla::PolicySpec;
use linedesk_domain::ticket::edit::Edit;
use linedesk_domain::ticket::{Act, DEFAULT_REOPEN_WINDOW};
use linedesk_domain::workflow::Status;
use linedesk_ports::store::Scope;
use linedesk_ports::tickets::Rearming;

use super::*;

/// The present version of the policy of urgent tickets.
async fn urgent(desk: &Desk) -> PolicyVersion {
    let policies = list_policies(&desk.app, &desk.admin).await.unwrap();
    let urgent = policies.into_iter().filter(|policy| {
        let priorities = &policy.spec.conditions.priorities;
        priorities.contains(&Priority::Urgent)
    });
    urgent.max_by_key(|policy| policy.version).unwrap()
}

fn resolved_within(of: &PolicyVersion, hours: i64) -> PolicySpec {
    let mut spec = of.spec.clone();
    spec.targets.resolution = Some(SignedDuration::from_hours(hours));
    spec
}

/// Commits a version for open tickets with its policy, and nothing else: as when the power goes right after that.
async fn commit_for_open(desk: &Desk, hours: i64) {
    let present = urgent(desk).await;
    let next = PolicyVersion {
        id: PolicyVersionId(desk.app.ids.next(desk.now())),
        version: present.version + 1,
        effective_from: desk.now(),
        applies_to_open: true,
        spec: resolved_within(&present, hours),
        ..present
    };
    commit(desk, vec![Write::Policy(next)]).await;
}

async fn commit(desk: &Desk, writes: Vec<Write>) {
    let changes = Changes { writes, mark: None };
    desk.app.commit.commit(changes).await.unwrap();
}

async fn due_at(desk: &Desk, ticket: &TicketView) -> Option<Timestamp> {
    desk.read(ticket).await.ticket.data.due_at()
}

#[tokio::test]
async fn what_a_server_that_died_left_unjudged_is_judged_after_the_next_start() {
    let desk = Desk::open().await;
    let made = desk.now();
    let ticket = desk.ticket(Priority::Urgent).await;
    desk.pass(SignedDuration::from_mins(1));
    let came = desk.now();
    commit_for_open(&desk, 1).await;
    // The server is back hours later: what was missed meanwhile was missed then.
    desk.pass(SignedDuration::from_hours(5));
    let restarted = desk.beside().await;
    sweep::sweep(&restarted).await.unwrap();
    let hour = made + SignedDuration::from_hours(1);
    assert_eq!(due_at(&desk, &ticket).await, Some(hour));
    let told = desk.told(&ticket).await;
    assert!(told.contains(&(came, Action::SlaRejudged)), "{told:?}");
    let breached = breaches(&told);
    assert!(
        breached.contains(&(hour, Target::Resolution)),
        "{breached:?}"
    );
}

#[tokio::test]
async fn marking_goes_on_where_it_stopped_and_is_done_once_more_a_minute_later() {
    let desk = Desk::open().await;
    for _ in 0..3 {
        desk.ticket(Priority::Urgent).await;
    }
    let tickets = &desk.app.tickets;
    desk.pass(SignedDuration::from_mins(1));
    commit_for_open(&desk, 4).await;
    // As a server that died after the first ticket left it.
    let begun = Rearming {
        versions: 1,
        reached: Some(0),
        again_at: Some(desk.now() + SignedDuration::from_mins(1)),
    };
    let idle = tickets.rearming().await.unwrap();
    tickets.rearm(idle, begun, 1, desk.now()).await.unwrap();
    assert_eq!(tickets.due(desk.now(), 10).await.unwrap().tickets.len(), 1);
    assert_eq!(sweep::sweep(&desk.app).await.unwrap().tickets, 3);
    assert_eq!(sweep::sweep(&desk.app).await.unwrap().tickets, 0);
    desk.pass(SignedDuration::from_mins(1));
    assert_eq!(sweep::sweep(&desk.app).await.unwrap().tickets, 3);
    desk.pass(SignedDuration::from_mins(1));
    assert_eq!(sweep::sweep(&desk.app).await.unwrap().tickets, 0);
    // Nor does another start do it again.
    let restarted = desk.beside().await;
    assert_eq!(sweep::sweep(&restarted).await.unwrap().tickets, 0);
}

#[tokio::test]
async fn an_action_that_knew_only_the_old_book_does_not_keep_a_ticket_from_the_new_one() {
    let desk = Desk::open().await;
    let made = desk.now();
    let ticket = desk.ticket(Priority::Low).await;
    let id = ticket.ticket.data.id;
    let key = TicketKey::Id(id);
    // One action reads the ticket before the version is committed, and is written after all tickets were marked.
    let loaded = desk.app.tickets.ticket(Scope::Everything, key).await;
    let loaded = loaded.unwrap().unwrap();
    desk.pass(SignedDuration::from_mins(1));
    commit_for_open(&desk, 4).await;
    desk.pass(SignedDuration::from_secs(1));
    sweep::sweep(&desk.app).await.unwrap();
    let act = Act {
        by: desk.admin.actor(),
        at: desk.now(),
        book: &loaded.book,
        tier: None,
        reopen_window: DEFAULT_REOPEN_WINDOW,
    };
    let edit = Edit {
        priority: Some(Priority::Urgent),
        ..Edit::default()
    };
    let edited = loaded.ticket.clone().edit(&act, edit).unwrap().ticket;
    let paused = edited.set_status(&act, Status::InProgress).unwrap().ticket;
    let paused = paused
        .set_status(&act, Status::PendingCustomer)
        .unwrap()
        .ticket;
    let expected = loaded.ticket.data().version;
    let data = Box::new(paused.into_data());
    commit(&desk, vec![Write::Ticket { data, expected }]).await;
    let judged_by = async || {
        let sla = desk.read(&ticket).await.ticket.data.sla.unwrap();
        sla.policy
    };
    sweep::sweep(&desk.app).await.unwrap();
    let newest = urgent(&desk).await.id;
    assert_ne!(judged_by().await, Some(newest), "its timer is far away");
    desk.pass(SignedDuration::from_mins(1));
    sweep::sweep(&desk.app).await.unwrap();
    assert_eq!(judged_by().await, Some(newest));
    let work = |_| vec![Status::InProgress];
    let resumed = tickets::set_status(&desk.app, &desk.admin, key, None, work).await;
    let due = resumed.unwrap().ticket.data.due_at();
    let soon = made + SignedDuration::from_hours(5);
    assert!(due.is_some_and(|due| due < soon), "{due:?}");
}

#[tokio::test]
async fn a_version_that_changes_nothing_for_a_ticket_leaves_its_entity_tag() {
    let desk = Desk::open().await;
    let (urgent_one, low) = (
        desk.ticket(Priority::Urgent).await,
        desk.ticket(Priority::Low).await,
    );
    let version = |view: &TicketView| view.ticket.data.version;
    desk.pass(SignedDuration::from_mins(1));
    let present = urgent(&desk).await;
    let spec = resolved_within(&present, 4);
    update_policy(&desk.app, &desk.admin, present.policy, spec, ApplyTo::Open)
        .await
        .unwrap();
    for _ in 0..3 {
        sweep::sweep(&desk.app).await.unwrap();
        desk.pass(SignedDuration::from_mins(1));
    }
    assert_eq!(version(&desk.read(&low).await), version(&low));
    let rejudged = desk.read(&urgent_one).await;
    assert_eq!(version(&rejudged), version(&urgent_one) + 1);
    let told = desk.told(&urgent_one).await;
    let by_the_clock = told.iter().map(|(_, action)| action);
    assert_eq!(by_the_clock.collect::<Vec<_>>(), [&Action::SlaRejudged]);
    assert!(desk.told(&low).await.is_empty());
    // What is due is still noticed when it is due.
    desk.pass(SignedDuration::from_hours(300));
    sweep::sweep(&desk.app).await.unwrap();
    assert_eq!(breaches(&desk.told(&low).await).len(), 2);
}
