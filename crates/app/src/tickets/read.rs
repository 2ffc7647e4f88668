//! Reading tickets: lists, one ticket, its comments, history and files, the SLA dashboard.

use linedesk_domain::access::Operation;
use linedesk_ports::directory::DirectoryFilter;
use linedesk_ports::queries::{
    CommentView, DetailQuery, Entry, Items, Part, SlaDashboard, Sort, Start, TicketDetail,
    TicketFilter, TicketPage, TicketQuery,
};
use linedesk_ports::tickets::{Attachment, TicketKey};

use super::TicketView;
use super::days::take_days;
use crate::change::{Wanted, load};
use crate::{App, Caller, Error};

/// How far a list may be read by offset; a cursor reads on from there at the price of the first page.
pub const MAX_OFFSET: u64 = 10_000;
/// The longest page.
pub const MAX_LIMIT: u32 = 1_000;
/// How much of its newest history and comments a ticket's detail holds; the rest is in their own lists.
pub const DETAIL_ITEMS: u32 = 100;

/// A list that a caller wants to read.
#[derive(Debug, Clone)]
pub struct ListTickets {
    /// Which.
    pub filter: TicketFilter,
    /// Teams by name, beside those by id in the filter.
    pub team_names: Vec<String>,
    /// In which order.
    pub sort: Sort,
    /// From where.
    pub start: Start,
    /// At most so many, 1 to [`MAX_LIMIT`].
    pub limit: u32,
    /// Whether totals and the summary are wanted.
    pub counts: bool,
}

/// A list of the tickets that the caller may see.
///
/// # Errors
/// [`Error::Invalid`] for a page that cannot be.
pub async fn list_tickets(
    app: &App,
    caller: &Caller,
    list: ListTickets,
) -> Result<TicketPage, Error> {
    caller.may(Operation::ReadTicket)?;
    if !(1..=MAX_LIMIT).contains(&list.limit) {
        return Err(Error::invalid(
            "limit",
            "out_of_range",
            format!("must be 1 to {MAX_LIMIT}"),
        ));
    }
    if matches!(list.start, Start::Offset(offset) if offset > MAX_OFFSET) {
        let hint = format!("must be at most {MAX_OFFSET}; read on with `cursor` from there");
        return Err(Error::invalid("offset", "out_of_range", hint));
    }
    let mut filter = list.filter;
    take_days(&mut filter, &app.settings.timezone);
    for name in &list.team_names {
        filter.team.push(team_named(app, name).await?);
    }
    let query = TicketQuery {
        filter,
        sort: list.sort,
        start: list.start,
        limit: list.limit,
        counts: list.counts,
        now: app.clock.now(),
    };
    Ok(app.queries.list(caller.scope(), query).await?)
}

/// The team of that name, without regard to case; the last of all ids, which no team
/// has, if there is none.
pub(super) async fn team_named(
    app: &App,
    name: &str,
) -> Result<linedesk_domain::ids::TeamId, Error> {
    let filter = DirectoryFilter {
        text: Some(name.to_owned()),
        limit: 100,
        ..DirectoryFilter::default()
    };
    let found = app.directory.teams(filter).await?.items;
    let named = found
        .into_iter()
        .find(|team| team.name.to_lowercase() == name.to_lowercase());
    Ok(
        named.map_or(linedesk_domain::ids::TeamId(uuid::Uuid::max()), |team| {
            team.id
        }),
    )
}

/// One ticket.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn ticket(app: &App, caller: &Caller, key: TicketKey) -> Result<TicketView, Error> {
    let wanted = Wanted {
        operation: Operation::ReadTicket,
        key,
        expected: None,
    };
    Ok(load(app, caller, wanted).await?.into())
}

/// One ticket with everything around it that the caller may see.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn ticket_detail(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    include_history: bool,
    include_comments: bool,
) -> Result<TicketDetail, Error> {
    caller.may(Operation::ReadTicket)?;
    let want = DetailQuery {
        internal: caller.can(Operation::ReadInternal),
        history: include_history.then_some(DETAIL_ITEMS),
        comments: include_comments.then_some(DETAIL_ITEMS),
    };
    let found = app.queries.detail(caller.scope(), key, want).await?;
    let mut detail = found.ok_or(Error::NotFound("ticket"))?;
    detail.history = detail.history.map(|history| for_caller(history, caller));
    if caller.is_customer() {
        detail
            .related
            .retain(|related| related.ticket.data.customer == detail.ticket.data.customer);
    }
    Ok(detail)
}

/// A ticket's comments, oldest first.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn list_comments(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    part: Part,
) -> Result<Items<CommentView>, Error> {
    caller.may(Operation::ReadTicket)?;
    let internal = caller.can(Operation::ReadInternal);
    let found = app
        .queries
        .comments(caller.scope(), key, internal, part)
        .await?;
    found.ok_or(Error::NotFound("ticket"))
}

/// A ticket's history, oldest first.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn list_history(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    part: Part,
) -> Result<Items<Entry>, Error> {
    caller.may(Operation::ReadTicket)?;
    let internal = caller.can(Operation::ReadInternal);
    let found = app
        .queries
        .history(caller.scope(), key, internal, part)
        .await?;
    Ok(for_caller(found.ok_or(Error::NotFound("ticket"))?, caller))
}

/// A ticket's files, oldest first.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn list_attachments(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    part: Part,
) -> Result<Items<Attachment>, Error> {
    caller.may(Operation::ReadTicket)?;
    let internal = caller.can(Operation::ReadInternal);
    let found = app
        .queries
        .files(caller.scope(), key, internal, part)
        .await?;
    found.ok_or(Error::NotFound("ticket"))
}

/// How unresolved tickets stand with their SLA, and those at risk or breached, most urgent first.
///
/// # Errors
/// [`Error::Forbidden`] for customers, [`Error::Invalid`] for a page that cannot be.
pub async fn sla_status(
    app: &App,
    caller: &Caller,
    offset: u64,
    limit: u32,
) -> Result<SlaDashboard, Error> {
    caller.may(Operation::ReadSlaStatus)?;
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Error::invalid(
            "limit",
            "out_of_range",
            format!("must be 1 to {MAX_LIMIT}"),
        ));
    }
    if offset > MAX_OFFSET {
        return Err(Error::invalid(
            "offset",
            "out_of_range",
            format!("must be at most {MAX_OFFSET}"),
        ));
    }
    Ok(app.queries.sla_dashboard(offset, limit).await?)
}

fn for_caller(mut history: Items<Entry>, caller: &Caller) -> Items<Entry> {
    if !caller.can(Operation::ReadInternal) {
        history.items = history
            .items
            .into_iter()
            .filter_map(|entry| {
                Some(Entry {
                    event: entry.event.clone().for_customer()?,
                    ..entry
                })
            })
            .collect();
    }
    history
}
