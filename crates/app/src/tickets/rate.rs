//! What the customer thinks of a resolution.

use linedesk_domain::access::Operation;
use linedesk_domain::ticket::rate::Rating;
use linedesk_domain::ticket::{Act, Ticket};
use linedesk_ports::tickets::TicketKey;

use super::TicketView;
use crate::change::{Decided, Wanted, change_ticket, may_at_all};
use crate::{App, Caller, Error};

/// Keeps what the ticket's customer thinks of its resolution.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`] for anybody but customers, [`Error::Ticket`] where it is not resolved or was
/// rated already.
pub async fn rate_ticket(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    rating: Rating,
) -> Result<TicketView, Error> {
    let wanted = Wanted {
        operation: Operation::Rate,
        key,
        expected,
    };
    may_at_all(app, caller, wanted).await?;
    let decide =
        |ticket: Ticket, act: &Act<'_>| ticket.rate(act, rating.clone()).map(Decided::from);
    Ok(change_ticket(app, caller, wanted, decide).await?.0)
}
