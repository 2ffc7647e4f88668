//! What became of each of the things that a job has to do: once, whoever writes it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use linedesk_domain::ids::{JobId, TicketId, UserId};
use linedesk_domain::people::Role;
use linedesk_ports::changes::Write;
use linedesk_ports::jobs::{
    Forgotten, ItemOutcome, Job, JobClaim, JobKind, JobOutcome, JobState, NewJob, Outcomes,
};
use linedesk_ports::store::{StoreError, Unique};
use uuid::Uuid;

use super::desk::{Desk, noon, soon};

const LONG: Duration = Duration::from_mins(10);
const SHORT: Duration = Duration::from_millis(40);
const ONE: Uuid = Uuid::from_u128(1);
const TWO: Uuid = Uuid::from_u128(2);
const KIND: JobKind = JobKind::Bulk;
const ALL: Outcomes = Outcomes {
    failures: false,
    after: 0,
    until: i64::MAX,
};
const FAILURES: Outcomes = Outcomes {
    failures: true,
    ..ALL
};

/// A job about that many tickets.
async fn put(desk: &Desk, by: UserId, tickets: u128) -> (JobId, Vec<TicketId>) {
    let id = JobId(desk.uuid());
    let tickets: Vec<_> = (1..=tickets)
        .map(|n| TicketId(Uuid::from_u128(n)))
        .collect();
    let new = NewJob {
        id,
        kind: KIND,
        input: "{}".to_owned(),
        created_by: by,
        created_at: noon(),
    };
    let about = Write::JobTickets {
        job: id,
        tickets: tickets.clone(),
    };
    desk.write([Write::NewJob(new), about]).await.unwrap();
    (id, tickets)
}

async fn take(desk: &Desk, holder: Uuid, lease: Duration) -> Option<(Job, JobClaim)> {
    let job = desk
        .store
        .take(KIND, holder, lease, noon())
        .await
        .unwrap()?;
    let claim = JobClaim {
        id: job.new.id,
        holder,
        attempt: job.attempts,
    };
    Some((job, claim))
}

async fn read(desk: &Desk, id: JobId) -> Job {
    desk.store.job(KIND, id).await.unwrap().unwrap()
}

fn outcome(job: JobId, nth: i64, is_failure: bool) -> ItemOutcome {
    ItemOutcome {
        job,
        nth,
        is_failure,
        body: format!("{{\"n\" : {nth}}}"),
    }
}

async fn places(desk: &Desk, job: JobId, which: Outcomes) -> Vec<i64> {
    let found = desk.store.outcomes(job, which, 10_000, 0).await.unwrap();
    let count = desk.store.count_outcomes(job, which).await.unwrap();
    assert_eq!(count, found.len() as u64);
    found.iter().map(|outcome| outcome.nth).collect()
}

#[tokio::test]
async fn a_jobs_tickets_are_read_in_their_order_from_anywhere() {
    let desk = Desk::open().await;
    let by = desk.user("lead", Role::Lead).await;
    let (id, tickets) = put(&desk, by, 2_345).await;
    assert_eq!(read(&desk, id).await.progress.total, 2_345);
    for from in [0, 1, 999, 1_000, 1_001, 2_000, 2_344] {
        let found = desk.store.job_tickets(id, from).await.unwrap();
        let rest = &tickets[usize::try_from(from).unwrap()..];
        assert!(!found.is_empty() && rest.starts_with(&found), "{from}");
    }
    for from in [2_345, 2_346, 9_999] {
        assert!(desk.store.job_tickets(id, from).await.unwrap().is_empty());
    }
    let (none, _) = put(&desk, by, 0).await;
    assert!(desk.store.job_tickets(none, 0).await.unwrap().is_empty());
    assert_eq!(read(&desk, none).await.progress.total, 0);
}

#[tokio::test]
async fn an_outcome_that_is_known_refuses_all_that_comes_with_it() {
    let desk = Desk::open().await;
    let by = desk.user("lead", Role::Lead).await;
    let (id, _) = put(&desk, by, 3).await;
    let make = |username: &str, nth| {
        let user = super::desk::user(UserId(desk.uuid()), username, Role::Agent);
        [
            Write::NewUser(user),
            Write::ItemOutcome(outcome(id, nth, false)),
        ]
    };
    desk.write(make("first", 1)).await.unwrap();
    // Beside others in one transaction, of which it spoils none.
    let (again, other) = tokio::join!(desk.write(make("again", 1)), desk.write(make("other", 2)));
    assert_eq!(
        again.unwrap_err(),
        StoreError::Duplicate(Unique::ItemOutcome)
    );
    other.unwrap();
    let found = |username: &'static str| desk.store.user_by_login(username);
    assert!(
        found("again").await.unwrap().is_none(),
        "nothing was written"
    );
    assert!(found("first").await.unwrap().is_some() && found("other").await.unwrap().is_some());
    assert_eq!(places(&desk, id, ALL).await, [1, 2]);
}

