//! The users and customers of a larger backend, which keeps them itself and alone decides who there is and what they may do.
//!
//! Tickets, comments and history refer to rows of the desk's store, and its lists know people by them. So whoever is looked
//! up gets a copy there, which follows the backend at every look. Teams, services and contacts are the desk's own, and so is
//! what routing wants to know of an agent.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::ids::{ContactId, CustomerId, ServiceId, TeamId, UserId};
use linedesk_domain::people::Role;
use linedesk_ports::changes::{Changes, Commit, Committed, Write};
use linedesk_ports::directory::{
    Contact, Customer, Directory, DirectoryFilter, DirectoryPage, Service, Team, User,
};
use linedesk_ports::elsewhere::{Account, People, Person};
use linedesk_ports::names::{Names, NamesWanted};
use linedesk_ports::store::StoreError;
use linedesk_ports::system::Clock;

use super::users::{CAPACITY, ends_sessions, later};
use crate::App;
use crate::error::Error;

/// How often a copy is made or brought up to date anew when somebody else wrote it in the meantime.
const ATTEMPTS: usize = 16;

/// Passes where the desk keeps users and customers itself.
///
/// # Errors
/// [`Error::Conflict`] where a larger backend does: there they have to be made and changed.
pub(crate) fn kept_here(app: &App) -> Result<(), Error> {
    match app.people {
        None => Ok(()),
        Some(_) => Err(Error::Conflict {
            detail: "users and customers are kept elsewhere, and are made and changed there"
                .to_owned(),
            code: "kept_elsewhere",
        }),
    }
}

