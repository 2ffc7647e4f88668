//! Who has how much to do.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use linedesk_domain::access::Operation;
use linedesk_domain::ids::TeamId;
use linedesk_domain::metrics::figures::Performance;
use linedesk_domain::metrics::{Dimension, Filter, GroupKey, Part as FactPart, Tally};
use linedesk_domain::people::Role;
use linedesk_ports::directory::{DirectoryFilter, User};

use super::reading::{Wanted, read};
use super::report::{Ask, Group, Part, Report, Standing, named};
use crate::{App, Caller, Error};

/// People that are read at a time.
const AT_ONCE: u32 = 1_000;

/// Who has how much to do when the period ends.
#[derive(Debug)]
pub struct Workload {
    /// Of all; no groups.
    pub report: Report<Performance>,
    /// How many tickets all that take some can hold at once.
    pub capacity: u64,
    /// By what was asked for, else by agent and then by team.
    pub loads: Vec<Load>,
    /// How many of those there are, answered or not.
    pub all_loads: usize,
}

/// What one agent, team or other group has to do.
#[derive(Debug)]
pub struct Load {
    /// The group and its figures.
    pub group: Group<Performance>,
    /// How many tickets an agent can hold at once, while the account is active, or all that take some of a team.
    pub capacity: Option<u64>,
    /// Whether an agent takes tickets.
    pub is_available: Option<bool>,
}

/// Unresolved tickets by agent and by team, or by something else, at the end of the period (now, if that is to come), and what
/// came and went in it.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn workload(app: &App, caller: &Caller, ask: Ask) -> Result<Workload, Error> {
    caller.may(Operation::ReadAnalytics)?;
    let standing = Standing::of(app).await?;
    let Ask {
        period,
        filter,
        by,
        most,
    } = ask;
    let shared = Arc::new(period.clone());
    let tally =
        |dimension| Tally::<Performance>::new(Arc::clone(&shared), filter.clone(), Some(dimension));
    // Whom capacity is of depends on who has tickets, so that those are counted whatever was asked for.
    let tallies = [
        tally(Dimension::Agent),
        tally(by.unwrap_or(Dimension::Team)),
    ];
    let wanted = Wanted::of(&period, &[FactPart::Flow]).with_backlog();
    let take = |tallies: &mut [Tally<Performance>; 2], blob: &[u8], parts: &[FactPart]| {
        tallies
            .iter_mut()
            .try_for_each(|tally| tally.read(blob, parts))
    };
    let [agents, others] = read(app, caller, wanted, tallies, take).await?;
    let (totals, series, of_agents) = agents.into_groups();
    let (_, _, of_others) = others.into_groups();
    let mut backlog = totals.opening;
    let series = period.parts().zip(series).map(|((from, to), mut figures)| {
        figures.opening = backlog;
        backlog = figures.backlog();
        Part { from, to, figures }
    });
    let series = series.collect();
    let people = People::of(app, &filter, &of_agents).await?;
    let mut wanted = Vec::new();
    if by.is_none() {
        wanted.push((Dimension::Agent, of_agents));
    }
    wanted.push((by.unwrap_or(Dimension::Team), of_others));
    let (mut loads, mut all_loads) = (Vec::new(), 0);
    for (dimension, groups) in wanted {
        let groups = people.with_idle(dimension, &filter, groups);
        all_loads += groups.len();
        let groups = named(app, by_backlog(groups), most).await?;
        loads.extend(groups.into_iter().map(|group| people.load(group)));
    }
    Ok(Workload {
        report: Report {
            period,
            as_of: standing.as_of,
            is_complete: standing.is_complete,
            totals,
            series,
            groups: Vec::new(),
            all_groups: 0,
        },
        capacity: people.takers().map(|user| u64::from(user.capacity)).sum(),
        loads,
        all_loads,
    })
}

type Groups = Vec<(GroupKey, Performance)>;

/// The most to do first.
fn by_backlog(mut groups: Groups) -> Groups {
    groups.sort_by_key(|(key, figures)| (Reverse(figures.backlog()), *key));
    groups
}

