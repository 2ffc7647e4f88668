//! Contacts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Given, Rest};
use crate::instant::Instant;

/// A person to talk to at a customer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
pub struct ContactDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// At which customer.
    pub customer_id: Uuid,
    /// Name, 1 to 200 characters.
    pub name: &'a str,
    /// Address for mail.
    pub email: Option<&'a str>,
    /// Telephone number.
    pub phone: Option<&'a str>,
    /// Whether it can be used; `DELETE` switches it off.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// A page of contacts, by name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContactList)]
pub struct ContactListDto<'a> {
    /// The entries.
    pub items: Vec<ContactDto<'a>>,
    /// How many match in all.
    pub total: u64,
    /// The longest this page could be.
    pub limit: u32,
    /// How many came before it.
    pub offset: u32,
}

/// A person to talk to at a customer, as somebody wants it.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "customer_id": "0190a5f0-0000-7000-8000-000000000001", "name": "Max Muster", "phone": "+49 30 1234" }))]
pub struct NewContactBody {
    /// At which customer.
    #[schema(value_type = Uuid, required = true)]
    pub customer_id: Given<String>,
    /// Name, 1 to 200 characters.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 200)]
    pub name: Given<String>,
    /// Address for mail.
    #[schema(value_type = Option<String>)]
    pub email: Given<String>,
    /// Telephone number.
    #[schema(value_type = Option<String>)]
    pub phone: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// What changes; what is left out stays, `null` clears what may be empty.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
pub struct ContactPatchBody {
    /// Name, 1 to 200 characters.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    pub name: Given<String>,
    /// Address for mail.
    #[schema(value_type = Option<String>)]
    pub email: Given<String>,
    /// Telephone number.
    #[schema(value_type = Option<String>)]
    pub phone: Given<String>,
    /// Whether it can be used.
    #[schema(value_type = bool, required = false)]
    pub is_active: Given<bool>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}
