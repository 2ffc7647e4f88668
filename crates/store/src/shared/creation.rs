//! What a ticket that is being made refers to, and who could take it.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use linedesk_domain::class::Category;
use linedesk_domain::routing::Candidate;
use linedesk_ports::directory::{Team, User};
use linedesk_ports::tickets::{CreationFacts, CreationKeys};

use super::book::Books;
use super::{Conn, counts, directory, load};
use crate::cached::Cached;
use crate::fault::Fault;
use crate::rows::directory::TeamRow;
use crate::rows::instant;
use crate::rows::user::UserRow;
use crate::schema::{teams, users};

pub(crate) fn creation(
    connection: &mut Conn,
    books: &Books,
    keys: &CreationKeys,
) -> Result<CreationFacts, Fault> {
    let customer = keys
        .customer
        .map(|id| directory::customer(connection, id))
        .transpose()?
        .flatten();
    let service = keys
        .service
        .map(|id| directory::service(connection, id))
        .transpose()?
        .flatten();
    let contact = keys
        .contact
        .map(|id| directory::contact(connection, id))
        .transpose()?
        .flatten();
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
    let active = teams::table
        .filter(teams::is_active)
        .order(teams::name_key)
        .select(TeamRow::as_select());
    let all = active
        .load(connection)?
        .into_iter()
        .map(Team::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(all
        .into_iter()
        .filter(|team| team.categories.contains(&category))
        .collect())
}

/// Agents with skills and how much they have in hand; nobody, and nearly for free, where no agent has any.
fn agents(connection: &mut Conn) -> Result<Vec<Candidate>, Fault> {
    // Word for word the condition of the index on such users, or the index would not serve it.
    let skilled = users::table
        .filter(sql::<Bool>("skills <> '[]' AND is_active"))
        .select(UserRow::as_select());
    let rows: Vec<UserRow> = Cached(skilled).load(connection)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let loads = counts::loads(connection)?;
    let candidate = |row: UserRow| {
        let last_assigned_at = instant(row.last_assigned_at);
        let user = User::try_from(row)?;
        Ok(user.role.is_staff().then(|| Candidate {
            user: user.id,
            team: user.teams.first().copied(),
            skills: user.skills,
            capacity: user.capacity,
            load: loads.get(&user.id.0).copied().unwrap_or(0),
            is_available: user.is_available,
            last_assigned_at,
        }))
    };
    rows.into_iter()
        .map(candidate)
        .filter_map(Result::transpose)
        .collect()
}
