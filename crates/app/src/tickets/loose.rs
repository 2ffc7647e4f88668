//! Comments and files by themselves, for dialects in which they have addresses of their own.

use std::collections::HashMap;

use linedesk_domain::access::Operation;
use linedesk_domain::ids::{TicketId, UserId};
use linedesk_domain::text::CommentBody;
use linedesk_ports::parts::{CommentCounts, CommentKey, FoundComment};
use linedesk_ports::queries::{
    CommentView, Items, Part, Sort, SortKey, Start, TicketFilter, TicketQuery,
};
use linedesk_ports::tickets::{Attachment, TicketKey};

use super::TicketView;
use super::comment::{delete_comment, edit_comment};
use super::ordered::in_bounds;
use super::read::{MAX_LIMIT, list_attachments, list_comments};
use crate::{App, Caller, Error};

/// The most public comments that one look at many tickets tells of.
const MOST_ANSWERS: u32 = 100_000;

/// One comment.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_comment(
    app: &App,
    caller: &Caller,
    key: CommentKey,
) -> Result<FoundComment, Error> {
    caller.may(Operation::ReadTicket)?;
    let internal = caller.can(Operation::ReadInternal);
    let found = app
        .queries
        .find_comment(caller.scope(), key, internal)
        .await?;
    found.ok_or(Error::NotFound("comment"))
}

/// One public comment, for a dialect that has no others.
///
/// # Errors
/// [`Error::NotFound`], for internal notes as well.
pub async fn find_answer(app: &App, caller: &Caller, number: i64) -> Result<FoundComment, Error> {
    caller.may(Operation::ReadTicket)?;
    let key = CommentKey::Number(number);
    let found = app.queries.find_comment(caller.scope(), key, false).await?;
    found.ok_or(Error::NotFound("comment"))
}

/// The integers of the public comments of each of those tickets, which the caller has read already, newest first; of all
/// together at most the newest [`MOST_ANSWERS`].
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn list_answers(
    app: &App,
    caller: &Caller,
    tickets: &[TicketId],
) -> Result<HashMap<TicketId, Vec<i64>>, Error> {
    caller.may(Operation::ReadTicket)?;
    Ok(app.queries.answers(tickets, MOST_ANSWERS).await?)
}

/// The integers of the tickets that somebody made, among those that the caller may see: newest first, at most
/// [`MAX_LIMIT`].
///
/// # Errors
/// [`Error::Store`].
pub async fn tickets_made_by(app: &App, caller: &Caller, maker: UserId) -> Result<Vec<i64>, Error> {
    if !caller.can(Operation::ReadTicket) {
        return Ok(Vec::new());
    }
    let mut query = TicketQuery {
        filter: TicketFilter {
            created_by: Some(maker),
            ..TicketFilter::default()
        },
        sort: Sort {
            key: SortKey::CreatedAt,
            descending: true,
        },
        start: Start::Offset(0),
        limit: MAX_LIMIT,
        counts: false,
        now: app.clock.now(),
    };
    let mut numbers = Vec::new();
    loop {
        let page = app.queries.list(caller.scope(), query.clone()).await?;
        numbers.extend(page.items.iter().map(|stored| stored.numbers.number));
        // A page of long texts is shorter.
        query.limit = MAX_LIMIT.saturating_sub(u32::try_from(numbers.len()).unwrap_or(MAX_LIMIT));
        match page.next.filter(|_| query.limit > 0) {
            Some(next) => query.start = Start::After(next),
            None => return Ok(numbers),
        }
    }
}

/// The comments of all tickets that the caller may see, by ticket in order of creation, and oldest first.
///
/// # Errors
/// [`Error::Invalid`] for a page that cannot be.
pub async fn list_all_comments(
    app: &App,
    caller: &Caller,
    offset: u64,
    limit: u32,
) -> Result<Items<CommentView>, Error> {
    caller.may(Operation::ReadTicket)?;
    in_bounds(offset, limit)?;
    let internal = caller.can(Operation::ReadInternal);
    let (scope, queries) = (caller.scope(), &app.queries);
    Ok(queries.all_comments(scope, internal, offset, limit).await?)
}

