//! Moving a ticket by several steps at once, as clients do that know statuses and no actions.

use super::*;

fn moved(ticket: Ticket, by: Actor, steps: &[Status]) -> Result<Decision, TicketError> {
    ticket.move_along(&act(&book(), by, after(5)), steps)
}

fn closed() -> Ticket {
    moved(urgent(&book()), AGENT, &[Status::Closed])
        .unwrap()
        .ticket
}

#[test]
fn several_steps_are_one_entry() {
    let steps = [Status::Reopened, Status::PendingCustomer];
    let decision = moved(closed(), AGENT, &steps).unwrap();
    let data = decision.ticket.data();
    assert_eq!(
        (data.status, names(&decision)),
        (Status::PendingCustomer, vec!["reopened"])
    );
    assert_eq!((data.resolved_at, data.closed_at), (None, None));
    let change = &decision.events[0].changes[0];
    assert_eq!(
        (&change.from, &change.to),
        (
            &Value::Text("closed".to_owned()),
            &Value::Text("pending_customer".to_owned())
        )
    );
}

#[test]
fn no_step_and_a_step_to_where_it_is_do_nothing() {
    for steps in [&[][..], &[Status::Open]] {
        let decision = moved(urgent(&book()), CUSTOMER, steps).unwrap();
        assert!(!decision.changed && decision.events.is_empty(), "{steps:?}");
    }
}

#[test]
fn a_step_that_the_table_does_not_have_leaves_the_ticket_alone() {
    let refused = moved(closed(), AGENT, &[Status::Reopened, Status::Open]);
    let (from, to) = (Status::Reopened, Status::Open);
    assert_eq!(refused, Err(TicketError::Transition { from, to }));
}

#[test]
fn a_customer_closes_and_reopens_and_does_nothing_else() {
    for to in Status::ALL {
        let allowed = moved(urgent(&book()), CUSTOMER, &[to]);
        match to {
            Status::Open | Status::Closed => assert!(allowed.is_ok(), "{to:?}"),
            Status::Reopened => assert!(matches!(allowed, Err(TicketError::Transition { .. }))),
            _ => assert_eq!(
                allowed,
                Err(TicketError::StaffField {
                    field: Field::Status
                }),
                "{to:?}"
            ),
        }
    }
    assert!(moved(closed(), CUSTOMER, &[Status::Reopened]).is_ok());
}

#[test]
fn a_visitor_moves_a_ticket_as_staff_does() {
    let resolved = moved(urgent(&book()), Actor::Anonymous, &[Status::Resolved]).unwrap();
    assert_eq!(resolved.ticket.data().status, Status::Resolved);
    assert_eq!(resolved.events[0].actor, Actor::Anonymous);
}
