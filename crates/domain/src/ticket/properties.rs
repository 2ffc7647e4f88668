//! Everything that can be done to a ticket, in any order: what always holds.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use super::assign::{Assign, Assignee};
use super::comment::NewComment;
use super::edit::Edit;
use super::escalate::Escalate;
use super::status::Resolution;
use super::tests::{AGENT, CUSTOMER, SOMEBODY, act, book, new_ticket, start};
use super::{Act, Decision, Ticket, TicketError};
use crate::class::Priority;
use crate::event::{Action, Event, Field, Value};
use crate::ids::{CalendarVersionId, CommentId, PolicyVersionId};
use crate::people::Actor;
use crate::sla::{CalendarVersion, SlaBook, Span, Time, Timeline};
use crate::text::{CommentBody, Note};
use crate::workflow::Status;

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Status(Status),
    Assign(bool),
    Comment {
        by_customer: bool,
        is_internal: bool,
    },
    Escalate(Option<u8>),
    Priority(Priority),
    Resolve,
    Close,
    Reopen,
    Tick,
}

fn steps() -> impl Strategy<Value = Vec<(i64, Step)>> {
    let step = prop_oneof![
        proptest::sample::select(Status::ALL.to_vec()).prop_map(Step::Status),
        any::<bool>().prop_map(Step::Assign),
        (any::<bool>(), any::<bool>()).prop_map(|(by_customer, is_internal)| Step::Comment {
            by_customer,
            is_internal
        }),
        proptest::option::of(1_u8..=3).prop_map(Step::Escalate),
        proptest::sample::select(Priority::ALL.to_vec()).prop_map(Step::Priority),
        Just(Step::Resolve),
        Just(Step::Close),
        Just(Step::Reopen),
        Just(Step::Tick),
    ];
    // Minutes until the step: mostly short, now and then days.
    let pause = prop_oneof![3 => 0_i64..90, 1 => 90_i64..6_000, 1 => Just(0_i64)];
    proptest::collection::vec((pause, step), 1..25)
}

fn take(
    ticket: Ticket,
    at: Timestamp,
    book: &SlaBook,
    step: &Step,
    n: u128,
) -> Result<Decision, TicketError> {
    let staff: Act<'_> = act(book, AGENT, at);
    let note = || Note::parse("because").unwrap();
    match step {
        Step::Status(to) => ticket.set_status(&staff, *to),
        Step::Assign(to_somebody) => {
            let to = if *to_somebody {
                SOMEBODY
            } else {
                Assignee::Nobody
            };
            ticket.assign(
                &staff,
                &Assign {
                    to,
                    priority: None,
                    note: None,
                    notify_customer: false,
                },
            )
        }
        Step::Comment {
            by_customer,
            is_internal,
        } => {
            let by = if *by_customer { CUSTOMER } else { AGENT };
            let body = CommentBody::parse("word").unwrap();
            let is_internal = *is_internal && !by_customer;
            let new = NewComment {
                id: CommentId(Uuid::from_u128(n)),
                body,
                is_internal,
                attachments: vec![],
            };
            ticket
                .comment(&act(book, by, at), &new)
                .map(|(decision, _)| decision)
        }
        Step::Escalate(level) => ticket.escalate(
            &staff,
            &Escalate {
                reason: note(),
                level: *level,
                to: None,
                priority: None,
            },
        ),
        Step::Priority(priority) => ticket.edit(
            &staff,
            Edit {
                priority: Some(*priority),
                ..Edit::default()
            },
        ),
        Step::Resolve => ticket.resolve(&staff, Resolution::default()),
        Step::Close => ticket.close(&staff, Resolution::default()),
        Step::Reopen => ticket.reopen(&staff, &note()),
        Step::Tick => Ok(ticket.tick(&act(book, Actor::System, at))),
    }
}

