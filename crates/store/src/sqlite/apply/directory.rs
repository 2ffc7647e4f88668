//! Customers, contacts, services, teams and users, and the words by which they are found.

use diesel::prelude::*;
use jiff::Timestamp;
use linedesk_ports::directory::{Contact, Customer, Service, Team, User};
use linedesk_ports::store::Unique;

use super::{Writing, exactly_one};
use crate::cached::Cached;
use crate::fault::{Fault, explain_duplicate};
use crate::rows::directory::{ContactRow, CustomerRow, ServiceRow, TeamRow};
use crate::rows::user::NewUserRow;
use crate::schema::{contacts, customers, services, teams, users};
use crate::sqlite::batch::Batch;
use crate::sqlite::directory::Kind;
use crate::sqlite::search::{Entry, IndexKey};
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
        index(self.batch, Kind::Customer, seq, texts);
        Ok(())
    }

    pub(super) fn contact(&mut self, contact: &Contact) -> Result<(), Fault> {
        let saved = upsert!(self.connection, contacts, seq, ContactRow::from(contact));
        let seq = explain_duplicate(saved, |_| Unique::Other)?;
        let Contact {
            name, email, phone, ..
        } = contact;
        index(
            self.batch,
            Kind::Contact,
            seq,
            [Some(name), email.as_ref(), phone.as_ref()],
        );
        Ok(())
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
        index(
            self.batch,
            Kind::Service,
            seq,
            [
                Some(name),
                kind.as_ref(),
                identifier.as_ref(),
                site.as_ref(),
            ],
        );
        Ok(())
    }

    pub(super) fn team(&mut self, team: &Team) -> Result<(), Fault> {
        let saved = upsert!(self.connection, teams, seq, TeamRow::from(team));
        let seq = explain_duplicate(saved, |_| Unique::TeamName)?;
        index(self.batch, Kind::Team, seq, [Some(&team.name)]);
        Ok(())
    }

    pub(super) fn new_user(&mut self, user: &User) -> Result<(), Fault> {
        let insert = diesel::insert_into(users::table)
            .values(NewUserRow::from(user))
            .returning(users::number);
        let number: i64 = explain_duplicate(insert.get_result(self.connection), taken)?;
        self.committed.users.push(number);
        index_user(self.batch, number, user);
        Ok(())
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
        index_user(self.batch, number, user);
        Ok(())
    }
}

/// Which of a user's names is taken, by the columns that the database names.
fn taken(message: &str) -> Unique {
    match message {
        message if message.contains("users.username_key") => Unique::Username,
        message if message.contains("users.email_key") => Unique::Email,
        _ => Unique::Other,
    }
}

fn index_user(batch: &mut Batch, number: i64, user: &User) {
    index(
        batch,
        Kind::User,
        number,
        [
            Some(&user.username),
            user.name.as_ref(),
            user.email.as_ref(),
        ],
    );
}

/// Makes an entry's words findable.
fn index<'a>(
    batch: &mut Batch,
    kind: Kind,
    seq: i64,
    texts: impl IntoIterator<Item = Option<&'a String>>,
) {
    let words: Vec<_> = texts.into_iter().flatten().map(String::as_str).collect();
    let entry = Entry::Directory {
        words: words.join(" "),
        facets: kind.token(),
    };
    batch.index(IndexKey::Directory(kind.rowid(seq)), Some(entry));
}
