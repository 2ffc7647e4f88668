//! Facts of tickets, kept for figures.

use std::collections::HashMap;

use async_trait::async_trait;
use linedesk_domain::metrics::GroupKey;
use linedesk_ports::analytics::{
    Analytics, FactQuery, Facts, Fold, Histories, Kept, Progress, Sealed, See, Unsealed, Which,
};
use linedesk_ports::store::{Scope, StoreError};

use super::super::{Store, analytics, settled};

#[async_trait]
impl Analytics for Store {
    async fn progress(&self) -> Result<Progress, StoreError> {
        self.read(analytics::progress).await
    }

    async fn tickets(&self) -> Result<u64, StoreError> {
        self.read(analytics::highest).await
    }

    async fn restart(&self) -> Result<(), StoreError> {
        let end = self.write(settled::end).await?;
        self.write(move |connection| analytics::restart(connection, end))
            .await
    }

    async fn histories(&self, which: Which) -> Result<Histories, StoreError> {
        let books = self.books();
        self.snapshot(move |connection| analytics::histories(connection, &books, &which))
            .await
    }

    async fn fold(&self, fold: Fold) -> Result<(), StoreError> {
        self.write(move |connection| analytics::fold(connection, &fold))
            .await
    }

    async fn unsealed(&self, limit: u32) -> Result<Vec<Unsealed>, StoreError> {
        self.snapshot(move |connection| analytics::unsealed(connection, limit))
            .await
    }

    async fn seal(&self, at: Progress, sealed: Vec<Sealed>) -> Result<(), StoreError> {
        self.write(move |connection| analytics::seal(connection, at, &sealed))
            .await
    }

    async fn span(&self) -> Result<(Option<i64>, Option<i64>), StoreError> {
        self.read(analytics::span).await
    }

    async fn scan(&self, scope: Scope, query: FactQuery, see: See) -> Result<(), StoreError> {
        // Figures are of the whole desk: whoever sees a part of it sees none of them.
        if scope != Scope::Everything {
            return Ok(());
        }
        self.snapshot(move |connection| analytics::scan(connection, &query, see))
            .await
    }

    async fn rows(&self) -> Result<Vec<(i64, Kept)>, StoreError> {
        self.read(analytics::all_rows).await
    }
}

#[async_trait]
impl Facts for Store {
    async fn progress(&self) -> Result<Progress, StoreError> {
        self.read(analytics::progress).await
    }

    async fn scan(&self, scope: Scope, query: FactQuery, see: See) -> Result<(), StoreError> {
        Analytics::scan(self, scope, query, see).await
    }

    async fn names(&self, keys: Vec<GroupKey>) -> Result<HashMap<GroupKey, String>, StoreError> {
        self.read(move |connection| analytics::names(connection, &keys))
            .await
    }
}
