//! Writing customers, contacts, services, teams and users, and the words by which they are found.

use diesel::prelude::*;
use jiff::Timestamp;
use linedesk_ports::directory::{Contact, Customer, Service, Team, User};
use linedesk_ports::store::Unique;

use super::{Kind, Writing, exactly_one};
use crate::cached::Cached;
use crate::fault::{Fault, explain_duplicate};
use crate::rows::directory::{ContactRow, CustomerRow, ServiceRow, TeamRow};
use crate::rows::user::NewUserRow;
use crate::schema::{contacts, customers, services, teams, users};
use crate::types::{At, Key};

/// A row that is new or changed, by its id: answers its rowid.
macro_rules! upsert {
    ($connection:expr, $table:ident, $key:ident, $row:expr) => {{
        let row = $row;
        let insert = diesel::insert_into($table::table)
            .values(&row)
            .on_conflict($table::id)
            .do_update()
            .set(&row);
        Cached(insert.returning($table::$key)).get_result::<i64>($connection)
    }};
}

impl Writing<'_> {
    pub(super) fn customer(&mut self, customer: &Customer) -> Result<(), Fault> {
        let saved = upsert!(self.connection, customers, seq, CustomerRow::from(customer));
        let seq = explain_duplicate(saved, |_| Unique::AccountNumber)?;
        let Customer {
            name,
            account_number,
            email,
            phone,
            address,
            ..
        } = customer;
        let texts = [
            Some(name),
            account_number.as_ref(),
            email.as_ref(),
            phone.as_ref(),
            address.as_ref(),
        ];
        self.findable(Kind::Customer, seq, texts)
    }

    pub(super) fn contact(&mut self, contact: &Contact) -> Result<(), Fault> {
        let saved = upsert!(self.connection, contacts, seq, ContactRow::from(contact));
        let seq = explain_duplicate(saved, |_| Unique::Other)?;
        let Contact {
            name, email, phone, ..
        } = contact;
        self.findable(
            Kind::Contact,
            seq,
            [Some(name), email.as_ref(), phone.as_ref()],
        )
    }

    pub(super) fn service(&mut self, service: &Service) -> Result<(), Fault> {
        let saved = upsert!(self.connection, services, seq, ServiceRow::from(service));
        let seq = explain_duplicate(saved, |_| Unique::Other)?;
        let Service {
            name,
            kind,
            identifier,
            site,
            ..
        } = service;
        self.findable(
            Kind::Service,
            seq,
            [
                Some(name),
                kind.as_ref(),
                identifier.as_ref(),
                site.as_ref(),
            ],
        )
    }

    pub(super) fn team(&mut self, team: &Team) -> Result<(), Fault> {
        let saved = upsert!(self.connection, teams, seq, TeamRow::from(team));
        let seq = explain_duplicate(saved, |_| Unique::TeamName)?;
        self.findable(Kind::Team, seq, [Some(&team.name)])
    }

    pub(super) fn new_user(&mut self, user: &User) -> Result<(), Fault> {
        let insert = diesel::insert_into(users::table)
            .values(NewUserRow::from(user))
            .returning(users::number);
        let number: i64 = explain_duplicate(insert.get_result(self.connection), taken)?;
        self.committed.users.push(number);
        self.index_user(number, user)
    }

    pub(super) fn user(&mut self, user: &User, expected: Timestamp) -> Result<(), Fault> {
        let target = users::table
            .filter(users::id.eq(Key(user.id.0)))
            .filter(users::updated_at.eq(At(expected)));
        let saved = exactly_one(
            self.connection,
            diesel::update(target).set(NewUserRow::from(user)),
        );
        match saved {
            Err(Fault::Database(error)) => explain_duplicate(Err(error), taken)?,
            other => other?,
        }
        let found = users::table
            .filter(users::id.eq(Key(user.id.0)))
            .select(users::number);
        let number = found.get_result(self.connection)?;
        self.index_user(number, user)
    }

    fn index_user(&mut self, number: i64, user: &User) -> Result<(), Fault> {
        let texts = [
            Some(&user.username),
            user.name.as_ref(),
            user.email.as_ref(),
        ];
        self.findable(Kind::User, number, texts)
    }

    /// Makes an entry's words findable.
    fn findable<'a>(
        &mut self,
        kind: Kind,
        seq: i64,
        texts: impl IntoIterator<Item = Option<&'a String>>,
    ) -> Result<(), Fault> {
        let words: Vec<_> = texts.into_iter().flatten().map(String::as_str).collect();
        self.index(kind, seq, words.join(" "))
    }
}

/// Which of a user's names is taken, by the columns or the constraint that the database names.
fn taken(message: &str) -> Unique {
    match message {
        message if message.contains("username_key") => Unique::Username,
        message if message.contains("email_key") => Unique::Email,
        _ => Unique::Other,
    }
}
