//! Wakes those who wait for something new. Only a hint: what another server did is found by looking, a little later.

use std::sync::Arc;

use async_trait::async_trait;
use linedesk_ports::changes::{Changes, Commit, Committed, Write};
use linedesk_ports::store::StoreError;
use tokio::sync::watch::{Receiver, Sender};

/// Felt whenever this process has committed events or messages. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Pulse {
    events: Arc<Sender<()>>,
    messages: Arc<Sender<()>>,
}

impl Pulse {
    /// Changes with every commit that holds events.
    pub fn events(&self) -> Receiver<()> {
        self.events.subscribe()
    }

    /// Changes with every commit that holds messages.
    pub fn messages(&self) -> Receiver<()> {
        self.messages.subscribe()
    }

    /// Tells those who wait for messages that there may be some.
    pub fn touch_messages(&self) {
        self.messages.send_replace(());
    }
}

/// Commits that are felt.
pub(crate) struct Felt {
    pub(crate) commit: Arc<dyn Commit>,
    pub(crate) pulse: Pulse,
}

#[async_trait]
impl Commit for Felt {
    async fn commit(&self, changes: Changes) -> Result<Committed, StoreError> {
        let holds = |kind: fn(&Write) -> bool| changes.writes.iter().any(kind);
        let has_events = holds(|write| matches!(write, Write::Event { .. }));
        let has_messages = holds(|write| matches!(write, Write::Message(_)));
        let committed = self.commit.commit(changes).await;
        if has_events {
            self.pulse.events.send_replace(());
        }
        if has_messages {
            self.pulse.messages.send_replace(());
        }
        committed
    }
}
