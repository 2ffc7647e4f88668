//! A ticket's history as facts.

mod escalation;
mod promises;
mod words;

use jiff::{SignedDuration, Timestamp};

use super::fact::{Dims, Fact, Flow, Outcome, Rating, Resolution, Times, What};
use crate::class::{Category, Priority};
use crate::event::{Action, Audience, Event, Field, Value};
use crate::ids::{
    CalendarVersionId, CustomerId, PolicyVersionId, TeamId, TemplateId, TicketId, UserId,
};
use crate::sla::{SlaBook, Target, Timeline};
use crate::workflow::Status;

pub use words::terms;

/// A ticket as it stands after the last of its events. What it was before is found by going back through them.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// Which ticket.
    pub id: TicketId,
    /// Whose.
    pub customer: Option<CustomerId>,
    /// What it is about.
    pub category: Category,
    /// How urgent it is.
    pub priority: Priority,
    /// Which team has it.
    pub team: Option<TeamId>,
    /// Who works on it.
    pub agent: Option<UserId>,
    /// Its title.
    pub title: String,
    /// Its labels.
    pub tags: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it was deleted.
    pub is_deleted: bool,
}

/// The longest path that is told apart.
const LONGEST_PATH: usize = 16;
/// The longest reason that is told apart, in characters.
const LONGEST_REASON: usize = 120;

/// All facts of a ticket, in the order in which its history tells them. A deleted ticket has none.
pub fn facts(subject: &Subject, events: &[Event], book: &SlaBook) -> Vec<Fact> {
    if subject.is_deleted {
        return Vec::new();
    }
    let mut replay = Replay::begin(subject, events, book);
    for event in events {
        replay.take(event);
    }
    replay.facts
}

/// The statuses of a resolution's path.
pub fn path_names(path: &str) -> Vec<&'static str> {
    let status = |digit: char| Status::ALL.get(digit.to_digit(10)? as usize);
    path.chars()
        .filter_map(status)
        .map(|status| status.name())
        .collect()
}

struct Replay<'a> {
    subject: &'a Subject,
    book: &'a SlaBook,
    timeline: Timeline,
    category: Category,
    priority: Priority,
    team: Option<TeamId>,
    agent: Option<UserId>,
    policy: Option<PolicyVersionId>,
    calendar: Option<CalendarVersionId>,
    /// How it stands in the backlog, while it does.
    standing: Option<Dims>,
    decided: Decided,
    replies: u32,
    contacts: u32,
    handovers: u32,
    reopens: u32,
    code: Option<String>,
    template: Option<TemplateId>,
    path: String,
    /// What its title and tags said when it was made.
    words: Vec<String>,
    /// Unresolved time until it was resolved last; and since when it is unresolved.
    worked: SignedDuration,
    open_since: Timestamp,
    /// Where its last resolution is among the facts.
    resolution: Option<usize>,
    /// Escalations of which nothing has become yet.
    waiting: Vec<usize>,
    /// The last thing that the SLA's clock recorded.
    last_alarm: Option<(Timestamp, Action)>,
    facts: Vec<Fact>,
}

/// Which targets are decided.
#[derive(Default)]
struct Decided {
    first_response: bool,
    /// The next-response cycle decided last.
    next_response: u32,
    resolution_missed: bool,
}

