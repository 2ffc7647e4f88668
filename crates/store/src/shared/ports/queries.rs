//! Reading for people.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::ids::TicketId;
use linedesk_ports::parts::{
    CommentCounts, CommentKey, DeskStats, FoundComment, Mine, OrderedQuery,
};
use linedesk_ports::queries::{
    CommentView, Count, DetailQuery, Entry, Items, Part, Queries, SlaDashboard, Sort, SortKey,
    Start, Summary, TicketDetail, TicketFilter, TicketPage, TicketQuery,
};
use linedesk_ports::store::{Scope, StoreError};
use linedesk_ports::tickets::{Attachment, TicketKey};

use super::super::lists::{self, Asked};
use super::super::{Store, around, counts, dashboard, loose, ordered, stats};

use crate::room::Room;

/// Tickets that match a filter are read so many at a time.
const MATCHING_AT_ONCE: u32 = 1_000;

#[async_trait]
impl Queries for Store {
    async fn list(&self, scope: Scope, query: TicketQuery) -> Result<TicketPage, StoreError> {
        let books = self.books();
        self.snapshot(move |connection| {
            let book = books.current(connection)?;
            let Some(asked) = Asked::new(connection, scope, query.filter.clone(), query.now)?
            else {
                let none = Count {
                    n: 0,
                    is_exact: true,
                };
                let summary = Summary {
                    by_status: [none; 8],
                    overdue: none,
                    sla_breach: none,
                };
                let (total, summary) = (
                    query.counts.then_some(none),
                    query.counts.then_some(summary),
                );
                return Ok(TicketPage {
                    items: Vec::new(),
                    total,
                    summary,
                    next: None,
                    ends_early: false,
                    book,
                });
            };
            let mut room = Room::default();
            let (items, next) = lists::list(connection, &asked, &query, &mut room)?;
            let totals = query
                .counts
                .then(|| counts::totals(connection, &asked))
                .transpose()?;
            let (total, summary) = totals.unzip();
            Ok(TicketPage {
                items,
                total,
                summary,
                next,
                ends_early: room.is_cut(),
                book,
            })
        })
        .await
    }

    async fn detail(
        &self,
        scope: Scope,
        key: TicketKey,
        want: DetailQuery,
    ) -> Result<Option<TicketDetail>, StoreError> {
        let books = self.books();
        self.snapshot(move |connection| around::detail(connection, &books, scope, key, want))
            .await
    }

    async fn comments(
        &self,
        scope: Scope,
        key: TicketKey,
        internal: bool,
        part: Part,
    ) -> Result<Option<Items<CommentView>>, StoreError> {
        self.snapshot(move |connection| around::comments(connection, scope, key, internal, part))
            .await
    }

    async fn history(
        &self,
        scope: Scope,
        key: TicketKey,
        internal: bool,
        part: Part,
    ) -> Result<Option<Items<Entry>>, StoreError> {
        self.snapshot(move |connection| around::history(connection, scope, key, internal, part))
            .await
    }

    async fn files(
        &self,
        scope: Scope,
        key: TicketKey,
        internal: bool,
        part: Part,
    ) -> Result<Option<Items<Attachment>>, StoreError> {
        self.snapshot(move |connection| around::files(connection, scope, key, internal, part))
            .await
    }

    async fn ordered(&self, scope: Scope, query: OrderedQuery) -> Result<TicketPage, StoreError> {
        let books = self.books();
        self.snapshot(move |connection| {
            let book = books.current(connection)?;
            let asked = Asked::new(connection, scope, query.filter.clone(), query.now)?;
            let mut room = Room::default();
            let (items, total) = match asked {
                Some(asked) => ordered::ordered(connection, &asked, &query, &mut room)?,
                None => (
                    Vec::new(),
                    Count {
                        n: 0,
                        is_exact: true,
                    },
                ),
            };
            Ok(TicketPage {
                items,
                total: Some(total),
                summary: None,
                next: None,
                ends_early: room.is_cut(),
                book,
            })
        })
        .await
    }

    async fn stats(
        &self,
        scope: Scope,
        mine: Mine,
        now: Timestamp,
    ) -> Result<DeskStats, StoreError> {
        self.snapshot(move |connection| stats::stats(connection, scope, mine, now))
            .await
    }

    async fn find_comment(
        &self,
        scope: Scope,
        key: CommentKey,
        internal: bool,
    ) -> Result<Option<FoundComment>, StoreError> {
        self.snapshot(move |connection| loose::comment(connection, scope, key, internal))
            .await
    }

    async fn all_comments(
        &self,
        scope: Scope,
        internal: bool,
        offset: u64,
        limit: u32,
    ) -> Result<Items<CommentView>, StoreError> {
        self.snapshot(move |connection| loose::comments(connection, scope, internal, offset, limit))
            .await
    }

    async fn all_files(
        &self,
        scope: Scope,
        internal: bool,
        offset: u64,
        limit: u32,
    ) -> Result<Items<Attachment>, StoreError> {
        self.snapshot(move |connection| loose::files(connection, scope, internal, offset, limit))
            .await
    }

    async fn answers(
        &self,
        tickets: &[TicketId],
        limit: u32,
    ) -> Result<HashMap<TicketId, Vec<i64>>, StoreError> {
        let tickets = tickets.to_vec();
        self.snapshot(move |connection| loose::answers(connection, &tickets, limit))
            .await
    }

    async fn comment_counts(
        &self,
        tickets: &[TicketId],
    ) -> Result<HashMap<TicketId, CommentCounts>, StoreError> {
        let tickets = tickets.to_vec();
        self.snapshot(move |connection| loose::comment_counts(connection, &tickets))
            .await
    }

    async fn sla_dashboard(&self, offset: u64, limit: u32) -> Result<SlaDashboard, StoreError> {
        let books = self.books();
        self.snapshot(move |connection| dashboard::dashboard(connection, &books, offset, limit))
            .await
    }

    async fn matching(
        &self,
        scope: Scope,
        filter: TicketFilter,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<TicketId>, StoreError> {
        self.snapshot(move |connection| {
            let Some(asked) = Asked::new(connection, scope, filter.clone(), now)? else {
                return Ok(Vec::new());
            };
            let sort = Sort {
                key: SortKey::CreatedAt,
                descending: false,
            };
            let mut query = TicketQuery {
                filter,
                sort,
                start: Start::Offset(0),
                limit: limit.min(MATCHING_AT_ONCE),
                counts: false,
                now,
            };
            let mut ids = Vec::new();
            // Whole tickets are read: not all of them are to be held at once.
            loop {
                let mut room = Room::default();
                let (items, next) = lists::list(connection, &asked, &query, &mut room)?;
                ids.extend(items.into_iter().map(|stored| stored.data.id));
                let left = limit.saturating_sub(u32::try_from(ids.len()).unwrap_or(u32::MAX));
                match next {
                    Some(next) if left > 0 => query.start = Start::After(next),
                    _ => return Ok(ids),
                }
                query.limit = left.min(MATCHING_AT_ONCE);
            }
        })
        .await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.check_ready().await
    }
}
