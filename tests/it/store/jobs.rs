//! Long work: taken by one at a time, taken over from the dead, cancelled, forgotten.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use linedesk_domain::ids::{JobId, UserId};
use linedesk_domain::people::Role;
use linedesk_ports::changes::Write;
use linedesk_ports::jobs::{Job, JobClaim, JobKind, JobOutcome, JobState, Jobs, NewJob, Progress};
use uuid::Uuid;

use super::desk::{Desk, noon, soon};

const LONG: Duration = Duration::from_mins(10);
const SHORT: Duration = Duration::from_millis(40);
const ONE: Uuid = Uuid::from_u128(1);
const TWO: Uuid = Uuid::from_u128(2);
const KIND: JobKind = JobKind::SlaSimulation;

fn jobs(desk: &Desk) -> &dyn Jobs {
    &*desk.store
}

fn later(seconds: i64) -> Timestamp {
    noon() + SignedDuration::from_secs(seconds)
}

async fn put(desk: &Desk, by: UserId, kind: JobKind, at: Timestamp) -> NewJob {
    let new = NewJob {
        id: JobId(desk.uuid()),
        kind,
        input: r#"{ "a" : 1 }"#.to_owned(),
        created_by: by,
        created_at: at,
    };
    desk.write([Write::NewJob(new.clone())]).await.unwrap();
    new
}

async fn lead(desk: &Desk) -> UserId {
    desk.user("lead", Role::Lead).await
}

async fn take(desk: &Desk, holder: Uuid, lease: Duration) -> Option<(Job, JobClaim)> {
    let job = desk
        .store
        .take(KIND, holder, lease, later(5))
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
    jobs(desk).job(KIND, id).await.unwrap().unwrap()
}

fn rows(numbers: std::ops::Range<u32>) -> Vec<String> {
    numbers.map(|n| format!("{{\"n\" : {n}}}")).collect()
}

#[tokio::test]
async fn a_job_goes_from_the_queue_to_its_result() {
    let desk = Desk::open().await;
    let new = put(&desk, lead(&desk).await, KIND, noon()).await;
    let queued = read(&desk, new.id).await;
    assert_eq!((&queued.new, queued.state), (&new, JobState::Queued));
    assert_eq!(jobs(&desk).unfinished(KIND).await.unwrap(), 1);
    assert!(
        desk.store
            .take(JobKind::Bulk, ONE, LONG, noon())
            .await
            .unwrap()
            .is_none(),
        "it is of another kind"
    );
    let (taken, claim) = take(&desk, ONE, LONG).await.unwrap();
    assert_eq!(
        (&taken.new, taken.state, taken.attempts),
        (&new, JobState::Running, 1)
    );
    assert_eq!(taken.started_at, Some(later(5)));
    assert!(take(&desk, TWO, LONG).await.is_none(), "it is held");
    let progress = Progress { done: 3, total: 9 };
    assert!(
        desk.store
            .report(claim, progress, rows(0..3), LONG)
            .await
            .unwrap()
    );
    let more = Progress { done: 9, total: 9 };
    assert!(
        desk.store
            .report(claim, more, rows(3..5), LONG)
            .await
            .unwrap()
    );
    let running = read(&desk, new.id).await;
    assert_eq!((running.progress, running.rows), (more, 5));
    assert_eq!(jobs(&desk).rows(new.id, 3, 1).await.unwrap(), rows(1..4));
    let done = JobOutcome::Done("{ \"all\" : true}".to_owned());
    assert!(
        desk.store
            .finish(claim, done.clone(), later(9))
            .await
            .unwrap()
    );
    let ended = read(&desk, new.id).await;
    assert_eq!(
        (ended.state, ended.finished_at),
        (JobState::Done, Some(later(9)))
    );
    assert_eq!(ended.result.as_deref(), Some("{ \"all\" : true}"));
    assert!(
        !jobs(&desk).finish(claim, done, later(10)).await.unwrap(),
        "twice"
    );
    assert!(
        !jobs(&desk).cancel(new.id, later(10)).await.unwrap(),
        "too late"
    );
    assert!(take(&desk, TWO, LONG).await.is_none());
    assert_eq!(jobs(&desk).unfinished(KIND).await.unwrap(), 0);
}

