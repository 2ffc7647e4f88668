//! Users.

use diesel::prelude::*;
use linedesk_domain::ids::{CustomerId, TeamId, UserId};
use linedesk_ports::directory::User;
use linedesk_ports::store::StoreError;
use uuid::Uuid;

use super::directory::name_key;
use super::{checked, decoded};
use crate::codes::Coded;
use crate::schema::users;
use crate::types::{At, Json, Key};

/// A user's row as it is written: the database gives the number, and `last_assigned_at` is kept elsewhere.
#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = users)]
#[diesel(treat_none_as_default_value = false)]
#[diesel(treat_none_as_null = true)]
pub(crate) struct NewUserRow {
    id: Key,
    username: String,
    username_key: String,
    email: Option<String>,
    email_key: Option<String>,
    name: Option<String>,
    name_key: String,
    password_hash: Option<String>,
    role: i16,
    customer_id: Option<Key>,
    teams: Json<Vec<Uuid>>,
    skills: Json<Vec<String>>,
    capacity: i64,
    is_active: bool,
    is_available: bool,
    epoch: i64,
    created_at: At,
    updated_at: At,
}

/// A user's row.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(crate) struct UserRow {
    number: i64,
    id: Key,
    username: String,
    email: Option<String>,
    name: Option<String>,
    password_hash: Option<String>,
    role: i16,
    customer_id: Option<Key>,
    teams: Json<Vec<Uuid>>,
    skills: Json<Vec<String>>,
    capacity: i64,
    is_active: bool,
    is_available: bool,
    epoch: i64,
    pub(crate) last_assigned_at: Option<At>,
    created_at: At,
    updated_at: At,
}

impl From<&User> for NewUserRow {
    fn from(user: &User) -> Self {
        Self {
            id: Key(user.id.0),
            username: user.username.clone(),
            username_key: user.username.to_lowercase(),
            email: user.email.clone(),
            email_key: user.email.as_deref().map(str::to_lowercase),
            name: user.name.clone(),
            name_key: name_key(user.display_name()),
            password_hash: user.password_hash.clone(),
            role: user.role.code(),
            customer_id: user.customer.map(|id| Key(id.0)),
            teams: Json(user.teams.iter().map(|id| id.0).collect()),
            skills: Json(user.skills.clone()),
            capacity: i64::from(user.capacity),
            is_active: user.is_active,
            is_available: user.is_available,
            epoch: user.epoch,
            created_at: At(user.created_at),
            updated_at: At(user.updated_at),
        }
    }
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        let id = row.id.0;
        Ok(Self {
            id: UserId(id),
            number: row.number,
            username: row.username,
            email: row.email,
            name: row.name,
            password_hash: row.password_hash,
            role: decoded(row.role, "users", "role", &id)?,
            customer: row.customer_id.map(|key| CustomerId(key.0)),
            teams: row.teams.0.into_iter().map(TeamId).collect(),
            skills: row.skills.0,
            capacity: checked(u32::try_from(row.capacity), "users", "capacity", &id)?,
            is_active: row.is_active,
            is_available: row.is_available,
            epoch: row.epoch,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        })
    }
}
