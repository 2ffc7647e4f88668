//! What owners and staff change of a ticket where there are owners (maintenance API).

use linedesk_domain::access::Operation;
use linedesk_domain::text::Note;
use linedesk_domain::ticket::edit::{Edit, Patch};
use linedesk_domain::ticket::own::OwnEdit;
use linedesk_domain::ticket::{Act, Ticket};
use linedesk_ports::tickets::{Loaded, TicketKey};

use super::TicketView;
use crate::change::{Decided, Wanted, change_ticket_with};
use crate::{App, Caller, Error};

/// Changes the fields that are given, for the ticket's owner alone.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for anybody else, staff too; [`Error::Ticket`] once it is resolved.
pub async fn edit_own_ticket(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    edit: OwnEdit,
) -> Result<TicketView, Error> {
    let wanted = Wanted {
        operation: Operation::EditTicket,
        key,
        expected,
    };
    let account = caller.user.customer.filter(|_| caller.is_customer());
    let is_own = async |loaded: &Loaded| {
        if loaded.ticket.data().is_own_of(caller.id(), account) {
            return Ok(());
        }
        Err(Error::Forbidden {
            detail: "only the ticket's owner may change it".to_owned(),
            code: "not_owner",
        })
    };
    let decide = |ticket: Ticket, act: &Act<'_>, (): &()| {
        ticket.edit_own(act, edit.clone()).map(Decided::from)
    };
    Ok(change_ticket_with(app, caller, wanted, is_own, decide)
        .await?
        .view)
}

/// Writes the staff's message to the owner, or takes it back.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for customers; [`Error::Ticket`] for a merged ticket.
pub async fn set_staff_message(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    message: Option<Note>,
) -> Result<TicketView, Error> {
    let wanted = Wanted {
        // What only staff may read is what only staff may do; that it writes is asked for below.
        operation: Operation::ReadInternal,
        key,
        expected,
    };
    let may_write = async |_: &Loaded| caller.may(Operation::EditTicket);
    let edit = Edit {
        staff_message: message.map_or(Patch::Clear, Patch::Set),
        ..Edit::default()
    };
    let decide =
        |ticket: Ticket, act: &Act<'_>, (): &()| ticket.edit(act, edit.clone()).map(Decided::from);
    Ok(change_ticket_with(app, caller, wanted, may_write, decide)
        .await?
        .view)
}
