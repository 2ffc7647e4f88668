//! What the SLA clock does to a ticket.

use super::*;

#[test]
fn changing_the_priority_matches_the_policy_again_over_the_same_past() {
    let book = book();
    let low = Ticket::create(&act(&book, CUSTOMER, start()), new_ticket(1, Priority::Low))
        .unwrap()
        .ticket;
    let edit = Edit {
        priority: Some(Priority::Urgent),
        ..Edit::default()
    };
    let raised = low.edit(&act(&book, AGENT, after(60)), edit).unwrap();
    // 30 minutes to respond were over long before the policy came to apply: missed at that moment.
    let record = raised.ticket.data().sla.clone().unwrap();
    assert_eq!(
        record.target(Target::FirstResponse).breached_at,
        Some(after(60))
    );
    assert_eq!(raised.ticket.data().due_at(), Some(after(8 * 60)));
    assert_eq!(
        names(&raised),
        ["updated", "sla_warning", "sla_breach", "escalated"]
    );
    // Back and forth: what the history tells already is not told again.
    let edit = |priority| Edit {
        priority: Some(priority),
        ..Edit::default()
    };
    let back = raised
        .ticket
        .edit(&act(&book, AGENT, after(61)), edit(Priority::Low))
        .unwrap();
    assert_eq!(names(&back), ["updated"]);
    let again = back
        .ticket
        .edit(&act(&book, AGENT, after(62)), edit(Priority::Urgent))
        .unwrap();
    assert_eq!(names(&again), ["updated"]);
}

#[test]
fn the_clock_records_each_thing_once_with_its_own_instant_however_late_it_is_asked() {
    let book = book();
    let late = after(3 * 24 * 60);
    let ticked = urgent(&book).tick(&act(&book, Actor::System, late));
    let told: Vec<_> = ticked
        .events
        .iter()
        .map(|event| (event.action.name(), event.at))
        .collect();
    assert_eq!(
        told,
        [
            (
                "sla_warning",
                start() + SignedDuration::from_secs(22 * 60 + 30)
            ),
            ("sla_breach", after(30)),
            ("escalated", after(30)),
            ("sla_warning", after(6 * 60)),
            ("sla_breach", after(8 * 60)),
            ("escalated", after(8 * 60)),
            ("escalated", after(12 * 60)),
        ]
    );
    let data = ticked.ticket.data();
    assert_eq!(
        (data.escalation_level, data.updated_at, data.next_timer_at()),
        (3, start(), None)
    );
    assert_eq!(
        ticked.ticket.tick(&act(&book, Actor::System, late)).events,
        []
    );
}

#[test]
fn an_action_first_records_what_the_clock_did_before_it() {
    let book = book();
    let (answered, _) = urgent(&book)
        .comment(&act(&book, AGENT, after(45)), &says(1, false))
        .unwrap();
    assert_eq!(
        names(&answered),
        ["sla_warning", "sla_breach", "escalated", "commented"]
    );
    assert_eq!(answered.events[1].at, after(30));
}

#[test]
fn a_deleted_ticket_has_no_timers() {
    let book = book();
    let gone = urgent(&book).delete(&act(&book, AGENT, after(1))).ticket;
    assert_eq!(
        (gone.data().deleted_at, gone.data().next_timer_at()),
        (Some(after(1)), None)
    );
}

#[test]
fn a_clock_that_went_back_does_not_turn_history_around() {
    let book = book();
    let given = urgent(&book)
        .assign(&act(&book, AGENT, after(10)), &assign(SOMEBODY))
        .unwrap()
        .ticket;
    let noted = given
        .set_status(&act(&book, AGENT, after(5)), Status::InProgress)
        .unwrap();
    assert_eq!(noted.events[0].at, after(10));
}

#[test]
fn customers_read_no_staff_notes_and_no_escalations_by_the_clock() {
    let book = book();
    let note = Note::parse("difficult customer").unwrap();
    let with_note = Assign {
        note: Some(note),
        ..assign(SOMEBODY)
    };
    let given = urgent(&book)
        .assign(&act(&book, AGENT, after(1)), &with_note)
        .unwrap();
    assert_eq!(given.events[0].note.as_deref(), Some("difficult customer"));
    assert_eq!(given.events[0].clone().for_customer().unwrap().note, None);
    let ticked = given.ticket.tick(&act(&book, Actor::System, after(9 * 60)));
    assert!(
        ticked
            .events
            .iter()
            .all(|event| event.clone().for_customer().is_none())
    );
    assert!(
        ticked
            .events
            .iter()
            .any(|event| matches!(event.action, Action::SlaBreach { .. }))
    );
}

#[test]
fn what_is_done_exactly_when_it_is_due_is_done_in_time() {
    let book = book();
    let (answered, _) = urgent(&book)
        .comment(&act(&book, AGENT, after(30)), &says(1, false))
        .unwrap();
    assert_eq!(names(&answered), ["sla_warning", "commented"]);
    let record = answered.ticket.data().sla.clone().unwrap();
    assert_eq!(record.target(Target::FirstResponse).breached_at, None);
}

/// The shipped book without the policy of low tickets.
fn book_without_low() -> SlaBook {
    let mut n = 0_u128;
    let (mut policies, calendars) = shipped(Timestamp::UNIX_EPOCH, || {
        n += 1;
        Uuid::from_u128(n)
    });
    policies.retain(|policy| !policy.spec.conditions.priorities.contains(&Priority::Low));
    SlaBook::new(policies, calendars).unwrap()
}

#[test]
fn a_time_without_any_policy_makes_nothing_be_told_twice() {
    let book = book_without_low();
    let edit = |priority| Edit {
        priority: Some(priority),
        ..Edit::default()
    };
    let late = urgent(&book)
        .tick(&act(&book, Actor::System, after(60)))
        .ticket;
    let none = late
        .edit(&act(&book, AGENT, after(61)), edit(Priority::Low))
        .unwrap()
        .ticket;
    assert_eq!(none.data().sla.as_ref().and_then(|sla| sla.policy), None);
    assert_eq!(
        (none.data().due_at(), none.data().next_timer_at()),
        (None, None)
    );
    let again = none
        .edit(&act(&book, AGENT, after(62)), edit(Priority::Urgent))
        .unwrap();
    assert_eq!(names(&again), ["updated"]);
}

#[test]
fn time_left_past_the_due_time_does_not_count_a_pause() {
    let book = book();
    let paused = urgent(&book)
        .set_status(&act(&book, AGENT, after(9 * 60)), Status::PendingCustomer)
        .unwrap()
        .ticket;
    let resumed = paused
        .set_status(&act(&book, AGENT, after(19 * 60)), Status::InProgress)
        .unwrap()
        .ticket;
    let data = resumed.data();
    let record = data.sla.clone().unwrap();
    let left = record.remaining(Target::Resolution, &data.timeline, &book, after(20 * 60));
    assert_eq!(left, Some(SignedDuration::from_hours(-2)));
}
