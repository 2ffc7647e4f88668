use proptest::prelude::*;

use super::super::purge::{Needed, Remains, kept_until};
use super::*;

const YEAR: SignedDuration = SignedDuration::from_hours(365 * 24);
const MOMENT: SignedDuration = SignedDuration::from_micros(1);

fn remains(deleted_at: Timestamp) -> Remains {
    Remains {
        deleted_at,
        last_event: Some(7),
        is_counted: false,
        is_target: false,
    }
}

#[test]
fn a_deleted_ticket_goes_when_it_has_been_kept_long_enough_and_not_a_moment_before() {
    let until = |now| kept_until(now, Some(YEAR)).unwrap();
    let ticket = remains(start());
    let end = start() + YEAR;
    assert_eq!(ticket.can_go(until(end - MOMENT), 7), Err(Needed::Young));
    assert_eq!(ticket.can_go(until(end), 7), Ok(()));
}

#[test]
fn what_is_kept_for_ever_never_goes() {
    assert_eq!(kept_until(start(), None), None);
    assert_eq!(kept_until(Timestamp::MIN, Some(YEAR)), None);
}

#[test]
fn a_deleted_ticket_stays_while_it_is_needed() {
    let ticket = remains(start());
    let can_go = |ticket: Remains, passed| ticket.can_go(start(), passed);
    assert_eq!(can_go(ticket, 6), Err(Needed::Unread));
    let counted = Remains {
        is_counted: true,
        ..ticket
    };
    assert_eq!(can_go(counted, 7), Err(Needed::Counted));
    let target = Remains {
        is_target: true,
        ..ticket
    };
    assert_eq!(can_go(target, 7), Err(Needed::Target));
    let bare = Remains {
        last_event: None,
        ..ticket
    };
    assert_eq!(can_go(bare, 0), Ok(()));
}

proptest! {
    #[test]
    fn who_could_go_once_can_go_ever_after(
        deleted in 0..1_000_i64, kept in 1..1_000_i64, last in prop::option::of(0..50_i64),
        first in (0..2_000_i64, 0..50_i64), later in (0..2_000_i64, 0..50_i64),
    ) {
        let ticket = Remains { last_event: last, ..remains(after(deleted)) };
        let can_go = |(now, passed)| {
            let until = kept_until(after(now), Some(SignedDuration::from_mins(kept))).unwrap();
            ticket.can_go(until, passed).is_ok()
        };
        if can_go(first) {
            prop_assert!(first.0 >= deleted + kept && last.is_none_or(|last| last <= first.1));
            prop_assert!(can_go((first.0 + later.0, first.1 + later.1)));
        }
    }
}

#[test]
fn a_ticket_whose_target_goes_stays_closed_and_its_history_says_so() {
    let book = book();
    let target = Ticket::create(&act(&book, AGENT, start()), new_ticket(2, Priority::Low))
        .unwrap()
        .ticket;
    let merged = urgent(&book)
        .merge_into(&act(&book, AGENT, after(1)), &target, None)
        .unwrap()
        .ticket;
    let before = merged.data().clone();
    let outlived = merged.outlive_target(&act(&book, Actor::System, after(10)));
    assert_eq!(names(&outlived), ["updated"]);
    let change = &outlived.events[0].changes[0];
    let was = Value::Text(target.data().id.to_string());
    assert_eq!(
        (change.field, &change.from, &change.to),
        (Field::MergedInto, &was, &Value::Null)
    );
    let after_it = outlived.ticket.data().clone();
    assert_eq!(after_it.status, Status::Closed);
    assert_eq!(after_it.closed_at, before.closed_at);
    assert_eq!(
        (after_it.merged_into, after_it.version),
        (None, before.version + 1)
    );
    let again = outlived
        .ticket
        .outlive_target(&act(&book, Actor::System, after(11)));
    assert!(!again.changed);
}
