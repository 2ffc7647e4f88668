//! Editing a ticket's fields.

use linedesk_domain::access::Operation;
use linedesk_domain::ids::CustomerId;
use linedesk_domain::ticket::edit::{Edit, Patch};
use linedesk_domain::ticket::{Act, Ticket};
use linedesk_ports::tickets::{CreationKeys, TicketKey};

use super::TicketView;
use crate::change::{Decided, Wanted, change_ticket, load};
use crate::{App, Caller, Error, Fault};

/// Changes the fields that are given.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] for a service, contact or team that the customer does not have,
/// [`Error::Forbidden`] for a field that is not the caller's to change, [`Error::Ticket`] where the workflow refuses.
pub async fn edit_ticket(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    edit: Edit,
) -> Result<TicketView, Error> {
    let wanted = Wanted {
        operation: Operation::EditTicket,
        key,
        expected,
    };
    check_references(app, caller, wanted, &edit).await?;
    let decide = |ticket: Ticket, act: &Act<'_>| ticket.edit(act, edit.clone()).map(Decided::from);
    Ok(change_ticket(app, caller, wanted, decide).await?.0)
}

/// What the edit points to has to be there, and the customer's own.
async fn check_references(
    app: &App,
    caller: &Caller,
    wanted: Wanted,
    edit: &Edit,
) -> Result<(), Error> {
    let set = |id: &Patch<_>| matches!(id, Patch::Set(_));
    if !set(&edit.service)
        && !matches!(edit.contact, Patch::Set(_))
        && !matches!(edit.team, Patch::Set(_))
    {
        return Ok(());
    }
    let loaded = load(app, caller, wanted).await?;
    let customer: Option<CustomerId> = loaded.ticket.data().customer;
    let (mut keys, mut faults) = (CreationKeys::default(), Vec::new());
    if let Patch::Set(service) = edit.service {
        keys.service = Some(service);
    }
    if let Patch::Set(contact) = edit.contact {
        keys.contact = Some(contact);
    }
    let facts = app.tickets.creation(keys).await?;
    if set(&edit.service)
        && facts
            .service
            .is_none_or(|service| Some(service.customer) != customer)
    {
        faults.push(Fault::new(
            "service_id",
            "unknown",
            "the customer has no such service",
        ));
    }
    if matches!(edit.contact, Patch::Set(_))
        && facts
            .contact
            .is_none_or(|contact| Some(contact.customer) != customer)
    {
        faults.push(Fault::new(
            "contact_id",
            "unknown",
            "the customer has no such contact",
        ));
    }
    if let Patch::Set(team) = edit.team
        && app
            .directory
            .team(team)
            .await?
            .is_none_or(|team| !team.is_active)
    {
        faults.push(Fault::new(
            "assigned_team",
            "unknown",
            "there is no such team",
        ));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}
