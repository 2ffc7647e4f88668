//! Groups of staff.

use linedesk_domain::access::Operation;
use linedesk_domain::class::Category;
use linedesk_domain::ids::TeamId;
use linedesk_ports::changes::Write;
use linedesk_ports::directory::{DirectoryFilter, DirectoryPage, Team};

use super::fields::{Faults, NAME_MAX};
use super::{turn, write};
use crate::App;
use crate::caller::Caller;
use crate::error::Error;

/// A team that is wanted.
#[derive(Debug, Clone, Default)]
pub struct NewTeam {
    /// Name.
    pub name: String,
    /// The categories it takes when routing finds no agent.
    pub categories: Vec<Category>,
}

/// What changes of a team.
#[derive(Debug, Clone, Default)]
pub struct TeamPatch {
    /// `name`
    pub name: Option<String>,
    /// `categories`, all of them
    pub categories: Option<Vec<Category>>,
    /// `is_active`
    pub is_active: Option<bool>,
}

/// Teams by name.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn list_teams(
    app: &App,
    caller: &Caller,
    filter: DirectoryFilter,
) -> Result<DirectoryPage<Team>, Error> {
    caller.may(Operation::ReadDirectory)?;
    Ok(app.directory.teams(filter).await?)
}

/// One team.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn get_team(app: &App, caller: &Caller, id: TeamId) -> Result<Team, Error> {
    caller.may(Operation::ReadDirectory)?;
    find(app, id).await
}

/// Makes a team.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] with all faults; [`Error::Store`].
pub async fn create_team(app: &App, caller: &Caller, new: NewTeam) -> Result<Team, Error> {
    caller.may(Operation::WriteDirectory)?;
    let now = app.clock.now();
    let NewTeam { name, categories } = new;
    let id = TeamId(app.ids.next(now));
    let team = checked(Team {
        id,
        name,
        categories,
        is_active: true,
        created_at: now,
        updated_at: now,
    })?;
    write(app, caller, Write::Team(team.clone())).await?;
    Ok(team)
}

/// Changes a team.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Invalid`] with all faults; [`Error::Store`].
pub async fn update_team(
    app: &App,
    caller: &Caller,
    id: TeamId,
    patch: TeamPatch,
) -> Result<Team, Error> {
    caller.may(Operation::WriteDirectory)?;
    let _turn = turn().await;
    let found = find(app, id).await?;
    let raw = Team {
        id,
        name: patch.name.unwrap_or_else(|| found.name.clone()),
        categories: patch.categories.unwrap_or_else(|| found.categories.clone()),
        is_active: patch.is_active.unwrap_or(found.is_active),
        created_at: found.created_at,
        updated_at: found.updated_at,
    };
    let mut team = checked(raw)?;
    if team != found {
        team.updated_at = app.clock.now();
        write(app, caller, Write::Team(team.clone())).await?;
    }
    Ok(team)
}

/// Switches a team off. Its tickets stay with it.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn deactivate_team(app: &App, caller: &Caller, id: TeamId) -> Result<(), Error> {
    let patch = TeamPatch {
        is_active: Some(false),
        ..TeamPatch::default()
    };
    update_team(app, caller, id, patch).await.map(|_| ())
}

async fn find(app: &App, id: TeamId) -> Result<Team, Error> {
    app.directory.team(id).await?.ok_or(Error::NotFound("team"))
}

fn checked(raw: Team) -> Result<Team, Error> {
    let mut faults = Faults::default();
    let mut categories = Vec::with_capacity(raw.categories.len());
    for category in raw.categories {
        if !categories.contains(&category) {
            categories.push(category);
        }
    }
    let team = Team {
        name: faults.line("name", &raw.name, NAME_MAX),
        categories,
        ..raw
    };
    faults.done()?;
    Ok(team)
}
