//! Customers, contacts, services, teams and users: staff read them, admins write them.

pub mod contacts;
pub mod customers;
pub(crate) mod fields;
pub(crate) mod mirror;
pub mod names;
pub mod operator;
pub mod services;
pub mod teams;
pub mod users;

use linedesk_domain::ids::CustomerId;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::directory::Customer;
use linedesk_ports::store::{StoreError, Unique};
use tokio::sync::{Mutex, MutexGuard};

use crate::App;
use crate::caller::Caller;
use crate::error::Error;

pub use contacts::{
    ContactPatch, NewContact, create_contact, deactivate_contact, get_contact, list_contacts,
    update_contact,
};
pub use customers::{
    CustomerPatch, NewCustomer, create_customer, deactivate_customer, get_customer, list_customers,
    update_customer,
};
pub use names::names;
pub use services::{
    NewService, ServicePatch, create_service, deactivate_service, get_service, list_services,
    update_service,
};
pub use teams::{
    NewTeam, TeamPatch, create_team, deactivate_team, get_team, list_teams, update_team,
};
pub use users::{
    NewUser, UserKey, UserPatch, create_user, deactivate_user, get_user, list_users,
    set_availability, update_user,
};

/// Held from reading an entry to writing it: customers, contacts, services and teams have no version, and two patches
/// of one entry at the same time must not undo each other's fields.
async fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::const_new(());
    TURN.lock().await
}

async fn write(app: &App, caller: &Caller, write: Write) -> Result<(), Error> {
    let changes = Changes {
        writes: vec![write],
        mark: caller.mark.clone(),
    };
    app.commit.commit(changes).await.map_err(refused)?;
    Ok(())
}

/// What the store refused, as a fault of the field that is to blame.
pub(crate) fn refused(error: StoreError) -> Error {
    let field = match error {
        StoreError::Duplicate(Unique::Username) => "username",
        StoreError::Duplicate(Unique::Email) => "email",
        StoreError::Duplicate(Unique::AccountNumber) => "account_number",
        StoreError::Duplicate(Unique::TeamName) => "name",
        error => return error.into(),
    };
    Error::invalid(field, fields::UNIQUE.0, fields::UNIQUE.1)
}

/// The customer that something is made for; it must be active.
async fn active_customer(
    app: &App,
    id: CustomerId,
    faults: &mut fields::Faults,
) -> Result<Option<Customer>, Error> {
    let found = app
        .directory
        .customer(id)
        .await?
        .filter(|customer| customer.is_active);
    if found.is_none() {
        faults.add("customer_id", "unknown", "no active customer has this id");
    }
    Ok(found)
}
