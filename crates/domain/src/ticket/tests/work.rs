//! Making, assigning, escalating and editing a ticket.

use super::*;

#[test]
fn a_due_date_is_for_staff_to_promise() {
    let book = book();
    let new = NewTicket {
        due_date: Some(after(60)),
        ..new_ticket(1, Priority::Low)
    };
    let refused = Ticket::create(&act(&book, CUSTOMER, start()), new.clone());
    let field = Field::DueDate;
    assert_eq!(refused, Err(TicketError::StaffField { field }));
    let made = Ticket::create(&act(&book, AGENT, start()), new).unwrap();
    assert_eq!(made.ticket.data().due_at(), Some(after(60)));
}

#[test]
fn a_new_ticket_is_open_judged_and_has_one_entry() {
    let book = book();
    let made = Ticket::create(
        &act(&book, CUSTOMER, start()),
        new_ticket(1, Priority::Urgent),
    )
    .unwrap();
    let data = made.ticket.data();
    assert_eq!(
        (data.status, data.version, names(&made)),
        (Status::Open, 1, vec!["created"])
    );
    assert_eq!(data.due_at(), Some(after(8 * 60)));
    // The first thing to happen by itself: the response's warning at 75 % of 30 minutes.
    assert_eq!(
        data.next_timer_at(),
        Some(start() + SignedDuration::from_secs(22 * 60 + 30))
    );
}

#[test]
fn assigning_moves_an_open_ticket_and_is_one_entry() {
    let book = book();
    let given = urgent(&book)
        .assign(&act(&book, AGENT, after(1)), &assign(SOMEBODY))
        .unwrap();
    let data = given.ticket.data();
    assert_eq!((data.status, data.version), (Status::Assigned, 2));
    assert_eq!(names(&given), ["assigned"]);
    let fields: Vec<_> = given.events[0]
        .changes
        .iter()
        .map(|change| change.field)
        .collect();
    assert_eq!(fields, [Field::Status, Field::Assignee]);
    let again = given
        .ticket
        .assign(&act(&book, AGENT, after(2)), &assign(SOMEBODY));
    assert_eq!(again, Err(TicketError::AlreadyAssigned));
}

#[test]
fn unassigning_goes_back_to_open_and_clears_both() {
    let book = book();
    let team = Assignee::Team(TeamId(Uuid::from_u128(5)));
    let given = urgent(&book)
        .assign(&act(&book, AGENT, after(1)), &assign(team))
        .unwrap()
        .ticket;
    let back = given
        .assign(&act(&book, AGENT, after(2)), &assign(Assignee::Nobody))
        .unwrap()
        .ticket;
    assert_eq!(
        (back.data().status, back.data().team, back.data().assignee),
        (Status::Open, None, None)
    );
    let twice = back.assign(&act(&book, AGENT, after(3)), &assign(Assignee::Nobody));
    assert_eq!(twice, Err(TicketError::AlreadyAssigned));
}

#[test]
fn while_pending_an_assignment_leaves_the_status() {
    let book = book();
    let waits = urgent(&book)
        .set_status(&act(&book, AGENT, after(1)), Status::PendingVendor)
        .unwrap()
        .ticket;
    let given = waits
        .assign(&act(&book, AGENT, after(2)), &assign(SOMEBODY))
        .unwrap()
        .ticket;
    assert_eq!(given.data().status, Status::PendingVendor);
}

#[test]
fn assigned_needs_somebody_to_be_assigned_to() {
    let book = book();
    let refused = urgent(&book).set_status(&act(&book, AGENT, after(1)), Status::Assigned);
    assert_eq!(refused, Err(TicketError::NeedsAssignee));
}

#[test]
fn escalating_goes_up_only_and_not_past_the_top() {
    let book = book();
    let escalate = |level| Escalate {
        reason: Note::parse("angry").unwrap(),
        level,
        to: None,
        priority: None,
    };
    let up = urgent(&book)
        .escalate(&act(&book, AGENT, after(1)), &escalate(Some(3)))
        .unwrap()
        .ticket;
    assert_eq!(up.data().escalation_level, 3);
    assert_eq!(up.data().priority, Priority::Urgent);
    let beyond = up
        .clone()
        .escalate(&act(&book, AGENT, after(2)), &escalate(None));
    assert_eq!(beyond, Err(TicketError::EscalatedAlready { level: 3 }));
    let down = up.escalate(&act(&book, AGENT, after(2)), &escalate(Some(1)));
    assert_eq!(down, Err(TicketError::EscalatedAlready { level: 3 }));
}

#[test]
fn an_edit_to_what_is_there_already_records_nothing() {
    let book = book();
    let same = Edit {
        title: Some(Title::parse("No signal").unwrap()),
        status: Some(Status::Open),
        service: Patch::Clear,
        ..Edit::default()
    };
    assert!(
        !urgent(&book)
            .edit(&act(&book, CUSTOMER, after(1)), same)
            .unwrap()
            .changed
    );
}
