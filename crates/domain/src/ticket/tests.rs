//! What may be done to a ticket, case by case; `properties.rs` beside it tries everything in any order.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::assign::{Assign, Assignee};
use super::comment::NewComment;
use super::create::NewTicket;
use super::edit::{Edit, Patch};
use super::escalate::Escalate;
use super::status::Resolution;
use super::{Act, DEFAULT_REOPEN_WINDOW, Decision, Ticket, TicketError};
use crate::class::{Category, ContactMethod, Priority, Source};
use crate::event::{Action, Audience, Field, Value};
use crate::ids::{CommentId, CustomerId, TeamId, TicketId, UserId};
use crate::people::{Actor, Role};
use crate::sla::{SlaBook, Target, shipped};
use crate::text::{CommentBody, Description, Label, Note, Title};
use crate::workflow::Status;

/// 2026-03-02 10:00 UTC, a Monday.
pub(super) fn start() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

pub(super) fn after(minutes: i64) -> Timestamp {
    start() + SignedDuration::from_mins(minutes)
}

pub(super) fn book() -> SlaBook {
    let mut n = 0_u128;
    let (policies, calendars) = shipped(Timestamp::UNIX_EPOCH, || {
        n += 1;
        Uuid::from_u128(n)
    });
    SlaBook::new(policies, calendars).unwrap()
}

pub(super) const AGENT: Actor = Actor::User {
    id: UserId(Uuid::from_u128(1)),
    role: Role::Agent,
};
pub(super) const CUSTOMER: Actor = Actor::User {
    id: UserId(Uuid::from_u128(2)),
    role: Role::Customer,
};
pub(super) const SOMEBODY: Assignee = Assignee::User(UserId(Uuid::from_u128(3)), None);

pub(super) fn act(book: &SlaBook, by: Actor, at: Timestamp) -> Act<'_> {
    Act {
        by,
        at,
        book,
        tier: None,
        reopen_window: DEFAULT_REOPEN_WINDOW,
    }
}

pub(super) fn new_ticket(id: u128, priority: Priority) -> NewTicket {
    NewTicket {
        id: TicketId(Uuid::from_u128(id)),
        customer: Some(CustomerId(Uuid::from_u128(9))),
        title: Title::parse("No signal").unwrap(),
        description: Description::parse("The line has been dead since noon").unwrap(),
        category: Category::TechnicalSupport,
        priority,
        service: None,
        contact: None,
        contact_method: ContactMethod::Portal,
        preferred_contact_time: None,
        contact_info: None,
        tags: vec![],
        due_date: None,
        source: Source::Isp,
        attachments: vec![],
        route: None,
    }
}

/// A ticket of urgent priority, which is judged around the clock: 30 minutes to respond, 8 hours to resolve.
fn urgent(book: &SlaBook) -> Ticket {
    Ticket::create(
        &act(book, CUSTOMER, start()),
        new_ticket(100, Priority::Urgent),
    )
    .unwrap()
    .ticket
}

fn assign(to: Assignee) -> Assign {
    Assign {
        to,
        priority: None,
        note: None,
        notify_customer: true,
    }
}

fn says(id: u128, is_internal: bool) -> NewComment {
    NewComment {
        id: CommentId(Uuid::from_u128(id)),
        body: CommentBody::parse("text").unwrap(),
        is_internal,
        attachments: vec![],
    }
}

fn names(decision: &Decision) -> Vec<&'static str> {
    decision
        .events
        .iter()
        .map(|event| event.action.name())
        .collect()
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
fn a_new_policy_version_for_open_tickets_is_taken_up_and_recorded() {
    let old = book();
    let mut policies: Vec<_> = old.policies().cloned().collect();
    let urgent_policy = policies
        .iter()
        .find(|policy| {
            policy
                .spec
                .conditions
                .priorities
                .contains(&Priority::Urgent)
        })
        .cloned()
        .unwrap();
    let mut newer = urgent_policy.clone();
    newer.id = crate::ids::PolicyVersionId(Uuid::from_u128(999));
    newer.version += 1;
    newer.effective_from = after(10);
    newer.applies_to_open = true;
    newer.spec.targets.resolution = Some(SignedDuration::from_hours(2));
    policies.push(newer);
    let new = SlaBook::new(policies, old.calendars().cloned().collect()).unwrap();

    let ticket = urgent(&old);
    let ticked = ticket.tick(&act(&new, Actor::System, after(15)));
    assert_eq!(names(&ticked), ["sla_rejudged"]);
    assert_eq!(ticked.ticket.data().due_at(), Some(after(120)));
    assert_eq!(ticked.ticket.data().updated_at, start());
    assert_eq!(
        ticked
            .ticket
            .tick(&act(&new, Actor::System, after(16)))
            .events,
        []
    );
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
