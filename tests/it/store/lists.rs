//! Lists, totals and summaries, against a model that looks at every ticket.

use jiff::{SignedDuration, Timestamp};
use linedesk_domain::class::{Category, Priority, Source};
use linedesk_domain::ids::{CustomerId, ServiceId, TeamId, TicketId, UserId};
use linedesk_domain::people::{Actor, Role};
use linedesk_domain::text::{Description, Tag, Title};
use linedesk_domain::ticket::assign::{Assign, Assignee};
use linedesk_domain::ticket::create::NewTicket;
use linedesk_domain::ticket::edit::{Edit, Patch};
use linedesk_domain::workflow::Status;
use linedesk_ports::changes::Write;
use linedesk_ports::directory::{Directory as _, DirectoryFilter, Service};
use linedesk_ports::queries::{Queries as _, Sort, SortKey, Start, Stored, TicketFilter, TicketQuery};
use linedesk_ports::store::Scope;

use super::desk::{Desk, minute, noon};
use super::model::{Model, cursor};

const WORDS: [&str; 12] = [
    "router", "signal", "invoice", "slow", "fibre", "Ärger", "offline", "route", "sign", "über", "modem", "noise",
];

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % below as u64).unwrap()
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
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
        (0..n).map(|_| self.of(&WORDS)).collect::<Vec<_>>().join(" ")
    }
}

/// People and things that tickets refer to.
struct World {
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
            tags: ["vip", "ätsch", "zst1"].map(|tag| Tag::parse(tag).unwrap()).to_vec(),
        };
        for n in 0..4 {
            let customer = desk.customer(&format!("Customer {n}")).await;
            let id = ServiceId(desk.uuid());
            world.customers.push(customer);
            world.services.push(id);
            world.agents.push(desk.user(&format!("agent{n}"), Role::Agent).await);
            desk.write([Write::Service(service(id, customer))]).await.unwrap();
        }
        let teams = desk.store.teams(DirectoryFilter { limit: 10, ..DirectoryFilter::default() }).await.unwrap();
        world.teams = teams.items.iter().map(|team| team.id).collect();
        world
    }

    fn wish(&self, desk: &Desk, dice: &mut Dice) -> NewTicket {
        let mut wish = desk.wish("To be named");
        wish.title = Title::parse(&dice.words(3)).unwrap();
        wish.description = Description::parse(&dice.words(6)).unwrap();
        wish.priority = dice.of(Priority::ALL);
        wish.category = dice.of(&Category::ALL[..4]);
        wish.source = dice.of(&[Source::Isp, Source::Simple]);
        wish.customer = dice.sometimes(2, |dice| dice.of(&self.customers));
        wish.service = dice.sometimes(3, |dice| dice.of(&self.services));
        wish.due_date = dice.sometimes(3, |dice| minute(i64::try_from(dice.roll(3000)).unwrap()));
        wish.tags = (0..dice.roll(3)).map(|_| self.tags[dice.roll(3)].clone()).collect();
        wish
    }

    fn filter(&self, dice: &mut Dice) -> TicketFilter {
        let minutes = |dice: &mut Dice| minute(i64::try_from(dice.roll(400)).unwrap());
        TicketFilter {
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
            tag: dice.sometimes(8, |dice| vec![self.tags[dice.roll(3)].clone()]).unwrap_or_default(),
            unassigned: dice.sometimes(8, |dice| dice.roll(2) == 0),
            overdue: dice.sometimes(5, |dice| dice.roll(2) == 0),
            sla_breach: dice.sometimes(5, |dice| dice.roll(2) == 0),
            created_from: dice.sometimes(8, minutes),
            created_before: dice.sometimes(8, minutes),
            created_by: dice.sometimes(15, |dice| dice.of(&self.agents)),
        }
    }

    fn scope(&self, dice: &mut Dice) -> Scope {
        match dice.roll(6) {
            0 => Scope::Account(dice.of(&self.customers)),
            1 => Scope::Dialect(Source::Simple),
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
    let by = Actor::User { id: dice.of(&world.agents), role: Role::Lead };
    let loaded = desk.load(id).await;
    let expected = loaded.ticket.data().version;
    let act = super::desk::act(by, at, &loaded.book);
    let decision = match dice.roll(8) {
        0 => Ok(loaded.ticket.delete(&act)),
        1 => {
            let edit = Edit { title: Some(Title::parse(&dice.words(2)).unwrap()), ..Edit::default() };
            loaded.ticket.edit(&act, edit)
        }
        2 => {
            let edit = Edit { priority: Some(dice.of(Priority::ALL)), due_date: Patch::Clear, ..Edit::default() };
            loaded.ticket.edit(&act, edit)
        }
        3 | 4 => {
            let to = match dice.roll(3) {
                0 => Assignee::Team(dice.of(&world.teams)),
                1 => Assignee::User(dice.of(&world.agents), None),
                _ => Assignee::User(dice.of(&world.agents), Some(dice.of(&world.teams))),
            };
            loaded.ticket.assign(&act, &Assign { to, priority: None, note: None, notify_customer: false })
        }
        5 => Ok(loaded.ticket.tick(&act)),
        _ => loaded.ticket.set_status(&act, dice.of(&Status::ALL)),
    };
    if let Ok(decision) = decision
        && decision.changed
    {
        desk.write(super::desk::changed(decision, expected)).await.unwrap();
    }
}

async fn scene() -> (Desk, World, Model, Dice) {
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
        if desk.store.detail_exists(id).await {
            change(&desk, &world, &mut dice, id, at).await;
        }
    }
    let mut model = Model::default();
    for id in ids {
        if desk.store.detail_exists(id).await {
            let loaded = desk.load(id).await;
            model.tickets.push(Stored { data: loaded.ticket.into_data(), numbers: loaded.numbers });
        }
    }
    (desk, world, model, dice)
}

