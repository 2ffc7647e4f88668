//! People to talk to at a customer.

use linedesk_domain::access::Operation;
use linedesk_domain::ids::{ContactId, CustomerId};
use linedesk_domain::ticket::edit::Patch;
use linedesk_ports::changes::Write;
use linedesk_ports::directory::{Contact, DirectoryFilter, DirectoryPage};

use super::fields::{Faults, NAME_MAX, PHONE_MAX, patched};
use super::{active_customer, turn, write};
use crate::App;
use crate::caller::Caller;
use crate::error::Error;

/// A contact that is wanted.
#[derive(Debug, Clone)]
pub struct NewContact {
    /// At which customer.
    pub customer: CustomerId,
    /// Name.
    pub name: String,
    /// Address for mail.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
}

/// What changes of a contact. It stays with its customer.
#[derive(Debug, Clone, Default)]
pub struct ContactPatch {
    /// `name`
    pub name: Option<String>,
    /// `email`
    pub email: Patch<String>,
    /// `phone`
    pub phone: Patch<String>,
    /// `is_active`
    pub is_active: Option<bool>,
}

/// Contacts by name.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn list_contacts(
    app: &App,
    caller: &Caller,
    filter: DirectoryFilter,
) -> Result<DirectoryPage<Contact>, Error> {
    caller.may(Operation::ReadDirectory)?;
    Ok(app.directory.contacts(filter).await?)
}

/// One contact.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn get_contact(app: &App, caller: &Caller, id: ContactId) -> Result<Contact, Error> {
    caller.may(Operation::ReadDirectory)?;
    find(app, id).await
}

/// Makes a contact.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] with all faults; [`Error::Store`].
pub async fn create_contact(app: &App, caller: &Caller, new: NewContact) -> Result<Contact, Error> {
    caller.may(Operation::WriteDirectory)?;
    let now = app.clock.now();
    let NewContact {
        customer,
        name,
        email,
        phone,
    } = new;
    let mut faults = Faults::default();
    active_customer(app, customer, &mut faults).await?;
    let id = ContactId(app.ids.next(now));
    let raw = Contact {
        id,
        customer,
        name,
        email,
        phone,
        is_active: true,
        created_at: now,
        updated_at: now,
    };
    let contact = checked(raw, &mut faults)?;
    write(app, caller, Write::Contact(contact.clone())).await?;
    Ok(contact)
}

/// Changes a contact.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Invalid`] with all faults; [`Error::Store`].
pub async fn update_contact(
    app: &App,
    caller: &Caller,
    id: ContactId,
    patch: ContactPatch,
) -> Result<Contact, Error> {
    caller.may(Operation::WriteDirectory)?;
    let _turn = turn().await;
    let found = find(app, id).await?;
    let raw = Contact {
        id,
        customer: found.customer,
        name: patch.name.unwrap_or_else(|| found.name.clone()),
        email: patched(found.email.clone(), patch.email),
        phone: patched(found.phone.clone(), patch.phone),
        is_active: patch.is_active.unwrap_or(found.is_active),
        created_at: found.created_at,
        updated_at: found.updated_at,
    };
    let mut contact = checked(raw, &mut Faults::default())?;
    if contact != found {
        contact.updated_at = app.clock.now();
        write(app, caller, Write::Contact(contact.clone())).await?;
    }
    Ok(contact)
}

/// Switches a contact off.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn deactivate_contact(app: &App, caller: &Caller, id: ContactId) -> Result<(), Error> {
    let patch = ContactPatch {
        is_active: Some(false),
        ..ContactPatch::default()
    };
    update_contact(app, caller, id, patch).await.map(|_| ())
}

async fn find(app: &App, id: ContactId) -> Result<Contact, Error> {
    app.directory
        .contact(id)
        .await?
        .ok_or(Error::NotFound("contact"))
}

fn checked(mut contact: Contact, faults: &mut Faults) -> Result<Contact, Error> {
    contact.name = faults.line("name", &contact.name, NAME_MAX);
    contact.email = faults.maybe_email("email", contact.email.as_deref());
    contact.phone = faults.maybe_line("phone", contact.phone.as_deref(), PHONE_MAX);
    faults.done()?;
    Ok(contact)
}
