//! Editing who works on a ticket, who set its status, and files that are taken back.

use super::*;
use crate::ids::AttachmentId;

const ONE: UserId = UserId(Uuid::from_u128(3));
const TEAM: TeamId = TeamId(Uuid::from_u128(4));
const OTHER_TEAM: TeamId = TeamId(Uuid::from_u128(5));

fn edited(ticket: Ticket, by: Actor, edit: Edit) -> Result<Decision, TicketError> {
    ticket.edit(&act(&book(), by, after(5)), edit)
}

fn to_one() -> Edit {
    Edit {
        assignee: Patch::Set((ONE, Some(TEAM))),
        ..Edit::default()
    }
}

fn given() -> Ticket {
    edited(urgent(&book()), AGENT, to_one()).unwrap().ticket
}

#[test]
fn writing_the_assignee_is_assigning() {
    let decision = edited(urgent(&book()), AGENT, to_one()).unwrap();
    let data = decision.ticket.data();
    assert_eq!(
        (data.assignee, data.team, data.status),
        (Some(ONE), Some(TEAM), Status::Assigned)
    );
    assert_eq!(names(&decision), ["assigned"]);
    let again = edited(decision.ticket, AGENT, to_one()).unwrap();
    assert!(!again.changed, "as it is already");
}

#[test]
fn a_team_that_is_written_with_the_assignee_counts() {
    let both = Edit {
        team: Patch::Set(OTHER_TEAM),
        ..to_one()
    };
    let both = edited(urgent(&book()), AGENT, both).unwrap();
    let data = both.ticket.data();
    assert_eq!((data.assignee, data.team), (Some(ONE), Some(OTHER_TEAM)));
    let left = Edit {
        assignee: Patch::Clear,
        team: Patch::Set(OTHER_TEAM),
        ..Edit::default()
    };
    let left = edited(both.ticket, AGENT, left).unwrap();
    let data = left.ticket.data();
    assert_eq!((data.assignee, data.team), (None, Some(OTHER_TEAM)));
}

#[test]
fn clearing_the_assignee_takes_the_ticket_back() {
    let clear = || Edit {
        assignee: Patch::Clear,
        ..Edit::default()
    };
    let decision = edited(given(), AGENT, clear()).unwrap();
    let data = decision.ticket.data();
    assert_eq!(
        (data.assignee, data.team, data.status),
        (None, None, Status::Open)
    );
    assert!(!edited(decision.ticket, AGENT, clear()).unwrap().changed);
}

#[test]
fn what_is_over_is_not_assigned_and_customers_assign_nothing() {
    let closed = urgent(&book()).set_status(&act(&book(), AGENT, after(1)), Status::Closed);
    let refused = edited(closed.unwrap().ticket, AGENT, to_one());
    let status = Status::Closed;
    assert_eq!(refused, Err(TicketError::Done { status }));
    let refused = edited(urgent(&book()), CUSTOMER, to_one());
    let field = Field::Assignee;
    assert_eq!(refused, Err(TicketError::StaffField { field }));
}

#[test]
fn a_ticket_knows_who_of_staff_set_its_status_last() {
    let book = book();
    let ticket = urgent(&book);
    assert_eq!(ticket.data().status_set_by, None);
    let waits = ticket.set_status(&act(&book, AGENT, after(1)), Status::PendingCustomer);
    let ticket = waits.unwrap().ticket;
    assert_eq!(ticket.data().status_set_by, AGENT.user());
    let (answered, _) = ticket
        .comment(&act(&book, CUSTOMER, after(2)), &says(1, false))
        .unwrap();
    let data = answered.ticket.data();
    assert_eq!(
        (data.status, data.status_set_by),
        (Status::InProgress, AGENT.user())
    );
}

#[test]
fn a_file_that_is_taken_back_is_in_the_history() {
    let file = AttachmentId(Uuid::from_u128(6));
    let at = after(3);
    let gone = urgent(&book()).detach(&act(&book(), AGENT, at), file, true);
    let event = gone.unwrap().events.remove(0);
    assert_eq!(event.audience, Audience::Staff);
    let change = &event.changes[0];
    assert_eq!(
        (change.field, &change.from, &change.to),
        (
            Field::Attachment,
            &Value::Text(file.to_string()),
            &Value::Null
        )
    );
}

#[test]
fn stages_rise_as_work_goes_on() {
    let stages = Status::ALL.map(Status::stage);
    assert_eq!(stages, [0, 1, 2, 3, 3, 4, 5, 0]);
}
