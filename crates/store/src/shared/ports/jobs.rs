//! Long work that a person asked for.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::ids::{JobId, TicketId, UserId};
use linedesk_ports::directory::DirectoryPage;
use linedesk_ports::jobs::{
    Forgotten, ItemOutcome, Job, JobClaim, JobKind, JobOutcome, Jobs, Outcomes, Progress,
};
use linedesk_ports::store::StoreError;
use uuid::Uuid;

use super::super::{Store, items, jobs};

#[async_trait]
impl Jobs for Store {
    async fn take(
        &self,
        kind: JobKind,
        holder: Uuid,
        lease: Duration,
        now: Timestamp,
    ) -> Result<Option<Job>, StoreError> {
        let look = self.read(move |connection| jobs::is_due(connection, kind));
        if !look.await? {
            return Ok(None);
        }
        self.write(move |connection| jobs::take(connection, kind, holder, lease, now))
            .await
    }

    async fn inherit_jobs(&self, holder: Uuid) -> Result<(), StoreError> {
        self.write(move |connection| jobs::inherit(connection, holder))
            .await
    }

    async fn report(
        &self,
        claim: JobClaim,
        progress: Progress,
        rows: Vec<String>,
        lease: Duration,
    ) -> Result<bool, StoreError> {
        self.write(move |connection| jobs::report(connection, claim, progress, &rows, lease))
            .await
    }

    async fn settle(
        &self,
        claim: JobClaim,
        done: i64,
        outcomes: Vec<ItemOutcome>,
        lease: Duration,
    ) -> Result<bool, StoreError> {
        self.write(move |connection| items::settle(connection, claim, done, &outcomes, lease))
            .await
    }

    async fn job_tickets(&self, id: JobId, from: i64) -> Result<Vec<TicketId>, StoreError> {
        self.read(move |connection| items::tickets(connection, id, from))
            .await
    }

    async fn outcomes(
        &self,
        id: JobId,
        which: Outcomes,
        limit: u32,
        offset: u64,
    ) -> Result<Vec<ItemOutcome>, StoreError> {
        self.read(move |connection| items::outcomes(connection, id, which, limit, offset))
            .await
    }

    async fn count_outcomes(&self, id: JobId, which: Outcomes) -> Result<u64, StoreError> {
        self.read(move |connection| items::count(connection, id, which))
            .await
    }

    async fn clear(&self, claim: JobClaim) -> Result<bool, StoreError> {
        self.write(move |connection| jobs::clear(connection, claim))
            .await
    }

    async fn finish(
        &self,
        claim: JobClaim,
        outcome: JobOutcome,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(move |connection| jobs::finish(connection, claim, &outcome, at))
            .await
    }

    async fn give_back(&self, claim: JobClaim) -> Result<bool, StoreError> {
        self.write(move |connection| jobs::give_back(connection, claim))
            .await
    }

    async fn cancel(&self, id: JobId, at: Timestamp) -> Result<bool, StoreError> {
        self.write(move |connection| jobs::cancel(connection, id, at))
            .await
    }

    async fn job(&self, kind: JobKind, id: JobId) -> Result<Option<Job>, StoreError> {
        self.read(move |connection| jobs::job(connection, kind, id))
            .await
    }

    async fn jobs(
        &self,
        kind: JobKind,
        by: Option<UserId>,
        limit: u32,
        offset: u64,
    ) -> Result<DirectoryPage<Job>, StoreError> {
        self.snapshot(move |connection| jobs::list(connection, kind, by, limit, offset))
            .await
    }

    async fn rows(&self, id: JobId, limit: u32, offset: u64) -> Result<Vec<String>, StoreError> {
        self.read(move |connection| jobs::rows(connection, id, limit, offset))
            .await
    }

    async fn unfinished(&self, kind: JobKind) -> Result<u64, StoreError> {
        self.read(move |connection| jobs::unfinished(connection, kind))
            .await
    }

    async fn forget_jobs(&self, before: Timestamp) -> Result<Forgotten, StoreError> {
        self.write(move |connection| jobs::forget(connection, before))
            .await
    }
}
