//! A ticket's life, lived through the domain: every entry of its history and of its SLA record is what the program would
//! have made of the same acts at the same times.

use jiff::Timestamp;
use linedesk_domain::class::{Category, ContactMethod, Priority, Source};
use linedesk_domain::ids::{CommentId, TeamId, TicketId};
use linedesk_domain::people::Actor;
use linedesk_domain::text::{CommentBody, Description, Label, Note, Tag, TextError, Title};
use linedesk_domain::ticket::assign::{Assign, Assignee};
use linedesk_domain::ticket::comment::NewComment;
use linedesk_domain::ticket::create::NewTicket;
use linedesk_domain::ticket::edit::Edit;
use linedesk_domain::ticket::escalate::Escalate;
use linedesk_domain::ticket::status::Resolution;
use linedesk_domain::ticket::{Act, Decision, Ticket, TicketData, TicketError};
use linedesk_domain::workflow::Status;
use linedesk_ports::changes::Write;

use super::World;
use super::library::Library;
use super::people::{Colleague, Household};
use super::plan::{PRIORITIES, Step, plan};
use super::random::{Random, Stream};
use super::{ratings, titles, words};

/// The writes that bring the ticket at `place` into the store: its last state, then all that happened to it, in order.
pub(super) fn tell(world: &World, place: u64) -> Result<Vec<Write>, TicketError> {
    let mut random = Random::new(world.seed, Stream::Ticket, place);
    let created = world.arrivals.at(place, &mut random);
    // Some customers write much more than others.
    let last = world.households.len();
    let household = &world.households[random.index(last).min(random.index(last))];
    let new = new_ticket(&mut random, household, created);
    let steps = plan(&mut random, created, new.priority, world.comments);
    let first = Colleague::actor(world.colleague_for(new.category, &mut random));
    let by = if new.contact_method == ContactMethod::Phone {
        first
    } else {
        Actor::Anonymous
    };
    let (decision, mut writes) = (
        Ticket::create(&world.act(by, created, household.tier), new)?,
        Vec::new(),
    );
    let mut ticket = kept(decision, &mut writes);
    for (at, step) in steps.into_iter().take_while(|(at, _)| *at < world.now) {
        if is_possible(step, ticket.data()) {
            let mut scene = Scene {
                world,
                household,
                first,
                at,
                random: &mut random,
            };
            ticket = scene.play(ticket, step, &mut writes)?;
        }
    }
    let ticket = kept(
        ticket.tick(&world.act(Actor::System, world.now, household.tier)),
        &mut writes,
    );
    let day = created.to_zoned(world.timezone.clone()).date();
    let data = Box::new(ticket.into_data());
    writes.insert(0, Write::NewTicket { data, day });
    Ok(writes)
}

/// The ticket of a decision, its events put to the others.
fn kept(decision: Decision, writes: &mut Vec<Write>) -> Ticket {
    let ticket = decision.ticket.data().id;
    writes.extend(
        decision
            .events
            .into_iter()
            .map(|event| Write::Event { ticket, event }),
    );
    decision.ticket
}

fn new_ticket(random: &mut Random, household: &Household, created: Timestamp) -> NewTicket {
    let category = random.weighted(&titles::CATEGORIES);
    let contact_method = random.weighted(&[
        (ContactMethod::Portal, 50),
        (ContactMethod::Phone, 30),
        (ContactMethod::Email, 14),
        (ContactMethod::Chat, 5),
        (ContactMethod::InPerson, 1),
    ]);
    let tags = (0..random.below(4))
        .map(|_| sound(Tag::parse(random.weighted(&words::TAGS))))
        .collect();
    NewTicket {
        id: TicketId(random.uuid(created)),
        customer: Some(household.id),
        title: sound(Title::parse(&titles::title(random, category))),
        description: sound(Description::parse(&words::description(random))),
        category,
        priority: random.weighted(&PRIORITIES),
        service: random
            .chance(7_000)
            .then(|| random.pick(&household.services)),
        contact: random.chance(5_000).then_some(household.contact),
        contact_method,
        preferred_contact_time: random
            .chance(2_000)
            .then(|| sound(Label::parse("weekdays after 17:00"))),
        contact_info: None,
        tags,
        // Promised by whoever took the call: customers cannot set one.
        due_date: (random.chance(1_000) && contact_method == ContactMethod::Phone)
            .then(|| created + jiff::SignedDuration::from_hours(24 * 7)),
        source: Source::System,
        attachments: Vec::new(),
        route: None,
    }
}

/// A text of this module's own making.
fn sound<T>(parsed: Result<T, TextError>) -> T {
    parsed.expect("made-up texts are short and have no control characters")
}

/// Whether somebody would do that to the ticket as it is; plans do not know what became of it.
fn is_possible(step: Step, ticket: &TicketData) -> bool {
    let done = ticket.status.is_done();
    match step {
        Step::AssignAgent => !done && ticket.assignee.is_none(),
        Step::AssignTeam => !done && ticket.assignee.is_none() && ticket.team.is_none(),
        Step::Status(to) => !done && ticket.status != to && ticket.status.allows(to),
        Step::Raise => !done && ticket.priority < Priority::Critical,
        Step::Escalate | Step::Resolve => !done,
        Step::Close => ticket.status == Status::Resolved,
        Step::Rate => done && ticket.satisfaction.is_none(),
        Step::CustomerWrites => ticket.status != Status::Closed,
        Step::StaffWrites | Step::StaffNotes => true,
    }
}

