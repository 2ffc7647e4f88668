//! What is written on a ticket, and what it moves.

use super::*;

#[test]
fn the_first_public_staff_comment_is_the_first_response_and_no_other() {
    let book = book();
    let (noted, _) = urgent(&book)
        .comment(&act(&book, AGENT, after(1)), &says(1, true))
        .unwrap();
    assert_eq!(noted.ticket.data().first_response_at(), None);
    assert_eq!(noted.events[0].audience, Audience::Staff);
    let (asked, _) = noted
        .ticket
        .comment(&act(&book, CUSTOMER, after(2)), &says(2, false))
        .unwrap();
    assert_eq!(asked.ticket.data().first_response_at(), None);
    let (answered, _) = asked
        .ticket
        .comment(&act(&book, AGENT, after(3)), &says(3, false))
        .unwrap();
    assert_eq!(answered.ticket.data().first_response_at(), Some(after(3)));
    let record = answered.ticket.data().sla.clone().unwrap();
    assert_eq!(record.target(Target::FirstResponse).met_at, Some(after(3)));
}

#[test]
fn a_customers_word_takes_up_a_waiting_ticket_in_the_same_entry() {
    let book = book();
    let word = |ticket: Ticket| {
        ticket
            .comment(&act(&book, CUSTOMER, after(9)), &says(1, false))
            .unwrap()
            .0
    };
    let pending = |ticket: Ticket| {
        ticket
            .set_status(&act(&book, AGENT, after(8)), Status::PendingCustomer)
            .unwrap()
            .ticket
    };

    let unassigned = word(pending(urgent(&book)));
    assert_eq!(
        (unassigned.ticket.data().status, names(&unassigned)),
        (Status::InProgress, vec!["commented"])
    );

    let given = urgent(&book)
        .assign(&act(&book, AGENT, after(1)), &assign(SOMEBODY))
        .unwrap()
        .ticket;
    assert_eq!(
        word(pending(given.clone())).ticket.data().status,
        Status::Assigned
    );

    let started = given
        .set_status(&act(&book, AGENT, after(2)), Status::InProgress)
        .unwrap()
        .ticket;
    assert_eq!(
        word(pending(started)).ticket.data().status,
        Status::InProgress
    );

    let done = urgent(&book)
        .resolve(&act(&book, AGENT, after(2)), Resolution::default())
        .unwrap()
        .ticket;
    assert_eq!(word(done).ticket.data().status, Status::Reopened);
}

#[test]
fn an_internal_note_moves_nothing() {
    let book = book();
    let done = urgent(&book)
        .resolve(&act(&book, AGENT, after(2)), Resolution::default())
        .unwrap()
        .ticket;
    let (noted, _) = done
        .comment(&act(&book, AGENT, after(3)), &says(1, true))
        .unwrap();
    assert_eq!(noted.ticket.data().status, Status::Resolved);
}

#[test]
fn a_customer_may_edit_words_until_the_work_is_done_and_nothing_else() {
    let book = book();
    let title = Edit {
        title: Some(Title::parse("Still no signal").unwrap()),
        ..Edit::default()
    };
    let edited = urgent(&book)
        .edit(&act(&book, CUSTOMER, after(1)), title.clone())
        .unwrap();
    assert_eq!(names(&edited), ["updated"]);
    let priority = Edit {
        priority: Some(Priority::Low),
        ..Edit::default()
    };
    let refused = urgent(&book).edit(&act(&book, CUSTOMER, after(1)), priority);
    assert_eq!(
        refused,
        Err(TicketError::StaffField {
            field: Field::Priority
        })
    );
    let status = Edit {
        status: Some(Status::Resolved),
        ..Edit::default()
    };
    let refused = urgent(&book).edit(&act(&book, CUSTOMER, after(1)), status);
    assert_eq!(
        refused,
        Err(TicketError::StaffField {
            field: Field::Status
        })
    );
    let done = urgent(&book)
        .resolve(&act(&book, AGENT, after(2)), Resolution::default())
        .unwrap()
        .ticket;
    let locked = done.edit(&act(&book, CUSTOMER, after(3)), title);
    assert_eq!(
        locked,
        Err(TicketError::Locked {
            status: Status::Resolved
        })
    );
}

#[test]
fn an_edited_comment_keeps_its_old_text_for_staff_alone() {
    let book = book();
    let (said, comment) = urgent(&book)
        .comment(&act(&book, AGENT, after(1)), &says(1, false))
        .unwrap();
    let body = CommentBody::parse("better text").unwrap();
    let (edited, after_edit) = said
        .ticket
        .edit_comment(&act(&book, AGENT, after(2)), &comment, body)
        .unwrap();
    assert_eq!(after_edit.body.as_str(), "better text");
    assert_eq!(
        edited.events[0].changes[0].from,
        Value::Text("text".to_owned())
    );
    assert_eq!(edited.events[0].clone().for_customer().unwrap().changes, []);
}
