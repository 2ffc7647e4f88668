//! Customers, contacts, services, teams.

use diesel::prelude::*;
use linedesk_domain::class::Category;
use linedesk_domain::ids::{ContactId, CustomerId, ServiceId, TeamId};
use linedesk_ports::directory::{Contact, Customer, Service, Team};
use linedesk_ports::store::StoreError;

use super::known;
use crate::schema::{contacts, customers, services, teams};
use crate::types::{At, Json, Key};

/// What a list is ordered by: the name in lower case.
pub(crate) fn name_key(name: &str) -> String {
    name.to_lowercase()
}

/// A customer's row.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = customers)]
#[diesel(treat_none_as_default_value = false)]
#[diesel(treat_none_as_null = true)]
pub(crate) struct CustomerRow {
    id: Key,
    name: String,
    name_key: String,
    account_number: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    tier: Option<String>,
    address: Option<String>,
    is_active: bool,
    created_at: At,
    updated_at: At,
}

impl From<&Customer> for CustomerRow {
    fn from(customer: &Customer) -> Self {
        Self {
            id: Key(customer.id.0),
            name: customer.name.clone(),
            name_key: name_key(&customer.name),
            account_number: customer.account_number.clone(),
            email: customer.email.clone(),
            phone: customer.phone.clone(),
            tier: customer.tier.clone(),
            address: customer.address.clone(),
            is_active: customer.is_active,
            created_at: At(customer.created_at),
            updated_at: At(customer.updated_at),
        }
    }
}

impl From<CustomerRow> for Customer {
    fn from(row: CustomerRow) -> Self {
        Self {
            id: CustomerId(row.id.0),
            name: row.name,
            account_number: row.account_number,
            email: row.email,
            phone: row.phone,
            tier: row.tier,
            address: row.address,
            is_active: row.is_active,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

/// A contact's row.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = contacts)]
#[diesel(treat_none_as_default_value = false)]
#[diesel(treat_none_as_null = true)]
pub(crate) struct ContactRow {
    id: Key,
    customer_id: Key,
    name: String,
    name_key: String,
    email: Option<String>,
    phone: Option<String>,
    is_active: bool,
    created_at: At,
    updated_at: At,
}

impl From<&Contact> for ContactRow {
    fn from(contact: &Contact) -> Self {
        Self {
            id: Key(contact.id.0),
            customer_id: Key(contact.customer.0),
            name: contact.name.clone(),
            name_key: name_key(&contact.name),
            email: contact.email.clone(),
            phone: contact.phone.clone(),
            is_active: contact.is_active,
            created_at: At(contact.created_at),
            updated_at: At(contact.updated_at),
        }
    }
}

impl From<ContactRow> for Contact {
    fn from(row: ContactRow) -> Self {
        Self {
            id: ContactId(row.id.0),
            customer: CustomerId(row.customer_id.0),
            name: row.name,
            email: row.email,
            phone: row.phone,
            is_active: row.is_active,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

/// A service's row.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = services)]
#[diesel(treat_none_as_default_value = false)]
#[diesel(treat_none_as_null = true)]
pub(crate) struct ServiceRow {
    id: Key,
    customer_id: Key,
    name: String,
    name_key: String,
    kind: Option<String>,
    identifier: Option<String>,
    site: Option<String>,
    status: Option<String>,
    is_active: bool,
    created_at: At,
    updated_at: At,
}

impl From<&Service> for ServiceRow {
    fn from(service: &Service) -> Self {
        Self {
            id: Key(service.id.0),
            customer_id: Key(service.customer.0),
            name: service.name.clone(),
            name_key: name_key(&service.name),
            kind: service.kind.clone(),
            identifier: service.identifier.clone(),
            site: service.site.clone(),
            status: service.status.clone(),
            is_active: service.is_active,
            created_at: At(service.created_at),
            updated_at: At(service.updated_at),
        }
    }
}

impl From<ServiceRow> for Service {
    fn from(row: ServiceRow) -> Self {
        Self {
            id: ServiceId(row.id.0),
            customer: CustomerId(row.customer_id.0),
            name: row.name,
            kind: row.kind,
            identifier: row.identifier,
            site: row.site,
            status: row.status,
            is_active: row.is_active,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

/// A team's row.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = teams)]
#[diesel(treat_none_as_default_value = false)]
pub(crate) struct TeamRow {
    id: Key,
    name: String,
    name_key: String,
    categories: Json<Vec<String>>,
    is_active: bool,
    created_at: At,
    updated_at: At,
}

impl From<&Team> for TeamRow {
    fn from(team: &Team) -> Self {
        Self {
            id: Key(team.id.0),
            name: team.name.clone(),
            name_key: name_key(&team.name),
            categories: Json(
                team.categories
                    .iter()
                    .map(|category| category.name().to_owned())
                    .collect(),
            ),
            is_active: team.is_active,
            created_at: At(team.created_at),
            updated_at: At(team.updated_at),
        }
    }
}

impl TryFrom<TeamRow> for Team {
    type Error = StoreError;

    fn try_from(row: TeamRow) -> Result<Self, StoreError> {
        let id = row.id.0;
        let category = |name: &String| known(Category::parse(name), "teams", "categories", &id);
        Ok(Self {
            id: TeamId(id),
            name: row.name,
            categories: row
                .categories
                .0
                .iter()
                .map(category)
                .collect::<Result<_, _>>()?,
            is_active: row.is_active,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        })
    }
}
