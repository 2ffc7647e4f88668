//! The people of the made-up desk: households and companies with what they subscribe to, and the staff.

use jiff::{SignedDuration, Timestamp};
use linedesk_domain::ids::{ContactId, CustomerId, ServiceId, TeamId, UserId};
use linedesk_domain::people::{Actor, Role};
use linedesk_ports::changes::Write;
use linedesk_ports::directory::{Contact, Customer, Service, Team, User};

use super::random::{Random, Stream};
use super::words;

/// Tickets per customer, on average.
const TICKETS_PER_CUSTOMER: u64 = 20;
const COLLEAGUES: usize = 60;
const CAPACITY: u32 = 40;

const FIRST: [&str; 24] = [
    "Ada", "Ben", "Clara", "David", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kofi",
    "Lena", "Mina", "Noah", "Olga", "Paul", "Quinn", "Rosa", "Sven", "Tara", "Umar", "Vera", "Wei",
    "Yara",
];
const LAST: [&str; 24] = [
    "Abbott", "Baker", "Castro", "Dietrich", "Eriksen", "Fischer", "Garcia", "Haddad", "Ivanova",
    "Jansen", "Kowalski", "Lindgren", "Moreau", "Nakamura", "Okafor", "Petrov", "Quist", "Rossi",
    "Schmidt", "Tanaka", "Umarov", "Virtanen", "Weber", "Zhang",
];
const TRADES: [&str; 8] = [
    "Bakery",
    "Logistics",
    "Dental Clinic",
    "Hotel",
    "Foundry",
    "School",
    "Law Office",
    "Studio",
];
const SERVICES: [(&str, &str); 6] = [
    ("Fibre 1000", "fibre"),
    ("Fibre 300", "fibre"),
    ("Cable 200", "cable"),
    ("DSL 50", "dsl"),
    ("Voice", "voice"),
    ("Business zone", "dns"),
];

/// What tickets need to know of a customer.
#[derive(Debug, Clone)]
pub(super) struct Household {
    pub(super) id: CustomerId,
    pub(super) tier: Option<&'static str>,
    pub(super) contact: ContactId,
    pub(super) services: Vec<ServiceId>,
}

/// Somebody who works on tickets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Colleague {
    pub(super) id: UserId,
    pub(super) role: Role,
    pub(super) team: TeamId,
}

impl Colleague {
    /// As the one who acts.
    pub(super) const fn actor(self) -> Actor {
        Actor::User {
            id: self.id,
            role: self.role,
        }
    }
}

/// How many customers go with so many tickets.
pub(super) const fn customers(tickets: u64) -> u64 {
    tickets.div_ceil(TICKETS_PER_CUSTOMER)
}

/// The customer at `place`, and how it is written.
pub(super) fn household(seed: u64, place: u64, start: Timestamp) -> (Household, Vec<Write>) {
    let mut random = Random::new(seed, Stream::Household, place);
    let at = start
        - random
            .wait(SignedDuration::from_hours(400 * 24))
            .min(SignedDuration::from_hours(4_000 * 24));
    let person = format!("{} {}", random.pick(&FIRST), random.pick(&LAST));
    let is_company = random.chance(2_500);
    let name = if is_company {
        format!("{} {}", random.pick(&LAST), random.pick(&TRADES))
    } else {
        person.clone()
    };
    let tier = random.weighted(&[
        (None, 60),
        (Some("silver"), 25),
        (Some("gold"), 12),
        (Some("platinum"), 3),
    ]);
    let customer = CustomerId(random.uuid(at));
    let phone = format!("+1555{:07}", random.below(10_000_000));
    let mut writes = vec![Write::Customer(Customer {
        id: customer,
        name,
        account_number: Some(format!("S{seed}-{place:07}")),
        email: Some(format!("account{place}@example.net")),
        phone: Some(phone.clone()),
        tier: tier.map(str::to_owned),
        address: Some(words::address(&mut random)),
        is_active: true,
        created_at: at,
        updated_at: at,
    })];
    let contact = ContactId(random.uuid(at));
    writes.push(Write::Contact(Contact {
        id: contact,
        customer,
        name: person,
        email: Some(format!("contact{place}@example.net")),
        phone: Some(phone),
        is_active: true,
        created_at: at,
        updated_at: at,
    }));
    let services =
        (0..=random.below(if is_company { 4 } else { 2 })).map(|_| ServiceId(random.uuid(at)));
    let services: Vec<_> = services.collect();
    for id in &services {
        let (name, kind) = random.pick(&SERVICES);
        writes.push(Write::Service(Service {
            id: *id,
            customer,
            name: name.to_owned(),
            kind: Some(kind.to_owned()),
            identifier: Some(format!("CX{:06}", random.below(1_000_000))),
            site: Some(words::address(&mut random)),
            status: Some("active".to_owned()),
            is_active: true,
            created_at: at,
            updated_at: at,
        }));
    }
    let household = Household {
        id: customer,
        tier,
        contact,
        services,
    };
    (household, writes)
}

/// The staff of these teams: the more categories a team takes, the more colleagues; the first of each leads.
/// They have no passwords, so nobody can sign in as one of them.
pub(super) fn staff(seed: u64, teams: &[Team], start: Timestamp) -> (Vec<Colleague>, Vec<Write>) {
    let desks: Vec<&Team> = teams
        .iter()
        .flat_map(|team| std::iter::repeat_n(team, 1 + team.categories.len()))
        .collect();
    let mut colleagues: Vec<Colleague> = Vec::new();
    let mut writes = Vec::new();
    for (place, team) in desks
        .into_iter()
        .cycle()
        .take(COLLEAGUES.max(teams.len()))
        .enumerate()
    {
        let mut random = Random::new(seed, Stream::Colleague, place as u64);
        let leads = colleagues.iter().all(|other| other.team != team.id);
        let colleague = Colleague {
            id: UserId(random.uuid(start)),
            role: if leads { Role::Lead } else { Role::Agent },
            team: team.id,
        };
        let username = format!("s{seed}.{}{place:02}", colleague.role.name());
        writes.push(Write::NewUser(User {
            id: colleague.id,
            number: 0,
            email: Some(format!("{username}@example.net")),
            username,
            name: Some(format!("{} {}", random.pick(&FIRST), random.pick(&LAST))),
            password_hash: None,
            role: colleague.role,
            customer: None,
            teams: vec![team.id],
            skills: Vec::new(),
            capacity: CAPACITY,
            is_active: true,
            is_available: true,
            epoch: 0,
            created_at: start,
            updated_at: start,
        }));
        colleagues.push(colleague);
    }
    (colleagues, writes)
}
