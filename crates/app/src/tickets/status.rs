//! Resolving, closing, reopening.

use linedesk_domain::access::Operation;
use linedesk_domain::people::Role;
use linedesk_domain::text::Note;
use linedesk_domain::ticket::status::Resolution;
use linedesk_domain::ticket::{Act, Ticket, TicketData};
use linedesk_domain::workflow::Status;
use linedesk_ports::tickets::TicketKey;

use super::TicketView;
use crate::change::{Decided, Wanted, change_ticket, may_at_all};
use crate::{App, Caller, Error};

/// Moves a ticket by the steps that `choose` names for the status it is found in; none leaves it as it is. For clients
/// that know statuses and no actions.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Ticket`] where the workflow refuses a step, and where a customer wants anything but
/// closing and reopening.
pub async fn set_status(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    choose: impl Fn(Status) -> Vec<Status>,
) -> Result<TicketView, Error> {
    let wanted = Wanted {
        operation: Operation::EditTicket,
        key,
        expected,
    };
    let decide = |ticket: Ticket, act: &Act<'_>| {
        let steps = choose(ticket.data().status);
        ticket.move_along(act, &steps).map(Decided::from)
    };
    Ok(change_ticket(app, caller, wanted, decide).await?.0)
}

/// Declares a ticket's work done.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`] for customers, [`Error::Invalid`] for a canned answer that there is not,
/// [`Error::Ticket`] where the workflow refuses.
pub async fn resolve_ticket(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    how: Resolution,
) -> Result<TicketView, Error> {
    let wanted = Wanted {
        operation: Operation::Resolve,
        key,
        expected,
    };
    may_at_all(app, caller, wanted).await?;
    let how = with_template(app, caller, how).await?;
    let decide =
        |ticket: Ticket, act: &Act<'_>| ticket.resolve(act, how.clone()).map(Decided::from);
    Ok(change_ticket(app, caller, wanted, decide).await?.0)
}

/// Closes a ticket; a closed one stays as it is.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] for a canned answer that there is not, [`Error::Ticket`] for a merged ticket, and
/// for a customer who names a canned answer.
pub async fn close_ticket(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    how: Resolution,
) -> Result<TicketView, Error> {
    let wanted = Wanted {
        operation: Operation::Close,
        key,
        expected,
    };
    may_at_all(app, caller, wanted).await?;
    let how = with_template(app, caller, how).await?;
    let decide = |ticket: Ticket, act: &Act<'_>| ticket.close(act, how.clone()).map(Decided::from);
    Ok(change_ticket(app, caller, wanted, decide).await?.0)
}

/// A resolution whose canned answer is there; its code counts where no other was given. (A customer is refused in any case,
/// and learns nothing of canned answers.)
async fn with_template(app: &App, caller: &Caller, how: Resolution) -> Result<Resolution, Error> {
    let Some(id) = how.template.filter(|_| caller.user.role != Role::Customer) else {
        return Ok(how);
    };
    let found = app.knowledge.template(id).await?;
    let unknown = || {
        let message = "no resolution template has this id";
        Error::invalid("resolution_template_id", "unknown", message)
    };
    let template = found.ok_or_else(unknown)?;
    Ok(Resolution {
        code: how.code.or(template.resolution_code),
        ..how
    })
}

/// Takes a ticket up again.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Ticket`] where it was neither resolved nor closed, or too long ago.
pub async fn reopen_ticket(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    reason: Note,
) -> Result<TicketView, Error> {
    let wanted = Wanted {
        operation: Operation::Reopen,
        key,
        expected,
    };
    let decide = |ticket: Ticket, act: &Act<'_>| ticket.reopen(act, &reason).map(Decided::from);
    Ok(change_ticket(app, caller, wanted, decide).await?.0)
}

/// Moves a ticket by the steps that `choose` names for it, in one entry, for staff alone: where a dialect knows no
/// reopening, it is a step on the way.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`] for customers, [`Error::Ticket`] where the workflow refuses a step.
pub async fn move_ticket(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    choose: impl Fn(&TicketData) -> Vec<Status>,
) -> Result<TicketView, Error> {
    let wanted = Wanted {
        operation: Operation::Resolve,
        key,
        expected,
    };
    let decide = |ticket: Ticket, act: &Act<'_>| {
        let steps = choose(ticket.data());
        ticket.move_along(act, &steps).map(Decided::from)
    };
    Ok(change_ticket(app, caller, wanted, decide).await?.0)
}
