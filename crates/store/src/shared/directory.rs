//! Customers, contacts, services, teams, users: looking them up.

use diesel::prelude::*;
use linedesk_domain::ids::{ContactId, CustomerId, ServiceId, TeamId, UserId};
use linedesk_ports::directory::{
    Contact, Customer, DirectoryFilter, DirectoryPage, Service, Team, User,
};

use super::{Conn, search};
use crate::codes::Coded;
use crate::fault::Fault;
use crate::rows::directory::{ContactRow, CustomerRow, ServiceRow, TeamRow};
use crate::rows::user::UserRow;
use crate::schema::{contacts, customers, services, teams, users};
use crate::types::Key;

/// What kind of entry a row of the search index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Customer = 0,
    Contact = 1,
    Service = 2,
    Team = 3,
    User = 4,
}

impl Kind {
    /// The search index's rowid of the entry with that sequence.
    pub(crate) const fn rowid(self, seq: i64) -> i64 {
        seq * 8 + self as i64
    }

    /// The token that names the kind.
    pub(crate) const fn token(self) -> &'static str {
        match self {
            Self::Customer => "zkcustomer",
            Self::Contact => "zkcontact",
            Self::Service => "zkservice",
            Self::Team => "zkteam",
            Self::User => "zkuser",
        }
    }
}

/// Functions `one` and `page` of a table, with the filters that it knows.
macro_rules! entries {
    ($one:ident, $page:ident, $table:ident, $seq:ident, $id:ty, $row:ty, $entry:ty, $kind:expr,
     |$query:ident, $filter:ident| $narrowed:expr) => {
        pub(crate) fn $one(connection: &mut Conn, id: $id) -> Result<Option<$entry>, Fault> {
            let found = $table::table
                .filter($table::id.eq(Key(id.0)))
                .select(<$row>::as_select());
            Ok(found
                .get_result(connection)
                .optional()?
                .map(<$entry>::try_from)
                .transpose()?)
        }

        pub(crate) fn $page(
            connection: &mut Conn,
            $filter: &DirectoryFilter,
        ) -> Result<DirectoryPage<$entry>, Fault> {
            let text = $filter
                .text
                .as_deref()
                .map(str::trim)
                .filter(|text| !text.is_empty());
            let words = text.map(|text| search::directory_words(text, $kind.token()));
            if matches!(words, Some(None)) {
                return Ok(DirectoryPage {
                    items: Vec::new(),
                    total: 0,
                });
            }
            let narrowed = || {
                let $query = $table::table.into_boxed();
                let $query = match words.clone().flatten() {
                    Some(words) => $query.filter(search::is_found!($table, $seq, words)),
                    None => $query,
                };
                let $query = match $filter.is_active {
                    Some(wanted) => $query.filter($table::is_active.eq(wanted)),
                    None => $query,
                };
                $narrowed
            };
            let total: i64 = narrowed().count().get_result(connection)?;
            let page = narrowed()
                .order(($table::name_key, $table::$seq))
                .select(<$row>::as_select());
            let rows = page
                .limit($filter.limit.into())
                .offset($filter.offset.into())
                .load(connection)?;
            let items = rows
                .into_iter()
                .map(<$entry>::try_from)
                .collect::<Result<_, <$entry as TryFrom<$row>>::Error>>()?;
            Ok(DirectoryPage {
                items,
                total: total.unsigned_abs(),
            })
        }
    };
}

entries!(
    customer,
    customers,
    customers,
    seq,
    CustomerId,
    CustomerRow,
    Customer,
    Kind::Customer,
    |query, filter| {
        match filter.customer {
            Some(id) => query.filter(customers::id.eq(Key(id.0))),
            None => query,
        }
    }
);
entries!(
    contact,
    contacts,
    contacts,
    seq,
    ContactId,
    ContactRow,
    Contact,
    Kind::Contact,
    |query, filter| {
        match filter.customer {
            Some(id) => query.filter(contacts::customer_id.eq(Key(id.0))),
            None => query,
        }
    }
);
entries!(
    service,
    services,
    services,
    seq,
    ServiceId,
    ServiceRow,
    Service,
    Kind::Service,
    |query, filter| {
        match filter.customer {
            Some(id) => query.filter(services::customer_id.eq(Key(id.0))),
            None => query,
        }
    }
);
entries!(
    team,
    teams,
    teams,
    seq,
    TeamId,
    TeamRow,
    Team,
    Kind::Team,
    |query, filter| query
);
entries!(
    user,
    users,
    users,
    number,
    UserId,
    UserRow,
    User,
    Kind::User,
    |query, filter| {
        let query = match filter.customer {
            Some(id) => query.filter(users::customer_id.eq(Key(id.0))),
            None => query,
        };
        match filter.role {
            Some(role) => query.filter(users::role.eq(role.code())),
            None => query,
        }
    }
);

pub(crate) fn user_by_number(connection: &mut Conn, number: i64) -> Result<Option<User>, Fault> {
    let found = users::table
        .find(number)
        .select(UserRow::as_select())
        .get_result(connection)
        .optional()?;
    Ok(found.map(User::try_from).transpose()?)
}

/// By name first: nobody can take over an account by giving its name as an address.
pub(crate) fn user_by_login(connection: &mut Conn, login: &str) -> Result<Option<User>, Fault> {
    let key = login.to_lowercase();
    let by_name = users::table
        .filter(users::username_key.eq(&key))
        .select(UserRow::as_select());
    let mut found = by_name.get_result(connection).optional()?;
    if found.is_none() {
        let by_email = users::table
            .filter(users::email_key.eq(&key))
            .select(UserRow::as_select());
        found = by_email.get_result(connection).optional()?;
    }
    Ok(found.map(User::try_from).transpose()?)
}

/// Users by their ids, in no order.
pub(crate) fn users_of(
    connection: &mut Conn,
    ids: impl IntoIterator<Item = Key>,
) -> Result<Vec<User>, Fault> {
    let mut keys: Vec<_> = ids.into_iter().collect();
    keys.sort_unstable();
    keys.dedup();
    if super::FINDS_MANY_AT_ONCE {
        let found = users::table
            .filter(users::id.eq_any(&keys))
            .select(UserRow::as_select());
        let rows = found.load(connection)?;
        return Ok(rows
            .into_iter()
            .map(User::try_from)
            .collect::<Result<_, _>>()?);
    }
    let find = |key: Key| {
        let found = users::table
            .filter(users::id.eq(key))
            .select(UserRow::as_select());
        Ok(found
            .get_result(connection)
            .optional()?
            .map(User::try_from)
            .transpose()?)
    };
    keys.into_iter()
        .map(find)
        .filter_map(Result::transpose)
        .collect()
}
