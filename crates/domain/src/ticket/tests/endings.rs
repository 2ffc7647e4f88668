//! The workflow's ends: resolving, closing, reopening, merging.

use super::*;

#[test]
fn the_present_status_is_accepted_and_records_nothing() {
    let book = book();
    let same = urgent(&book)
        .set_status(&act(&book, AGENT, after(1)), Status::Open)
        .unwrap();
    assert_eq!((same.events.len(), same.ticket.data().version), (0, 1));
}

#[test]
fn a_step_outside_the_table_names_both_statuses_and_what_is_allowed() {
    let book = book();
    let done = urgent(&book)
        .resolve(&act(&book, AGENT, after(1)), Resolution::default())
        .unwrap()
        .ticket;
    let error = done
        .set_status(&act(&book, AGENT, after(2)), Status::InProgress)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "a ticket that is resolved cannot become in_progress; allowed: closed, reopened"
    );
}

#[test]
fn closing_an_unresolved_ticket_resolves_it_and_closing_again_does_nothing() {
    let book = book();
    let how = Resolution {
        code: Some(Label::parse("replaced").unwrap()),
        ..Resolution::default()
    };
    let closed = urgent(&book)
        .close(&act(&book, AGENT, after(5)), how)
        .unwrap()
        .ticket;
    let data = closed.data();
    assert_eq!(
        (data.resolved_at, data.closed_at),
        (Some(after(5)), Some(after(5)))
    );
    assert_eq!(
        data.resolution_code.as_ref().map(Label::as_str),
        Some("replaced")
    );
    assert!(
        !closed
            .close(&act(&book, AGENT, after(6)), Resolution::default())
            .unwrap()
            .changed
    );
}

#[test]
fn reopening_clears_the_ends_and_has_its_window() {
    let book = book();
    let closed = urgent(&book)
        .close(&act(&book, AGENT, start()), Resolution::default())
        .unwrap()
        .ticket;
    let reason = Note::parse("still dead").unwrap();
    let last = start() + DEFAULT_REOPEN_WINDOW;
    let back = closed
        .clone()
        .reopen(&act(&book, CUSTOMER, last), &reason)
        .unwrap()
        .ticket;
    assert_eq!(
        (
            back.data().status,
            back.data().resolved_at,
            back.data().closed_at
        ),
        (Status::Reopened, None, None)
    );
    let late = closed.reopen(
        &act(&book, CUSTOMER, last + SignedDuration::from_micros(1)),
        &reason,
    );
    assert_eq!(
        late,
        Err(TicketError::ReopenWindowOver { closed_at: start() })
    );
}

#[test]
fn merging_closes_for_good_and_only_within_one_customer() {
    let book = book();
    let target = Ticket::create(&act(&book, AGENT, start()), new_ticket(2, Priority::Low))
        .unwrap()
        .ticket;
    let merged = urgent(&book)
        .merge_into(&act(&book, AGENT, after(1)), &target, None)
        .unwrap()
        .ticket;
    let data = merged.data();
    assert_eq!(
        (data.status, data.merged_into),
        (Status::Closed, Some(target.data().id))
    );
    let reason = Note::parse("no").unwrap();
    let into = target.data().id;
    assert_eq!(
        merged.clone().reopen(&act(&book, AGENT, after(2)), &reason),
        Err(TicketError::Merged { into })
    );
    let comment = merged.comment(&act(&book, CUSTOMER, after(2)), &says(1, false));
    assert_eq!(comment, Err(TicketError::Merged { into }));

    let other = NewTicket {
        customer: Some(CustomerId(Uuid::from_u128(77))),
        ..new_ticket(3, Priority::Low)
    };
    let other = Ticket::create(&act(&book, AGENT, start()), other)
        .unwrap()
        .ticket;
    let refused = urgent(&book).merge_into(&act(&book, AGENT, after(1)), &other, None);
    assert_eq!(refused, Err(TicketError::OtherCustomer));
    let itself = urgent(&book);
    assert_eq!(
        itself
            .clone()
            .merge_into(&act(&book, AGENT, after(1)), &itself, None),
        Err(TicketError::Itself)
    );
}
