use super::*;
use crate::class::Priority;
use crate::ids::CommentId;
use crate::people::{Actor, Role};
use crate::sla::Target;
use crate::ticket::Ticket;
use crate::ticket::assign::{Assign, Assignee};
use crate::ticket::tests::{AGENT, CUSTOMER, act, after, book, new_ticket, start};
use crate::ticket::{Act, Decision, TicketError};
use uuid::Uuid;

const TEAM: TeamId = TeamId(Uuid::from_u128(70));
const ANN: UserId = UserId(Uuid::from_u128(3));

/// A ticket of the customer's that Ann of a team has, or nobody.
fn ticket(by: Actor, to: Option<Assignee>) -> Ticket {
    let book = book();
    let made = Ticket::create(&act(&book, by, start()), new_ticket(1, Priority::High)).unwrap();
    let Some(to) = to else { return made.ticket };
    let assign = Assign {
        to,
        priority: None,
        note: None,
        notify_customer: false,
    };
    let given = made.ticket.assign(&act(&book, AGENT, after(1)), &assign);
    given.unwrap().ticket
}

fn anns() -> Ticket {
    ticket(CUSTOMER, Some(Assignee::User(ANN, Some(TEAM))))
}

/// Who is told of what `by` does to a ticket.
fn after_doing(
    ticket: Ticket,
    by: Actor,
    what: impl Fn(Ticket, &Act<'_>) -> Result<Decision, TicketError>,
) -> Vec<Telling> {
    let book = book();
    let decision = what(ticket, &act(&book, by, after(5))).unwrap();
    let now = decision.ticket.data();
    decision
        .events
        .iter()
        .flat_map(|event| told(event, now))
        .collect()
}

fn to(to: Addressee, notice: Notice) -> Telling {
    Telling { to, notice }
}

fn says(is_internal: bool) -> crate::ticket::comment::NewComment {
    crate::ticket::comment::NewComment {
        id: CommentId(Uuid::from_u128(5)),
        body: crate::text::CommentBody::parse("text").unwrap(),
        is_internal,
        attachments: vec![],
    }
}

#[test]
fn a_customer_gets_a_receipt_and_one_whose_ticket_staff_made_hears_of_it() {
    let book = book();
    for (by, notice) in [(CUSTOMER, Notice::Receipt), (AGENT, Notice::Created)] {
        let made = Ticket::create(&act(&book, by, start()), new_ticket(1, Priority::High));
        let made = made.unwrap();
        let told = told(&made.events[0], made.ticket.data());
        assert_eq!(told, [to(Addressee::Customer, notice)]);
    }
}

#[test]
fn an_assignee_hears_of_the_assignment_and_the_customer_if_its_maker_wishes_so() {
    let assign = |notify_customer| Assign {
        to: Assignee::User(ANN, None),
        priority: None,
        note: None,
        notify_customer,
    };
    let ann = to(Addressee::User(ANN), Notice::AssignedToYou);
    let quiet = assign(false);
    let told = after_doing(ticket(CUSTOMER, None), AGENT, |t, act| {
        t.assign(act, &quiet)
    });
    assert_eq!(told, [ann]);
    let loud = assign(true);
    let told = after_doing(ticket(CUSTOMER, None), AGENT, |t, act| t.assign(act, &loud));
    assert_eq!(told, [to(Addressee::Customer, Notice::Assigned), ann]);
}

#[test]
fn whoever_takes_a_ticket_is_not_told_of_it() {
    let own = Actor::User {
        id: ANN,
        role: Role::Agent,
    };
    let assign = Assign {
        to: Assignee::User(ANN, None),
        priority: None,
        note: None,
        notify_customer: false,
    };
    let told = after_doing(ticket(CUSTOMER, None), own, |t, act| t.assign(act, &assign));
    assert_eq!(told, []);
}

#[test]
fn an_answer_goes_to_the_customer_and_the_customers_word_to_whoever_works_on_it() {
    let public = says(false);
    let told = after_doing(anns(), AGENT, |t, act| t.comment(act, &public).map(|d| d.0));
    assert_eq!(told, [to(Addressee::Customer, Notice::Reply)]);
    let told = after_doing(anns(), CUSTOMER, |t, act| {
        t.comment(act, &public).map(|d| d.0)
    });
    assert_eq!(told, [to(Addressee::User(ANN), Notice::CustomerReplied)]);
    let teams = ticket(CUSTOMER, Some(Assignee::Team(TEAM)));
    let told = after_doing(teams, CUSTOMER, |t, act| {
        t.comment(act, &public).map(|d| d.0)
    });
    assert_eq!(told, [to(Addressee::Team(TEAM), Notice::CustomerReplied)]);
}

#[test]
fn nobody_hears_of_an_internal_note() {
    let internal = says(true);
    for by in [AGENT, Actor::System] {
        let told = after_doing(anns(), by, |t, act| t.comment(act, &internal).map(|d| d.0));
        assert_eq!(told, []);
    }
}

#[test]
fn a_change_of_status_is_told_to_the_customer_unless_it_made_it_or_is_not_to_know() {
    use crate::ticket::status::Resolution;
    use crate::workflow::Status;
    let changed = to(Addressee::Customer, Notice::StatusChanged);
    let told = after_doing(anns(), AGENT, |t, act| {
        t.set_status(act, Status::InProgress)
    });
    assert_eq!(told, [changed]);
    for (notify_customer, expected) in [(true, vec![changed]), (false, vec![])] {
        let how = Resolution {
            notify_customer,
            ..Resolution::default()
        };
        let told = after_doing(anns(), AGENT, |t, act| t.close(act, how.clone()));
        assert_eq!(told, expected);
    }
    let how = Resolution {
        notify_customer: true,
        ..Resolution::default()
    };
    assert_eq!(
        after_doing(anns(), CUSTOMER, |t, act| t.close(act, how.clone())),
        []
    );
}

#[test]
fn a_breach_reaches_the_assignee_and_the_leads_whoever_they_are() {
    let clock = |action| Event {
        at: after(1),
        actor: Actor::System,
        action,
        changes: vec![],
        note: None,
        audience: Audience::Staff,
        notify_customer: false,
    };
    let breach = clock(Action::SlaBreach {
        target: Target::Resolution,
    });
    let (anns, nobodys) = (anns(), ticket(CUSTOMER, None));
    assert_eq!(
        told(&breach, anns.data()),
        [
            to(Addressee::User(ANN), Notice::SlaBreach),
            to(Addressee::LeadsOf(TEAM), Notice::SlaBreach)
        ]
    );
    assert_eq!(
        told(&breach, nobodys.data()),
        [to(Addressee::Leads, Notice::SlaBreach)]
    );
    let warning = clock(Action::SlaWarning {
        target: Target::Resolution,
    });
    assert_eq!(told(&warning, nobodys.data()), []);
    assert_eq!(
        told(&warning, anns.data()),
        [to(Addressee::User(ANN), Notice::SlaWarning)]
    );
}

#[test]
fn what_staff_writes_to_the_owner_is_an_answer() {
    use crate::ticket::edit::{Edit, Patch};
    let edit = Edit {
        staff_message: Patch::Set(
            crate::text::Note::parse("A technician comes on Monday").unwrap(),
        ),
        ..Edit::default()
    };
    let told = after_doing(anns(), AGENT, |t, act| t.edit(act, edit.clone()));
    assert_eq!(told, [to(Addressee::Customer, Notice::Reply)]);
}

#[test]
fn notices_are_known_by_their_names() {
    for notice in Notice::ALL {
        assert_eq!(Notice::parse(notice.name()), Some(notice));
    }
}