impl<'a> Replay<'a> {
    fn begin(subject: &'a Subject, events: &[Event], book: &'a SlaBook) -> Self {
        let created = subject.created_at;
        let word = |value: &Value| match value {
            Value::Text(text) => Some(text.clone()),
            Value::Null | Value::Number(_) | Value::List(_) => None,
        };
        let parsed = |value: &Value| word(value)?.parse().ok();
        let first = |field| first_value(events, field);
        let category = first(Field::Category).and_then(|v| Category::parse(&word(v)?));
        let priority = first(Field::Priority).and_then(|v| Priority::parse(&word(v)?));
        Self {
            subject,
            book,
            timeline: Timeline::new(created, Status::Open),
            category: category.unwrap_or(subject.category),
            priority: priority.unwrap_or(subject.priority),
            team: first(Field::Team).map_or(subject.team, |v| parsed(v).map(TeamId)),
            agent: first(Field::Assignee).map_or(subject.agent, |v| parsed(v).map(UserId)),
            policy: None,
            calendar: None,
            standing: None,
            decided: Decided::default(),
            replies: 0,
            contacts: 1,
            handovers: 0,
            reopens: 0,
            code: None,
            template: None,
            path: "0".to_owned(),
            words: first_words(subject, events),
            worked: SignedDuration::ZERO,
            open_since: created,
            resolution: None,
            waiting: Vec::new(),
            last_alarm: None,
            facts: Vec::new(),
        }
    }

    fn take(&mut self, event: &Event) {
        let was_done = self.timeline.status().is_done();
        if matches!(event.action, Action::Commented { .. }) && event.audience == Audience::Everyone
        {
            self.commented(event);
        }
        let handed_over = self.apply(event);
        self.handovers += u32::from(handed_over);
        match event.action {
            Action::Created => self.created(event),
            Action::Escalated => self.escalated(event),
            Action::SlaBreach { target } => self.missed(target, event.at),
            Action::Rated => self.rated(event),
            _ => {}
        }
        if matches!(
            event.action,
            Action::SlaBreach { .. } | Action::SlaWarning { .. }
        ) {
            self.last_alarm = Some((event.at, event.action));
        }
        match (was_done, self.timeline.status().is_done()) {
            (false, true) => self.ended(event),
            (true, false) => self.reopened(event.at),
            (false, false) => {
                let dims = self.dims();
                self.stand(event.at, dims);
            }
            (true, true) => {}
        }
    }

    /// Takes over what the event changed. Answers whether the ticket went from one to another.
    fn apply(&mut self, event: &Event) -> bool {
        let (agent, team) = (self.agent, self.team);
        for change in &event.changes {
            let text = match &change.to {
                Value::Text(text) => Some(text.as_str()),
                Value::Null | Value::Number(_) | Value::List(_) => None,
            };
            let id = || text.and_then(|text| text.parse().ok());
            match change.field {
                Field::Category => {
                    self.category = text.and_then(Category::parse).unwrap_or(self.category);
                }
                Field::Priority => {
                    self.priority = text.and_then(Priority::parse).unwrap_or(self.priority);
                }
                Field::Team => self.team = id().map(TeamId),
                Field::Assignee => self.agent = id().map(UserId),
                Field::SlaPolicy => self.policy = id().map(PolicyVersionId),
                Field::SlaCalendar => self.calendar = id().map(CalendarVersionId),
                Field::ResolutionCode => self.code = text.map(str::to_owned),
                Field::ResolutionTemplate => self.template = id().map(TemplateId),
                Field::Status => {
                    if let Some(status) = text.and_then(Status::parse) {
                        self.status(event.at, status);
                    }
                }
                _ => {}
            }
        }
        match (agent, self.agent) {
            (Some(before), Some(after)) => before != after,
            _ => matches!((team, self.team), (Some(before), Some(after)) if before != after),
        }
    }

    fn status(&mut self, at: Timestamp, status: Status) {
        self.timeline.status_changed(at, status);
        if self.path.len() < LONGEST_PATH {
            let digit = Status::ALL.iter().position(|one| *one == status);
            self.path
                .extend(digit.and_then(|n| char::from_digit(u32::try_from(n).ok()?, 10)));
        }
    }

    fn dims(&self) -> Dims {
        Dims {
            customer: self.subject.customer,
            category: self.category,
            priority: self.priority,
            team: self.team,
            agent: self.agent,
        }
    }

    fn push(&mut self, at: Timestamp, dims: Dims, what: What) {
        // Whole seconds, rounded down: that is how they are kept.
        let second = at.as_microsecond().div_euclid(1_000_000);
        let at = Timestamp::from_second(second).unwrap_or(at);
        self.facts.push(Fact { at, dims, what });
    }

