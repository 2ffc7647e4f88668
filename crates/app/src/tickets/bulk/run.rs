//! Doing a bulk job: a few tickets at once, a batch after the other. See [`super::job`] for why nothing is done twice.

use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use linedesk_domain::access::Operation;
use linedesk_domain::ids::TicketId;
use linedesk_ports::jobs::{ItemOutcome, Job, JobClaim, JobOutcome};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::job::KIND;
use super::refusal::{Refusal, is_known, is_passing};
use super::stored::{Plan, read_plan, write_outcome};
use super::{AT_ONCE, BulkAction, BulkOutcome, one};
use crate::accounts::sessions;
use crate::jobs::{self, LEASE, Turn};
use crate::{App, Caller, Error};

/// Tickets after which it is told how far the job has come. Between two of these nobody learns that it was cancelled.
const BATCH: usize = 2 * AT_ONCE;
/// How long to wait before a ticket is tried again for which the database had no time.
const PAUSES: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// Takes a bulk job, if one waits, and does it. `holder` is this server's alone.
///
/// # Errors
/// [`Error::Store`] where the database cannot be used: the job goes on, here or elsewhere, once its hold ends.
pub async fn take_turn(app: &App, holder: Uuid, stop: &CancellationToken) -> Result<Turn, Error> {
    let work = async |job: Job, claim| do_it(app, &job, claim, stop).await;
    jobs::take_turn(app, KIND, holder, work).await
}

async fn do_it(
    app: &App,
    job: &Job,
    claim: JobClaim,
    stop: &CancellationToken,
) -> Result<Turn, Error> {
    let plan = read_plan(job)?;
    let first = job.progress.done;
    let mut done = first;
    loop {
        let tickets = app.jobs.job_tickets(claim.id, done).await?;
        if tickets.is_empty() {
            break;
        }
        for batch in tickets.chunks(BATCH) {
            if stop.is_cancelled() {
                app.jobs.give_back(claim).await?;
                return Ok(Turn::GivenBack);
            }
            let maker = match maker(app, job, &plan).await? {
                Ok(maker) => maker,
                Err(why) => return jobs::fail(app, claim, why).await,
            };
            let batch = Batch {
                app,
                maker,
                action: &plan.action,
                claim,
                after: done,
                tickets: batch,
            };
            if !batch.work().await? {
                return Ok(Turn::Lost);
            }
            done = batch.end();
        }
    }
    let outcome = JobOutcome::Done("{}".to_owned());
    let ended = app.jobs.finish(claim, outcome, app.clock.now()).await?;
    Ok(if ended {
        Turn::Ended((done - first).unsigned_abs())
    } else {
        Turn::Lost
    })
}

/// Who asked for the job, with the rights of this moment; why the job cannot go on, where they are too few.
async fn maker(app: &App, job: &Job, plan: &Plan) -> Result<Result<Caller, &'static str>, Error> {
    let user = sessions::user_now(app, job.new.created_by).await?;
    let Some(user) = user.filter(|user| user.is_active) else {
        return Ok(Err("whoever asked for it is not active any more"));
    };
    let maker = Caller::signed_in(user, plan.permissions.clone());
    Ok(if maker.can(Operation::Bulk) {
        Ok(maker)
    } else {
        Err("whoever asked for it may not act on many tickets any more")
    })
}

/// A few of a job's tickets.
struct Batch<'a> {
    app: &'a App,
    maker: Caller,
    action: &'a BulkAction,
    claim: JobClaim,
    /// How many tickets come before these.
    after: i64,
    tickets: &'a [TicketId],
}

/// What is known of a ticket after it was tried.
enum Tried {
    /// This became of it.
    Settled(ItemOutcome),
    /// What became of it was written before.
    Known,
    /// Nothing, or nobody knows: it has to be tried again.
    Again(i64, TicketId, Error),
}

impl Batch<'_> {
    /// Acts on each, and says so. Answers whether the job still is held.
    async fn work(&self) -> Result<bool, Error> {
        let mut left: Vec<(i64, TicketId)> = (self.after + 1..)
            .zip(self.tickets.iter().copied())
            .collect();
        let (mut outcomes, mut trouble) = (Vec::new(), None);
        for pause in PAUSES {
            if trouble.take().is_some() {
                tokio::time::sleep(pause).await;
                if !self.settle(self.after, Vec::new()).await? {
                    return Ok(false);
                }
            }
            let tried = stream::iter(left.drain(..)).map(|(nth, ticket)| self.act(nth, ticket));
            let tried: Vec<_> = tried.buffered(AT_ONCE).collect().await;
            for tried in tried {
                match tried? {
                    Tried::Settled(outcome) => outcomes.push(outcome),
                    Tried::Known => {}
                    Tried::Again(nth, ticket, error) => {
                        left.push((nth, ticket));
                        trouble = Some(error);
                    }
                }
            }
            if left.is_empty() {
                return self.settle(self.end(), outcomes).await;
            }
        }
        trouble.map_or(Ok(true), Err)
    }

    fn end(&self) -> i64 {
        self.after + i64::try_from(self.tickets.len()).unwrap_or(i64::MAX)
    }

    async fn settle(&self, done: i64, outcomes: Vec<ItemOutcome>) -> Result<bool, Error> {
        let (jobs, claim) = (&self.app.jobs, self.claim);
        Ok(jobs.settle(claim, done, outcomes, LEASE).await?)
    }

    async fn act(&self, nth: i64, ticket: TicketId) -> Result<Tried, Error> {
        let outcome = |refusal| write_outcome(self.claim.id, nth, BulkOutcome { ticket, refusal });
        let success = outcome(None)?;
        let maker = Caller {
            outcome: Some(success.clone()),
            ..self.maker.clone()
        };
        Ok(match one(self.app, &maker, ticket, self.action).await {
            Ok(_) => Tried::Settled(success),
            Err(error) if is_known(&error) => Tried::Known,
            Err(error) if is_passing(&error) => Tried::Again(nth, ticket, error),
            Err(error) => Tried::Settled(outcome(Some(Refusal::of(&error)))?),
        })
    }
}
