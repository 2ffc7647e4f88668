//! Figures against plain loops over facts.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::super::fact::{DAY, Dims, Fact, Flow, Part, What, day_of};
use super::super::figures::{
    AgentFigures, FirstContact, Performance, RatingFigures, ResponseTimes, Work,
};
use super::super::tally::{Dimension, Figures, Filter, GroupKey, Tally};
use super::super::{Period, Step, facts, pack};
use super::histories::{book, live, lives};
use crate::class::Priority;

fn filters() -> impl Strategy<Value = Filter> {
    use crate::ids::{TeamId, UserId};
    use uuid::Uuid;
    let agents =
        proptest::option::of(1_u128..4).prop_map(|n| n.map(|n| UserId(Uuid::from_u128(n))));
    let teams = proptest::option::of(1_u128..3).prop_map(|n| n.map(|n| TeamId(Uuid::from_u128(n))));
    (
        prop::collection::vec(agents, 0..2),
        prop::collection::vec(teams, 0..2),
        prop::collection::vec(proptest::sample::select(Priority::ALL.to_vec()), 0..3),
    )
        .prop_map(|(agents, teams, priorities)| Filter {
            priorities,
            teams,
            agents,
            ..Filter::default()
        })
}

fn periods() -> impl Strategy<Value = Period> {
    let zones = ["UTC", "Asia/Kolkata", "America/New_York", "Pacific/Apia"];
    (
        0_i8..12,
        0_i64..12,
        proptest::sample::select(zones.to_vec()),
        proptest::sample::select(Step::ALL.to_vec()),
    )
        .prop_map(|(day, days, zone, step)| {
            let from = Date::new(2026, 3, 1 + day).unwrap();
            let to = from.checked_add(jiff::Span::new().days(days)).unwrap();
            Period::new(from, to, TimeZone::get(zone).unwrap(), step).unwrap()
        })
}

fn matches(filter: &Filter, dims: &Dims) -> bool {
    (filter.agents.is_empty() || filter.agents.contains(&dims.agent))
        && (filter.teams.is_empty() || filter.teams.contains(&dims.team))
        && (filter.priorities.is_empty() || filter.priorities.contains(&dims.priority))
}

/// The facts of random lives.
fn all_facts(plans: &[Vec<(i64, u128, super::histories::Step)>]) -> Vec<Fact> {
    let book = book();
    let mut all = Vec::new();
    for (n, plan) in plans.iter().enumerate() {
        let life = live(n, plan, &book);
        all.extend(facts(&life.subject(), &life.events(), &book));
    }
    all
}

/// Reads the facts day by day, as they are stored.
fn tallied<F: Figures>(
    all: &[Fact],
    period: &Period,
    filter: &Filter,
    by: Option<Dimension>,
) -> (F, Vec<F>, Vec<(GroupKey, F)>) {
    let mut days: BTreeMap<i64, Vec<Fact>> = BTreeMap::new();
    for fact in all {
        days.entry(day_of(fact.at.as_second()))
            .or_default()
            .push(fact.clone());
    }
    let mut tally = Tally::<F>::new(Arc::new(period.clone()), filter.clone(), by);
    for facts in days.values() {
        tally.read(&pack(facts), &Part::ALL).unwrap();
    }
    tally.into_groups()
}

