//! Bulk jobs over the real store: each ticket once, whoever works on them and whatever changes meanwhile.

use std::time::Duration;

use linedesk_app::directory::users::{NewUser, UserPatch, create_user, update_user};
use linedesk_app::jobs::{Turn, UNFINISHED_MAX};
use linedesk_app::models::{JobState, TicketFilter};
use linedesk_app::tickets::bulk::job::{
    BulkJob, ask_bulk, bulk_job, bulk_outcomes, cancel_bulk_job, list_bulk_jobs,
};
use linedesk_app::tickets::bulk::run::take_turn;
use linedesk_app::tickets::{AddComment, BulkAction, BulkCommand, BulkWhich};
use linedesk_domain::ids::{JobId, TicketId};
use linedesk_domain::people::{Permission, Role};
use linedesk_domain::text::CommentBody;
use linedesk_domain::workflow::Status;
use linedesk_ports::jobs::{ItemOutcome, JobClaim, JobKind};
use linedesk_ports::store::{StoreError, Unique};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::*;

const ONE: Uuid = Uuid::from_u128(1);
const TWO: Uuid = Uuid::from_u128(2);

async fn made(desk: &Desk, count: usize) -> Vec<TicketId> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(desk.ticket(Priority::Low).await.ticket.data.id);
    }
    ids
}

fn text() -> CommentBody {
    CommentBody::parse("The storm is over.").unwrap()
}

fn comment() -> BulkAction {
    BulkAction::Comment {
        body: text(),
        is_internal: false,
    }
}

async fn ask(desk: &Desk, caller: &Caller, which: BulkWhich, action: BulkAction) -> JobId {
    let command = BulkCommand { which, action };
    let asked = ask_bulk(&desk.app, caller, command).await.unwrap();
    assert_eq!(asked.job.state, JobState::Queued);
    asked.job.new.id
}

async fn turn(app: &App, holder: Uuid) -> Turn {
    take_turn(app, holder, &CancellationToken::new())
        .await
        .unwrap()
}

async fn read(desk: &Desk, id: JobId) -> BulkJob {
    bulk_job(&desk.app, &desk.admin, id).await.unwrap()
}

/// How many comments each ticket has.
async fn comments(desk: &Desk, tickets: &[TicketId]) -> Vec<usize> {
    let mut counts = Vec::new();
    for id in tickets {
        let part = Part::From {
            offset: 0,
            limit: 10,
        };
        let key = TicketKey::Id(*id);
        let found = tickets::list_comments(&desk.app, &desk.admin, key, part).await;
        counts.push(found.unwrap().items.len());
    }
    counts
}

async fn lead(desk: &Desk) -> Caller {
    let new = NewUser::of("lead", Role::Lead);
    let user = create_user(&desk.app, &desk.admin, new).await.unwrap();
    Caller::signed_in(Arc::new(user), None)
}

/// Comments on a ticket as a job does.
async fn commented(desk: &Desk, job: JobId, nth: i64, ticket: TicketId) -> Result<(), String> {
    let outcome = ItemOutcome {
        job,
        nth,
        is_failure: false,
        body: format!("{{\"ticket\":\"{ticket}\"}}"),
    };
    let caller = Caller {
        outcome: Some(outcome),
        ..desk.admin.clone()
    };
    let new = AddComment {
        body: text(),
        is_internal: false,
        attachments: Vec::new(),
    };
    let key = TicketKey::Id(ticket);
    match tickets::add_comment(&desk.app, &caller, key, None, new).await {
        Ok(_) => Ok(()),
        Err(linedesk_app::Error::Store(StoreError::Duplicate(Unique::ItemOutcome))) => {
            Err("known".to_owned())
        }
        Err(other) => Err(other.to_string()),
    }
}

