//! The knowledge base.

use async_trait::async_trait;
use jiff::civil::Date;
use linedesk_domain::ids::{ArticleId, TemplateId, UserId};
use linedesk_domain::knowledge::{Audience, Template};
use linedesk_ports::knowledge::{
    ArticleFilter, ArticleKey, ArticleView, Days, Feedback, FeedbackView, Hit, Knowledge, Search,
    ShelfCounts, Slice, Sliced, Standing, VersionView,
};
use linedesk_ports::store::StoreError;
use uuid::Uuid;

use super::super::Store;
use super::super::knowledge::{articles, shelves, standing, templates};

#[async_trait]
impl Knowledge for Store {
    async fn article(
        &self,
        audience: Audience,
        key: ArticleKey,
    ) -> Result<Option<ArticleView>, StoreError> {
        self.snapshot(move |connection| articles::article(connection, audience, &key))
            .await
    }

    async fn articles(
        &self,
        audience: Audience,
        filter: ArticleFilter,
        slice: Slice,
    ) -> Result<Sliced<ArticleView>, StoreError> {
        self.snapshot(move |connection| articles::articles(connection, audience, &filter, slice))
            .await
    }

    async fn versions(
        &self,
        id: ArticleId,
        slice: Slice,
    ) -> Result<Sliced<VersionView>, StoreError> {
        self.snapshot(move |connection| articles::versions(connection, id, slice))
            .await
    }

    async fn version(
        &self,
        id: ArticleId,
        version: i64,
    ) -> Result<Option<VersionView>, StoreError> {
        self.snapshot(move |connection| articles::version(connection, id, version))
            .await
    }

    async fn shelves(&self, audience: Audience) -> Result<ShelfCounts, StoreError> {
        self.snapshot(move |connection| shelves::shelves(connection, audience))
            .await
    }

    async fn search(&self, audience: Audience, search: Search) -> Result<Sliced<Hit>, StoreError> {
        let indexed = self.indexed();
        // Not in one snapshot: the index is as new as the newest change that anybody has seen.
        self.read(move |connection| indexed.search(connection, audience, &search))
            .await
    }

    async fn is_counted(
        &self,
        article: ArticleId,
        viewer: Uuid,
        day: Date,
    ) -> Result<bool, StoreError> {
        self.read(move |connection| standing::is_counted(connection, article, viewer, day))
            .await
    }

    async fn feedback(
        &self,
        article: ArticleId,
        user: UserId,
    ) -> Result<Option<Feedback>, StoreError> {
        self.read(move |connection| standing::feedback(connection, article, user))
            .await
    }

    async fn all_feedback(
        &self,
        article: ArticleId,
        slice: Slice,
    ) -> Result<Sliced<FeedbackView>, StoreError> {
        self.snapshot(move |connection| standing::all_feedback(connection, article, slice))
            .await
    }

    async fn read_on(
        &self,
        audience: Audience,
        filter: ArticleFilter,
        days: Days,
    ) -> Result<Vec<(ArticleId, Standing)>, StoreError> {
        self.snapshot(move |connection| standing::read_on(connection, audience, &filter, days))
            .await
    }

    async fn articles_of(
        &self,
        audience: Audience,
        ids: Vec<ArticleId>,
    ) -> Result<Vec<ArticleView>, StoreError> {
        self.snapshot(move |connection| articles::articles_of(connection, audience, &ids))
            .await
    }

    async fn templates(&self) -> Result<Vec<Template>, StoreError> {
        self.read(templates::templates).await
    }

    async fn template(&self, id: TemplateId) -> Result<Option<Template>, StoreError> {
        self.read(move |connection| templates::template(connection, id))
            .await
    }
}
