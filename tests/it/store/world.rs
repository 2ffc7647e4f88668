//! A world of people, things and a few hundred tickets with a past, the same in every run.

use jiff::Timestamp;
use linedesk_domain::class::{Category, Priority, Source};
use linedesk_domain::ids::{CustomerId, ServiceId, TeamId, TicketId, UserId};
use linedesk_domain::people::{Actor, Role};
use linedesk_domain::text::{Description, Tag, Title};
use linedesk_domain::ticket::assign::{Assign, Assignee};
use linedesk_domain::ticket::create::NewTicket;
use linedesk_domain::ticket::edit::{Edit, Patch};
use linedesk_domain::workflow::Status;
use linedesk_ports::changes::Write;
use linedesk_ports::directory::{DirectoryFilter, Service};
use linedesk_ports::queries::{Stored, TicketFilter};
use linedesk_ports::store::Scope;
use linedesk_ports::tickets::TicketKey;

use super::desk::{Desk, minute, noon};
use super::model::Model;

const WORDS: [&str; 12] = [
    "router", "signal", "invoice", "slow", "fibre", "Ärger", "offline", "route", "sign", "über",
    "modem", "noise",
];

/// Numbers that look random and are the same in every run.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn roll(&mut self, below: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % below as u64).unwrap()
    }

    pub(super) fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.roll(all.len())]
    }

    fn sometimes<T>(&mut self, one_in: usize, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.roll(one_in) == 0).then(|| value(self))
    }

    fn some<T: Copy>(&mut self, one_in: usize, all: &[T]) -> Vec<T> {
        let n = self.sometimes(one_in, |dice| 1 + dice.roll(2)).unwrap_or(0);
        (0..n).map(|_| self.of(all)).collect()
    }

    fn words(&mut self, n: usize) -> String {
        (0..n)
            .map(|_| self.of(&WORDS))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// People and things that tickets refer to.
pub(super) struct World {
    customers: Vec<CustomerId>,
    services: Vec<ServiceId>,
    agents: Vec<UserId>,
    teams: Vec<TeamId>,
    tags: Vec<Tag>,
}

impl World {
    async fn new(desk: &Desk) -> Self {
        let mut world = Self {
            customers: Vec::new(),
            services: Vec::new(),
            agents: Vec::new(),
            teams: Vec::new(),
            tags: ["vip", "ätsch", "zst1"]
                .map(|tag| Tag::parse(tag).unwrap())
                .to_vec(),
        };
        for n in 0..4 {
            let customer = desk.customer(&format!("Customer {n}")).await;
            let id = ServiceId(desk.uuid());
            world.customers.push(customer);
            world.services.push(id);
            world
                .agents
                .push(desk.user(&format!("agent{n}"), Role::Agent).await);
            desk.write([Write::Service(service(id, customer))])
                .await
                .unwrap();
        }
        let teams = desk
            .store
            .teams(DirectoryFilter {
                limit: 10,
                ..DirectoryFilter::default()
            })
            .await
            .unwrap();
        world.teams = teams.items.iter().map(|team| team.id).collect();
        world
    }

    pub(super) fn wish(&self, desk: &Desk, dice: &mut Dice) -> NewTicket {
        let mut wish = desk.wish("To be named");
        wish.title = Title::parse(&dice.words(3)).unwrap();
        wish.description = Description::parse(&dice.words(6)).unwrap();
        wish.priority = dice.of(Priority::ALL);
        wish.category = dice.of(&Category::ALL[..4]);
        wish.source = dice.of(&[Source::Isp, Source::Simple]);
        wish.customer = dice.sometimes(2, |dice| dice.of(&self.customers));
        wish.service = dice.sometimes(3, |dice| dice.of(&self.services));
        wish.due_date = dice.sometimes(3, |dice| minute(i64::try_from(dice.roll(3000)).unwrap()));
        wish.tags = (0..dice.roll(3))
            .map(|_| self.tags[dice.roll(3)].clone())
            .collect();
        wish
    }

    pub(super) fn filter(&self, dice: &mut Dice) -> TicketFilter {
        let minutes = |dice: &mut Dice| minute(i64::try_from(dice.roll(400)).unwrap());
        TicketFilter {
            search: Vec::new(),
            text: dice.sometimes(4, |dice| {
                let n = 1 + dice.roll(2);
                dice.words(n)
            }),
            status: dice.some(4, &Status::ALL),
            priority: dice.some(5, Priority::ALL),
            category: dice.some(6, &Category::ALL[..4]),
            assignee: dice.some(6, &self.agents),
            team: dice.some(8, &self.teams),
            customer: dice.some(6, &self.customers),
            service: dice.some(10, &self.services),
            tag: dice
                .sometimes(8, |dice| vec![self.tags[dice.roll(3)].clone()])
                .unwrap_or_default(),
            unassigned: dice.sometimes(8, |dice| dice.roll(2) == 0),
            overdue: dice.sometimes(5, |dice| dice.roll(2) == 0),
            sla_breach: dice.sometimes(5, |dice| dice.roll(2) == 0),
            created_from: dice.sometimes(8, minutes),
            created_before: dice.sometimes(8, minutes),
            created_by: dice.sometimes(15, |dice| dice.of(&self.agents)),
        }
    }

    pub(super) fn scope(&self, dice: &mut Dice) -> Scope {
        match dice.roll(6) {
            0 => Scope::Account(dice.of(&self.customers)),
            1 => Scope::Visitors(Source::Simple),
            2 => Scope::MadeBy {
                account: dice.of(&self.customers),
                maker: dice.of(&self.agents),
            },
            _ => Scope::Everything,
        }
    }
}

fn service(id: ServiceId, customer: CustomerId) -> Service {
    Service {
        id,
        customer,
        name: "Fibre 1000".to_owned(),
        kind: None,
        identifier: None,
        site: None,
        status: None,
        is_active: true,
        created_at: noon(),
        updated_at: noon(),
    }
}

/// Some change at some later time, if the ticket takes it.
async fn change(desk: &Desk, world: &World, dice: &mut Dice, id: TicketId, at: Timestamp) {
    let by = Actor::User {
        id: dice.of(&world.agents),
        role: Role::Lead,
    };
    let loaded = desk.load(id).await;
    let expected = loaded.ticket.data().version;
    let act = super::desk::act(by, at, &loaded.book);
    let decision = match dice.roll(8) {
        0 => Ok(loaded.ticket.delete(&act)),
        1 => {
            let edit = Edit {
                title: Some(Title::parse(&dice.words(2)).unwrap()),
                ..Edit::default()
            };
            loaded.ticket.edit(&act, edit)
        }
        2 => {
            let edit = Edit {
                priority: Some(dice.of(Priority::ALL)),
                due_date: Patch::Clear,
                ..Edit::default()
            };
            loaded.ticket.edit(&act, edit)
        }
        3 | 4 => {
            let to = match dice.roll(3) {
                0 => Assignee::Team(dice.of(&world.teams)),
                1 => Assignee::User(dice.of(&world.agents), None),
                _ => Assignee::User(dice.of(&world.agents), Some(dice.of(&world.teams))),
            };
            loaded.ticket.assign(
                &act,
                &Assign {
                    to,
                    priority: None,
                    note: None,
                    notify_customer: false,
                },
            )
        }
        5 => Ok(loaded.ticket.tick(&act)),
        _ => loaded.ticket.set_status(&act, dice.of(&Status::ALL)),
    };
    if let Ok(decision) = decision
        && decision.changed
    {
        desk.write(super::desk::changed(decision, expected))
            .await
            .unwrap();
    }
}

pub(super) async fn scene() -> (Desk, World, Model, Dice) {
    let desk = Desk::open().await;
    let world = World::new(&desk).await;
    let mut dice = Dice(7);
    let mut ids = Vec::new();
    for n in 0..300_i64 {
        // Many of the same instant, and some older than those before them.
        let at = minute(n / 3 + i64::try_from(dice.roll(5)).unwrap());
        ids.push(desk.create(world.wish(&desk, &mut dice), at).await.0);
    }
    for n in 0..600_i64 {
        let id = dice.of(&ids);
        let at = minute(500 + 3 * n);
        if exists(&desk, id).await {
            change(&desk, &world, &mut dice, id, at).await;
        }
    }
    let mut model = Model::default();
    for id in ids {
        if exists(&desk, id).await {
            let loaded = desk.load(id).await;
            model.tickets.push(Stored {
                data: loaded.ticket.into_data(),
                numbers: loaded.numbers,
            });
        }
    }
    (desk, world, model, dice)
}

/// Whether a ticket is still there.
async fn exists(desk: &Desk, id: TicketId) -> bool {
    let found = desk
        .store
        .ticket(Scope::Everything, TicketKey::Id(id))
        .await;
    found.unwrap().is_some()
}