/// One step, with all that it needs.
struct Scene<'a> {
    world: &'a World,
    household: &'a Household,
    /// Who took the call.
    first: Actor,
    at: Timestamp,
    random: &'a mut Random,
}

impl Scene<'_> {
    fn play(
        &mut self,
        ticket: Ticket,
        step: Step,
        writes: &mut Vec<Write>,
    ) -> Result<Ticket, TicketError> {
        let staff = self.staff(ticket.data());
        let act = self.world.act(staff, self.at, self.household.tier);
        let decision = match step {
            Step::AssignTeam => ticket_to(ticket, &act, |data| {
                Assignee::Team(self.world.team_for(data.category))
            })?,
            Step::AssignAgent => {
                let colleague = self
                    .world
                    .colleague_for(ticket.data().category, self.random);
                ticket_to(ticket, &act, |_| {
                    Assignee::User(colleague.id, Some(colleague.team))
                })?
            }
            Step::Status(to) => ticket.set_status(&act, to)?,
            Step::CustomerWrites => {
                let act = self
                    .world
                    .act(Actor::Anonymous, self.at, self.household.tier);
                return self.write(ticket, &act, false, writes);
            }
            Step::StaffWrites => return self.write(ticket, &act, false, writes),
            Step::StaffNotes => return self.write(ticket, &act, true, writes),
            Step::Raise => {
                let priority = match ticket.data().priority {
                    Priority::Low => Priority::Medium,
                    Priority::Medium => Priority::High,
                    Priority::High => Priority::Urgent,
                    Priority::Urgent | Priority::Critical | Priority::Emergency => {
                        Priority::Critical
                    }
                };
                ticket.edit(
                    &act,
                    Edit {
                        priority: Some(priority),
                        ..Edit::default()
                    },
                )?
            }
            Step::Escalate => {
                let reason = sound(Note::parse(
                    "The customer asked for somebody else to look at it.",
                ));
                let escalate = Escalate {
                    reason,
                    level: None,
                    to: None,
                    priority: None,
                };
                match ticket.clone().escalate(&act, &escalate) {
                    // The clock has raised it to the top in the meantime.
                    Err(TicketError::EscalatedAlready { .. }) => return Ok(ticket),
                    decision => decision?,
                }
            }
            Step::Resolve => {
                let (code, text) = words::ending(self.random);
                let category = ticket.data().category;
                let answers = &self.world.answers;
                let template = Library::fitting(answers, category, code, self.random);
                let (text, code) = (
                    Some(sound(Note::parse(text))),
                    Some(sound(Label::parse(code))),
                );
                ticket.resolve(
                    &act,
                    Resolution {
                        text,
                        code,
                        template,
                        notify_customer: false,
                    },
                )?
            }
            Step::Close => ticket.close(&act, Resolution::default())?,
            Step::Rate => {
                let act = self
                    .world
                    .act(Actor::Anonymous, self.at, self.household.tier);
                let rating = ratings::rating(self.random, ticket.data());
                ticket.rate(&act, rating)?
            }
        };
        Ok(kept(decision, writes))
    }

    /// Whoever has the ticket, else who took the call.
    fn staff(&self, ticket: &TicketData) -> Actor {
        let assignee = ticket
            .assignee
            .and_then(|id| self.world.colleagues.iter().find(|one| one.id == id));
        assignee.map_or(self.first, |colleague| colleague.actor())
    }

    fn write(
        &mut self,
        ticket: Ticket,
        act: &Act<'_>,
        is_internal: bool,
        writes: &mut Vec<Write>,
    ) -> Result<Ticket, TicketError> {
        let id = ticket.data().id;
        let new = NewComment {
            id: CommentId(self.random.uuid(self.at)),
            body: sound(CommentBody::parse(&words::reply(self.random))),
            is_internal,
            attachments: Vec::new(),
        };
        let (decision, comment) = ticket.comment(act, &new)?;
        let ticket = kept(decision, writes);
        writes.push(Write::NewComment {
            ticket: id,
            comment,
        });
        Ok(ticket)
    }
}

fn ticket_to(
    ticket: Ticket,
    act: &Act<'_>,
    to: impl FnOnce(&TicketData) -> Assignee,
) -> Result<Decision, TicketError> {
    let to = to(ticket.data());
    ticket.assign(
        act,
        &Assign {
            to,
            priority: None,
            note: None,
            notify_customer: false,
        },
    )
}

impl World {
    fn act<'a>(&'a self, by: Actor, at: Timestamp, tier: Option<&'a str>) -> Act<'a> {
        Act {
            by,
            at,
            book: &self.book,
            tier,
            reopen_window: self.reopen_window,
        }
    }

    /// The team that takes the category, else the first one.
    fn team_for(&self, category: Category) -> TeamId {
        let takes = self
            .teams
            .iter()
            .find(|team| team.categories.contains(&category));
        takes.unwrap_or(&self.teams[0]).id
    }

    fn colleague_for(&self, category: Category, random: &mut Random) -> Colleague {
        let team = self.team_for(category);
        let members: Vec<_> = self
            .colleagues
            .iter()
            .filter(|one| one.team == team)
            .copied()
            .collect();
        random.pick(&members)
    }
}
