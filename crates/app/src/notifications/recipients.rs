//! Which address an addressee is reached at.

use std::collections::HashMap;

use linedesk_domain::class::{ContactMethod, Source};
use linedesk_domain::ids::{ContactId, CustomerId, TeamId, TicketId, UserId};
use linedesk_domain::notice::{Addressee, Notice, Telling};
use linedesk_domain::people::Role;
use linedesk_domain::ticket::TicketData;
use linedesk_domain::ticket::comment::Comment;
use linedesk_ports::directory::{Contact, Customer, User};
use linedesk_ports::notifications::{NoticeFacts, Preferences};
use linedesk_ports::outbox::Channel;
use linedesk_ports::queries::Stored;

/// Somebody who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipient {
    pub(super) channel: Channel,
    /// An address or a telephone number.
    pub(super) address: String,
    pub(super) name: Option<String>,
    /// The customer's user who is reached there, where that is known.
    pub(crate) customer: Option<UserId>,
}

/// What is known of those whom events concern.
pub(super) struct People {
    pub(super) tickets: HashMap<TicketId, Stored>,
    pub(super) comments: HashMap<linedesk_domain::ids::CommentId, Comment>,
    customers: HashMap<CustomerId, Customer>,
    contacts: HashMap<ContactId, Contact>,
    users: HashMap<UserId, (User, Preferences)>,
    /// All staff; empty where nobody asked for groups.
    staff: Vec<(User, Preferences)>,
    has_sms: bool,
    tells_anonymous: bool,
}

impl People {
    pub(super) fn new(facts: NoticeFacts, has_sms: bool, tells_anonymous: bool) -> Self {
        let NoticeFacts {
            tickets,
            comments,
            customers,
            contacts,
            users,
        } = facts;
        Self {
            tickets: tickets.into_iter().map(|one| (one.data.id, one)).collect(),
            comments: comments.into_iter().map(|one| (one.id, one)).collect(),
            customers: customers.into_iter().map(|one| (one.id, one)).collect(),
            contacts: contacts.into_iter().map(|one| (one.id, one)).collect(),
            users: users.into_iter().map(|one| (one.0.id, one)).collect(),
            staff: Vec::new(),
            has_sms,
            tells_anonymous,
        }
    }

    pub(super) fn meet_staff(&mut self, staff: Vec<(User, Preferences)>) {
        self.staff = staff;
    }

    /// Those whom `telling` means, each at one address; nobody twice, and not `actor`, unless it is its receipt.
    pub(super) fn reached(
        &self,
        telling: Telling,
        ticket: &TicketData,
        actor: Option<UserId>,
    ) -> Vec<Recipient> {
        let Telling { to, notice } = telling;
        let group = |belongs: &dyn Fn(&User) -> bool| -> Vec<Recipient> {
            let members = self.staff.iter().filter(|(user, _)| belongs(user));
            members
                .filter_map(|member| Self::user(member, notice, actor))
                .collect()
        };
        let in_team = |user: &User, team: TeamId| user.teams.contains(&team);
        match to {
            Addressee::Customer => self.customer(ticket, notice, actor).into_iter().collect(),
            Addressee::User(id) => {
                let known = self.users.get(&id).filter(|(user, _)| user.role.is_staff());
                known
                    .and_then(|user| Self::user(user, notice, actor))
                    .into_iter()
                    .collect()
            }
            Addressee::Team(team) => group(&|user| in_team(user, team)),
            Addressee::LeadsOf(team) => {
                let leads = group(&|user| user.role == Role::Lead && in_team(user, team));
                if leads.is_empty() {
                    group(&|user| user.role == Role::Lead)
                } else {
                    leads
                }
            }
            Addressee::Leads => group(&|user| user.role == Role::Lead),
        }
    }

    fn user(
        (user, preferences): &(User, Preferences),
        notice: Notice,
        actor: Option<UserId>,
    ) -> Option<Recipient> {
        let is_own = actor == Some(user.id) && notice != Notice::Receipt;
        if !user.is_active || is_own || !preferences.allow(notice) {
            return None;
        }
        Some(Recipient {
            channel: Channel::Email,
            address: user.email.clone()?,
            name: Some(user.display_name().to_owned()),
            customer: (user.role == Role::Customer).then_some(user.id),
        })
    }

    /// The person at the customer who hears of a ticket: whoever it names as its contact, else whoever made it and still
    /// belongs there, else the account itself. A receipt goes to the maker first. Of an account that is switched off nobody
    /// hears anything.
    fn customer(
        &self,
        ticket: &TicketData,
        notice: Notice,
        actor: Option<UserId>,
    ) -> Option<Recipient> {
        let customer = ticket.customer.and_then(|id| self.customers.get(&id));
        if customer.is_some_and(|customer| !customer.is_active) {
            return None;
        }
        let maker = ticket.created_by.and_then(|id| self.users.get(&id));
        let maker = maker.filter(|(user, _)| {
            user.role == Role::Customer && user.is_active && user.customer == ticket.customer
        });
        if let (Some(maker), Notice::Receipt) = (maker, notice) {
            return Self::user(maker, notice, actor);
        }
        let contact = ticket.contact.and_then(|id| self.contacts.get(&id));
        let contact = contact.filter(|contact| contact.is_active);
        let reached = contact.and_then(|contact| {
            self.either(
                ticket,
                contact.phone.as_ref(),
                contact.email.as_ref(),
                &contact.name,
            )
        });
        if let Some(reached) = reached {
            // A contact is no user, but may be the same person.
            let same = maker.filter(|(user, _)| {
                let email = user.email.as_deref();
                email.is_some_and(|email| email.eq_ignore_ascii_case(&reached.address))
            });
            return Some(Recipient {
                customer: same.map(|(user, _)| user.id),
                ..reached
            });
        }
        let by_phone = customer
            .filter(|_| self.wants_sms(ticket))
            .and_then(|customer| {
                self.either(ticket, customer.phone.as_ref(), None, &customer.name)
            });
        if let (None, Some(maker)) = (&by_phone, maker)
            && maker.0.email.is_some()
        {
            return Self::user(maker, notice, actor);
        }
        by_phone
            .or_else(|| {
                let customer = customer?;
                self.either(ticket, None, customer.email.as_ref(), &customer.name)
            })
            .or_else(|| self.anonymous(ticket))
    }

    fn wants_sms(&self, ticket: &TicketData) -> bool {
        self.has_sms && ticket.contact_method == ContactMethod::Phone
    }

    fn either(
        &self,
        ticket: &TicketData,
        phone: Option<&String>,
        email: Option<&String>,
        name: &str,
    ) -> Option<Recipient> {
        let (channel, address) = match (phone, email) {
            (Some(phone), _) if self.wants_sms(ticket) => (Channel::Sms, phone),
            (_, Some(email)) => (Channel::Email, email),
            _ => return None,
        };
        Some(Recipient {
            channel,
            address: address.clone(),
            name: Some(name.to_owned()),
            customer: None,
        })
    }

    /// Whoever made a ticket of the simple API without signing in, if the operator wishes so and there is an address.
    fn anonymous(&self, ticket: &TicketData) -> Option<Recipient> {
        let is_anonymous = ticket.source == Source::Simple
            && ticket.customer.is_none()
            && ticket.created_by.is_none();
        let info = ticket.contact_info.as_ref()?.as_str().trim();
        let looks_right = info.contains('@') && !info.contains(char::is_whitespace);
        (is_anonymous && self.tells_anonymous && looks_right).then(|| Recipient {
            channel: Channel::Email,
            address: info.to_owned(),
            name: None,
            customer: None,
        })
    }
}
