//! Customer accounts.

use linedesk_domain::access::Operation;
use linedesk_domain::ids::CustomerId;
use linedesk_domain::ticket::edit::Patch;
use linedesk_ports::changes::Write;
use linedesk_ports::directory::{Customer, DirectoryFilter, DirectoryPage};

use super::fields::{Faults, NAME_MAX, PHONE_MAX, patched};
use super::mirror::kept_here;
use super::{turn, write};
use crate::App;
use crate::caller::Caller;
use crate::error::Error;

const ACCOUNT_NUMBER_MAX: usize = 100;
const TIER_MAX: usize = 50;
const ADDRESS_MAX: usize = 1_000;

/// A customer account that is wanted.
#[derive(Debug, Clone, Default)]
pub struct NewCustomer {
    /// Name of the household or company.
    pub name: String,
    /// The provider's own number for it.
    pub account_number: Option<String>,
    /// Address for mail.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Tier that SLA policies may ask for.
    pub tier: Option<String>,
    /// Postal address, lines allowed.
    pub address: Option<String>,
}

/// What changes of a customer account.
#[derive(Debug, Clone, Default)]
pub struct CustomerPatch {
    /// `name`
    pub name: Option<String>,
    /// `account_number`
    pub account_number: Patch<String>,
    /// `email`
    pub email: Patch<String>,
    /// `phone`
    pub phone: Patch<String>,
    /// `tier`
    pub tier: Patch<String>,
    /// `address`
    pub address: Patch<String>,
    /// `is_active`
    pub is_active: Option<bool>,
}

/// Customers by name.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn list_customers(
    app: &App,
    caller: &Caller,
    filter: DirectoryFilter,
) -> Result<DirectoryPage<Customer>, Error> {
    caller.may(Operation::ReadDirectory)?;
    Ok(app.directory.customers(filter).await?)
}

/// One customer.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn get_customer(app: &App, caller: &Caller, id: CustomerId) -> Result<Customer, Error> {
    caller.may(Operation::ReadDirectory)?;
    find(app, id).await
}

/// Makes a customer account.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Conflict`] where a larger backend keeps them; [`Error::Invalid`] with all faults;
/// [`Error::Store`].
pub async fn create_customer(
    app: &App,
    caller: &Caller,
    new: NewCustomer,
) -> Result<Customer, Error> {
    caller.may(Operation::WriteDirectory)?;
    kept_here(app)?;
    let now = app.clock.now();
    let NewCustomer {
        name,
        account_number,
        email,
        phone,
        tier,
        address,
    } = new;
    let raw = Customer {
        id: CustomerId(app.ids.next(now)),
        name,
        account_number,
        email,
        phone,
        tier,
        address,
        is_active: true,
        created_at: now,
        updated_at: now,
    };
    let customer = checked(raw)?;
    write(app, caller, Write::Customer(customer.clone())).await?;
    Ok(customer)
}

/// Changes a customer account.
///
/// # Errors
/// As [`create_customer`]; [`Error::NotFound`].
pub async fn update_customer(
    app: &App,
    caller: &Caller,
    id: CustomerId,
    patch: CustomerPatch,
) -> Result<Customer, Error> {
    caller.may(Operation::WriteDirectory)?;
    kept_here(app)?;
    let _turn = turn().await;
    let found = find(app, id).await?;
    let raw = Customer {
        id,
        name: patch.name.unwrap_or_else(|| found.name.clone()),
        account_number: patched(found.account_number.clone(), patch.account_number),
        email: patched(found.email.clone(), patch.email),
        phone: patched(found.phone.clone(), patch.phone),
        tier: patched(found.tier.clone(), patch.tier),
        address: patched(found.address.clone(), patch.address),
        is_active: patch.is_active.unwrap_or(found.is_active),
        created_at: found.created_at,
        updated_at: found.updated_at,
    };
    let mut customer = checked(raw)?;
    if customer != found {
        customer.updated_at = app.clock.now();
        let written = write(app, caller, Write::Customer(customer.clone())).await;
        app.sessions.forget_account(id);
        written?;
    }
    Ok(customer)
}

/// Switches a customer account off, and so keeps out whoever belongs to it: at once on this server, and within
/// `Settings::session_cache` on others. What belongs to it stays.
///
/// # Errors
/// As [`update_customer`].
pub async fn deactivate_customer(app: &App, caller: &Caller, id: CustomerId) -> Result<(), Error> {
    let patch = CustomerPatch {
        is_active: Some(false),
        ..CustomerPatch::default()
    };
    update_customer(app, caller, id, patch).await.map(|_| ())
}

async fn find(app: &App, id: CustomerId) -> Result<Customer, Error> {
    app.directory
        .customer(id)
        .await?
        .ok_or(Error::NotFound("customer"))
}

fn checked(mut customer: Customer) -> Result<Customer, Error> {
    let mut faults = Faults::default();
    customer.name = faults.line("name", &customer.name, NAME_MAX);
    customer.account_number = faults.maybe_line(
        "account_number",
        customer.account_number.as_deref(),
        ACCOUNT_NUMBER_MAX,
    );
    customer.email = faults.maybe_email("email", customer.email.as_deref());
    customer.phone = faults.maybe_line("phone", customer.phone.as_deref(), PHONE_MAX);
    customer.tier = faults.maybe_line("tier", customer.tier.as_deref(), TIER_MAX);
    customer.address = faults.maybe_lines("address", customer.address.as_deref(), ADDRESS_MAX);
    faults.done()?;
    Ok(customer)
}
