//! Who takes a new ticket.

use jiff::Timestamp;

use crate::class::Category;
use crate::ids::{TeamId, UserId};

/// An agent as routing sees one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub user: UserId,
    /// The agent's first team.
    pub team: Option<TeamId>,
    /// What the agent knows.
    pub skills: Vec<String>,
    /// Tickets the agent can hold at once; 0 takes none.
    pub capacity: u32,
    /// Unresolved tickets the agent holds.
    pub load: u32,
    /// Active and not away.
    pub is_available: bool,
    /// When the agent was last given a ticket.
    pub last_assigned_at: Option<Timestamp>,
}

/// Where a ticket goes, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// To an agent.
    Agent {
        /// Who.
        user: UserId,
        /// The agent's team.
        team: Option<TeamId>,
        /// Why, for the history.
        reason: String,
    },
    /// To the category's team, since no agent can take it.
    Team {
        /// Which.
        team: TeamId,
        /// Why, for the history.
        reason: String,
    },
    /// To nobody.
    Nobody,
}

/// Chooses among agents for a ticket of `category`: those that are available, know `skill` and are below their
/// capacity; of these the one with the smallest load per capacity, then the one who waited longest, then the
/// smaller id. Without a skill for the category nothing is routed.
pub fn route(
    category: Category,
    skill: Option<&str>,
    team: Option<TeamId>,
    agents: &[Candidate],
) -> Route {
    let Some(skill) = skill else {
        return Route::Nobody;
    };
    let able = |agent: &&Candidate| {
        agent.is_available
            && agent.load < agent.capacity
            && agent.skills.iter().any(|known| known == skill)
    };
    let by_share = |a: &&Candidate, b: &&Candidate| {
        // load/capacity compared without dividing: both capacities are above 0 here.
        let (left, right) = (
            u64::from(a.load) * u64::from(b.capacity),
            u64::from(b.load) * u64::from(a.capacity),
        );
        left.cmp(&right)
            .then(a.last_assigned_at.cmp(&b.last_assigned_at))
            .then(a.user.cmp(&b.user))
    };
    match agents.iter().filter(able).min_by(by_share) {
        Some(agent) => Route::Agent {
            user: agent.user,
            team: agent.team,
            reason: format!(
                "routed by skill {skill}: {} of {} tickets in hand",
                agent.load, agent.capacity
            ),
        },
        None => team.map_or(Route::Nobody, |team| Route::Team {
            team,
            reason: format!(
                "no agent with skill {skill} is free; team of category {}",
                category.name()
            ),
        }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn agent(n: u128, load: u32, capacity: u32) -> Candidate {
        Candidate {
            user: UserId(Uuid::from_u128(n)),
            team: None,
            skills: vec!["fibre".to_owned()],
            capacity,
            load,
            is_available: true,
            last_assigned_at: None,
        }
    }

    fn chosen(agents: &[Candidate]) -> Option<u128> {
        match route(Category::Repair, Some("fibre"), None, agents) {
            Route::Agent { user, .. } => Some(user.0.as_u128()),
            Route::Team { .. } | Route::Nobody => None,
        }
    }

    #[test]
    fn the_smallest_share_of_capacity_wins_not_the_smallest_load() {
        assert_eq!(chosen(&[agent(1, 2, 4), agent(2, 4, 10)]), Some(2));
    }

    #[test]
    fn the_one_who_waited_longest_breaks_a_tie_and_one_who_never_had_any_waited_longest() {
        let at = |n: u128, second: i64| Candidate {
            last_assigned_at: Some(Timestamp::from_second(second).unwrap()),
            ..agent(n, 1, 2)
        };
        assert_eq!(chosen(&[at(1, 200), at(2, 100)]), Some(2));
        assert_eq!(chosen(&[at(1, 200), agent(3, 1, 2), at(2, 100)]), Some(3));
    }

    #[test]
    fn full_absent_and_unskilled_agents_take_nothing() {
        let absent = Candidate {
            is_available: false,
            ..agent(2, 0, 9)
        };
        let unskilled = Candidate {
            skills: vec!["billing".to_owned()],
            ..agent(3, 0, 9)
        };
        assert_eq!(
            chosen(&[agent(1, 5, 5), absent, unskilled, agent(4, 0, 0)]),
            None
        );
    }

    #[test]
    fn the_categorys_team_is_the_fallback_and_without_a_skill_nothing_is_routed() {
        let team = TeamId(Uuid::from_u128(7));
        assert!(
            matches!(route(Category::Repair, Some("fibre"), Some(team), &[]), Route::Team { team: t, .. } if t == team)
        );
        assert_eq!(
            route(Category::Repair, None, Some(team), &[agent(1, 0, 1)]),
            Route::Nobody
        );
    }

    proptest! {
        #[test]
        fn the_choice_is_free_to_take_it_and_nobody_free_has_a_smaller_share(
            loads in proptest::collection::vec((0_u32..6, 0_u32..6), 0..8)
        ) {
            let agents: Vec<_> = (1_u128..).zip(&loads).map(|(n, (load, capacity))| agent(n, *load, *capacity)).collect();
            let free: Vec<_> = agents.iter().filter(|a| a.load < a.capacity).collect();
            match chosen(&agents) {
                None => prop_assert!(free.is_empty()),
                Some(n) => {
                    let taken = agents.iter().find(|a| a.user.0.as_u128() == n).unwrap();
                    let share = |a: &Candidate| f64::from(a.load) / f64::from(a.capacity);
                    prop_assert!(taken.load < taken.capacity);
                    prop_assert!(free.iter().all(|a| share(a) >= share(taken)));
                }
            }
        }
    }
}
