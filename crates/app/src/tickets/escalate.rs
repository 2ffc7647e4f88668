//! Raising a ticket.

use linedesk_domain::access::Operation;
use linedesk_domain::class::Priority;
use linedesk_domain::ids::UserId;
use linedesk_domain::text::Note;
use linedesk_domain::ticket::escalate::Escalate;
use linedesk_ports::tickets::TicketKey;

use super::TicketView;
use super::assign::{AssignTo, assignee};
use crate::change::{Decided, Wanted, change_ticket, may_at_all};
use crate::{App, Caller, Error};

/// An escalation as a caller wants it.
#[derive(Debug, Clone)]
pub struct EscalateTicket {
    /// Why.
    pub reason: Note,
    /// To which level, 1 to 3; the next one if left out.
    pub level: Option<u8>,
    /// To whom it goes at the same time.
    pub to: Option<UserId>,
    /// A new priority at the same time.
    pub priority: Option<Priority>,
}

/// Escalates a ticket.
///
/// # Errors
/// [`Error::NotFound`] for the ticket or the assignee, [`Error::Ticket`] at the level already, or when done.
pub async fn escalate_ticket(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    escalate: EscalateTicket,
) -> Result<TicketView, Error> {
    let wanted = Wanted {
        operation: Operation::Escalate,
        key,
        expected,
    };
    may_at_all(app, caller, wanted).await?;
    let EscalateTicket {
        reason,
        level,
        to,
        priority,
    } = escalate;
    let to = match to {
        Some(user) => Some(assignee(app, &AssignTo::User(user)).await?),
        None => None,
    };
    let escalate = Escalate {
        reason,
        level,
        to,
        priority,
    };
    let decide = |ticket: linedesk_domain::ticket::Ticket,
                  act: &linedesk_domain::ticket::Act<'_>| {
        ticket.escalate(act, &escalate).map(Decided::from)
    };
    Ok(change_ticket(app, caller, wanted, decide).await?.0)
}
