//! Lists ordered by several things, with a search that also looks at customers' names; and the front page's counts.

use linedesk_domain::access::Operation;
use linedesk_domain::ids::{CustomerId, TeamId};
use linedesk_domain::knowledge::words::{is_mark, without_accent};
use linedesk_ports::directory::DirectoryFilter;
use linedesk_ports::parts::{DeskStats, Mine, Order, OrderedQuery, SearchTerm};
use linedesk_ports::queries::{TicketFilter, TicketPage};

use super::days;
use super::read::{MAX_LIMIT, team_named};
use crate::{App, Caller, Error};

/// How far a list without cursors may be read.
pub const DEEPEST: u64 = 1_000_000;
/// Words of a search that count; what stands behind them is left out.
const TERMS: usize = 16;
/// Customers whose names hold a word of a search: more are not looked at.
const CUSTOMERS: u32 = 200;

/// A list that a caller wants to read.
#[derive(Debug, Clone)]
pub struct ListInOrder {
    /// Which.
    pub filter: TicketFilter,
    /// Teams by name, beside those by id in the filter.
    pub team_names: Vec<String>,
    /// Words that have to occur in a ticket's texts or in its customer's name.
    pub search: Option<String>,
    /// In which order.
    pub order: Vec<Order>,
    /// So many are left out, at most [`DEEPEST`].
    pub offset: u64,
    /// At most so many, 1 to [`MAX_LIMIT`].
    pub limit: u32,
}

/// A list of the tickets that the caller may see.
///
/// # Errors
/// [`Error::Invalid`] for a page that cannot be.
pub async fn list_in_order(
    app: &App,
    caller: &Caller,
    list: ListInOrder,
) -> Result<TicketPage, Error> {
    caller.may(Operation::ReadTicket)?;
    in_bounds(list.offset, list.limit)?;
    let mut filter = list.filter;
    for name in &list.team_names {
        filter.team.push(team_named(app, name).await?);
    }
    let words = list.search.as_deref().unwrap_or_default();
    let words = words.split_whitespace();
    let words = words.filter(|word| word.chars().any(char::is_alphanumeric));
    for word in words.take(TERMS) {
        if days::narrow(&mut filter, word, &app.settings.timezone) {
            continue;
        }
        filter.search.push(SearchTerm {
            word: word.to_owned(),
            customers: customers_named(app, caller, word).await?,
        });
    }
    let query = OrderedQuery {
        filter,
        order: list.order,
        offset: list.offset,
        limit: list.limit,
        now: app.clock.now(),
    };
    Ok(app.queries.ordered(caller.scope(), query).await?)
}

/// Customers with that word in their names, as far as the caller may have to do with them.
async fn customers_named(app: &App, caller: &Caller, word: &str) -> Result<Vec<CustomerId>, Error> {
    let filter = DirectoryFilter {
        text: Some(word.to_owned()),
        limit: CUSTOMERS,
        ..DirectoryFilter::default()
    };
    let found = if caller.is_customer() {
        match caller.user.customer {
            Some(own) => Vec::from_iter(app.directory.customer(own).await?),
            None => Vec::new(),
        }
    } else {
        app.directory.customers(filter).await?.items
    };
    let word = plain(word);
    let named = found
        .into_iter()
        .filter(|customer| plain(&customer.name).contains(&word));
    Ok(named.map(|customer| customer.id).collect())
}

/// A text as searches compare it: in lower case, without accents.
fn plain(text: &str) -> String {
    let lower = text.chars().flat_map(char::to_lowercase);
    let letters = lower.filter(|letter| !is_mark(*letter));
    letters.map(without_accent).collect()
}

/// Passes for a page that can be.
pub(super) fn in_bounds(offset: u64, limit: u32) -> Result<(), Error> {
    let fault = |field, message| Err(Error::invalid(field, "out_of_range", message));
    if !(1..=MAX_LIMIT).contains(&limit) {
        return fault("limit", format!("must be 1 to {MAX_LIMIT}"));
    }
    if offset > DEEPEST {
        return fault("offset", format!("must be at most {DEEPEST}"));
    }
    Ok(())
}

/// The team of that name, without regard to case.
///
/// # Errors
/// [`Error::Store`].
pub async fn team_called(app: &App, name: &str) -> Result<Option<TeamId>, Error> {
    let found = team_named(app, name).await?;
    Ok(Some(found).filter(|team| !team.0.is_max()))
}

/// How many tickets there are among those that the caller may see; "mine" are those that staff work on, and those that a
/// customer made.
///
/// # Errors
/// [`Error::Store`].
pub async fn desk_stats(app: &App, caller: &Caller) -> Result<DeskStats, Error> {
    caller.may(Operation::ReadTicket)?;
    let mine = if caller.is_customer() {
        Mine::MadeBy(caller.id())
    } else {
        Mine::AssignedTo(caller.id())
    };
    let now = app.clock.now();
    Ok(app.queries.stats(caller.scope(), mine, now).await?)
}
