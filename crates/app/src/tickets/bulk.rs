//! The same action on many tickets: an outcome for each, and one bad ticket spoils none. A few are answered at once
//! ([`bulk`]); very many are long work ([`job`]).

pub mod job;
mod refusal;
pub mod run;
mod stored;

use futures_util::stream::{self, StreamExt};
use linedesk_domain::access::Operation;
use linedesk_domain::class::Priority;
use linedesk_domain::ids::TicketId;
use linedesk_domain::text::{CommentBody, Tag};
use linedesk_domain::ticket::edit::Edit;
use linedesk_domain::ticket::status::Resolution;
use linedesk_domain::ticket::{Act, Ticket};
use linedesk_domain::workflow::Status;
use linedesk_ports::accounts::IdempotencyMark;
use linedesk_ports::queries::TicketFilter;
use linedesk_ports::tickets::TicketKey;

use super::assign::{AssignTicket, AssignTo, assign_ticket};
use super::comment::{AddComment, add_comment};
use super::days::take_days;
use super::status::close_ticket;
use super::{TicketView, edit_ticket};
use crate::change::{Decided, Wanted, change_ticket};
use crate::{App, Caller, Error};

pub use refusal::Refusal;

/// The most tickets that one call may act on while its caller waits.
pub const MAX_TICKETS: usize = 1_000;
/// Tickets worked on at once: enough for the store to commit them together.
const AT_ONCE: usize = 32;

/// Which tickets, and what is to be done to them.
#[derive(Debug, Clone)]
pub struct BulkCommand {
    /// Which.
    pub which: BulkWhich,
    /// What.
    pub action: BulkAction,
}

/// Which tickets.
#[derive(Debug, Clone)]
pub enum BulkWhich {
    /// These.
    Ids(Vec<TicketId>),
    /// Those that match, if they are not too many.
    Filter(Box<TicketFilter>),
}

/// What is to be done to each.
#[derive(Debug, Clone)]
pub enum BulkAction {
    /// Give it to somebody.
    Assign(AssignTo),
    /// Move it through the workflow.
    Status(Status),
    /// Change its priority.
    Priority(Priority),
    /// Change its tags.
    Tag {
        /// Tags that it gets.
        add: Vec<Tag>,
        /// Tags that it loses.
        remove: Vec<Tag>,
    },
    /// Write on it.
    Comment {
        /// The text.
        body: CommentBody,
        /// For staff alone.
        is_internal: bool,
    },
    /// Close it.
    Close(Resolution),
}

/// What became of one ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkOutcome {
    /// Which.
    pub ticket: TicketId,
    /// Why nothing was done to it, if nothing was.
    pub refusal: Option<Refusal>,
}

/// Acts on many tickets, in the order given.
///
/// # Errors
/// [`Error::Forbidden`] below lead, [`Error::Invalid`] for too many tickets and for a filter without conditions. What goes wrong with one ticket is in its
/// outcome.
pub async fn bulk(
    app: &App,
    caller: &Caller,
    command: BulkCommand,
) -> Result<Vec<BulkOutcome>, Error> {
    caller.may(Operation::Bulk)?;
    let limits = Limits {
        ids: MAX_TICKETS,
        matches: MAX_TICKETS,
        hint: "; with `Prefer: respond-async` many more are done as a job",
    };
    let ids = which(app, caller, command.which, &limits).await?;
    let outcomes = stream::iter(ids)
        .map(|ticket| outcome(app, caller, ticket, &command.action))
        .buffered(AT_ONCE)
        .collect()
        .await;
    Ok(outcomes)
}

/// What comes of one ticket.
///
/// Each commits on its own, with a mark of its own where the request has an idempotency key: of a request that comes again while
/// it runs, or after it was cut off, every ticket is acted on once, and both times that counts as done.
async fn outcome(app: &App, caller: &Caller, ticket: TicketId, action: &BulkAction) -> BulkOutcome {
    let mark = caller.mark.as_ref().map(|mark| mark.of_ticket(ticket));
    let caller = Caller {
        mark: mark.clone(),
        ..caller.clone()
    };
    let refusal = match one(app, &caller, ticket, action).await {
        Ok(_) => None,
        Err(error) if was_done(app, mark.as_ref(), &error).await => None,
        Err(error) => Some(Refusal::of(&error)),
    };
    BulkOutcome { ticket, refusal }
}

