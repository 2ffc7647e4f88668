//! What a ticket that is being made refers to, and who could take it.

use diesel::dsl::exists;
use diesel::prelude::*;
use linedesk_domain::class::Category;
use linedesk_domain::people::Role;
use linedesk_domain::routing::Candidate;
use linedesk_ports::directory::{Team, User};
use linedesk_ports::tickets::{CreationFacts, CreationKeys};

use super::book::Books;
use super::{Conn, counts, directory, load};
use crate::codes::Coded;
use crate::fault::Fault;
use crate::rows::directory::TeamRow;
use crate::rows::instant;
use crate::rows::user::UserRow;
use crate::schema::{teams, users};
use crate::types::Json;

pub(crate) fn creation(connection: &mut Conn, books: &Books, keys: &CreationKeys) -> Result<CreationFacts, Fault> {
    let customer = keys.customer.map(|id| directory::customer(connection, id)).transpose()?.flatten();
    let service = keys.service.map(|id| directory::service(connection, id)).transpose()?.flatten();
    let contact = keys.contact.map(|id| directory::contact(connection, id)).transpose()?.flatten();
    let agents = agents(connection)?;
    Ok(CreationFacts {
        customer,
        service,
        contact,
        attachments: load::attachments(connection, &keys.attachments)?,
        book: books.current(connection)?,
        teams: match keys.category {
            Some(category) => takers(connection, category)?,
            None => Vec::new(),
        },
        agents,
    })
}

/// The teams that take a category. There are few teams.
fn takers(connection: &mut Conn, category: Category) -> Result<Vec<Team>, Fault> {
    let active = teams::table.filter(teams::is_active).order(teams::name_key).select(TeamRow::as_select());
    let all = active.load(connection)?.into_iter().map(Team::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(all.into_iter().filter(|team| team.categories.contains(&category)).collect())
}

/// Agents with skills and how much they have in hand; nobody, and nearly for free, where no agent has any.
fn agents(connection: &mut Conn) -> Result<Vec<Candidate>, Fault> {
    let none = || Json(Vec::<String>::new());
    let skilled = users::table.filter(users::skills.ne(none())).filter(users::is_active);
    if !diesel::select(exists(skilled)).get_result::<bool>(connection)? {
        return Ok(Vec::new());
    }
    let staff = [Role::Agent, Role::Lead, Role::Admin].map(Coded::code);
    let skilled = users::table.filter(users::skills.ne(none())).filter(users::is_active);
    let rows = skilled.filter(users::role.eq_any(staff)).select(UserRow::as_select()).load(connection)?;
    let loads = counts::loads(connection)?;
    let candidate = |row: UserRow| {
        let last_assigned_at = instant(row.last_assigned_at);
        let user = User::try_from(row)?;
        Ok(Candidate {
            user: user.id,
            team: user.teams.first().copied(),
            skills: user.skills,
            capacity: user.capacity,
            load: loads.get(&user.id.0).copied().unwrap_or(0),
            is_available: user.is_available,
            last_assigned_at,
        })
    };
    rows.into_iter().map(candidate).collect()
}
