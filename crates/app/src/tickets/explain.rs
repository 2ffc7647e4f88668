//! Why a ticket's SLA stands as it does.

use std::sync::Arc;

use jiff::Timestamp;
use linedesk_domain::access::Operation;
use linedesk_domain::sla::{Facts, Judge, SlaBook};
use linedesk_ports::queries::Stored;
use linedesk_ports::tickets::TicketKey;

use crate::change::{Wanted, load};
use crate::{App, Caller, Error};

/// A ticket with what its SLA is explained by; [`SlaExplained::with`] hands out the explanation itself.
#[derive(Debug, Clone)]
pub struct SlaExplained {
    /// The ticket.
    pub ticket: Stored,
    /// Its customer's tier.
    pub tier: Option<String>,
    /// The SLA policies and calendars, all versions.
    pub book: Arc<SlaBook>,
    /// The instant of the explanation.
    pub now: Timestamp,
}

impl SlaExplained {
    /// What the policies were chosen by.
    pub fn facts(&self) -> Facts<'_> {
        let data = &self.ticket.data;
        Facts {
            priority: data.priority,
            category: data.category,
            customer_tier: self.tier.as_deref(),
        }
    }

    /// By what it is judged; `None` where no policy applies.
    pub fn judge(&self) -> Option<(Judge, Timestamp)> {
        let record = self.ticket.data.sla.as_ref()?;
        Some((record.judge()?, record.since))
    }
}

/// Everything that explains a ticket's SLA.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`] for customers.
pub async fn explain_sla(
    app: &App,
    caller: &Caller,
    key: TicketKey,
) -> Result<SlaExplained, Error> {
    let wanted = Wanted {
        operation: Operation::ReadInternal,
        key,
        expected: None,
    };
    let loaded = load(app, caller, wanted).await?;
    Ok(SlaExplained {
        ticket: Stored {
            data: loaded.ticket.into_data(),
            numbers: loaded.numbers,
        },
        tier: loaded.tier,
        book: loaded.book,
        now: app.clock.now(),
    })
}
