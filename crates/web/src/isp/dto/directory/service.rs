//! Services.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Given, Rest};
use crate::instant::Instant;

/// Something that a customer subscribes to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Service)]
pub struct ServiceDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// Whose it is.
    pub customer_id: Uuid,
    /// Name, 1 to 200 characters.
    pub name: &'a str,
    /// What kind: `fibre`, `voice`, …
    pub kind: Option<&'a str>,
    /// The provider's own identifier: a circuit, a serial number.
    pub identifier: Option<&'a str>,
    /// Where it is delivered.
    pub site: Option<&'a str>,
    /// The provider's own word for how it is.
    pub status: Option<&'a str>,
    /// Whether it can be used; `DELETE` switches it off.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// A page of services, by name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceList)]
pub struct ServiceListDto<'a> {
    /// The entries.
    pub items: Vec<ServiceDto<'a>>,
    /// How many match in all.
    pub total: u64,
    /// The longest this page could be.
    pub limit: u32,
    /// How many came before it.
    pub offset: u32,
}

/// Something that a customer subscribes to, as somebody wants it.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "customer_id": "0190a5f0-0000-7000-8000-000000000001", "name": "Fibre 1000", "kind": "fibre" }))]
pub struct NewServiceBody {
    /// Whose it is.
    #[schema(value_type = Uuid, required = true)]
    pub customer_id: Given<String>,
    /// Name, 1 to 200 characters.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 200)]
    pub name: Given<String>,
    /// What kind: `fibre`, `voice`, …
    #[schema(value_type = Option<String>)]
    pub kind: Given<String>,
    /// The provider's own identifier: a circuit, a serial number.
    #[schema(value_type = Option<String>)]
    pub identifier: Given<String>,
    /// Where it is delivered.
    #[schema(value_type = Option<String>)]
    pub site: Given<String>,
    /// The provider's own word for how it is.
    #[schema(value_type = Option<String>)]
    pub status: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// What changes; what is left out stays, `null` clears what may be empty.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
pub struct ServicePatchBody {
    /// Name, 1 to 200 characters.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    pub name: Given<String>,
    /// What kind: `fibre`, `voice`, …
    #[schema(value_type = Option<String>)]
    pub kind: Given<String>,
    /// The provider's own identifier: a circuit, a serial number.
    #[schema(value_type = Option<String>)]
    pub identifier: Given<String>,
    /// Where it is delivered.
    #[schema(value_type = Option<String>)]
    pub site: Given<String>,
    /// The provider's own word for how it is.
    #[schema(value_type = Option<String>)]
    pub status: Given<String>,
    /// Whether it can be used.
    #[schema(value_type = bool, required = false)]
    pub is_active: Given<bool>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}