/// The timeline as the events alone tell it.
fn retold(events: &[Event], created_at: Timestamp) -> Timeline {
    let mut timeline = Timeline::new(created_at, Status::Open);
    for event in events {
        for change in event
            .changes
            .iter()
            .filter(|change| change.field == Field::Status)
        {
            let Value::Text(to) = &change.to else {
                panic!("a status is a text")
            };
            timeline.status_changed(event.at, Status::parse(to).unwrap());
        }
        if matches!(event.action, Action::Commented { .. })
            && event.audience == crate::event::Audience::Everyone
        {
            if event.actor.is_customer() {
                timeline.customer_commented(event.at);
            } else {
                timeline.staff_replied(event.at);
            }
        }
    }
    timeline
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_is_done_the_ticket_stays_sound_and_its_history_tells_all(
        priority in proptest::sample::select(Priority::ALL.to_vec()),
        steps in steps(),
    ) {
        let book = book();
        let made = Ticket::create(&act(&book, CUSTOMER, start()), new_ticket(1, priority)).unwrap();
        let (mut ticket, mut events, mut at) = (made.ticket, made.events, start());
        for (n, (minutes, step)) in (10_u128..).zip(steps) {
            at += SignedDuration::from_mins(minutes);
            let before = ticket.data().clone();
            let Ok(decision) = take(ticket.clone(), at, &book, &step, n) else { continue };
            ticket = decision.ticket;
            let data = ticket.data();
            // A look that finds nothing is written for the sake of the next timer alone.
            let is_seen = decision.changed && !(step == Step::Tick && decision.events.is_empty() && data.sla == before.sla);
            prop_assert_eq!(data.version, before.version + i64::from(is_seen));
            prop_assert!(Ticket::restore(data.clone()).is_ok(), "{:?}", Ticket::restore(data.clone()));
            prop_assert!(data.escalation_level >= before.escalation_level);
            prop_assert!(data.next_timer_at().is_none_or(|timer| timer > at));
            prop_assert!(before.status == data.status || before.status.allows(data.status));
            events.extend(decision.events);
        }
        // History: folding the changes gives the present, each from is the to before it.
        let mut status = "open".to_owned();
        for change in events.iter().flat_map(|event| &event.changes).filter(|change| change.field == Field::Status) {
            prop_assert_eq!(&change.from, &Value::Text(status.clone()));
            let Value::Text(to) = &change.to else { panic!("a status is a text") };
            status.clone_from(to);
        }
        prop_assert_eq!(status, ticket.data().status.name());
        prop_assert_eq!(&retold(&events, start()), &ticket.data().timeline);
        // Nothing is told twice: one warning and one breach per target and cycle, each level once.
        let count = |wanted: Action| events.iter().filter(|event| event.action == wanted).count();
        for target in crate::sla::Target::ALL {
            let cycles = match target {
                crate::sla::Target::NextResponse => ticket.data().timeline.cycle as usize,
                crate::sla::Target::FirstResponse | crate::sla::Target::Resolution => 1,
            };
            let (breach, warning) = (Action::SlaBreach { target }, Action::SlaWarning { target });
            prop_assert!(count(breach) <= cycles, "{} told twice", breach.name());
            prop_assert!(count(warning) <= cycles, "{} told twice", warning.name());
        }
        prop_assert!(count(Action::Escalated) <= 3);
    }

    #[test]
    fn it_does_not_matter_how_often_the_clock_looks(
        steps in steps(),
        looks in proptest::collection::vec(1_i64..4_000, 0..12),
        edits in proptest::collection::vec(edits(), 0..6),
    ) {
        // The same steps, once with nobody looking in between and once with many looks, while policies and calendars are
        // edited: the same is told with the same instants, and the same is left of it.
        let book = edited(&edits);
        let told = |looks: &[i64]| {
            let made = Ticket::create(&act(&book, CUSTOMER, start()), new_ticket(1, Priority::Urgent)).unwrap();
            let (mut ticket, mut events) = (made.ticket, made.events);
            // In seconds, so that no look is at the instant of a step.
            let mut agenda: Vec<(i64, Option<(u128, Step)>)> = looks.iter().map(|minute| (*minute * 60 + 15, None)).collect();
            let mut minute = 0;
            for (n, (pause, step)) in (10_u128..).zip(steps.clone()) {
                minute += pause;
                agenda.push((minute * 60, Some((n, step))));
            }
            agenda.push(((minute + 10_000) * 60, None));
            agenda.sort_by_key(|(second, _)| *second);
            for (second, what) in agenda {
                let at = start() + SignedDuration::from_secs(second);
                let (n, step) = what.unwrap_or((0, Step::Tick));
                if let Ok(decision) = take(ticket.clone(), at, &book, &step, n) {
                    ticket = decision.ticket;
                    events.extend(decision.events);
                }
            }
            let clock = events.into_iter().filter(|event| event.actor == Actor::System);
            let clock: Vec<_> = clock.map(|event| (event.at, event.action, event.changes)).collect();
            (clock, ticket.into_data().sla)
        };
        prop_assert_eq!(told(&[]), told(&looks));
    }
}