#[tokio::test]
async fn of_two_servers_at_one_job_each_ticket_is_written_on_once() {
    let desk = Desk::open().await;
    let made = made(&desk, 150).await;
    let id = ask(&desk, &desk.admin, BulkWhich::Ids(made.clone()), comment()).await;
    let (jobs, short) = (&desk.app.jobs, Duration::from_millis(40));
    let taken = jobs.take(JobKind::Bulk, ONE, short, desk.now()).await;
    let claim = JobClaim {
        id,
        holder: ONE,
        attempt: taken.unwrap().unwrap().attempts,
    };
    // Some are done, some more are written when it falls silent: not in order, and not told of.
    for nth in [1, 2, 3, 5, 64, 70] {
        let ticket = made[usize::try_from(nth - 1).unwrap()];
        commented(&desk, id, nth, ticket).await.unwrap();
    }
    assert!(jobs.settle(claim, 3, Vec::new(), short).await.unwrap());
    let successor = desk.beside().await;
    let mut ended = turn(&successor, TWO).await;
    while ended == Turn::Idle {
        tokio::time::sleep(Duration::from_millis(10)).await;
        ended = turn(&successor, TWO).await;
    }
    assert_eq!(ended, Turn::Ended(147));
    // It wakes up and goes on as if it still held the job.
    let late = commented(&desk, id, 6, made[5]).await;
    assert_eq!(late.unwrap_err(), "known");
    assert!(!jobs.settle(claim, 150, Vec::new(), short).await.unwrap());
    assert_eq!(comments(&desk, &made).await, vec![1; 150]);
    let found = read(&desk, id).await.job;
    assert_eq!(
        (found.state, found.progress.done, found.failed),
        (JobState::Done, 150, 0)
    );
    let page = bulk_outcomes(&desk.app, &desk.admin, id, false, 1_000, 0).await;
    let tickets = page.unwrap().items.into_iter().map(|one| one.ticket);
    assert_eq!(tickets.collect::<Vec<_>>(), made);
}

#[tokio::test]
async fn the_tickets_are_those_of_the_moment_when_it_was_asked_for() {
    let desk = Desk::open().await;
    let made = made(&desk, 100).await;
    let filter = TicketFilter {
        status: vec![Status::Open],
        ..TicketFilter::default()
    };
    let which = BulkWhich::Filter(Box::new(filter));
    let id = ask(
        &desk,
        &desk.admin,
        which,
        BulkAction::Status(Status::InProgress),
    )
    .await;
    desk.ticket(Priority::Low).await;
    let gone = TicketKey::Id(made[9]);
    tickets::delete_ticket(&desk.app, &desk.admin, gone, None)
        .await
        .unwrap();
    let closed = TicketKey::Id(made[80]);
    tickets::close_ticket(&desk.app, &desk.admin, closed, None, Resolution::default())
        .await
        .unwrap();
    assert_eq!(turn(&desk.app, ONE).await, Turn::Ended(100));
    let found = read(&desk, id).await.job;
    assert_eq!((found.progress.total, found.failed), (100, 2));
    let failures = bulk_outcomes(&desk.app, &desk.admin, id, true, 10, 0).await;
    let failures = failures.unwrap();
    let codes: Vec<_> = failures
        .items
        .iter()
        .map(|one| (one.ticket, one.refusal.as_ref().unwrap().code.as_str()))
        .collect();
    assert_eq!(
        codes,
        [(made[9], "not_found"), (made[80], "invalid_transition")]
    );
    assert_eq!(failures.total, 2);
}

#[tokio::test]
async fn it_is_done_with_the_rights_that_its_maker_has_then() {
    let desk = Desk::open().await;
    let made = made(&desk, 3).await;
    let lead = lead(&desk).await;
    let change = |patch| update_user(&desk.app, &desk.admin, lead.id(), patch);
    let role = |role| UserPatch {
        role: Some(role),
        ..UserPatch::default()
    };
    let which = || BulkWhich::Ids(made.clone());
    let demoted = ask(&desk, &lead, which(), comment()).await;
    change(role(Role::Agent)).await.unwrap();
    assert_eq!(turn(&desk.app, ONE).await, Turn::Ended(0));
    change(role(Role::Lead)).await.unwrap();
    let done = ask(&desk, &lead, which(), comment()).await;
    assert_eq!(turn(&desk.app, ONE).await, Turn::Ended(3));
    let gone = ask(&desk, &lead, which(), comment()).await;
    let off = UserPatch {
        is_active: Some(false),
        ..UserPatch::default()
    };
    change(off).await.unwrap();
    assert_eq!(turn(&desk.app, ONE).await, Turn::Ended(0));
    for (id, state, says) in [
        (demoted, JobState::Failed, "may not act on many tickets"),
        (done, JobState::Done, ""),
        (gone, JobState::Failed, "not active"),
    ] {
        let found = read(&desk, id).await.job;
        assert_eq!(found.state, state);
        assert!(found.error.unwrap_or_default().contains(says));
    }
    assert_eq!(comments(&desk, &made).await, [1, 1, 1]);
    // A token's rights bound it, whatever the role.
    let reader = Caller::signed_in(
        desk.admin.user.clone(),
        Some(vec![Permission::TicketsRead, Permission::TicketsWrite]),
    );
    let command = BulkCommand {
        which: which(),
        action: comment(),
    };
    assert!(ask_bulk(&desk.app, &reader, command).await.is_err());
}

