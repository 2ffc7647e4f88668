//! Long work that a person asked for: queued, taken by any server, watched and cancelled while it runs.
//!
//! A job is held by one server at a time, which says so again and again; where that stops, another one takes the job. So
//! whoever works on a job learns from each of its own reports whether the job still is its own. New jobs are written with
//! [`crate::changes::Write::NewJob`].
//!
//! A job that only reads begins anew where another server takes it: [`Jobs::clear`], [`Jobs::report`]. A job that changes
//! things goes on where the last one stopped, and what it must not do twice it writes together with
//! [`crate::changes::Write::ItemOutcome`]: of two servers that both believe to hold the job one writes, the other one is
//! refused, whatever became of the holds. See [`Jobs::settle`].

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::ids::{JobId, TicketId, UserId};
use uuid::Uuid;

use crate::directory::DirectoryPage;
use crate::store::StoreError;

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Judging a period's tickets by an SLA that is not there yet.
    SlaSimulation,
    /// One action on many tickets.
    Bulk,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::SlaSimulation, Self::Bulk];
}

/// How far a job has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobState {
    /// Nobody works on it yet.
    Queued,
    /// Somebody does.
    Running,
    /// It came to its end.
    Done,
    /// Somebody did not want it any more.
    Cancelled,
    /// It cannot be done.
    Failed,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Queued,
        Self::Running,
        Self::Done,
        Self::Cancelled,
        Self::Failed,
    ];

    /// The name that clients read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    /// Whether nothing more will become of it.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed)
    }
}

/// A job that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Identity.
    pub id: JobId,
    /// What there is to do.
    pub kind: JobKind,
    /// With what: JSON that only the kind's own code reads.
    pub input: String,
    /// Who wants it.
    pub created_by: UserId,
    /// When it was asked for.
    pub created_at: Timestamp,
}

/// How much of it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// So much.
    pub done: i64,
    /// Of so much; 0 while nobody knows.
    pub total: i64,
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// What was wanted.
    pub new: NewJob,
    /// How it stands.
    pub state: JobState,
    /// How much is done.
    pub progress: Progress,
    /// How many rows it has written.
    pub rows: i64,
    /// How many of the things that are done came to nothing.
    pub failed: i64,
    /// How often it was taken.
    pub attempts: i64,
    /// When it was taken first.
    pub started_at: Option<Timestamp>,
    /// When it came to its end, whatever end.
    pub finished_at: Option<Timestamp>,
    /// What came of it: JSON that only the kind's own code reads. Left out of lists.
    pub result: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
}

/// A server's hold on a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobClaim {
    /// Which job.
    pub id: JobId,
    /// Who holds it.
    pub holder: Uuid,
    /// The how manieth time it was taken.
    pub attempt: i64,
}

/// What became of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobOutcome {
    /// It is done, with this result.
    Done(String),
    /// It cannot be done, for this reason.
    Failed(String),
}

/// What became of one of the things that a job has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemOutcome {
    /// Of which job.
    pub job: JobId,
    /// The how manieth of its things, from 1.
    pub nth: i64,
    /// Whether it came to nothing.
    pub is_failure: bool,
    /// More of it: JSON that only the kind's own code reads.
    pub body: String,
}

/// Which of a job's outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcomes {
    /// Failures alone.
    pub failures: bool,
    /// Of the things after this one.
    pub after: i64,
    /// Of the things up to this one.
    pub until: i64,
}

/// How much was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// So many jobs.
    pub jobs: u64,
    /// Whether there is nothing left to be forgotten.
    pub is_all: bool,
}

/// Jobs. The holds' time is the database's own; every other instant is the caller's.
///
/// What takes a [`JobClaim`] answers whether it still held: if not, the job was cancelled, or another server has taken it, and
/// nothing was written.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Jobs: Send + Sync {
    /// Takes the job of that kind that has waited longest, queued or held by a server that fell silent, if there is one.
    /// Costs no write where there is none.
    async fn take(
        &self,
        kind: JobKind,
        holder: Uuid,
        lease: Duration,
        now: Timestamp,
    ) -> Result<Option<Job>, StoreError>;

    /// Makes due at once what a server of that name held that is no more.
    async fn inherit_jobs(&self, holder: Uuid) -> Result<(), StoreError>;

    /// Says how far it has come, adds rows, and holds it for `lease` from now on.
    async fn report(
        &self,
        claim: JobClaim,
        progress: Progress,
        rows: Vec<String>,
        lease: Duration,
    ) -> Result<bool, StoreError>;

    /// Says that its first `done` things are done, adds those outcomes that are not known yet, counts failures, and holds it for
    /// `lease` from now on. Where the job was cancelled meanwhile, all this is written too, and the answer is that it is not held.
    async fn settle(
        &self,
        claim: JobClaim,
        done: i64,
        outcomes: Vec<ItemOutcome>,
        lease: Duration,
    ) -> Result<bool, StoreError>;

    /// The tickets that a job is about, from that place on (0 is the first), as many as are kept together; none beyond the end.
    async fn job_tickets(&self, id: JobId, from: i64) -> Result<Vec<TicketId>, StoreError>;

    /// Outcomes of a job's things, in their order.
    async fn outcomes(
        &self,
        id: JobId,
        which: Outcomes,
        limit: u32,
        offset: u64,
    ) -> Result<Vec<ItemOutcome>, StoreError>;

    /// How many of those there are.
    async fn count_outcomes(&self, id: JobId, which: Outcomes) -> Result<u64, StoreError>;

    /// Takes all its rows back: for a job that begins anew.
    async fn clear(&self, claim: JobClaim) -> Result<bool, StoreError>;

    /// Ends it.
    async fn finish(
        &self,
        claim: JobClaim,
        outcome: JobOutcome,
        at: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Puts it back into the queue, to be taken by anybody at once; as if it had not been taken.
    async fn give_back(&self, claim: JobClaim) -> Result<bool, StoreError>;

    /// Cancels it, unless it has come to its end. Answers whether it did. Rows that were written stay.
    async fn cancel(&self, id: JobId, at: Timestamp) -> Result<bool, StoreError>;

    /// One job.
    async fn job(&self, kind: JobKind, id: JobId) -> Result<Option<Job>, StoreError>;

    /// Jobs of a kind, newest first, of one maker or of all.
    async fn jobs(
        &self,
        kind: JobKind,
        by: Option<UserId>,
        limit: u32,
        offset: u64,
    ) -> Result<DirectoryPage<Job>, StoreError>;

    /// A job's rows in order, each as it was written.
    async fn rows(&self, id: JobId, limit: u32, offset: u64) -> Result<Vec<String>, StoreError>;

    /// How many of a kind have not come to their end.
    async fn unfinished(&self, kind: JobKind) -> Result<u64, StoreError>;

    /// Forgets jobs that ended before then, with their rows: as much as one transaction should hold.
    async fn forget_jobs(&self, before: Timestamp) -> Result<Forgotten, StoreError>;
}
