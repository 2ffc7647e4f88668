//! Reading packed facts, one after the other.

use jiff::{SignedDuration, Timestamp};
use thiserror::Error;
use uuid::Uuid;

use super::super::fact::{
    Dims, Escalation, Fact, Flow, Outcome, Part, Rating, Resolution, Times, What as Owned,
};
use super::bytes::Rest;
use crate::class::{Category, Priority};
use crate::ids::{CustomerId, TeamId, TemplateId, TicketId, UserId};
use crate::sla::Target;

/// Bytes that are no packed facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the bytes are no packed facts")]
pub struct Damaged;

/// What the facts of a blob name. Place 0 of each is nothing.
#[derive(Debug, Clone, Default)]
pub struct Names<'a> {
    /// Customers, from place 1 on.
    pub customers: Vec<CustomerId>,
    /// Teams, from place 1 on.
    pub teams: Vec<TeamId>,
    /// Agents, from place 1 on.
    pub agents: Vec<UserId>,
    /// Canned answers, from place 1 on.
    pub templates: Vec<TemplateId>,
    /// Texts, from place 1 on.
    pub texts: Vec<&'a str>,
}

/// A fact as it is read: what it names are places among the [`Names`].
#[derive(Debug, Clone)]
pub struct Seen {
    /// When, in seconds since 1970.
    pub second: i64,
    /// Place among [`Category::ALL`].
    pub category: usize,
    /// Place among [`Priority::ALL`].
    pub priority: usize,
    /// Place among the teams.
    pub team: usize,
    /// Place among the agents.
    pub agent: usize,
    /// Place among the customers.
    pub customer: usize,
    /// What happened.
    pub what: What,
}

/// What happened, as it is read; times in microseconds, texts as places.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "as the fields of `fact`")]
pub enum What {
    Flow(Flow),
    Resolution {
        wall: i64,
        business: Option<i64>,
        replies: u32,
        contacts: u32,
        handovers: u32,
        reopens: u32,
        came_back: bool,
        code: usize,
        template: usize,
        path: usize,
    },
    Response {
        wall: i64,
        business: Option<i64>,
    },
    Sla {
        target: Target,
        met: bool,
    },
    Escalation {
        level: u8,
        by_hand: bool,
        reason: usize,
        after: i64,
        outcome: Outcome,
        resolved_after: Option<i64>,
    },
    Rating {
        ticket: TicketId,
        score: u8,
        effort: u8,
        comment: usize,
    },
    Terms(Vec<usize>),
    Standing(u64),
}

/// A blob.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// What its facts name.
    pub names: Names<'a>,
    parts: Vec<(Part, Rest<'a>)>,
}

impl<'a> Facts<'a> {
    /// Reads what the blob names.
    ///
    /// # Errors
    /// [`Damaged`]
    pub fn of(blob: &'a [u8]) -> Result<Self, Damaged> {
        let mut rest = Rest(blob);
        let names = Names {
            customers: ids(&mut rest)?.into_iter().map(CustomerId).collect(),
            teams: ids(&mut rest)?.into_iter().map(TeamId).collect(),
            agents: ids(&mut rest)?.into_iter().map(UserId).collect(),
            templates: ids(&mut rest)?.into_iter().map(TemplateId).collect(),
            texts: texts(&mut rest)?,
        };
        let mut parts = Vec::new();
        while !rest.0.is_empty() {
            let part = Part::from_code(rest.byte()?).ok_or(Damaged)?;
            parts.push((part, Rest(rest.bytes()?)));
        }
        Ok(Self { names, parts })
    }

    /// Hands every fact of a part to `see`, in order of time.
    ///
    /// # Errors
    /// [`Damaged`]
    pub fn each(&self, part: Part, mut see: impl FnMut(&Names<'a>, Seen)) -> Result<(), Damaged> {
        for (_, rest) in self.parts.iter().filter(|(of, _)| *of == part) {
            let (mut rest, mut second) = (*rest, 0);
            while !rest.0.is_empty() {
                second += rest.signed()?;
                see(&self.names, seen(&mut rest, part, second, &self.names)?);
            }
        }
        Ok(())
    }
}

fn ids(rest: &mut Rest<'_>) -> Result<Vec<Uuid>, Damaged> {
    let n = rest.place()?;
    let bytes = rest.take(n.checked_mul(16).ok_or(Damaged)?)?;
    let (whole, _) = bytes.as_chunks::<16>();
    Ok(whole.iter().copied().map(Uuid::from_bytes).collect())
}

fn texts<'a>(rest: &mut Rest<'a>) -> Result<Vec<&'a str>, Damaged> {
    let n = rest.place()?;
    let mut texts = Vec::with_capacity(n.min(rest.0.len()));
    for _ in 0..n {
        texts.push(str::from_utf8(rest.bytes()?).ok().ok_or(Damaged)?);
    }
    Ok(texts)
}

fn seen(rest: &mut Rest<'_>, part: Part, second: i64, names: &Names<'_>) -> Result<Seen, Damaged> {
    let class = rest.place()?;
    let seen = Seen {
        second,
        category: class >> 3,
        priority: class & 7,
        team: rest.place()?,
        agent: rest.place()?,
        customer: rest.place()?,
        what: what(rest, part, names)?,
    };
    let sound = seen.category < Category::ALL.len()
        && seen.priority < Priority::ALL.len()
        && seen.team <= names.teams.len()
        && seen.agent <= names.agents.len()
        && seen.customer <= names.customers.len();
    if sound { Ok(seen) } else { Err(Damaged) }
}