/// A directory whose users and customers follow those of a backend.
pub(crate) struct Mirror {
    pub(crate) people: Arc<dyn People>,
    pub(crate) copies: Arc<dyn Directory>,
    pub(crate) commit: Arc<dyn Commit>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Mirror {
    /// The copy of a user, as it has to be now: like the backend's, or switched off where the backend has none. Machines that
    /// were made at the desk are its own.
    async fn follow(&self, id: UserId, told: Option<Person>) -> Result<Option<User>, StoreError> {
        if let Some(account) = told.as_ref().and_then(|person| person.customer) {
            self.customer(account).await?;
        }
        for _ in 0..ATTEMPTS {
            let now = self.clock.now();
            let before = self.copies.user(id).await?;
            let (mut after, write) = match (&before, &told) {
                (None, None) => return Ok(None),
                (None, Some(person)) => {
                    let user = copied(person, now);
                    (user.clone(), Write::NewUser(user))
                }
                (Some(before), told) => match followed(before, told.as_ref(), now) {
                    None => return Ok(Some(before.clone())),
                    Some(user) => {
                        let expected = before.updated_at;
                        (user.clone(), Write::User { user, expected })
                    }
                },
            };
            match self.write(write).await {
                Ok(committed) => {
                    after.number = committed.users.first().copied().unwrap_or(after.number);
                    return Ok(Some(after));
                }
                Err(StoreError::Stale) => {}
                // Somebody else made the copy at the same time; or the name is taken by another one, which stays so.
                Err(error @ StoreError::Duplicate(_)) => {
                    if before.is_some() || self.copies.user(id).await?.is_none() {
                        return Err(error);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Unavailable(
            "the user is being changed by too many at once",
        ))
    }

    async fn write(&self, write: Write) -> Result<Committed, StoreError> {
        let writes = vec![write];
        self.commit.commit(Changes { writes, mark: None }).await
    }
}

/// The first copy of a person.
fn copied(person: &Person, now: Timestamp) -> User {
    let nobody = User {
        id: person.id,
        number: 0,
        username: String::new(),
        email: None,
        name: None,
        password_hash: None,
        role: person.role,
        customer: None,
        teams: Vec::new(),
        skills: Vec::new(),
        capacity: CAPACITY,
        is_active: false,
        is_available: true,
        epoch: 0,
        created_at: now,
        updated_at: now,
    };
    like(&nobody, person)
}

/// The copy with what the backend says of the person.
fn like(copy: &User, person: &Person) -> User {
    User {
        username: person.username.clone(),
        email: person.email.clone(),
        name: person.name.clone(),
        password_hash: person.password_hash.clone(),
        role: person.role,
        customer: person.customer,
        is_active: person.is_active,
        ..copy.clone()
    }
}

/// The copy as it has to be now; `None` where it is so already.
fn followed(copy: &User, told: Option<&Person>, now: Timestamp) -> Option<User> {
    let mut after = match told {
        Some(person) => like(copy, person),
        None if copy.role == Role::Service => return None,
        None => User {
            is_active: false,
            ..copy.clone()
        },
    };
    if after == *copy {
        return None;
    }
    after.updated_at = later(now, copy.updated_at);
    if ends_sessions(copy, &after) {
        after.epoch = copy.epoch + 1;
    }
    Some(after)
}

/// The copy of an account with what the backend says of it.
fn customer_like(account: Account, created_at: Timestamp, updated_at: Timestamp) -> Customer {
    Customer {
        id: account.id,
        name: account.name,
        account_number: account.account_number,
        email: account.email,
        phone: account.phone,
        tier: account.tier,
        address: account.address,
        is_active: account.is_active,
        created_at,
        updated_at,
    }
}

#[async_trait]
impl Directory for Mirror {
    async fn customer(&self, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        let told = self.people.account(id).await?;
        let copy = self.copies.customer(id).await?;
        let now = self.clock.now();
        let (created_at, updated_at) = copy
            .as_ref()
            .map_or((now, now), |copy| (copy.created_at, copy.updated_at));
        let after = match (told, &copy) {
            (Some(account), _) => customer_like(account, created_at, updated_at),
            (None, Some(copy)) => Customer {
                is_active: false,
                ..copy.clone()
            },
            (None, None) => return Ok(None),
        };
        if copy.as_ref() == Some(&after) {
            return Ok(copy);
        }
        let after = Customer {
            updated_at: now,
            ..after
        };
        self.write(Write::Customer(after.clone())).await?;
        Ok(Some(after))
    }

    async fn customers(
        &self,
        filter: DirectoryFilter,
    ) -> Result<DirectoryPage<Customer>, StoreError> {
        self.copies.customers(filter).await
    }

    async fn contact(&self, id: ContactId) -> Result<Option<Contact>, StoreError> {
        self.copies.contact(id).await
    }

    async fn contacts(
        &self,
        filter: DirectoryFilter,
    ) -> Result<DirectoryPage<Contact>, StoreError> {
        self.copies.contacts(filter).await
    }

    async fn service(&self, id: ServiceId) -> Result<Option<Service>, StoreError> {
        self.copies.service(id).await
    }

    async fn services(
        &self,
        filter: DirectoryFilter,
    ) -> Result<DirectoryPage<Service>, StoreError> {
        self.copies.services(filter).await
    }

    async fn team(&self, id: TeamId) -> Result<Option<Team>, StoreError> {
        self.copies.team(id).await
    }

    async fn teams(&self, filter: DirectoryFilter) -> Result<DirectoryPage<Team>, StoreError> {
        self.copies.teams(filter).await
    }

    async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let told = self.people.person(id).await?;
        self.follow(id, told).await
    }

    async fn user_by_number(&self, number: i64) -> Result<Option<User>, StoreError> {
        match self.copies.user_by_number(number).await? {
            Some(copy) => self.user(copy.id).await,
            None => Ok(None),
        }
    }

    async fn user_by_login(&self, login: &str) -> Result<Option<User>, StoreError> {
        if let Some(person) = self.people.person_by_login(login).await? {
            return self.follow(person.id, Some(person)).await;
        }
        let copy = self.copies.user_by_login(login).await?;
        Ok(copy.filter(|user| user.role == Role::Service))
    }

    async fn names(&self, wanted: NamesWanted) -> Result<Names, StoreError> {
        self.copies.names(wanted).await
    }

    async fn users(&self, filter: DirectoryFilter) -> Result<DirectoryPage<User>, StoreError> {
        self.copies.users(filter).await
    }
}

#[cfg(test)]
mod tests;