/// The files of all tickets that the caller may see, in the same order.
///
/// # Errors
/// [`Error::Invalid`] for a page that cannot be.
pub async fn list_all_attachments(
    app: &App,
    caller: &Caller,
    offset: u64,
    limit: u32,
) -> Result<Items<Attachment>, Error> {
    caller.may(Operation::ReadTicket)?;
    in_bounds(offset, limit)?;
    let internal = caller.can(Operation::ReadInternal);
    let (scope, queries) = (caller.scope(), &app.queries);
    Ok(queries.all_files(scope, internal, offset, limit).await?)
}

/// How many comments each of those tickets has, which the caller was shown already. Of internal notes only those who may read
/// them are told.
///
/// # Errors
/// [`Error::Store`].
pub async fn count_comments(
    app: &App,
    caller: &Caller,
    tickets: &[TicketId],
) -> Result<HashMap<TicketId, CommentCounts>, Error> {
    let mut counts = app.queries.comment_counts(tickets).await?;
    if !caller.can(Operation::ReadInternal) {
        for counts in counts.values_mut() {
            counts.internal = 0;
        }
    }
    Ok(counts)
}

/// What is written on a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts {
    /// Its newest comments, oldest first.
    pub comments: Vec<CommentView>,
    /// Its newest files, oldest first.
    pub files: Vec<Attachment>,
}

/// The newest `most` comments and files of a ticket that the caller was shown, as far as it may know of them; `None` for
/// whoever may write and not read, which is shown what it wrote and no more.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn parts_of(
    app: &App,
    caller: &Caller,
    ticket: TicketId,
    most: u32,
) -> Result<Option<Parts>, Error> {
    if !caller.can(Operation::ReadTicket) {
        return Ok(None);
    }
    let (key, part) = (TicketKey::Id(ticket), Part::Last(most));
    Ok(Some(Parts {
        comments: list_comments(app, caller, key, part).await?.items,
        files: list_attachments(app, caller, key, part).await?.items,
    }))
}

/// A comment that is to be changed, as far as the caller may know of it. Who may do what to it is for those to say who change
/// it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub async fn comment_to_change(
    app: &App,
    caller: &Caller,
    key: CommentKey,
) -> Result<FoundComment, Error> {
    caller.may(Operation::Comment)?;
    let internal = caller.can(Operation::ReadInternal);
    let found = app
        .queries
        .find_comment(caller.scope(), key, internal)
        .await?;
    found.ok_or(Error::NotFound("comment"))
}

/// Rewrites a comment that was found by itself: its author, or a lead.
///
/// # Errors
/// As [`edit_comment`].
pub async fn rewrite_comment(
    app: &App,
    caller: &Caller,
    found: FoundComment,
    expected: Option<i64>,
    body: CommentBody,
) -> Result<FoundComment, Error> {
    let (ticket, id) = (TicketKey::Id(found.view.ticket), found.view.comment.id);
    let (ticket, view) = edit_comment(app, caller, ticket, expected, id, body).await?;
    Ok(FoundComment {
        view: CommentView {
            // Files stay with a comment, whatever becomes of its text.
            attachments: found.view.attachments,
            ..view
        },
        ticket_number: found.ticket_number,
        ticket_version: ticket.ticket.data.version,
    })
}

/// Takes a comment back that was found by itself: a member of staff its own, a lead anybody's. What a customer has said stays.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Stale`], [`Error::Ticket`] on a merged ticket.
pub async fn withdraw_comment(
    app: &App,
    caller: &Caller,
    found: &FoundComment,
    expected: Option<i64>,
) -> Result<TicketView, Error> {
    if caller.is_customer() {
        return Err(Error::forbidden());
    }
    let (ticket, id) = (TicketKey::Id(found.view.ticket), found.view.comment.id);
    delete_comment(app, caller, ticket, expected, id).await
}