/// Staff that the question is about.
struct People {
    /// Every one.
    users: HashMap<GroupKey, User>,
    /// Of those, who counts where people are looked at together.
    counted: BTreeSet<GroupKey>,
}

impl People {
    /// Active staff: whom the filter names, else the members of the teams that it names, else all. Admins have the desk to run:
    /// they count only where they have tickets.
    async fn of(app: &App, filter: &Filter, busy: &Groups) -> Result<Self, Error> {
        let (mut users, mut counted) = (HashMap::new(), BTreeSet::new());
        for role in [Role::Agent, Role::Lead, Role::Admin] {
            for user in of_role(app, role).await? {
                let key = GroupKey::Agent(Some(user.id));
                let is_meant = if filter.agents.is_empty() {
                    filter.teams.is_empty() || teams(&user).any(|team| filter.teams.contains(&team))
                } else {
                    filter.agents.contains(&Some(user.id))
                };
                let is_busy = || {
                    busy.iter()
                        .any(|(other, figures)| *other == key && tells(figures))
                };
                if is_meant && (role != Role::Admin || is_busy()) {
                    counted.insert(key);
                }
                users.insert(key, user);
            }
        }
        Ok(Self { users, counted })
    }

    /// Those of them that take tickets.
    fn takers(&self) -> impl Iterator<Item = &User> {
        let counted = self.counted.iter().filter_map(|key| self.users.get(key));
        counted.filter(|user| user.is_available)
    }

    /// Who has something to tell of, and whoever could have.
    fn with_idle(&self, dimension: Dimension, filter: &Filter, groups: Groups) -> Groups {
        let mut all: BTreeMap<GroupKey, Performance> = match dimension {
            Dimension::Agent => {
                let idle = self.counted.iter();
                idle.map(|key| (*key, Performance::default())).collect()
            }
            Dimension::Team => {
                let teams = self.takers().flat_map(|user| user.teams.iter());
                let teams = teams
                    .map(|team| Some(*team))
                    .filter(|team| filter.teams.is_empty() || filter.teams.contains(team));
                let idle = teams.map(|team| (GroupKey::Team(team), Performance::default()));
                idle.collect()
            }
            Dimension::Category | Dimension::Priority | Dimension::Customer => BTreeMap::new(),
        };
        all.extend(groups.into_iter().filter(|(_, figures)| tells(figures)));
        all.into_iter().collect()
    }

    /// What a group has to do, against what it can.
    fn load(&self, group: Group<Performance>) -> Load {
        let (capacity, is_available) = match group.key {
            key @ GroupKey::Agent(Some(_)) => {
                let user = self.users.get(&key);
                let capacity = user.map(|user| u64::from(user.capacity));
                (capacity, Some(user.is_some_and(|user| user.is_available)))
            }
            GroupKey::Team(team) => {
                let members = self
                    .takers()
                    .filter(|user| teams(user).any(|of| of == team));
                let capacity = members.map(|user| u64::from(user.capacity)).sum();
                (Some(capacity), None)
            }
            GroupKey::Agent(None)
            | GroupKey::Category(_)
            | GroupKey::Priority(_)
            | GroupKey::Customer(_) => (None, None),
        };
        Load {
            group,
            capacity,
            is_available,
        }
    }
}

/// The teams of somebody; none is one too.
fn teams(user: &User) -> impl Iterator<Item = Option<TeamId>> {
    let none = user.teams.is_empty().then_some(None);
    user.teams.iter().copied().map(Some).chain(none)
}

/// Whether there is anything to tell of.
const fn tells(figures: &Performance) -> bool {
    figures.backlog() > 0 || figures.created + figures.resolved > 0
}

/// All active people of a role.
async fn of_role(app: &App, role: Role) -> Result<Vec<User>, Error> {
    let mut users = Vec::new();
    loop {
        let filter = DirectoryFilter {
            role: Some(role),
            is_active: Some(true),
            limit: AT_ONCE,
            offset: u32::try_from(users.len()).unwrap_or(u32::MAX),
            ..DirectoryFilter::default()
        };
        let page = app.directory.users(filter).await?.items;
        let is_last = page.len() < AT_ONCE as usize;
        users.extend(page);
        if is_last {
            return Ok(users);
        }
    }
}
