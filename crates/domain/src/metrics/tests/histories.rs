//! Random lives of tickets, each state kept.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use super::super::Subject;
use crate::class::{Category, ContactMethod, Priority, Source};
use crate::event::Event;
use crate::ids::{CommentId, CustomerId, TeamId, TemplateId, TicketId, UserId};
use crate::people::{Actor, Role};
use crate::sla::{SlaBook, shipped};
use crate::text::{CommentBody, Description, Label, Note, Tag, Title};
use crate::ticket::assign::{Assign, Assignee};
use crate::ticket::comment::NewComment;
use crate::ticket::create::NewTicket;
use crate::ticket::edit::Edit;
use crate::ticket::escalate::Escalate;
use crate::ticket::rate::{Effort, Rating, Score};
use crate::ticket::status::Resolution;
use crate::ticket::{Act, DEFAULT_REOPEN_WINDOW, Decision, Ticket, TicketData, TicketError};
use crate::workflow::Status;

#[derive(Debug, Clone)]
pub(super) enum Step {
    Status(Status),
    Assign(Assignee),
    Comment(Actor, bool),
    Escalate,
    Priority(Priority),
    Category(Category),
    Title,
    Resolve(bool, Option<u8>),
    Close,
    Reopen,
    Merge,
    Rate(u8, u8),
    Delete,
    Tick,
}

/// One state of a ticket, and how it came about.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) by: Actor,
    pub(super) data: TicketData,
    pub(super) events: Vec<Event>,
}

/// A ticket's life.
#[derive(Debug, Clone)]
pub(super) struct Life {
    pub(super) states: Vec<State>,
}

impl Life {
    pub(super) fn last(&self) -> &TicketData {
        &self.states[self.states.len() - 1].data
    }

    pub(super) fn events(&self) -> Vec<Event> {
        let events = self.states.iter().flat_map(|state| &state.events);
        events.cloned().collect()
    }

    pub(super) fn subject(&self) -> Subject {
        let data = self.last();
        Subject {
            id: data.id,
            customer: data.customer,
            category: data.category,
            priority: data.priority,
            team: data.team,
            agent: data.assignee,
            title: data.title.as_str().to_owned(),
            tags: data
                .tags
                .iter()
                .map(|tag| tag.as_str().to_owned())
                .collect(),
            created_at: data.created_at(),
            is_deleted: data.deleted_at.is_some(),
        }
    }
}

pub(super) fn start() -> Timestamp {
    "2026-03-02T10:00:00.25Z".parse().unwrap()
}

pub(super) fn book() -> SlaBook {
    let mut n = 0_u128;
    let (policies, calendars) = shipped(Timestamp::UNIX_EPOCH, || {
        n += 1;
        Uuid::from_u128(n)
    });
    SlaBook::new(policies, calendars).unwrap()
}

fn agent(n: u128) -> Actor {
    Actor::User {
        id: UserId(Uuid::from_u128(n)),
        role: Role::Agent,
    }
}

const CUSTOMER: Actor = Actor::User {
    id: UserId(Uuid::from_u128(50)),
    role: Role::Customer,
};

pub(super) fn lives() -> impl Strategy<Value = Vec<Vec<(i64, u128, Step)>>> {
    let to = prop_oneof![
        4 => (1_u128..4, proptest::option::of(1_u128..3)).prop_map(|(user, team)| {
            Assignee::User(UserId(Uuid::from_u128(user)), team.map(|n| TeamId(Uuid::from_u128(n))))
        }),
        1 => (1_u128..3).prop_map(|team| Assignee::Team(TeamId(Uuid::from_u128(team)))),
        1 => Just(Assignee::Nobody),
    ];
    let who = prop_oneof![
        (1_u128..4).prop_map(agent),
        Just(CUSTOMER),
        Just(Actor::Anonymous)
    ];
    let step = prop_oneof![
        3 => proptest::sample::select(Status::ALL.to_vec()).prop_map(Step::Status),
        3 => to.prop_map(Step::Assign),
        4 => (who, any::<bool>()).prop_map(|(by, internal)| Step::Comment(by, internal)),
        1 => Just(Step::Escalate),
        1 => proptest::sample::select(Priority::ALL.to_vec()).prop_map(Step::Priority),
        1 => proptest::sample::select(Category::ALL.to_vec()).prop_map(Step::Category),
        1 => Just(Step::Title),
        3 => (any::<bool>(), proptest::option::of(0..3_u8)).prop_map(|(coded, template)| Step::Resolve(coded, template)),
        1 => Just(Step::Close),
        2 => Just(Step::Reopen),
        2 => (1_u8..=5, 0_u8..=7).prop_map(|(score, effort)| Step::Rate(score, effort)),
        1 => Just(Step::Tick),
    ];
    let step = prop_oneof![30 => step, 1 => Just(Step::Merge), 1 => Just(Step::Delete)];
    let pause = prop_oneof![3 => 0_i64..90, 2 => 90_i64..6_000, 1 => Just(0_i64)];
    let life = prop::collection::vec((pause, 1_u128..4, step), 0..25);
    prop::collection::vec(life, 1..6)
}