/// Whether it happened in the period, by the zone's own reckoning of days.
fn is_in(period: &Period, fact: &Fact) -> bool {
    let day = fact.at.to_zoned(period.zone().clone()).date();
    (period.from()..=period.to()).contains(&day)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn tallies_are_what_loops_count(plans in lives(), period in periods(), filter in filters()) {
        let all = all_facts(&plans);
        let found = |wanted: fn(&What) -> bool| all.iter().filter(|fact| {
            wanted(&fact.what) && is_in(&period, fact) && matches(&filter, &fact.dims)
        }).count() as u64;
        let (totals, series, groups) = tallied::<Performance>(&all, &period, &filter, Some(Dimension::Agent));
        prop_assert_eq!(totals.created, found(|what| *what == What::Flow(Flow::Created)));
        prop_assert_eq!(totals.resolved, found(|what| *what == What::Flow(Flow::Resolved)));
        prop_assert_eq!(totals.reopened, found(|what| *what == What::Flow(Flow::Reopened)));
        prop_assert_eq!(totals.sla.all().met, found(|what| matches!(what, What::Sla { met: true, .. })));
        prop_assert_eq!(totals.sla.all().missed, found(|what| matches!(what, What::Sla { met: false, .. })));
        let backlog: i64 = all.iter().filter_map(|fact| match fact.what {
            What::Flow(flow) if matches(&filter, &fact.dims)
                && fact.at.to_zoned(period.zone().clone()).date() <= period.to() => Some(flow.change()),
            _ => None,
        }).sum();
        prop_assert_eq!(totals.backlog(), backlog);
        prop_assert!(backlog >= 0);
        prop_assert_eq!(series.iter().map(|part| part.created).sum::<u64>(), totals.created);
        prop_assert_eq!(series.iter().map(|part| part.change).sum::<i64>(), totals.change);
        prop_assert_eq!(groups.iter().map(|(_, of)| of.resolved).sum::<u64>(), totals.resolved);
        prop_assert_eq!(groups.iter().map(|(_, of)| of.backlog()).sum::<i64>(), totals.backlog());
        for (key, of) in groups {
            let GroupKey::Agent(agent) = key else { panic!("{key:?}") };
            let own = Filter { agents: vec![agent], ..filter.clone() };
            let (alone, _, _) = tallied::<Performance>(&all, &period, &own, None);
            if filter.agents.is_empty() {
                prop_assert_eq!(of, alone);
            }
        }
    }

    #[test]
    fn other_figures_are_what_loops_count(plans in lives(), period in periods(), filter in filters()) {
        let all = all_facts(&plans);
        let mine = || all.iter().filter(|fact| is_in(&period, fact) && matches(&filter, &fact.dims));
        let resolutions = || mine().filter_map(|fact| match &fact.what {
            What::Resolution(resolution) => Some(resolution),
            _ => None,
        });
        let (contact, _, _) = tallied::<FirstContact>(&all, &period, &filter, None);
        prop_assert_eq!(contact.resolved, resolutions().count() as u64);
        prop_assert_eq!(contact.resolved, contact.at_first_contact + contact.several_replies + contact.reopened);
        prop_assert_eq!(contact.came_back, resolutions().filter(|r| r.came_back).count() as u64);
        prop_assert_eq!(contact.reopened, resolutions().filter(|r| r.came_back || r.reopens > 0).count() as u64);
        prop_assert_eq!(contact.at_first_contact, resolutions().filter(|r| r.at_first_contact()).count() as u64);

        let (times, series, _) = tallied::<ResponseTimes>(&all, &period, &filter, None);
        let walls: Vec<i128> = resolutions().map(|r| r.times.wall.as_micros()).collect();
        prop_assert_eq!(times.resolution_wall.count(), walls.len() as u64);
        prop_assert_eq!(series.iter().map(|part| part.resolution_wall.count()).sum::<u64>(), walls.len() as u64);
        if let Some(spread) = times.resolution_wall.spread() {
            let sum: i128 = walls.iter().sum();
            #[expect(clippy::cast_precision_loss, reason = "a few values")]
            let mean = sum as f64 / walls.len() as f64 / 1e6;
            prop_assert!((spread.mean - mean).abs() < 1e-6);
            prop_assert!(spread.p50 <= spread.p90 && spread.p90 <= spread.p95);
        }

        let (ratings, _, _) = tallied::<RatingFigures>(&all, &period, &filter, None);
        let given: Vec<u8> = mine().filter_map(|fact| match &fact.what {
            What::Rating(rating) => Some(rating.score),
            _ => None,
        }).collect();
        prop_assert_eq!(ratings.answers(), given.len() as u64);
        prop_assert_eq!(ratings.comments().len(), given.len().min(100));
        prop_assert_eq!(ratings.csat().is_some(), !given.is_empty());
    }

    #[test]
    fn groups_add_up_to_the_totals(plans in lives(), period in periods(), filter in filters()) {
        let all = all_facts(&plans);
        for by in Dimension::ALL {
            let (totals, _, groups) = tallied::<AgentFigures>(&all, &period, &filter, Some(by));
            let sum = |of: fn(&AgentFigures) -> u64| groups.iter().map(|(_, figures)| of(figures)).sum::<u64>();
            prop_assert_eq!(sum(|of| of.handled), totals.handled);
            prop_assert_eq!(sum(|of| of.sla.all().met), totals.sla.all().met);
            prop_assert_eq!(sum(|of| of.sla.all().missed), totals.sla.all().missed);
            prop_assert_eq!(sum(|of| of.responses.count()), totals.responses.count());
            prop_assert_eq!(sum(|of| of.ratings.answers()), totals.ratings.answers());
            let (totals, _, groups) = tallied::<RatingFigures>(&all, &period, &filter, Some(by));
            prop_assert_eq!(groups.iter().map(|(_, of)| of.resolved).sum::<u64>(), totals.resolved);
            let (totals, _, groups) = tallied::<Work>(&all, &period, &filter, Some(by));
            prop_assert_eq!(groups.iter().map(|(_, of)| of.efforts.iter().sum::<u64>()).sum::<u64>(), totals.efforts.iter().sum::<u64>());
        }
    }

    #[test]
    fn the_backlog_may_be_summed_up_on_the_way(plans in lives(), period in periods(), filter in filters()) {
        let all = all_facts(&plans);
        let begin = day_of(period.begins());
        let (old, young): (Vec<Fact>, Vec<Fact>) =
            all.iter().cloned().partition(|fact| day_of(fact.at.as_second()) < begin);
        let mut counts: BTreeMap<Dims, i64> = BTreeMap::new();
        for fact in &old {
            if let What::Flow(flow) = fact.what {
                *counts.entry(fact.dims).or_default() += flow.change();
            }
        }
        let standing: Vec<Fact> = counts.into_iter().filter(|(_, n)| *n > 0).map(|(dims, n)| Fact {
            at: jiff::Timestamp::from_second(begin * DAY).unwrap(),
            dims,
            what: What::Standing(n.unsigned_abs()),
        }).collect();
        let whole = tallied::<Performance>(&all, &period, &filter, Some(Dimension::Category));
        let summed: Vec<Fact> = standing.into_iter().chain(young).collect();
        let summed = tallied::<Performance>(&summed, &period, &filter, Some(Dimension::Category));
        prop_assert_eq!(&summed.0, &whole.0);
        prop_assert_eq!(&summed.1, &whole.1);
    }
}