fn what(rest: &mut Rest<'_>, part: Part, names: &Names<'_>) -> Result<What, Damaged> {
    let within = |place: usize, n: usize| (place <= n).then_some(place).ok_or(Damaged);
    let text = |place: usize| within(place, names.texts.len());
    let template = |place: usize| within(place, names.templates.len());
    Ok(match part {
        Part::Flow => What::Flow(one_of(&Flow::ALL, rest.place()?)?),
        Part::Resolutions => {
            let replies = rest.number()?;
            What::Resolution {
                came_back: replies & 1 == 1,
                replies: u32::try_from(replies >> 1).ok().ok_or(Damaged)?,
                contacts: rest.small()?,
                handovers: rest.small()?,
                reopens: rest.small()?,
                wall: rest.signed()?,
                business: time(rest)?,
                code: text(rest.place()?)?,
                template: template(rest.place()?)?,
                path: text(rest.place()?)?,
            }
        }
        Part::Responses => What::Response {
            wall: rest.signed()?,
            business: time(rest)?,
        },
        Part::Sla => {
            let target = rest.place()?;
            What::Sla {
                target: one_of(&Target::ALL, target >> 1)?,
                met: target & 1 == 1,
            }
        }
        Part::Escalations => {
            let level = rest.place()?;
            What::Escalation {
                level: u8::try_from(level >> 1).ok().ok_or(Damaged)?,
                by_hand: level & 1 == 1,
                reason: text(rest.place()?)?,
                after: rest.signed()?,
                outcome: one_of(&Outcome::ALL, rest.place()?)?,
                resolved_after: time(rest)?,
            }
        }
        Part::Ratings => What::Rating {
            ticket: TicketId(Uuid::from_slice(rest.take(16)?).ok().ok_or(Damaged)?),
            score: rest.small()?,
            effort: rest.small()?,
            comment: text(rest.place()?)?,
        },
        Part::Terms => {
            let n = rest.place()?;
            let mut terms = Vec::with_capacity(n.min(64));
            for _ in 0..n {
                terms.push(text(rest.place()?)?);
            }
            What::Terms(terms)
        }
        Part::Standing => What::Standing(rest.number()?),
    })
}

fn one_of<T: Copy>(all: &[T], place: usize) -> Result<T, Damaged> {
    all.get(place).copied().ok_or(Damaged)
}

fn time(rest: &mut Rest<'_>) -> Result<Option<i64>, Damaged> {
    Ok(match rest.number()? {
        0 => None,
        more => Some(i64::try_from(more - 1).ok().ok_or(Damaged)?),
    })
}

/// All facts of a blob, part by part.
///
/// # Errors
/// [`Damaged`]
pub fn unpack(blob: &[u8]) -> Result<Vec<Fact>, Damaged> {
    let facts = Facts::of(blob)?;
    let mut all = Vec::new();
    for part in Part::ALL {
        let mut bad = false;
        facts.each(part, |names, seen| match owned(names, seen) {
            Some(fact) => all.push(fact),
            None => bad = true,
        })?;
        if bad {
            return Err(Damaged);
        }
    }
    Ok(all)
}

fn owned(names: &Names<'_>, seen: Seen) -> Option<Fact> {
    let at = |place: usize| place.checked_sub(1);
    let text = |place: usize| at(place).map(|at| names.texts[at].to_owned());
    let micros = SignedDuration::from_micros;
    let times = |wall, business: Option<i64>| Times {
        wall: micros(wall),
        business: business.map(micros),
    };
    let what = match seen.what {
        What::Flow(flow) => Owned::Flow(flow),
        What::Resolution {
            wall,
            business,
            replies,
            contacts,
            handovers,
            reopens,
            came_back,
            code,
            template,
            path,
        } => Owned::Resolution(Resolution {
            times: times(wall, business),
            replies,
            contacts,
            handovers,
            reopens,
            came_back,
            code: text(code),
            template: at(template).map(|at| names.templates[at]),
            path: text(path).unwrap_or_default(),
        }),
        What::Response { wall, business } => Owned::Response(times(wall, business)),
        What::Sla { target, met } => Owned::Sla { target, met },
        What::Escalation {
            level,
            by_hand,
            reason,
            after,
            outcome,
            resolved_after,
        } => Owned::Escalation(Escalation {
            level,
            by_hand,
            reason: text(reason).unwrap_or_default(),
            after: micros(after),
            outcome,
            resolved_after: resolved_after.map(micros),
        }),
        What::Rating {
            ticket,
            score,
            effort,
            comment,
        } => Owned::Rating(Rating {
            ticket,
            score,
            effort: (effort > 0).then_some(effort),
            comment: text(comment),
        }),
        What::Terms(terms) => Owned::Terms(terms.into_iter().filter_map(text).collect()),
        What::Standing(tickets) => Owned::Standing(tickets),
    };
    Some(Fact {
        at: Timestamp::from_second(seen.second).ok()?,
        dims: Dims {
            customer: at(seen.customer).map(|at| names.customers[at]),
            category: Category::ALL[seen.category],
            priority: Priority::ALL[seen.priority],
            team: at(seen.team).map(|at| names.teams[at]),
            agent: at(seen.agent).map(|at| names.agents[at]),
        },
        what,
    })
}
