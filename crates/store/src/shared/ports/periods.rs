//! The tickets of a period.

use async_trait::async_trait;
use linedesk_ports::periods::{Period, PeriodTicket, Periods};
use linedesk_ports::store::{Scope, StoreError};

use super::super::{Store, periods};

#[async_trait]
impl Periods for Store {
    async fn count(&self, scope: Scope, period: Period) -> Result<u64, StoreError> {
        self.read(move |connection| periods::count(connection, scope, period))
            .await
    }

    async fn tickets(
        &self,
        scope: Scope,
        period: Period,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Vec<PeriodTicket>, StoreError> {
        self.read(move |connection| periods::tickets(connection, scope, period, after, limit))
            .await
    }
}
