//! What happened to a ticket, as figures count it.

use jiff::{SignedDuration, Timestamp};

use crate::class::{Category, Priority};
use crate::ids::{CustomerId, TeamId, TemplateId, TicketId, UserId};
use crate::sla::Target;

/// What a fact can be grouped and filtered by: how the ticket stood when it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Dims {
    /// Whose ticket.
    pub customer: Option<CustomerId>,
    /// What it was about.
    pub category: Category,
    /// How urgent it was.
    pub priority: Priority,
    /// Which team had it.
    pub team: Option<TeamId>,
    /// Whose work it was: who answered, who had the ticket, or, where nobody had it, who resolved it.
    pub agent: Option<UserId>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// When; whole seconds.
    pub at: Timestamp,
    /// How the ticket stood.
    pub dims: Dims,
    /// What.
    pub what: What,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// The ticket came into, changed its place in, or left the backlog.
    Flow(Flow),
    /// It was resolved, or closed without that.
    Resolution(Resolution),
    /// Staff answered for the first time.
    Response(Times),
    /// A target was met or missed.
    Sla {
        /// Which.
        target: Target,
        /// Whether it was met.
        met: bool,
    },
    /// It was raised to a level.
    Escalation(Escalation),
    /// Its customer said what it thinks of the resolution.
    Rating(Rating),
    /// It was made with these words in its title and these tags (which begin with `#`), each once.
    Terms(Vec<String>),
    /// So many tickets stood in the backlog. Never made of a history: sums of the facts before some day.
    Standing(u64),
}

/// A step into or out of the backlog: the tickets that are neither resolved nor closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flow {
    /// Made.
    Created,
    /// Resolved, or closed without that.
    Resolved,
    /// Taken up again.
    Reopened,
    /// Stands with other dimensions from now on: these.
    MovedIn,
    /// And no longer with these.
    MovedOut,
    /// Merged into another ticket before it was resolved.
    Merged,
}

impl Flow {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::Created,
        Self::Resolved,
        Self::Reopened,
        Self::MovedIn,
        Self::MovedOut,
        Self::Merged,
    ];

    /// What it does to the backlog.
    pub const fn change(self) -> i64 {
        match self {
            Self::Created | Self::Reopened | Self::MovedIn => 1,
            Self::Resolved | Self::MovedOut | Self::Merged => -1,
        }
    }
}

/// How long something took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// By the clock on the wall. For a resolution: time in which the ticket was resolved or closed does not count.
    pub wall: SignedDuration,
    /// Business time of the calendar that judged the ticket, without pauses; `None` where no policy did.
    pub business: Option<SignedDuration>,
}

/// A resolution, and the work that it took since the ticket was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// Since the ticket was made.
    pub times: Times,
    /// Public comments of staff.
    pub replies: u32,
    /// How often the customer got in touch: making the ticket, and public comments.
    pub contacts: u32,
    /// How often it went from one agent or team to another.
    pub handovers: u32,
    /// How often it had come back before.
    pub reopens: u32,
    /// Whether it came back afterwards.
    pub came_back: bool,
    /// How, as a code of the provider's.
    pub code: Option<String>,
    /// With which canned answer.
    pub template: Option<TemplateId>,
    /// The statuses that led here: the digit of each, see [`super::replay::path_names`].
    pub path: String,
}

impl Resolution {
    /// Whether the first contact was enough: one public answer at most, and it never came back.
    pub const fn at_first_contact(&self) -> bool {
        self.replies <= 1 && self.reopens == 0 && !self.came_back
    }
}

/// An escalation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// To which level, 1 to 3.
    pub level: u8,
    /// Whether a person did it.
    pub by_hand: bool,
    /// Why: what a person wrote, or what the clock found.
    pub reason: String,
    /// Time since the ticket was made.
    pub after: SignedDuration,
    /// What became of it.
    pub outcome: Outcome,
    /// Time from here to the next resolution.
    pub resolved_after: Option<SignedDuration>,
}

/// What became of an escalated ticket: the next thing that ended its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Not resolved yet.
    Open,
    /// Resolved, and the promised resolution was not missed until then.
    InTime,
    /// Resolved after that was missed.
    Late,
    /// Merged into another ticket.
    Merged,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 4] = [Self::Open, Self::InTime, Self::Late, Self::Merged];
}

/// What a customer thinks of a resolution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// Of which ticket.
    pub ticket: TicketId,
    /// 1 to 5.
    pub score: u8,
    /// 1 to 7.
    pub effort: Option<u8>,
    /// In words.
    pub comment: Option<String>,
}

/// Facts are kept apart by these, since a figure needs only some of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// [`What::Flow`]
    Flow,
    /// [`What::Resolution`]
    Resolutions,
    /// [`What::Response`]
    Responses,
    /// [`What::Sla`]
    Sla,
    /// [`What::Escalation`]
    Escalations,
    /// [`What::Rating`]
    Ratings,
    /// [`What::Terms`]
    Terms,
    /// [`What::Standing`]
    Standing,
}

impl Part {
    /// Every part, in the order of their codes.
    pub const ALL: [Self; 8] = [
        Self::Flow,
        Self::Resolutions,
        Self::Responses,
        Self::Sla,
        Self::Escalations,
        Self::Ratings,
        Self::Terms,
        Self::Standing,
    ];

    /// What it is stored as, from 1; a code never changes its meaning.
    pub const fn code(self) -> u8 {
        match self {
            Self::Flow => 1,
            Self::Resolutions => 2,
            Self::Responses => 3,
            Self::Sla => 4,
            Self::Escalations => 5,
            Self::Ratings => 6,
            Self::Terms => 7,
            Self::Standing => 8,
        }
    }

    /// The part of that code.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.code() == code)
    }
}

impl What {
    /// Where it belongs.
    pub const fn part(&self) -> Part {
        match self {
            Self::Flow(_) => Part::Flow,
            Self::Resolution(_) => Part::Resolutions,
            Self::Response(_) => Part::Responses,
            Self::Sla { .. } => Part::Sla,
            Self::Escalation(_) => Part::Escalations,
            Self::Rating(_) => Part::Ratings,
            Self::Terms(_) => Part::Terms,
            Self::Standing(_) => Part::Standing,
        }
    }
}

/// The UTC day of an instant, in days since 1970.
pub const fn day_of(second: i64) -> i64 {
    second.div_euclid(DAY)
}

/// Seconds of a day.
pub const DAY: i64 = 86_400;
