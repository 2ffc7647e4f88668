//! What happened to a ticket, told from its states one after the other: no history is read, nothing is replayed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;

use super::super::fact::{Dims, Fact, Flow, Outcome, Part, What};
use super::super::packed::{pack, unpack};
use super::super::{facts, replay};
use super::histories::{Life, State, book, live, lives};
use crate::event::{Action, Audience};
use crate::sla::Target;
use crate::text::Label;
use crate::ticket::TicketData;

/// A fact in a few words.
type Told = (i64, &'static str, Dims);

fn second(at: Timestamp) -> i64 {
    at.as_microsecond().div_euclid(1_000_000)
}

fn dims(data: &TicketData) -> Dims {
    Dims {
        customer: data.customer,
        category: data.category,
        priority: data.priority,
        team: data.team,
        agent: data.assignee,
    }
}

/// When the state came about.
fn at(state: &State) -> i64 {
    second(state.data.updated_at)
}

/// What the states tell: made, resolved, reopened, merged, first answered, rated; whose work it was.
fn told(life: &Life) -> Vec<Told> {
    if life.last().deleted_at.is_some() {
        return Vec::new();
    }
    let first = &life.states[0];
    let mut all = vec![(at(first), "created", dims(&first.data))];
    let mut resolution = None;
    for pair in life.states.windows(2) {
        let (before, after) = (&pair[0].data, &pair[1].data);
        let by = pair[1].by;
        let mut own = dims(after);
        let user = by.user().filter(|_| by.is_staff());
        match (before.status.is_done(), after.status.is_done()) {
            (false, true) if after.merged_into.is_some() => all.push((at(&pair[1]), "merged", own)),
            (false, true) => {
                own.agent = own.agent.or(user);
                resolution = Some(own);
                all.push((at(&pair[1]), "resolved", own));
            }
            (true, false) => all.push((at(&pair[1]), "reopened", own)),
            _ => {}
        }
        if let (None, Some(answered)) = (before.first_response_at(), after.first_response_at()) {
            // The comment may have moved the ticket's status, nothing else.
            let answerer = Dims {
                agent: user,
                ..dims(after)
            };
            all.push((second(answered), "answered", answerer));
        }
        if before.satisfaction.is_none() && after.satisfaction.is_some() {
            let of = resolution.expect("what is rated was resolved");
            all.push((at(&pair[1]), "rated", of));
        }
    }
    all
}

fn in_words(facts: &[Fact]) -> Vec<Told> {
    let word = |what: &What| match what {
        What::Flow(Flow::Created) => Some("created"),
        What::Flow(Flow::Resolved) => Some("resolved"),
        What::Flow(Flow::Reopened) => Some("reopened"),
        What::Flow(Flow::Merged) => Some("merged"),
        What::Response(_) => Some("answered"),
        What::Rating(_) => Some("rated"),
        _ => None,
    };
    let all = facts.iter();
    all.filter_map(|fact| Some((fact.at.as_second(), word(&fact.what)?, fact.dims)))
        .collect()
}

/// The ticket as it stood after everything up to that second.
fn standing(life: &Life, until: i64) -> Option<Dims> {
    let state = life.states.iter().rev().find(|state| at(state) <= until)?;
    (!state.data.status.is_done() && life.last().deleted_at.is_none()).then(|| dims(&state.data))
}

fn sorted<T: Ord>(mut all: Vec<T>) -> Vec<T> {
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn facts_of_histories_are_what_the_states_tell(plans in lives()) {
        let book = book();
        for (n, plan) in plans.iter().enumerate() {
            let life = live(n, plan, &book);
            let facts = facts(&life.subject(), &life.events(), &book);
            prop_assert_eq!(sorted(in_words(&facts)), sorted(told(&life)));
        }
    }

    #[test]
    fn the_backlog_is_where_the_tickets_stood(plans in lives(), looks in prop::collection::vec(0_i64..20_000, 1..20)) {
        let book = book();
        for (n, plan) in plans.iter().enumerate() {
            let life = live(n, plan, &book);
            let facts = facts(&life.subject(), &life.events(), &book);
            for minutes in &looks {
                let until = second(super::histories::start()) + minutes * 60;
                let mut backlog: BTreeMap<Dims, i64> = BTreeMap::new();
                for fact in facts.iter().filter(|fact| fact.at.as_second() <= until) {
                    if let What::Flow(flow) = fact.what {
                        *backlog.entry(fact.dims).or_default() += flow.change();
                    }
                }
                backlog.retain(|_, n| *n != 0);
                let wanted: BTreeMap<Dims, i64> = standing(&life, until).into_iter().map(|dims| (dims, 1)).collect();
                prop_assert_eq!(backlog, wanted, "after {} minutes", minutes);
            }
        }
    }

    #[test]
    fn a_resolution_tells_the_work_until_then(plans in lives()) {
        let book = book();
        for (n, plan) in plans.iter().enumerate() {
            let life = live(n, plan, &book);
            let ends: Vec<usize> = (1..life.states.len()).filter(|n| {
                let (before, after) = (&life.states[n - 1].data, &life.states[*n].data);
                !before.status.is_done() && after.status.is_done() && after.merged_into.is_none()
            }).collect();
            let all = facts(&life.subject(), &life.events(), &book);
            let resolutions = all.iter().filter_map(|fact| match &fact.what {
                What::Resolution(resolution) => Some(resolution),
                _ => None,
            });
            for (found, end) in resolutions.zip(ends) {
                let past = &life.states[..=end];
                let public = |state: &&State, staff: bool| {
                    let public = state.events.iter().any(|event| {
                        matches!(event.action, Action::Commented { .. }) && event.audience == Audience::Everyone
                    });
                    public && state.by.is_staff() == staff
                };
                let reopens = past.windows(2).filter(|pair| {
                    pair[0].data.status.is_done() && !pair[1].data.status.is_done()
                }).count();
                prop_assert_eq!(found.reopens as usize, reopens);
                prop_assert_eq!(found.replies as usize, past.iter().filter(|s| public(s, true)).count());
                prop_assert_eq!(found.contacts as usize, 1 + past.iter().filter(|s| public(s, false)).count());
                let handed = past.windows(2).filter(|pair| {
                    let (a, b) = (&pair[0].data, &pair[1].data);
                    match (a.assignee, b.assignee) {
                        (Some(a), Some(b)) => a != b,
                        _ => a.team.is_some() && b.team.is_some() && a.team != b.team,
                    }
                }).count();
                prop_assert_eq!(found.handovers as usize, handed);
                let came_back = life.states[end..].windows(2).any(|pair| {
                    pair[0].data.status.is_done() && !pair[1].data.status.is_done()
                });
                prop_assert_eq!(found.came_back, came_back);
                let own = &life.states[end].data;
                prop_assert_eq!(found.code.as_deref(), own.resolution_code.as_ref().map(Label::as_str));
                prop_assert_eq!(found.template, own.resolution_template);
                let worked: i64 = past.windows(2).filter(|pair| !pair[0].data.status.is_done()).map(|pair| {
                    pair[1].data.updated_at.as_microsecond() - pair[0].data.updated_at.as_microsecond()
                }).sum();
                prop_assert_eq!(found.times.wall.as_micros(), i128::from(worked));
                let path = replay::path_names(&found.path);
                prop_assert_eq!(path.first().copied(), Some("open"));
            }
        }
    }

    #[test]
    fn a_target_is_decided_once_and_as_the_ticket_has_it(plans in lives()) {
        let book = book();
        for (n, plan) in plans.iter().enumerate() {
            let life = live(n, plan, &book);
            let facts = facts(&life.subject(), &life.events(), &book);
            let of = |wanted: Target, wanted_met: bool| facts.iter().filter(|fact| {
                matches!(fact.what, What::Sla { target, met } if target == wanted && met == wanted_met)
            }).count();
            prop_assert!(of(Target::FirstResponse, true) + of(Target::FirstResponse, false) <= 1);
            prop_assert!(of(Target::Resolution, false) <= 1);
            let resolved = in_words(&facts).iter().filter(|told| told.1 == "resolved").count();
            prop_assert!(of(Target::Resolution, true) <= resolved);
            if life.last().deleted_at.is_none() {
                let breaches = life.events().iter().filter(|event| {
                    event.action == Action::SlaBreach { target: Target::Resolution }
                }).count();
                prop_assert_eq!(of(Target::Resolution, false), breaches.min(1));
            }
            let open = facts.iter().filter(|fact| matches!(&fact.what, What::Escalation(e) if e.outcome == Outcome::Open));
            let raised_since = open.count();
            if raised_since > 0 {
                prop_assert!(!life.last().status.is_done() || life.last().deleted_at.is_some());
            }
        }
    }

    #[test]
    fn packed_facts_come_back_as_they_were(plans in lives()) {
        let book = book();
        let mut all = Vec::new();
        for (n, plan) in plans.iter().enumerate() {
            let life = live(n, plan, &book);
            all.extend(facts(&life.subject(), &life.events(), &book));
        }
        let mut wanted = Vec::new();
        for part in Part::ALL {
            let mut of: Vec<Fact> = all.iter().filter(|f| f.what.part() == part).cloned().collect();
            of.sort_by_key(|fact| fact.at);
            wanted.extend(of);
        }
        let blob = pack(&all);
        prop_assert_eq!(&pack(&all), &blob);
        prop_assert_eq!(unpack(&blob).unwrap(), wanted);
        for cut in 0..blob.len() {
            // Whatever is cut off or turned around is refused or read as something else, never a panic.
            let _ = unpack(&blob[..cut]);
        }
    }
}