    fn created(&mut self, event: &Event) {
        let dims = self.dims();
        self.push(event.at, dims, What::Flow(Flow::Created));
        self.standing = Some(dims);
        let words = std::mem::take(&mut self.words);
        self.push(event.at, dims, What::Terms(words));
    }

    /// Moves the ticket within the backlog, if it stood otherwise until now.
    fn stand(&mut self, at: Timestamp, now: Dims) {
        if let Some(before) = self.standing.filter(|before| *before != now) {
            self.push(at, before, What::Flow(Flow::MovedOut));
            self.push(at, now, What::Flow(Flow::MovedIn));
            self.standing = Some(now);
        }
    }

    fn ended(&mut self, event: &Event) {
        let at = event.at;
        self.worked += at.duration_since(self.open_since);
        if matches!(event.action, Action::Merged { .. }) {
            let dims = self.dims();
            self.stand(at, dims);
            self.push(at, dims, What::Flow(Flow::Merged));
            self.standing = None;
            self.settle(at, Outcome::Merged);
            return;
        }
        // Where nobody had it, it is the work of whoever resolved it.
        let resolver = event.actor.user().filter(|_| event.actor.is_staff());
        let dims = Dims {
            agent: self.agent.or(resolver),
            ..self.dims()
        };
        self.stand(at, dims);
        self.push(at, dims, What::Flow(Flow::Resolved));
        self.standing = None;
        self.settle(at, self.outcome());
        self.resolution = Some(self.facts.len());
        let resolution = Resolution {
            times: Times {
                wall: self.worked,
                business: self.business(Target::Resolution, at),
            },
            replies: self.replies,
            contacts: self.contacts,
            handovers: self.handovers,
            reopens: self.reopens,
            came_back: false,
            code: self.code.clone(),
            template: self.template,
            path: self.path.clone(),
        };
        self.push(at, dims, What::Resolution(resolution));
        if !self.decided.resolution_missed && self.promises(Target::Resolution) {
            self.push(at, dims, promises::met(Target::Resolution));
        }
    }

    fn reopened(&mut self, at: Timestamp) {
        self.open_since = at;
        self.reopens += 1;
        if let Some(place) = self.resolution
            && let What::Resolution(resolution) = &mut self.facts[place].what
        {
            resolution.came_back = true;
        }
        let dims = self.dims();
        self.push(at, dims, What::Flow(Flow::Reopened));
        self.standing = Some(dims);
    }

    fn rated(&mut self, event: &Event) {
        let score = |field| {
            event.changes.iter().find_map(|change| match change.to {
                Value::Number(score) if change.field == field => u8::try_from(score).ok(),
                _ => None,
            })
        };
        let Some(stars) = score(Field::SatisfactionScore) else {
            return;
        };
        // What was rated is the resolution, as it was made.
        let dims = self
            .resolution
            .map_or_else(|| self.dims(), |place| self.facts[place].dims);
        let rating = Rating {
            ticket: self.subject.id,
            score: stars,
            effort: score(Field::EffortScore),
            comment: event.note.clone(),
        };
        self.push(event.at, dims, What::Rating(rating));
    }
}

/// What the field was when the ticket was made, where it changed since.
fn first_value(events: &[Event], field: Field) -> Option<&Value> {
    let mut changes = events.iter().flat_map(|event| &event.changes);
    changes
        .find(|change| change.field == field)
        .map(|change| &change.from)
}

/// The words of title and tags as they were when the ticket was made.
fn first_words(subject: &Subject, events: &[Event]) -> Vec<String> {
    let title = match first_value(events, Field::Title) {
        Some(Value::Text(title)) => title,
        _ => &subject.title,
    };
    let tags = match first_value(events, Field::Tags) {
        Some(Value::List(tags)) => tags,
        _ => &subject.tags,
    };
    terms(title, tags)
}
