//! Who is told of what.

use super::Notice;
use crate::event::{Action, Audience, Event, Field, Value};
use crate::ids::{TeamId, UserId};
use crate::ticket::TicketData;

/// To whom a notice goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Addressee {
    /// The ticket's customer.
    Customer,
    /// A member of staff.
    User(UserId),
    /// Everybody in a team.
    Team(TeamId),
    /// The leads of a team.
    LeadsOf(TeamId),
    /// Every lead.
    Leads,
}

/// Somebody is told of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Telling {
    /// Who.
    pub to: Addressee,
    /// Of what.
    pub notice: Notice,
}

/// Who is told of an event of a ticket, which is by now as `ticket`. Nobody is told of their own acts, but for the receipt:
/// where an addressee turns out to be the event's actor, the caller leaves it out.
///
/// Customers hear of the arrival, of the assignment and of the end if their maker wishes so, of public answers, changes of
/// status and merges. Staff hear of what is given to them, of the customer's word, and of what the SLA clock did: the assignee,
/// else the team; of a breach and an escalation their leads, too. Nobody hears of internal notes.
///
/// Source: the API contract, "Notifications".
pub fn told(event: &Event, ticket: &TicketData) -> Vec<Telling> {
    let by_customer = event.actor.is_customer();
    let for_all = event.audience == Audience::Everyone;
    match event.action {
        Action::Created => {
            let notice = if by_customer {
                Notice::Receipt
            } else {
                Notice::Created
            };
            let told = [Some(customer(notice)), assigned_to(event)];
            told.into_iter().flatten().collect()
        }
        Action::Assigned => {
            let is_taken = ticket.assignee.is_some() || ticket.team.is_some();
            let told = (event.notify_customer && is_taken).then(|| customer(Notice::Assigned));
            told.into_iter().chain(assigned_to(event)).collect()
        }
        Action::Commented { .. } | Action::Reopened if by_customer && for_all => {
            workers(ticket, Notice::CustomerReplied)
        }
        Action::Commented { .. } if for_all => vec![customer(Notice::Reply)],
        Action::Merged { .. } if !by_customer => vec![customer(Notice::Merged)],
        Action::Resolved | Action::Closed if !event.notify_customer => Vec::new(),
        Action::Updated if !by_customer && staff_message(event).is_some() => {
            vec![customer(Notice::Reply)]
        }
        Action::Resolved | Action::Closed | Action::Reopened | Action::StatusChanged
            if !by_customer && status_change(event).is_some() =>
        {
            vec![customer(Notice::StatusChanged)]
        }
        Action::SlaWarning { .. } => workers(ticket, Notice::SlaWarning),
        Action::SlaBreach { .. } => superiors(ticket, Notice::SlaBreach),
        Action::Escalated => {
            let mut told = superiors(ticket, Notice::Escalated);
            told.extend(assigned_to(event));
            told
        }
        _ => Vec::new(),
    }
}

/// The statuses before and after, where the event changed the status.
pub fn status_change(event: &Event) -> Option<(&str, &str)> {
    let change = event
        .changes
        .iter()
        .find(|change| change.field == Field::Status)?;
    match (&change.from, &change.to) {
        (Value::Text(from), Value::Text(to)) => Some((from, to)),
        _ => None,
    }
}

/// What staff wrote to the owner (maintenance API), where the event changed it.
pub fn staff_message(event: &Event) -> Option<&str> {
    let mut changes = event.changes.iter();
    match &changes
        .find(|change| change.field == Field::StaffMessage)?
        .to
    {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

const fn customer(notice: Notice) -> Telling {
    Telling {
        to: Addressee::Customer,
        notice,
    }
}

/// Whoever the event gave the ticket to, unless that was the one who did it.
fn assigned_to(event: &Event) -> Option<Telling> {
    let mut changes = event.changes.iter();
    let change = changes.find(|change| change.field == Field::Assignee)?;
    let Value::Text(id) = &change.to else {
        return None;
    };
    let user = UserId(id.parse().ok()?);
    (event.actor.user() != Some(user)).then_some(Telling {
        to: Addressee::User(user),
        notice: Notice::AssignedToYou,
    })
}

/// Who works on the ticket, or would.
fn workers(ticket: &TicketData, notice: Notice) -> Vec<Telling> {
    let to = match (ticket.assignee, ticket.team) {
        (Some(user), _) => Addressee::User(user),
        (None, Some(team)) => Addressee::Team(team),
        (None, None) => return Vec::new(),
    };
    vec![Telling { to, notice }]
}

/// Who works on the ticket, and who answers for that.
fn superiors(ticket: &TicketData, notice: Notice) -> Vec<Telling> {
    let assignee = ticket.assignee.map(Addressee::User);
    let leads = ticket.team.map_or(Addressee::Leads, Addressee::LeadsOf);
    let to = assignee.into_iter().chain([leads]);
    to.map(|to| Telling { to, notice }).collect()
}

#[cfg(test)]
mod tests;
