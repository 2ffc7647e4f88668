//! Tickets with what was written on them.

use std::collections::HashMap;

use async_trait::async_trait;
use linedesk_domain::ids::TicketId;
use linedesk_ports::queries::{Items, Part};
use linedesk_ports::store::{Scope, StoreError};
use linedesk_ports::threads::{Message, Numbered, Thread, Threads};
use linedesk_ports::tickets::TicketKey;

use super::super::{Store, threads};

#[async_trait]
impl Threads for Store {
    async fn by_number(
        &self,
        scope: Scope,
        after: i64,
        limit: u32,
    ) -> Result<Numbered, StoreError> {
        self.read(move |connection| threads::by_number(connection, scope, after, limit))
            .await
    }

    async fn threads(
        &self,
        scope: Scope,
        tickets: Vec<TicketId>,
        newest: u32,
    ) -> Result<HashMap<TicketId, Thread>, StoreError> {
        self.snapshot(move |connection| threads::threads(connection, scope, &tickets, newest))
            .await
    }

    async fn messages(
        &self,
        scope: Scope,
        key: TicketKey,
        part: Part,
    ) -> Result<Option<Items<Message>>, StoreError> {
        self.snapshot(move |connection| threads::messages(connection, scope, key, part))
            .await
    }
}