/// Whether the same request did it before. What was refused may have been just for that: a closed ticket is not closed again.
async fn was_done(app: &App, mark: Option<&IdempotencyMark>, error: &Error) -> bool {
    let Some(mark) = mark else { return false };
    if matches!(error, Error::InProgress) {
        return true;
    }
    let since = mark.at - app.settings.idempotency_window;
    let kept = app.accounts.kept_request(&mark.key, since).await;
    kept.is_ok_and(|kept| kept.is_some_and(|kept| kept.fingerprint == mark.fingerprint))
}

/// How many tickets may be acted on.
struct Limits {
    /// Named one by one.
    ids: usize,
    /// Found by a filter.
    matches: usize,
    /// What is said where they are too many.
    hint: &'static str,
}

/// The tickets that are meant, each once.
async fn which(
    app: &App,
    caller: &Caller,
    which: BulkWhich,
    limits: &Limits,
) -> Result<Vec<TicketId>, Error> {
    let Limits { matches, hint, .. } = *limits;
    match which {
        BulkWhich::Ids(ids) => {
            let is_too_long = ids.len() > limits.ids;
            let mut seen = std::collections::HashSet::new();
            let ids: Vec<_> = ids.into_iter().filter(|id| seen.insert(*id)).collect();
            if is_too_long {
                let says = format!("must come to at most {} tickets{hint}", limits.ids);
                Err(Error::invalid("ticket_ids", "too_long", says))
            } else if ids.is_empty() {
                let says = format!("must come to 1 to {} tickets", limits.ids);
                Err(Error::invalid("ticket_ids", "out_of_range", says))
            } else {
                Ok(ids)
            }
        }
        // A filter that somebody forgot to fill would change every ticket there is.
        BulkWhich::Filter(filter) if *filter == TicketFilter::default() => Err(Error::invalid(
            "filter",
            "required",
            "must name at least one condition",
        )),
        BulkWhich::Filter(mut filter) => {
            take_days(&mut filter, &app.settings.timezone);
            let limit = u32::try_from(matches + 1).unwrap_or(u32::MAX);
            let ids = app
                .queries
                .matching(caller.scope(), *filter, app.clock.now(), limit)
                .await?;
            if ids.len() > matches {
                let says = format!("must come to at most {matches} tickets{hint}");
                Err(Error::invalid("filter", "out_of_range", says))
            } else {
                Ok(ids)
            }
        }
    }
}

/// Does it to one ticket.
async fn one(
    app: &App,
    caller: &Caller,
    id: TicketId,
    action: &BulkAction,
) -> Result<TicketView, Error> {
    let key = TicketKey::Id(id);
    match action.clone() {
        BulkAction::Assign(to) => {
            let assign = AssignTicket {
                to,
                priority: None,
                note: None,
                notify_customer: false,
            };
            assign_ticket(app, caller, key, None, assign).await
        }
        BulkAction::Status(status) => {
            edit_ticket(
                app,
                caller,
                key,
                None,
                Edit {
                    status: Some(status),
                    ..Edit::default()
                },
            )
            .await
        }
        BulkAction::Priority(priority) => {
            edit_ticket(
                app,
                caller,
                key,
                None,
                Edit {
                    priority: Some(priority),
                    ..Edit::default()
                },
            )
            .await
        }
        BulkAction::Tag { add, remove } => {
            let wanted = Wanted {
                operation: Operation::EditTicket,
                key,
                expected: None,
            };
            let decide = |ticket: Ticket, act: &Act<'_>| {
                let kept = ticket
                    .data()
                    .tags
                    .iter()
                    .filter(|tag| !remove.contains(tag));
                let tags = kept.chain(&add).cloned().collect();
                ticket
                    .edit(
                        act,
                        Edit {
                            tags: Some(tags),
                            ..Edit::default()
                        },
                    )
                    .map(Decided::from)
            };
            Ok(change_ticket(app, caller, wanted, decide).await?.0)
        }
        BulkAction::Comment { body, is_internal } => {
            let comment = AddComment {
                body,
                is_internal,
                attachments: Vec::new(),
            };
            Ok(add_comment(app, caller, key, None, comment).await?.0)
        }
        BulkAction::Close(how) => close_ticket(app, caller, key, None, how).await,
    }
}
