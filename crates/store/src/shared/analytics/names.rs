//! What people call those whom figures are grouped by.

use std::collections::HashMap;

use diesel::prelude::*;
use linedesk_domain::ids::{CustomerId, TeamId, UserId};
use linedesk_domain::metrics::GroupKey;

use super::super::Conn;
use crate::fault::Fault;
use crate::schema::{customers, teams, users};
use crate::types::Key;

/// The names of agents, teams and customers.
pub(crate) fn names(
    connection: &mut Conn,
    keys: &[GroupKey],
) -> Result<HashMap<GroupKey, String>, Fault> {
    let (mut of_users, mut of_teams, mut of_customers) = (Vec::new(), Vec::new(), Vec::new());
    for key in keys {
        match key {
            GroupKey::Agent(Some(id)) => of_users.push(Key(id.0)),
            GroupKey::Team(Some(id)) => of_teams.push(Key(id.0)),
            GroupKey::Customer(Some(id)) => of_customers.push(Key(id.0)),
            _ => {}
        }
    }
    let mut names = HashMap::new();
    if !of_users.is_empty() {
        let found = users::table.filter(users::id.eq_any(of_users)).select((
            users::id,
            users::name,
            users::username,
        ));
        let found: Vec<(Key, Option<String>, String)> = found.load(connection)?;
        names.extend(found.into_iter().map(|(id, name, username)| {
            let key = GroupKey::Agent(Some(UserId(id.0)));
            (key, name.unwrap_or(username))
        }));
    }
    if !of_teams.is_empty() {
        let found = teams::table
            .filter(teams::id.eq_any(of_teams))
            .select((teams::id, teams::name));
        let found: Vec<(Key, String)> = found.load(connection)?;
        let by_key = |(id, name): (Key, String)| (GroupKey::Team(Some(TeamId(id.0))), name);
        names.extend(found.into_iter().map(by_key));
    }
    if !of_customers.is_empty() {
        let found = customers::table
            .filter(customers::id.eq_any(of_customers))
            .select((customers::id, customers::name));
        let found: Vec<(Key, String)> = found.load(connection)?;
        let by_key = |(id, name): (Key, String)| (GroupKey::Customer(Some(CustomerId(id.0))), name);
        names.extend(found.into_iter().map(by_key));
    }
    Ok(names)
}