/// An edit of a policy or a calendar.
#[derive(Debug, Clone)]
struct BookEdit {
    /// Half a minute after this one, so that it never happens at the instant of a step or a look.
    minute: i64,
    which: prop::sample::Index,
    applies_to_open: bool,
    of: EditOf,
}

#[derive(Debug, Clone)]
enum EditOf {
    Calendar {
        opens_later: bool,
    },
    Policy {
        is_retired: bool,
        /// Minutes for the first response and for the resolution.
        minutes: (i64, i64),
    },
}

fn edits() -> impl Strategy<Value = BookEdit> {
    let policy = (proptest::bool::weighted(0.2), (1_i64..300, 1_i64..3_000));
    let of = prop_oneof![
        any::<bool>().prop_map(|opens_later| EditOf::Calendar { opens_later }),
        policy.prop_map(|(is_retired, minutes)| EditOf::Policy {
            is_retired,
            minutes
        }),
    ];
    let edit = (
        0_i64..3_000,
        any::<prop::sample::Index>(),
        any::<bool>(),
        of,
    );
    edit.prop_map(|(minute, which, applies_to_open, of)| BookEdit {
        minute,
        which,
        applies_to_open,
        of,
    })
}

/// The shipped book with its policies and calendars edited.
fn edited(edits: &[BookEdit]) -> SlaBook {
    let shipped = book();
    let mut policies: Vec<_> = shipped.policies().cloned().collect();
    let mut calendars: Vec<_> = shipped.calendars().cloned().collect();
    let (policies_shipped, calendars_shipped) = (policies.clone(), calendars.clone());
    for (version, edit) in (2_u32..).zip(edits) {
        let id = Uuid::from_u128(10_000 + u128::from(version));
        let from = start() + SignedDuration::from_secs(edit.minute * 60 + 30);
        match edit.of {
            EditOf::Calendar { opens_later } => {
                let edited = edit.which.get(&calendars_shipped);
                let mut spec = edited.spec.clone();
                if opens_later && !spec.always_open {
                    let hour = |hour: u16| Time::from_minutes(hour * 60).unwrap();
                    spec.hours = [0; 7].map(|_| vec![Span::new(hour(9), hour(11))]);
                }
                let next = CalendarVersion::new(
                    CalendarVersionId(id),
                    edited.calendar,
                    version,
                    from,
                    edit.applies_to_open,
                    spec,
                );
                calendars.push(next.unwrap());
            }
            EditOf::Policy {
                is_retired,
                minutes: (first, resolution),
            } => {
                let mut next = edit.which.get(&policies_shipped).clone();
                next.id = PolicyVersionId(id);
                next.version = version;
                next.effective_from = from;
                next.applies_to_open = edit.applies_to_open;
                next.retired = is_retired;
                next.spec.targets.first_response = Some(SignedDuration::from_mins(first));
                next.spec.targets.resolution = Some(SignedDuration::from_mins(resolution));
                policies.push(next);
            }
        }
    }
    SlaBook::new(policies, calendars).unwrap()
}
