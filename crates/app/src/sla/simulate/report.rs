//! What came of a simulation, as JSON in its job: the sums, and the tickets that changed.

use jiff::Timestamp;
use linedesk_domain::class::{Category, Priority};
use linedesk_domain::ids::JobId;
use linedesk_domain::sla::{Counts, Outcome, Shift, Standing, Tally, Target};
use linedesk_ports::periods::PeriodTicket;
use linedesk_ports::store::StoreError;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Error;
use crate::jobs::corrupt;

/// What came of a simulation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// As of when promises were judged.
    pub judged_at: Timestamp,
    /// All tickets.
    pub total: Shown,
    /// By priority, lowest first; those alone of which there are tickets.
    pub by_priority: Vec<(String, Shown)>,
    /// By team, those with the most changed tickets first; no team is one too.
    pub by_team: Vec<Group>,
    /// How many teams there are tickets of.
    pub teams: u64,
    /// By customer, those with the most changed tickets first; no customer is one too.
    pub by_customer: Vec<Group>,
    /// How many customers there are tickets of.
    pub customers: u64,
}

/// The tickets of a team or a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Whose; nobody's where there is none.
    pub of: Option<Named>,
    /// Their sums.
    pub sums: Shown,
}

/// A team or a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Identity.
    pub id: Uuid,
    /// Name.
    pub name: String,
}

/// A [`Tally`] as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
pub struct Shown(pub Tally);

/// Four numbers, then per target, before and after, three.
#[derive(Serialize, Deserialize)]
struct Kept([u64; 4], [[[u64; 3]; 2]; 3]);

impl From<Kept> for Shown {
    fn from(Kept([tickets, changed, newly_breached, no_longer_breached], targets): Kept) -> Self {
        let counts = |[met, breached, pending]: [u64; 3]| Counts {
            met,
            breached,
            pending,
        };
        Self(Tally {
            tickets,
            changed,
            newly_breached,
            no_longer_breached,
            targets: targets.map(|[before, after]| Shift {
                before: counts(before),
                after: counts(after),
            }),
        })
    }
}

impl From<Shown> for Kept {
    fn from(Shown(tally): Shown) -> Self {
        let counts = |counts: Counts| [counts.met, counts.breached, counts.pending];
        Self(
            [
                tally.tickets,
                tally.changed,
                tally.newly_breached,
                tally.no_longer_breached,
            ],
            tally
                .targets
                .map(|shift| [counts(shift.before), counts(shift.after)]),
        )
    }
}

/// A ticket with a promise that would stand otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedTicket {
    /// Identity.
    pub id: Uuid,
    /// What people call it, `T-…`.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its priority's name.
    pub priority: String,
    /// Its category's name.
    pub category: String,
    /// Its customer.
    pub customer: Option<Named>,
    /// Its team.
    pub team: Option<Named>,
    /// The name of the policy that judged it.
    pub policy_before: Option<String>,
    /// The name of the policy that would have.
    pub policy_after: Option<String>,
    /// Names of outcomes, before and after, in the order of [`Target::ALL`].
    pub targets: [(String, String); 3],
}

impl ChangedTicket {
    pub(super) fn of(
        ticket: &PeriodTicket,
        team: Option<Named>,
        (before, after): (&Standing, &Standing),
        policies: (Option<String>, Option<String>),
    ) -> Self {
        let name = |standing: &Standing, target: Target| {
            standing.outcomes[target.index()].name().to_owned()
        };
        Self {
            id: ticket.id.0,
            label: ticket.label.clone(),
            created_at: ticket.timeline.created_at,
            priority: Priority::name(ticket.priority).to_owned(),
            category: Category::name(ticket.category).to_owned(),
            customer: ticket.customer.as_ref().map(|customer| Named {
                id: customer.id.0,
                name: customer.name.clone(),
            }),
            team,
            policy_before: policies.0,
            policy_after: policies.1,
            targets: Target::ALL.map(|target| (name(before, target), name(after, target))),
        }
    }

    /// What became of a promise: before and after.
    pub fn outcomes(&self, target: Target) -> (Outcome, Outcome) {
        let (before, after) = &self.targets[target.index()];
        let outcome = |name: &str| Outcome::parse(name).unwrap_or_default();
        (outcome(before), outcome(after))
    }
}

/// As the job keeps it.
pub(super) fn write<T: Serialize>(value: &T) -> Result<String, Error> {
    let refused = |error: serde_json::Error| Error::Store(StoreError::Refused(error.to_string()));
    serde_json::to_string(value).map_err(refused)
}

/// Out of the job.
pub(super) fn read(id: JobId, result: &str) -> Result<Report, Error> {
    serde_json::from_str(result).map_err(|error| corrupt("jobs", id, error))
}

/// A ticket out of a row of the job.
pub(super) fn read_row(id: JobId, row: &str) -> Result<ChangedTicket, Error> {
    serde_json::from_str(row).map_err(|error| corrupt("job_rows", id, error))
}
