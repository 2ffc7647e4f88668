//! The names of what a page refers to: one statement for each table.

use std::collections::HashMap;

use diesel::prelude::*;
use linedesk_domain::ids::{ContactId, CustomerId, TeamId, UserId};
use linedesk_domain::people::Role;
use linedesk_ports::names::{Names, NamesWanted, UserNames};
use uuid::Uuid;

use super::Conn;
use crate::fault::Fault;
use crate::rows::decoded;
use crate::schema::{contacts, customers, teams, users};
use crate::types::{Json, Key};

/// The names of some rows of a table, by identity.
macro_rules! named {
    ($connection:expr, $table:ident, $keys:expr, $id:expr) => {{
        let keys = distinct($keys);
        let mut found = HashMap::new();
        if !keys.is_empty() {
            let rows: Vec<(Key, String)> = $table::table
                .filter($table::id.eq_any(keys))
                .select(($table::id, $table::name))
                .load($connection)?;
            found.extend(rows.into_iter().map(|(key, name)| ($id(key.0), name)));
        }
        found
    }};
}

/// Those of them that there are.
pub(crate) fn names(connection: &mut Conn, wanted: &NamesWanted) -> Result<Names, Fault> {
    let NamesWanted {
        customers,
        contacts,
        teams,
        users,
    } = wanted;
    let users = users_named(connection, users)?;
    let of_users = users.values().filter_map(|user| user.team);
    let teams = teams.iter().copied().chain(of_users).map(|id| Key(id.0));
    Ok(Names {
        customers: named!(
            connection,
            customers,
            customers.iter().map(|id| Key(id.0)),
            CustomerId
        ),
        contacts: named!(
            connection,
            contacts,
            contacts.iter().map(|id| Key(id.0)),
            ContactId
        ),
        teams: named!(connection, teams, teams, TeamId),
        users,
    })
}

type UserRow = (Key, i64, String, Option<String>, i16, Json<Vec<Uuid>>);

fn users_named(
    connection: &mut Conn,
    wanted: &[UserId],
) -> Result<HashMap<UserId, UserNames>, Fault> {
    let keys = distinct(wanted.iter().map(|id| Key(id.0)));
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<UserRow> = users::table
        .filter(users::id.eq_any(keys))
        .select((
            users::id,
            users::number,
            users::username,
            users::name,
            users::role,
            users::teams,
        ))
        .load(connection)?;
    let named = |(id, number, username, name, role, teams): UserRow| {
        let names = UserNames {
            number,
            display: name.unwrap_or_else(|| username.clone()),
            username,
            role: decoded::<Role>(role, "users", "role", &id.0)?,
            team: teams.0.first().copied().map(TeamId),
        };
        Ok((UserId(id.0), names))
    };
    rows.into_iter().map(named).collect()
}

fn distinct(keys: impl Iterator<Item = Key>) -> Vec<Key> {
    let mut keys: Vec<_> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}
