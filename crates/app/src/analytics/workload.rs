//! Who has how much to do.

use std::sync::Arc;

use linedesk_domain::access::Operation;
use linedesk_domain::metrics::figures::Performance;
use linedesk_domain::metrics::{Dimension, GroupKey, Part as FactPart, Tally};
use linedesk_domain::people::Role;
use linedesk_ports::directory::{DirectoryFilter, User};

use super::reading::{Wanted, read};
use super::report::{Ask, Group, Part, Report, Standing, named};
use crate::{App, Caller, Error};

/// Agents of each role that are looked at.
const MOST_AGENTS: u32 = 1_000;

/// Who has how much to do when the period ends.
#[derive(Debug)]
pub struct Workload {
    /// Of all; no groups.
    pub report: Report<Performance>,
    /// By agent: those who have something, and those who could take something.
    pub agents: Vec<Load>,
    /// By team.
    pub teams: Vec<Group<Performance>>,
}

/// What one agent has to do.
#[derive(Debug)]
pub struct Load {
    /// The agent and its figures.
    pub group: Group<Performance>,
    /// How many tickets the agent can hold at once, while the account is active.
    pub capacity: Option<u32>,
    /// Whether the agent takes tickets.
    pub is_available: bool,
}

/// Unresolved tickets by agent and by team at the end of the period (now, if that is to come), and what came and went in it.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn workload(app: &App, caller: &Caller, ask: Ask) -> Result<Workload, Error> {
    caller.may(Operation::ReadAnalytics)?;
    let standing = Standing::of(app).await?;
    let Ask { period, filter, .. } = ask;
    let shared = Arc::new(period.clone());
    let by =
        |dimension| Tally::<Performance>::new(Arc::clone(&shared), filter.clone(), Some(dimension));
    let tallies = [by(Dimension::Agent), by(Dimension::Team)];
    let wanted = Wanted::of(&period, &[FactPart::Flow]).with_backlog();
    let take = |tallies: &mut [Tally<Performance>; 2], blob: &[u8], parts: &[FactPart]| {
        tallies
            .iter_mut()
            .try_for_each(|tally| tally.read(blob, parts))
    };
    let [agents, teams] = read(app, caller, wanted, tallies, take).await?;
    let (totals, series, of_agents) = agents.into_groups();
    let (_, _, of_teams) = teams.into_groups();
    let mut backlog = totals.opening;
    let series = period.parts().zip(series).map(|((from, to), mut figures)| {
        figures.opening = backlog;
        backlog = figures.backlog();
        Part { from, to, figures }
    });
    let series = series.collect();
    let agents = loads(
        app,
        &filter.agents,
        named(app, by_backlog(of_agents)).await?,
    )
    .await?;
    let teams = named(app, by_backlog(of_teams)).await?;
    Ok(Workload {
        report: Report {
            period,
            as_of: standing.as_of,
            is_complete: standing.is_complete,
            totals,
            series,
            groups: Vec::new(),
            all_groups: agents.len(),
        },
        agents,
        teams,
    })
}

/// Those who have something to do, the most first.
fn by_backlog(mut groups: Vec<(GroupKey, Performance)>) -> Vec<(GroupKey, Performance)> {
    groups.retain(|(_, figures)| figures.backlog() > 0 || figures.created + figures.resolved > 0);
    groups.sort_by_key(|(key, figures)| (std::cmp::Reverse(figures.backlog()), *key));
    groups
}

/// The agents with their capacities, and, where no filter says otherwise, those who have nothing to do.
async fn loads(
    app: &App,
    filter: &[Option<linedesk_domain::ids::UserId>],
    groups: Vec<Group<Performance>>,
) -> Result<Vec<Load>, Error> {
    let mut agents: Vec<User> = Vec::new();
    for role in [Role::Agent, Role::Lead, Role::Admin] {
        let filter = DirectoryFilter {
            role: Some(role),
            is_active: Some(true),
            limit: MOST_AGENTS,
            ..DirectoryFilter::default()
        };
        agents.extend(app.directory.users(filter).await?.items);
    }
    let known = |key: GroupKey| {
        let mut of = agents.iter();
        of.find(|agent| key == GroupKey::Agent(Some(agent.id)))
    };
    let mut loads: Vec<Load> = groups
        .into_iter()
        .map(|group| {
            let agent = known(group.key);
            Load {
                capacity: agent.map(|agent| agent.capacity),
                is_available: agent.is_some_and(|agent| agent.is_available),
                group,
            }
        })
        .collect();
    // Admins have the desk to run: they are told of only where they have tickets.
    let idle = agents.iter().filter(|agent| {
        agent.role != Role::Admin
            && (filter.is_empty() || filter.contains(&Some(agent.id)))
            && !loads
                .iter()
                .any(|load| load.group.key == GroupKey::Agent(Some(agent.id)))
    });
    let idle: Vec<Load> = idle
        .map(|agent| Load {
            group: Group {
                key: GroupKey::Agent(Some(agent.id)),
                name: Some(agent.display_name().to_owned()),
                figures: Performance::default(),
            },
            capacity: Some(agent.capacity),
            is_available: agent.is_available,
        })
        .collect();
    loads.extend(idle);
    Ok(loads)
}