/// Lives what was planned, as far as the ticket lets one.
pub(super) fn live(n: usize, plan: &[(i64, u128, Step)], book: &SlaBook) -> Life {
    let seed = n as u128;
    let at = start() + SignedDuration::from_mins(700 * i64::try_from(n).unwrap());
    let by = if n.is_multiple_of(2) {
        CUSTOMER
    } else {
        agent(1)
    };
    let decision = Ticket::create(&act(book, by, at), new_ticket(1_000 + seed)).unwrap();
    let target = Ticket::create(&act(book, by, at), new_ticket(9_999))
        .unwrap()
        .ticket;
    let mut ticket = decision.ticket.clone();
    let mut states = vec![State {
        by,
        data: ticket.data().clone(),
        events: decision.events,
    }];
    let mut now = at;
    for (number, (minutes, who, step)) in plan.iter().enumerate() {
        now += SignedDuration::from_mins(*minutes) + SignedDuration::from_micros(1_700);
        let by = match step {
            Step::Comment(by, _) => *by,
            Step::Tick => Actor::System,
            Step::Rate(..) => CUSTOMER,
            _ => agent(*who),
        };
        let id = seed * 1_000 + number as u128;
        let Ok(decision) = take(ticket.clone(), &act(book, by, now), step, id, &target) else {
            continue;
        };
        ticket = decision.ticket;
        states.push(State {
            by,
            data: ticket.data().clone(),
            events: decision.events,
        });
        if ticket.data().deleted_at.is_some() {
            break;
        }
    }
    Life { states }
}

fn take(
    ticket: Ticket,
    act: &Act<'_>,
    step: &Step,
    id: u128,
    target: &Ticket,
) -> Result<Decision, TicketError> {
    let note = || Note::parse("because").unwrap();
    let edit = |edit: Edit| ticket.clone().edit(act, edit);
    match step {
        Step::Status(to) => ticket.set_status(act, *to),
        Step::Assign(to) => ticket.assign(
            act,
            &Assign {
                to: *to,
                priority: None,
                note: None,
                notify_customer: false,
            },
        ),
        Step::Comment(by, internal) => {
            let new = NewComment {
                id: CommentId(Uuid::from_u128(id)),
                body: CommentBody::parse("word").unwrap(),
                is_internal: *internal && by.is_staff(),
                attachments: vec![],
            };
            ticket.comment(act, &new).map(|(decision, _)| decision)
        }
        Step::Escalate => ticket.escalate(
            act,
            &Escalate {
                reason: note(),
                level: None,
                to: None,
                priority: None,
            },
        ),
        Step::Priority(priority) => edit(Edit {
            priority: Some(*priority),
            ..Edit::default()
        }),
        Step::Category(category) => edit(Edit {
            category: Some(*category),
            ..Edit::default()
        }),
        Step::Title => edit(Edit {
            title: Some(Title::parse("Another title altogether").unwrap()),
            tags: Some(vec![Tag::parse("late").unwrap()]),
            ..Edit::default()
        }),
        Step::Resolve(coded, template) => ticket.resolve(
            act,
            Resolution {
                code: coded.then(|| Label::parse("replaced").unwrap()),
                template: template.map(|n| TemplateId(Uuid::from_u128(u128::from(n)))),
                ..Resolution::default()
            },
        ),
        Step::Close => ticket.close(act, Resolution::default()),
        Step::Reopen => ticket.reopen(act, &note()),
        Step::Merge => ticket.merge_into(act, target, None),
        Step::Rate(score, effort) => ticket.rate(
            act,
            Rating {
                score: Score::new(*score).unwrap(),
                effort: Effort::new(*effort),
                comment: Some(note()),
            },
        ),
        Step::Delete => Ok(ticket.delete(act)),
        Step::Tick => Ok(ticket.tick(act)),
    }
}

fn act(book: &SlaBook, by: Actor, at: Timestamp) -> Act<'_> {
    Act {
        by,
        at,
        book,
        tier: None,
        reopen_window: DEFAULT_REOPEN_WINDOW,
    }
}

fn new_ticket(id: u128) -> NewTicket {
    NewTicket {
        id: TicketId(Uuid::from_u128(id)),
        customer: Some(CustomerId(Uuid::from_u128(70 + id % 2))),
        title: Title::parse("Dead fibre line").unwrap(),
        description: Description::parse("The line has been dead since noon").unwrap(),
        category: Category::ALL[usize::try_from(id % 3).unwrap()],
        priority: Priority::ALL[usize::try_from(id % 6).unwrap()],
        service: None,
        contact: None,
        contact_method: ContactMethod::Portal,
        preferred_contact_time: None,
        contact_info: None,
        tags: vec![Tag::parse("vip").unwrap()],
        due_date: None,
        source: Source::Isp,
        attachments: vec![],
        route: None,
    }
}