/// Whether a ticket is still there.
trait Exists {
    async fn detail_exists(&self, id: TicketId) -> bool;
}

impl Exists for linedesk_store::SqliteStore {
    async fn detail_exists(&self, id: TicketId) -> bool {
        use linedesk_ports::tickets::Tickets as _;
        self.ticket(Scope::Everything, linedesk_ports::tickets::TicketKey::Id(id)).await.unwrap().is_some()
    }
}

const ORDERS: [SortKey; 4] = [SortKey::CreatedAt, SortKey::UpdatedAt, SortKey::Priority, SortKey::Due];

#[tokio::test]
async fn lists_and_counts_are_those_of_the_model() {
    let (desk, world, model, mut dice) = scene().await;
    let now = minute(1500);
    assert!(model.tickets.len() > 200 && model.tickets.len() < 300, "some were deleted: {}", model.tickets.len());
    for round in 0..600 {
        let (scope, filter) = (world.scope(&mut dice), world.filter(&mut dice));
        let sort = Sort { key: dice.of(&ORDERS), descending: dice.roll(2) == 0 };
        let expected = model.list(scope, &filter, sort, now);
        let (offset, limit) = (dice.roll(expected.len() + 2), 1 + dice.roll(60));
        let start = match (dice.roll(2), expected.get(offset)) {
            (0, Some(stored)) => Start::After(cursor(stored, sort.key)),
            _ => Start::Offset(offset as u64),
        };
        let skipped = if matches!(start, Start::After(_)) { offset + 1 } else { offset };
        let query = TicketQuery {
            filter: filter.clone(),
            sort,
            start,
            limit: u32::try_from(limit).unwrap(),
            counts: true,
            now,
        };
        let page = desk.store.list(scope, query).await.unwrap();

        let asked = format!("round {round}: {scope:?} {filter:?} {sort:?} {start:?} {limit}");
        let numbers = |all: &[&Stored]| all.iter().map(|one| one.numbers.number).collect::<Vec<_>>();
        let wanted: Vec<_> = expected.iter().skip(skipped).take(limit).copied().collect();
        assert_eq!(numbers(&page.items.iter().collect::<Vec<_>>()), numbers(&wanted), "{asked}");
        assert!(page.items.iter().zip(&wanted).all(|(got, wanted)| got == *wanted), "{asked}");
        let more = expected.len() > skipped + limit;
        let next = wanted.last().filter(|_| more).map(|last| cursor(last, sort.key));
        assert_eq!(page.next, next, "{asked}");
        let total = page.total.unwrap();
        assert!(total.is_exact);
        assert_eq!(total.n, expected.len() as u64, "{asked}");
        let summary = page.summary.unwrap();
        let got = (summary.by_status.map(|count| count.n), summary.overdue.n, summary.sla_breach.n);
        assert_eq!(got, model.summary(scope, &filter, now), "{asked}");
    }
}

