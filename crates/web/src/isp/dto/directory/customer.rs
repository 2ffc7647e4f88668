//! Customers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Given, Rest};
use crate::instant::Instant;

/// A customer account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Customer)]
pub struct CustomerDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// Name of the household or company, 1 to 200 characters.
    pub name: &'a str,
    /// The provider's own number for it; unique.
    pub account_number: Option<&'a str>,
    /// Address for mail.
    pub email: Option<&'a str>,
    /// Telephone number.
    pub phone: Option<&'a str>,
    /// Tier that SLA policies may ask for.
    pub tier: Option<&'a str>,
    /// Postal address.
    pub address: Option<&'a str>,
    /// Whether it can be used; `DELETE` switches it off.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// A page of customers, by name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomerList)]
pub struct CustomerListDto<'a> {
    /// The entries.
    pub items: Vec<CustomerDto<'a>>,
    /// How many match in all.
    pub total: u64,
    /// The longest this page could be.
    pub limit: u32,
    /// How many came before it.
    pub offset: u32,
}

/// A customer account, as somebody wants it.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "name": "Erika Muster", "account_number": "C-1042", "email": "erika@example.com", "tier": "gold" }))]
pub struct NewCustomerBody {
    /// Name of the household or company, 1 to 200 characters.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 200)]
    pub name: Given<String>,
    /// The provider's own number for it; unique.
    #[schema(value_type = Option<String>)]
    pub account_number: Given<String>,
    /// Address for mail.
    #[schema(value_type = Option<String>)]
    pub email: Given<String>,
    /// Telephone number.
    #[schema(value_type = Option<String>)]
    pub phone: Given<String>,
    /// Tier that SLA policies may ask for.
    #[schema(value_type = Option<String>)]
    pub tier: Given<String>,
    /// Postal address.
    #[schema(value_type = Option<String>)]
    pub address: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// What changes; what is left out stays, `null` clears what may be empty.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
pub struct CustomerPatchBody {
    /// Name of the household or company, 1 to 200 characters.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    pub name: Given<String>,
    /// The provider's own number for it; unique.
    #[schema(value_type = Option<String>)]
    pub account_number: Given<String>,
    /// Address for mail.
    #[schema(value_type = Option<String>)]
    pub email: Given<String>,
    /// Telephone number.
    #[schema(value_type = Option<String>)]
    pub phone: Given<String>,
    /// Tier that SLA policies may ask for.
    #[schema(value_type = Option<String>)]
    pub tier: Given<String>,
    /// Postal address.
    #[schema(value_type = Option<String>)]
    pub address: Given<String>,
    /// Whether it can be used.
    #[schema(value_type = bool, required = false)]
    pub is_active: Given<bool>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}