#[tokio::test]
async fn a_server_that_stops_gives_its_job_back_with_what_was_done() {
    let desk = Desk::open().await;
    let made = made(&desk, 640).await;
    let id = ask(&desk, &desk.admin, BulkWhich::Ids(made.clone()), comment()).await;
    let stop = CancellationToken::new();
    let stopping = async {
        while read(&desk, id).await.job.progress.done == 0 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
    };
    let (stopped, ()) = tokio::join!(take_turn(&desk.app, ONE, &stop), stopping);
    assert_eq!(stopped.unwrap(), Turn::GivenBack);
    let found = read(&desk, id).await.job;
    assert_eq!((found.state, found.attempts), (JobState::Queued, 0));
    let left = 640 - found.progress.done.unsigned_abs();
    assert_eq!(turn(&desk.app, TWO).await, Turn::Ended(left));
    assert_eq!(comments(&desk, &made).await, vec![1; 640]);
}

#[tokio::test]
async fn cancelling_stops_before_the_next_tickets_and_what_was_done_is_told() {
    let desk = Desk::open().await;
    let made = made(&desk, 640).await;
    let id = ask(&desk, &desk.admin, BulkWhich::Ids(made.clone()), comment()).await;
    let cancelling = async {
        while read(&desk, id).await.job.progress.done == 0 {
            tokio::task::yield_now().await;
        }
        cancel_bulk_job(&desk.app, &desk.admin, id).await.unwrap();
    };
    let (lost, ()) = tokio::join!(turn(&desk.app, ONE), cancelling);
    assert_eq!(lost, Turn::Lost);
    let found = read(&desk, id).await.job;
    assert_eq!(found.state, JobState::Cancelled);
    let done = usize::try_from(found.progress.done).unwrap();
    assert!((64..640).contains(&done) && done % 64 == 0, "{done}");
    let page = bulk_outcomes(&desk.app, &desk.admin, id, false, 1_000, 0).await;
    let page = page.unwrap();
    let tickets: Vec<_> = page.items.iter().map(|one| one.ticket).collect();
    assert_eq!(
        (tickets.as_slice(), page.total),
        (&made[..done], done as u64)
    );
    let counts = comments(&desk, &made).await;
    assert!(
        counts
            .iter()
            .enumerate()
            .all(|(n, count)| *count == usize::from(n < done))
    );
    assert_eq!(turn(&desk.app, TWO).await, Turn::Idle);
}

#[tokio::test]
async fn only_so_many_wait_and_nobody_sees_those_of_others_but_admins() {
    let desk = Desk::open().await;
    let made = made(&desk, 1).await;
    let lead = lead(&desk).await;
    let mut asked = Vec::new();
    for _ in 0..UNFINISHED_MAX {
        asked.push(ask(&desk, &desk.admin, BulkWhich::Ids(made.clone()), comment()).await);
    }
    let command = BulkCommand {
        which: BulkWhich::Ids(made.clone()),
        action: comment(),
    };
    let refused = ask_bulk(&desk.app, &lead, command).await.unwrap_err();
    assert_eq!(refused.code(), "too_many_bulk_jobs");
    assert!(bulk_job(&desk.app, &lead, asked[0]).await.is_err());
    assert!(cancel_bulk_job(&desk.app, &lead, asked[0]).await.is_err());
    for id in &asked {
        cancel_bulk_job(&desk.app, &desk.admin, *id).await.unwrap();
    }
    assert_eq!(turn(&desk.app, ONE).await, Turn::Idle);
    let own = ask(&desk, &lead, BulkWhich::Ids(made.clone()), comment()).await;
    let list = |caller: Caller| {
        let app = desk.app.clone();
        async move { list_bulk_jobs(&app, &caller, 100, 0).await.unwrap() }
    };
    let seen = list(lead.clone()).await;
    assert_eq!((seen.total, seen.items[0].job.new.id), (1, own));
    assert_eq!(list(desk.admin.clone()).await.total, UNFINISHED_MAX + 1);
}
