//! The SLA policies that the made-up past was judged by.

use std::sync::Arc;

use jiff::Timestamp;
use linedesk_domain::sla::{PolicyVersion, SlaBook, shipped};
use linedesk_ports::changes::{Changes, Commit, Write};
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::Tickets;

use super::random::{Random, Stream};

/// The store's book, reaching back to `start`: a desk that has no policies yet gets the shipped ones, effective from
/// then. Of a desk that has some, the first version of each is taken to have been effective all along.
pub(super) async fn since(
    start: Timestamp,
    seed: u64,
    commit: &dyn Commit,
    tickets: &dyn Tickets,
) -> Result<Arc<SlaBook>, StoreError> {
    let book = tickets.book().await?;
    if book.policies().next().is_none() {
        let mut random = Random::new(seed, Stream::Policies, 0);
        let (policies, calendars) = shipped(start, || random.uuid(start));
        let calendars = calendars.into_iter().map(Write::Calendar);
        let writes = calendars
            .chain(policies.into_iter().map(Write::Policy))
            .collect();
        commit.commit(Changes { writes, mark: None }).await?;
        return tickets.book().await;
    }
    let policies = book.policies().map(|version| PolicyVersion {
        effective_from: if version.version == 1 {
            version.effective_from.min(start)
        } else {
            version.effective_from
        },
        ..version.clone()
    });
    let reaching_back = SlaBook::new(policies.collect(), book.calendars().cloned().collect());
    reaching_back
        .map(Arc::new)
        .map_err(|error| StoreError::Refused(error.to_string()))
}