#[tokio::test]
async fn a_cancelled_job_is_nobodys() {
    let desk = Desk::open().await;
    let by = lead(&desk).await;
    let (queued, held) = (
        put(&desk, by, KIND, noon()).await,
        put(&desk, by, KIND, noon()).await,
    );
    let (first, claim) = take(&desk, ONE, LONG).await.unwrap();
    let other = if first.new.id == held.id {
        &queued
    } else {
        &held
    };
    for id in [first.new.id, other.id] {
        assert!(jobs(&desk).cancel(id, later(7)).await.unwrap());
        let job = read(&desk, id).await;
        assert_eq!(
            (job.state, job.finished_at),
            (JobState::Cancelled, Some(later(7)))
        );
    }
    let progress = Progress { done: 1, total: 2 };
    assert!(
        !desk
            .store
            .report(claim, progress, rows(0..1), LONG)
            .await
            .unwrap()
    );
    assert!(!jobs(&desk).clear(claim).await.unwrap());
    assert!(!jobs(&desk).give_back(claim).await.unwrap());
    let failed = JobOutcome::Failed("no".to_owned());
    assert!(!jobs(&desk).finish(claim, failed, later(9)).await.unwrap());
    assert!(
        desk.store
            .rows(first.new.id, 10, 0)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(take(&desk, TWO, LONG).await.is_none());
}

#[tokio::test]
async fn a_job_of_a_server_that_fell_silent_is_taken_over_once() {
    let desk = Desk::open().await;
    let new = put(&desk, lead(&desk).await, KIND, noon()).await;
    let (_, silent) = take(&desk, ONE, SHORT).await.unwrap();
    assert!(
        desk.store
            .report(silent, Progress::default(), rows(0..2), SHORT)
            .await
            .unwrap()
    );
    let taken = soon("the end of the hold", || async {
        take(&desk, TWO, LONG).await.is_some()
    });
    taken.await;
    let job = read(&desk, new.id).await;
    assert_eq!(
        (job.state, job.attempts, job.rows),
        (JobState::Running, 2, 2)
    );
    assert!(
        !desk
            .store
            .report(silent, Progress::default(), rows(2..3), LONG)
            .await
            .unwrap()
    );
    let claim = JobClaim {
        id: new.id,
        holder: TWO,
        attempt: 2,
    };
    assert!(jobs(&desk).clear(claim).await.unwrap());
    assert!(jobs(&desk).rows(new.id, 10, 0).await.unwrap().is_empty());
    assert!(
        desk.store
            .report(claim, Progress::default(), rows(0..1), LONG)
            .await
            .unwrap()
    );
    assert_eq!(jobs(&desk).rows(new.id, 10, 0).await.unwrap(), rows(0..1));
}

#[tokio::test]
async fn what_is_given_back_or_inherited_is_due_at_once() {
    let desk = Desk::open().await;
    put(&desk, lead(&desk).await, KIND, noon()).await;
    let (_, claim) = take(&desk, ONE, LONG).await.unwrap();
    assert!(jobs(&desk).give_back(claim).await.unwrap());
    let (again, _) = take(&desk, ONE, LONG).await.unwrap();
    assert_eq!(again.attempts, 1, "as if it had not been taken");
    jobs(&desk).inherit_jobs(TWO).await.unwrap();
    assert!(
        take(&desk, TWO, LONG).await.is_none(),
        "it was not that one's"
    );
    jobs(&desk).inherit_jobs(ONE).await.unwrap();
    assert_eq!(take(&desk, TWO, LONG).await.unwrap().0.attempts, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_take_at_once_each_gets_another_job() {
    let desk = Desk::open().await;
    let by = lead(&desk).await;
    let mut wanted = BTreeSet::new();
    for _ in 0..8 {
        wanted.insert(put(&desk, by, KIND, noon()).await.id);
    }
    let taking: Vec<_> = (1..=16)
        .map(|holder| {
            let store = desk.store.clone();
            tokio::spawn(async move {
                store
                    .take(KIND, Uuid::from_u128(holder), LONG, noon())
                    .await
            })
        })
        .collect();
    let mut taken = Vec::new();
    for one in taking {
        taken.extend(one.await.unwrap().unwrap().map(|job| job.new.id));
    }
    while let Some((job, _)) = take(&desk, ONE, LONG).await {
        taken.push(job.new.id);
    }
    assert_eq!(taken.len(), 8, "none twice");
    assert_eq!(taken.into_iter().collect::<BTreeSet<_>>(), wanted);
}

#[tokio::test]
async fn lists_are_by_maker_newest_first_and_what_is_old_is_forgotten() {
    let desk = Desk::open().await;
    let (one, two) = (lead(&desk).await, desk.user("other", Role::Lead).await);
    let first = put(&desk, one, KIND, later(1)).await;
    let second = put(&desk, two, KIND, later(2)).await;
    let third = put(&desk, one, KIND, later(3)).await;
    put(&desk, one, JobKind::Bulk, later(4)).await;
    let all = jobs(&desk).jobs(KIND, None, 2, 0).await.unwrap();
    let ids: Vec<_> = all.items.iter().map(|job| job.new.id).collect();
    assert_eq!((ids, all.total), (vec![third.id, second.id], 3));
    let own = jobs(&desk).jobs(KIND, Some(one), 10, 0).await.unwrap();
    let ids: Vec<_> = own.items.iter().map(|job| job.new.id).collect();
    assert_eq!((ids, own.total), (vec![third.id, first.id], 2));
    let (job, claim) = take(&desk, ONE, LONG).await.unwrap();
    desk.store
        .report(claim, Progress::default(), rows(0..3), LONG)
        .await
        .unwrap();
    desk.store
        .finish(claim, JobOutcome::Failed("no".to_owned()), later(60))
        .await
        .unwrap();
    assert_eq!(read(&desk, job.new.id).await.error.as_deref(), Some("no"));
    assert_eq!(jobs(&desk).forget_jobs(later(60)).await.unwrap().jobs, 0);
    assert_eq!(jobs(&desk).forget_jobs(later(61)).await.unwrap().jobs, 1);
    assert!(jobs(&desk).job(KIND, job.new.id).await.unwrap().is_none());
    assert!(
        jobs(&desk)
            .rows(job.new.id, 10, 0)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(jobs(&desk).jobs(KIND, None, 9, 0).await.unwrap().total, 2);
}
