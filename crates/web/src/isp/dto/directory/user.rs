//! Users.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Given, Rest};
use crate::instant::Instant;
use crate::isp::schema;

/// Somebody who can sign in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// The integer by which older clients know the user.
    pub number: i64,
    /// Name to sign in with.
    pub username: &'a str,
    /// Address for mail.
    pub email: Option<&'a str>,
    /// Name for people to read.
    pub name: Option<&'a str>,
    /// What the account may do.
    #[schema(value_type = schema::RoleName)]
    pub role: &'static str,
    /// The customer account that a customer user belongs to.
    pub customer_id: Option<Uuid>,
    /// Teams, the first one first.
    pub team_ids: Vec<Uuid>,
    /// What the agent knows, for routing.
    pub skills: &'a [String],
    /// Unresolved tickets that the agent can hold at once.
    pub capacity: u32,
    /// Whether the account can be used; `DELETE` switches it off.
    pub is_active: bool,
    /// Whether the agent takes tickets now.
    pub is_available: bool,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// A page of users, by name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserList)]
pub struct UserListDto<'a> {
    /// The entries.
    pub items: Vec<UserDto<'a>>,
    /// How many match in all.
    pub total: u64,
    /// The longest this page could be.
    pub limit: u32,
    /// How many came before it.
    pub offset: u32,
}

/// Somebody who can sign in, as an admin wants it.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "username": "kim", "email": "kim@example.com", "password": "correct horse", "role": "agent" }))]
pub struct NewUserBody {
    /// Name to sign in with, unique without regard to case.
    #[schema(value_type = String, required = true, min_length = 1)]
    pub username: Given<String>,
    /// Address for mail, unique without regard to case.
    #[schema(value_type = Option<String>)]
    pub email: Given<String>,
    /// Name for people to read.
    #[schema(value_type = Option<String>)]
    pub name: Given<String>,
    /// 8 characters to 72 bytes; without one the user cannot sign in by it.
    #[schema(value_type = Option<String>, format = Password, min_length = 8)]
    pub password: Given<String>,
    /// What the account may do.
    #[schema(value_type = schema::RoleName, required = true)]
    pub role: Given<String>,
    /// The customer account, for a customer user and nobody else.
    #[schema(value_type = Option<Uuid>)]
    pub customer_id: Given<String>,
    /// Teams, the first one first.
    #[schema(value_type = Option<Vec<Uuid>>)]
    pub team_ids: Given<Vec<Given<String>>>,
    /// What the agent knows, for routing.
    #[schema(value_type = Option<Vec<String>>)]
    pub skills: Given<Vec<Given<String>>>,
    /// Unresolved tickets that the agent can hold at once.
    #[schema(value_type = Option<u32>)]
    pub capacity: Given<u32>,
    /// Whether the account can be used.
    #[schema(value_type = Option<bool>, default = true)]
    pub is_active: Given<bool>,
    /// Whether the agent takes tickets now.
    #[schema(value_type = Option<bool>, default = true)]
    pub is_available: Given<bool>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// What changes; what is left out stays, `null` clears what may be empty.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
pub struct UserPatchBody {
    /// Name to sign in with.
    #[schema(value_type = String, required = false, min_length = 1)]
    pub username: Given<String>,
    /// Address for mail.
    #[schema(value_type = Option<String>)]
    pub email: Given<String>,
    /// Name for people to read.
    #[schema(value_type = Option<String>)]
    pub name: Given<String>,
    /// A new password; ends every session.
    #[schema(value_type = String, required = false, format = Password, min_length = 8)]
    pub password: Given<String>,
    /// What the account may do; another one ends every session.
    #[schema(value_type = schema::RoleName, required = false)]
    pub role: Given<String>,
    /// The customer account.
    #[schema(value_type = Option<Uuid>)]
    pub customer_id: Given<String>,
    /// All its teams.
    #[schema(value_type = Vec<Uuid>, required = false)]
    pub team_ids: Given<Vec<Given<String>>>,
    /// All its skills.
    #[schema(value_type = Vec<String>, required = false)]
    pub skills: Given<Vec<Given<String>>>,
    /// Unresolved tickets that the agent can hold at once.
    #[schema(value_type = u32, required = false)]
    pub capacity: Given<u32>,
    /// Whether the account can be used; `false` ends every session.
    #[schema(value_type = bool, required = false)]
    pub is_active: Given<bool>,
    /// Whether the agent takes tickets now.
    #[schema(value_type = bool, required = false)]
    pub is_available: Given<bool>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// Whether somebody takes tickets now.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "is_available": false }))]
pub struct AvailabilityBody {
    /// Whether routing may choose the user.
    #[schema(value_type = bool, required = true)]
    pub is_available: Given<bool>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}