#[tokio::test]
async fn following_cursors_shows_every_ticket_once() {
    let (desk, _, model, _) = scene().await;
    let now = minute(1500);
    for key in ORDERS {
        for descending in [true, false] {
            let sort = Sort { key, descending };
            let mut start = Start::Offset(0);
            let mut seen = Vec::new();
            loop {
                let filter = TicketFilter::default();
                let query = TicketQuery { filter, sort, start, limit: 17, counts: false, now };
                let page = desk.store.list(Scope::Everything, query).await.unwrap();
                seen.extend(page.items.iter().map(|stored| stored.numbers.number));
                match page.next {
                    Some(next) => start = Start::After(next),
                    None => break,
                }
            }
            let expected = model.list(Scope::Everything, &TicketFilter::default(), sort, now);
            assert_eq!(seen, expected.iter().map(|stored| stored.numbers.number).collect::<Vec<_>>(), "{sort:?}");
        }
    }
}

#[tokio::test]
async fn the_dashboard_and_what_is_due_are_those_of_the_model() {
    use linedesk_ports::tickets::Tickets as _;

    let (desk, _, model, _) = scene().await;
    let board = desk.store.sla_dashboard(0, 1000).await.unwrap();
    let open = || model.tickets.iter().filter(|stored| !stored.data.status.is_done());
    let state = |stored: &Stored| stored.data.sla.as_ref().map(|sla| sla.state(false));
    let of = |wanted| open().filter(|stored| state(stored) == Some(wanted)).count() as u64;
    use linedesk_domain::sla::SlaState as S;
    let totals = board.totals;
    let got = (totals.on_track, totals.at_risk, totals.breached, totals.paused);
    assert_eq!(got, (of(S::OnTrack), of(S::AtRisk), of(S::Breached), of(S::Paused)));
    assert_eq!(board.total.n, of(S::AtRisk) + of(S::Breached));
    assert_eq!(board.tickets.len() as u64, board.total.n);
    assert!(board.tickets.is_sorted_by_key(|stored| cursor(stored, SortKey::Due).value));
    let sum = |of: fn(&linedesk_ports::queries::SlaTotals) -> u64| -> (u64, u64) {
        (board.by_priority.iter().map(|(_, t)| of(t)).sum(), board.by_team.iter().map(|(_, t)| of(t)).sum())
    };
    assert_eq!(sum(|t| t.breached), (totals.breached, totals.breached));
    assert_eq!(sum(|t| t.on_track), (totals.on_track, totals.on_track));

    let now = minute(1000);
    let due = desk.store.due(now, 1000).await.unwrap();
    let expected = model.tickets.iter().filter(|s| s.data.next_timer_at().is_some_and(|at| at <= now)).count();
    assert_eq!(due.len(), expected);
    assert!(due.is_sorted_by_key(|loaded| loaded.ticket.data().next_timer_at()));
    assert_eq!(desk.store.due(now, 3).await.unwrap().len(), expected.min(3));
}

#[tokio::test]
async fn a_policy_for_open_tickets_wakes_all_of_them_bit_by_bit() {
    use linedesk_ports::tickets::Tickets as _;

    let (desk, _, model, _) = scene().await;
    let now = noon() - SignedDuration::from_hours(1);
    assert!(desk.store.due(now, 10).await.unwrap().is_empty());
    let mut after = 0;
    let mut steps = 0;
    while let Some(last) = desk.store.rearm(after, 20, now).await.unwrap() {
        assert!(last > after);
        after = last;
        steps += 1;
    }
    let open = model.tickets.iter().filter(|stored| !stored.data.status.is_done()).count();
    assert_eq!(desk.store.due(now, 1000).await.unwrap().len(), open);
    assert_eq!(steps, open.div_ceil(20));
}
