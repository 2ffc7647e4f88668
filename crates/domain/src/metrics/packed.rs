//! Facts as few bytes.
//!
//! A blob begins with what its facts name (customers, teams, agents, canned answers, texts), each once, and goes on with its parts: code,
//! length in bytes, then the facts in order of time. Numbers are written in as few bytes as they need. The same facts in
//! the same order always make the same bytes.

mod bytes;
mod read;

use std::collections::HashMap;
use std::hash::Hash;

use uuid::Uuid;

use super::fact::{Fact, Flow, Outcome, Part, Times, What};
use crate::class::{Category, Priority};
use crate::sla::Target;
use bytes::Writer;

pub use read::{Damaged, Facts, Names, Seen, What as SeenWhat, unpack};

/// The format that is written. Blobs of another one are made anew from the log.
pub const FORMAT: i16 = 2;

/// Facts as bytes. Within a part they are put in order of time; those of one second stay in their order.
pub fn pack(facts: &[Fact]) -> Vec<u8> {
    let mut known = Known::default();
    let mut parts = Writer::default();
    for part in Part::ALL {
        let mut of_part: Vec<&Fact> = facts.iter().filter(|f| f.what.part() == part).collect();
        if of_part.is_empty() {
            continue;
        }
        of_part.sort_by_key(|fact| fact.at);
        let mut body = Writer::default();
        let mut last = 0;
        for fact in of_part {
            let second = fact.at.as_second();
            body.signed(second - last);
            last = second;
            write(&mut body, &mut known, fact);
        }
        parts.byte(part.code());
        parts.bytes(&body.0);
    }
    let mut blob = Writer::default();
    let Known {
        customers,
        teams,
        agents,
        templates,
        texts,
    } = &known;
    for ids in [customers, teams, agents, templates] {
        blob.number(ids.order.len() as u64);
        for id in &ids.order {
            blob.0.extend_from_slice(id.as_bytes());
        }
    }
    blob.number(texts.order.len() as u64);
    for text in &texts.order {
        blob.bytes(text.as_bytes());
    }
    blob.0.extend_from_slice(&parts.0);
    blob.0
}

/// What the facts name, in the order in which they name it.
#[derive(Default)]
struct Known {
    customers: Places<Uuid>,
    teams: Places<Uuid>,
    agents: Places<Uuid>,
    templates: Places<Uuid>,
    texts: Places<String>,
}

struct Places<T> {
    of: HashMap<T, u64>,
    order: Vec<T>,
}

impl<T> Default for Places<T> {
    fn default() -> Self {
        Self {
            of: HashMap::new(),
            order: Vec::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Places<T> {
    /// Its place, from 1; 0 is nothing.
    fn place(&mut self, thing: Option<T>) -> u64 {
        let Some(thing) = thing else {
            return 0;
        };
        let next = self.order.len() as u64 + 1;
        *self.of.entry(thing).or_insert_with_key(|thing| {
            self.order.push(thing.clone());
            next
        })
    }
}

fn place_in<T: PartialEq>(all: &[T], one: &T) -> u64 {
    all.iter()
        .position(|other| other == one)
        .unwrap_or_default() as u64
}

fn write(out: &mut Writer, known: &mut Known, fact: &Fact) {
    let dims = fact.dims;
    let category = place_in(Category::ALL, &dims.category);
    let priority = place_in(Priority::ALL, &dims.priority);
    out.number(category << 3 | priority);
    out.number(known.team(dims.team.map(|id| id.0)));
    out.number(known.agent(dims.agent.map(|id| id.0)));
    out.number(known.customer(dims.customer.map(|id| id.0)));
    match &fact.what {
        What::Flow(flow) => out.number(place_in(&Flow::ALL, flow)),
        What::Resolution(resolution) => {
            let came_back = u64::from(resolution.came_back);
            out.number(u64::from(resolution.replies) << 1 | came_back);
            out.number(resolution.contacts.into());
            out.number(resolution.handovers.into());
            out.number(resolution.reopens.into());
            write_times(out, resolution.times);
            out.number(known.text(resolution.code.as_deref()));
            out.number(known.template(resolution.template.map(|id| id.0)));
            out.number(known.text(Some(&resolution.path)));
        }
        What::Response(times) => write_times(out, *times),
        What::Sla { target, met } => {
            out.number(place_in(&Target::ALL, target) << 1 | u64::from(*met));
        }
        What::Escalation(escalation) => {
            let by_hand = u64::from(escalation.by_hand);
            out.number(u64::from(escalation.level) << 1 | by_hand);
            out.number(known.text(Some(&escalation.reason)));
            out.signed(micros(escalation.after));
            out.number(place_in(&Outcome::ALL, &escalation.outcome));
            write_time(out, escalation.resolved_after);
        }
        What::Rating(rating) => {
            out.0.extend_from_slice(rating.ticket.0.as_bytes());
            out.number(rating.score.into());
            out.number(rating.effort.unwrap_or_default().into());
            out.number(known.text(rating.comment.as_deref()));
        }
        What::Terms(terms) => {
            out.number(terms.len() as u64);
            for term in terms {
                out.number(known.text(Some(term)));
            }
        }
        What::Standing(tickets) => out.number(*tickets),
    }
}

impl Known {
    fn customer(&mut self, id: Option<Uuid>) -> u64 {
        self.customers.place(id)
    }

    fn team(&mut self, id: Option<Uuid>) -> u64 {
        self.teams.place(id)
    }

    fn agent(&mut self, id: Option<Uuid>) -> u64 {
        self.agents.place(id)
    }

    fn template(&mut self, id: Option<Uuid>) -> u64 {
        self.templates.place(id)
    }

    fn text(&mut self, text: Option<&str>) -> u64 {
        self.texts.place(text.map(str::to_owned))
    }
}

fn write_times(out: &mut Writer, times: Times) {
    out.signed(micros(times.wall));
    write_time(out, times.business);
}

/// Nothing is 0, so that times are written as one more than they are.
fn write_time(out: &mut Writer, time: Option<jiff::SignedDuration>) {
    out.number(time.map_or(0, |time| {
        u64::try_from(micros(time)).unwrap_or_default() + 1
    }));
}

fn micros(time: jiff::SignedDuration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX >> 2)
}
