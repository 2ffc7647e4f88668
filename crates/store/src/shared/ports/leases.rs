//! Work that one server does at a time.

use std::time::Duration;

use async_trait::async_trait;
use linedesk_ports::leases::{Leases, Work};
use linedesk_ports::store::StoreError;
use uuid::Uuid;

use super::super::Store;
use super::super::leases::{self, Standing};

#[async_trait]
impl Leases for Store {
    async fn hold(&self, work: Work, holder: Uuid, lease: Duration) -> Result<bool, StoreError> {
        let look = self.read(move |connection| leases::standing(connection, work, holder, lease));
        match look.await? {
            Standing::Own => Ok(true),
            Standing::Others => Ok(false),
            Standing::ToBeTaken => {
                self.write(move |connection| leases::take(connection, work, holder, lease))
                    .await
            }
        }
    }

    async fn release(&self, work: Work, holder: Uuid) -> Result<(), StoreError> {
        self.write(move |connection| leases::release(connection, work, holder))
            .await
    }
}
