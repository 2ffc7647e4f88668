//! Versions of policies that apply to open tickets: taken up when they took effect, whenever anybody looks.

use super::*;
use crate::ids::PolicyVersionId;
use crate::sla::PolicyVersion;
use crate::ticket::TicketData;

/// The next version of the urgent policy, for open tickets: resolved within so many minutes, from a minute on.
fn sooner(book: &SlaBook, from: i64, resolution: i64) -> PolicyVersion {
    let urgent = book.policies().filter(|policy| {
        let priorities = &policy.spec.conditions.priorities;
        priorities.contains(&Priority::Urgent)
    });
    let mut next = urgent.max_by_key(|policy| policy.version).cloned().unwrap();
    next.version += 1;
    next.id = PolicyVersionId(Uuid::from_u128(999 + u128::from(next.version)));
    next.effective_from = after(from);
    next.applies_to_open = true;
    next.spec.targets.resolution = Some(SignedDuration::from_mins(resolution));
    next
}

fn with(book: &SlaBook, version: PolicyVersion) -> SlaBook {
    let policies = book.policies().cloned().chain([version]).collect();
    SlaBook::new(policies, book.calendars().cloned().collect()).unwrap()
}

fn told(decision: &Decision) -> Vec<(&'static str, Timestamp)> {
    decision
        .events
        .iter()
        .map(|event| (event.action.name(), event.at))
        .collect()
}

/// Without what depends on how often the clock looked: the version.
fn left(ticket: Ticket) -> TicketData {
    TicketData {
        version: 0,
        ..ticket.into_data()
    }
}

fn tick(ticket: Ticket, book: &SlaBook, minute: i64) -> Decision {
    ticket.tick(&act(book, Actor::System, after(minute)))
}

#[test]
fn a_new_policy_version_for_open_tickets_is_taken_up_and_recorded() {
    let old = book();
    let new = with(&old, sooner(&old, 10, 120));
    let rejudged = tick(urgent(&old), &new, 15);
    assert_eq!(told(&rejudged), [("sla_rejudged", after(10))]);
    let data = rejudged.ticket.data();
    assert_eq!(
        (data.due_at(), data.updated_at),
        (Some(after(120)), start())
    );
    assert_eq!(data.sla.as_ref().map(|sla| sla.since), Some(after(10)));
    assert_eq!(tick(rejudged.ticket, &new, 16).events, []);
}

#[test]
fn what_a_new_version_makes_late_is_late_when_it_happened_however_long_nobody_looked() {
    let old = book();
    // Due an hour after the version came, three hours before anybody looks.
    let new = with(&old, sooner(&old, 10, 70));
    let late = tick(urgent(&old), &new, 250);
    let breaches = told(&late)
        .into_iter()
        .filter(|(name, at)| *name == "sla_breach" && *at > after(30))
        .collect::<Vec<_>>();
    assert_eq!(breaches, [("sla_breach", after(70))]);
    let at_once = tick(urgent(&old), &new, 10);
    let then = tick(at_once.ticket.clone(), &new, 250);
    let in_two_steps: Vec<_> = told(&at_once).into_iter().chain(told(&then)).collect();
    assert_eq!(told(&late), in_two_steps);
    assert_eq!(left(late.ticket), left(then.ticket));
}

#[test]
fn what_was_due_before_a_version_came_is_by_the_version_before_it() {
    let old = book();
    let first = with(&old, sooner(&old, 10, 60));
    let both = with(&first, sooner(&first, 100, 600));
    let late = tick(urgent(&old), &both, 200);
    let resolution = |event: &&crate::event::Event| {
        let target = Target::Resolution;
        event.action == Action::SlaBreach { target }
    };
    let breach = late.events.iter().find(resolution).unwrap();
    assert_eq!(breach.at, after(60));
    let rejudged = told(&late).into_iter();
    let rejudged = rejudged.filter(|(name, _)| *name == "sla_rejudged");
    assert_eq!(
        rejudged.collect::<Vec<_>>(),
        [("sla_rejudged", after(10)), ("sla_rejudged", after(100))]
    );
}