#[tokio::test]
async fn what_is_settled_is_counted_once_and_what_was_written_with_a_change_stays() {
    let desk = Desk::open().await;
    let by = desk.user("lead", Role::Lead).await;
    let (id, _) = put(&desk, by, 200).await;
    let (_, claim) = take(&desk, ONE, LONG).await.unwrap();
    desk.write([Write::ItemOutcome(outcome(id, 2, false))])
        .await
        .unwrap();
    let told: Vec<_> = (1..=150)
        .map(|nth| outcome(id, nth, nth % 50 == 2))
        .collect();
    let settle = |done, outcomes| desk.store.settle(claim, done, outcomes, LONG);
    assert!(settle(150, told.clone()).await.unwrap());
    let job = read(&desk, id).await;
    assert_eq!(
        (job.progress.done, job.progress.total, job.rows, job.failed),
        (150, 200, 150, 2),
        "the second one had succeeded"
    );
    assert_eq!(places(&desk, id, FAILURES).await, [52, 102]);
    // Once more, and only to hold it.
    assert!(settle(150, told).await.unwrap());
    assert!(settle(150, Vec::new()).await.unwrap());
    assert!(
        settle(200, (151..=200).map(|nth| outcome(id, nth, true)).collect())
            .await
            .unwrap()
    );
    let job = read(&desk, id).await;
    assert_eq!((job.progress.done, job.failed), (200, 52));
    let part = Outcomes {
        after: 10,
        until: 13,
        ..ALL
    };
    assert_eq!(places(&desk, id, part).await, [11, 12, 13]);
    let page = desk.store.outcomes(id, FAILURES, 2, 1).await.unwrap();
    assert_eq!(page, [outcome(id, 102, true), outcome(id, 151, true)]);
}

#[tokio::test]
async fn whoever_lost_a_job_settles_nothing_but_one_that_was_cancelled_can_be_told_of() {
    let desk = Desk::open().await;
    let by = desk.user("lead", Role::Lead).await;
    let (id, _) = put(&desk, by, 9).await;
    let (_, silent) = take(&desk, ONE, SHORT).await.unwrap();
    soon("the end of the hold", || async {
        take(&desk, TWO, LONG).await.is_some()
    })
    .await;
    let settle = |claim, done| {
        desk.store
            .settle(claim, done, vec![outcome(id, done, true)], LONG)
    };
    assert!(!settle(silent, 1).await.unwrap());
    assert_eq!(read(&desk, id).await.progress.done, 0);
    let claim = JobClaim {
        id,
        holder: TWO,
        attempt: 2,
    };
    assert!(settle(claim, 1).await.unwrap());
    assert!(desk.store.cancel(id, noon()).await.unwrap());
    assert!(!settle(claim, 2).await.unwrap(), "it is not held any more");
    assert!(!settle(silent, 3).await.unwrap());
    let job = read(&desk, id).await;
    assert_eq!(
        (job.state, job.progress.done, job.failed),
        (JobState::Cancelled, 2, 2)
    );
    assert!(take(&desk, ONE, LONG).await.is_none());
}

#[tokio::test]
async fn what_is_large_is_forgotten_in_pieces() {
    let desk = Desk::open().await;
    let by = desk.user("lead", Role::Lead).await;
    let later = |seconds| noon() + SignedDuration::from_secs(seconds);
    let mut ids = Vec::new();
    for rows in [7_000, 10] {
        let (id, _) = put(&desk, by, rows).await;
        let (_, claim) = take(&desk, ONE, LONG).await.unwrap();
        let rows = i64::try_from(rows).unwrap();
        let outcomes = (1..=rows).map(|nth| outcome(id, nth, nth == 5)).collect();
        assert!(
            desk.store
                .settle(claim, rows, outcomes, LONG)
                .await
                .unwrap()
        );
        let done = JobOutcome::Done("{}".to_owned());
        assert!(desk.store.finish(claim, done, later(1)).await.unwrap());
        ids.push(id);
    }
    let forget = |before: Timestamp| desk.store.forget_jobs(before);
    let none = Forgotten {
        jobs: 0,
        is_all: true,
    };
    assert_eq!(forget(later(1)).await.unwrap(), none);
    let (mut forgotten, mut turns) = (0, 0);
    loop {
        let some = forget(later(2)).await.unwrap();
        forgotten += some.jobs;
        turns += 1;
        if some.is_all {
            break;
        }
    }
    assert_eq!((forgotten, turns), (2, 2));
    for id in ids {
        assert!(desk.store.job(KIND, id).await.unwrap().is_none());
        assert!(places(&desk, id, ALL).await.is_empty());
        assert!(desk.store.job_tickets(id, 0).await.unwrap().is_empty());
    }
}
