//! Deleting a ticket.

use linedesk_domain::access::Operation;
use linedesk_domain::ticket::{Act, Ticket};
use linedesk_ports::tickets::TicketKey;

use super::TicketView;
use crate::change::{Decided, Wanted, change_ticket};
use crate::{App, Caller, Error};

/// Hides a ticket everywhere; it is kept for audit until retention purges it. Answers the ticket as it was last.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`] for anybody below lead.
pub async fn delete_ticket(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
) -> Result<TicketView, Error> {
    let wanted = Wanted {
        operation: Operation::DeleteTicket,
        key,
        expected,
    };
    let decide = |ticket: Ticket, act: &Act<'_>| Ok(Decided::from(ticket.delete(act)));
    Ok(change_ticket(app, caller, wanted, decide).await?.0)
}