#[test]
fn an_action_takes_a_version_up_when_it_took_effect_too() {
    let old = book();
    let new = with(&old, sooner(&old, 10, 70));
    let noted = urgent(&old)
        .comment(&act(&new, AGENT, after(200)), &says(1, true))
        .unwrap()
        .0;
    let told = told(&noted);
    assert!(told.contains(&("sla_rejudged", after(10))), "{told:?}");
    assert!(told.contains(&("sla_breach", after(70))), "{told:?}");
    assert_eq!(told.last(), Some(&("commented", after(200))));
}

#[test]
fn whoever_acted_without_knowing_the_version_yet_is_not_overtaken_by_it() {
    let old = book();
    let new = with(&old, sooner(&old, 10, 120));
    // Two servers: one had read the book before the version was committed.
    let raise = |ticket: Ticket, priority| {
        let edit = Edit {
            priority: Some(priority),
            ..Edit::default()
        };
        ticket
            .edit(&act(&old, AGENT, after(11)), edit)
            .unwrap()
            .ticket
    };
    let low = Ticket::create(&act(&old, CUSTOMER, start()), new_ticket(1, Priority::Low));
    let matched_by_the_old = raise(low.unwrap().ticket, Priority::Urgent);
    let rejudged = tick(matched_by_the_old, &new, 15);
    assert_eq!(told(&rejudged), [("sla_rejudged", after(11))]);
    assert_eq!(rejudged.ticket.data().due_at(), Some(after(120)));
}

#[test]
fn a_resolved_ticket_stays_as_it_was_judged_and_takes_the_version_up_when_it_is_reopened() {
    let old = book();
    let new = with(&old, sooner(&old, 10, 120));
    let resolved = urgent(&old)
        .resolve(&act(&old, AGENT, after(5)), Resolution::default())
        .unwrap()
        .ticket;
    let waiting = tick(resolved, &new, 12);
    assert_eq!(waiting.events, []);
    let note = Note::parse("again").unwrap();
    let reopened = waiting
        .ticket
        .reopen(&act(&new, AGENT, after(20)), &note)
        .unwrap();
    let expected = [("reopened", after(20)), ("sla_rejudged", after(20))];
    assert_eq!(told(&reopened), expected);
    assert_eq!(tick(reopened.ticket, &new, 21).events, []);
}

#[test]
fn a_ticket_without_a_policy_comes_under_one_when_that_took_effect() {
    let shipped = book();
    let mut none = sooner(&shipped, -10, 60);
    none.spec.conditions.priorities = vec![Priority::Low];
    none.applies_to_open = false;
    let without = with(&shipped, none);
    let made = urgent(&without);
    assert_eq!(made.data().next_timer_at(), None);
    let new = with(&without, {
        let mut back = shipped
            .policies()
            .find(|policy| {
                policy
                    .spec
                    .conditions
                    .priorities
                    .contains(&Priority::Urgent)
            })
            .cloned()
            .unwrap();
        back.version = 9;
        back.id = PolicyVersionId(Uuid::from_u128(9_999));
        back.effective_from = after(10);
        back.applies_to_open = true;
        back
    });
    let rejudged = tick(made, &new, 600);
    assert_eq!(told(&rejudged)[0], ("sla_rejudged", after(10)));
    let record = rejudged.ticket.data().sla.clone().unwrap();
    assert_eq!(
        record.target(Target::Resolution).breached_at,
        Some(after(480))
    );
}

#[test]
fn a_look_at_a_ticket_to_which_nothing_happened_leaves_its_version() {
    let old = book();
    let mut other = sooner(&old, 10, 120);
    // Of a policy that the ticket has nothing to do with.
    let low = old
        .policies()
        .find(|policy| policy.spec.conditions.priorities.contains(&Priority::Low))
        .unwrap();
    (other.policy, other.spec) = (low.policy, low.spec.clone());
    let new = with(&old, other);
    let ticket = urgent(&old);
    let version = ticket.data().version;
    let looked = tick(ticket, &new, 15);
    assert!(looked.changed && looked.events.is_empty());
    assert_eq!(looked.ticket.data().version, version);
    let warned = tick(looked.ticket, &new, 29);
    assert_eq!(names(&warned), ["sla_warning"]);
    assert_eq!(warned.ticket.data().version, version + 1);
}
