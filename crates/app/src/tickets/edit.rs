//! Editing a ticket's fields.

use linedesk_domain::access::Operation;
use linedesk_domain::ids::CustomerId;
use linedesk_domain::ticket::edit::{Edit, Patch};
use linedesk_domain::ticket::{Act, Ticket, TicketData};
use linedesk_ports::tickets::{CreationKeys, Loaded, TicketKey};

use super::TicketView;
use crate::change::{Decided, Wanted, change_ticket_with};
use crate::{App, Caller, Error, Fault};

/// Changes the fields that are given.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] for a service, contact, team or assignee that cannot be,
/// [`Error::Forbidden`] for a field that is not the caller's to change, [`Error::Ticket`] where the workflow refuses.
pub async fn edit_ticket(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    edit: Edit,
) -> Result<TicketView, Error> {
    edit_ticket_as(app, caller, key, expected, |_| Ok(edit.clone())).await
}

/// The same, where what is meant depends on how the ticket is: a dialect whose words are fewer than ours means "as it is"
/// by the word that it was shown, or refuses what cannot be meant.
///
/// # Errors
/// As [`edit_ticket`], and what `meant` refuses.
pub async fn edit_ticket_as(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    meant: impl Fn(&TicketData) -> Result<Edit, Error>,
) -> Result<TicketView, Error> {
    let wanted = Wanted {
        operation: Operation::EditTicket,
        key,
        expected,
    };
    let edit = async |loaded: &Loaded| {
        let data = loaded.ticket.data();
        referred(app, data.customer, meant(data)?).await
    };
    let decide = |ticket: Ticket, act: &Act<'_>, edit: &Edit| {
        ticket.edit(act, edit.clone()).map(Decided::from)
    };
    let changed = change_ticket_with(app, caller, wanted, edit, decide).await?;
    Ok(changed.view)
}

/// What the edit points to has to be there, and the customer's own. Answers the edit with the assignee's team.
pub(super) async fn referred(
    app: &App,
    customer: Option<CustomerId>,
    mut edit: Edit,
) -> Result<Edit, Error> {
    let mut faults = Vec::new();
    let mut fault = |field: &str, message: &str| faults.push(Fault::new(field, "unknown", message));
    let mut keys = CreationKeys::default();
    if let Patch::Set(service) = edit.service {
        keys.service = Some(service);
    }
    if let Patch::Set(contact) = edit.contact {
        keys.contact = Some(contact);
    }
    if keys != CreationKeys::default() {
        let (service, contact) = (keys.service, keys.contact);
        let facts = app.tickets.creation(keys).await?;
        let of_service = facts.service.map(|service| Some(service.customer));
        if service.is_some() && of_service != Some(customer) {
            fault("service_id", "the customer has no such service");
        }
        let of_contact = facts.contact.map(|contact| Some(contact.customer));
        if contact.is_some() && of_contact != Some(customer) {
            fault("contact_id", "the customer has no such contact");
        }
    }
    if let Patch::Set(team) = edit.team {
        let found = app.directory.team(team).await?;
        if !found.is_some_and(|team| team.is_active) {
            fault("assigned_team", "there is no such team");
        }
    }
    if let Patch::Set((user, team)) = &mut edit.assignee {
        let found = app.directory.user(*user).await?;
        match found.filter(|user| user.is_active && user.role.is_staff()) {
            Some(user) => *team = user.teams.first().copied(),
            None => fault("assigned_to", "nobody who takes tickets has this id"),
        }
    }
    if faults.is_empty() {
        Ok(edit)
    } else {
        Err(Error::Invalid(faults))
    }
}
