//! Making a ticket.

use jiff::Timestamp;
use linedesk_domain::access::{Operation, Relation};
use linedesk_domain::class::{Category, ContactMethod, Priority, Source};
use linedesk_domain::ids::{AttachmentId, ContactId, CustomerId, ServiceId, TicketId};
use linedesk_domain::routing::{Route, route};
use linedesk_domain::text::{Description, Label, Tag, Title};
use linedesk_domain::ticket::assign::Assignee;
use linedesk_domain::ticket::create::{NewTicket, Routed};
use linedesk_domain::ticket::edit::Edit;
use linedesk_domain::ticket::{Act, Decision, Ticket, TicketError};
use linedesk_domain::workflow::Status;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::queries::Stored;
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::{Attachment, CreationFacts, CreationKeys};

use super::TicketView;
use super::attach::usable_files;
use super::edit::referred;
use crate::change::{in_turn, label_day};
use crate::{App, Caller, Error, Fault};

/// A ticket as a caller wants it made.
#[derive(Debug, Clone)]
pub struct CreateTicket {
    /// Whose it is; a customer may leave it out.
    pub customer: Option<CustomerId>,
    /// One line.
    pub title: Title,
    /// What happened.
    pub description: Description,
    /// What it is about.
    pub category: Category,
    /// How urgent it is.
    pub priority: Priority,
    /// The service concerned.
    pub service: Option<ServiceId>,
    /// The person to talk to.
    pub contact: Option<ContactId>,
    /// How to reach the customer.
    pub contact_method: ContactMethod,
    /// When to reach the customer.
    pub preferred_contact_time: Option<Label>,
    /// Contact details as free text.
    pub contact_info: Option<Label>,
    /// Labels.
    pub tags: Vec<Tag>,
    /// A date promised by hand.
    pub due_date: Option<Timestamp>,
    /// Files uploaded before.
    pub attachments: Vec<AttachmentId>,
    /// Which API it comes in by.
    pub source: Source,
}

/// Makes a ticket.
///
/// # Errors
/// [`Error::Invalid`] with every fault, [`Error::NotFound`] for a customer that is not there or not the caller's,
/// [`Error::Ticket`] for a due date that a customer gives.
pub async fn create_ticket(
    app: &App,
    caller: &Caller,
    new: CreateTicket,
) -> Result<TicketView, Error> {
    make(app, caller, new, &[], Edit::default()).await
}

/// Makes a ticket and moves it at once, in the same transaction, for clients that say in which status a new ticket is.
///
/// # Errors
/// As [`create_ticket`]; [`Error::Ticket`] where the workflow refuses a step, and where a customer wants anything but
/// closing.
pub async fn create_moved_ticket(
    app: &App,
    caller: &Caller,
    new: CreateTicket,
    steps: &[Status],
) -> Result<TicketView, Error> {
    make(app, caller, new, steps, Edit::default()).await
}

/// Makes a ticket and edits it at once, in the same transaction: gives it to somebody, say.
///
/// # Errors
/// As [`create_ticket`], and what the ticket refuses of the edit.
pub async fn create_ticket_then(
    app: &App,
    caller: &Caller,
    new: CreateTicket,
    then: Edit,
) -> Result<TicketView, Error> {
    make(app, caller, new, &[], then).await
}

async fn make(
    app: &App,
    caller: &Caller,
    new: CreateTicket,
    steps: &[Status],
    then: Edit,
) -> Result<TicketView, Error> {
    let customer = whose(caller, &new)?;
    caller.may_on(Operation::CreateTicket, Relation::Own)?;
    let keys = CreationKeys {
        customer,
        service: new.service,
        contact: new.contact,
        attachments: new.attachments.clone(),
        category: Some(new.category),
    };
    let facts = app.tickets.creation(keys).await?;
    let tier = match (&facts.customer, customer) {
        (Some(found), _) if found.is_active => found.tier.clone(),
        (None, None) => None,
        _ => return Err(Error::NotFound("customer")),
    };
    check(&new, customer, &facts, caller)?;
    let then = if then == Edit::default() {
        None
    } else {
        Some(referred(app, customer, then).await?)
    };
    let at = app.clock.now();
    let act = Act {
        by: caller.actor(),
        at,
        book: &facts.book,
        tier: tier.as_deref(),
        reopen_window: app.settings.reopen_window,
    };
    let id = TicketId(app.ids.next(at));
    let attachments = new.attachments.clone();
    let decision = Ticket::create(&act, ticket(id, customer, new, &facts))?;
    let decision = moved(decision, &act, steps)?;
    let decision = match then {
        Some(then) => in_turn(decision, |ticket| ticket.edit(&act, then))?,
        None => decision,
    };
    let data = decision.ticket.into_data();
    let mut writes = vec![Write::NewTicket {
        data: Box::new(data.clone()),
        day: label_day(&app.settings, at),
    }];
    writes.extend(
        decision
            .events
            .into_iter()
            .map(|event| Write::Event { ticket: id, event }),
    );
    if !attachments.is_empty() {
        writes.push(Write::Attach {
            ids: attachments.clone(),
            ticket: id,
            comment: None,
            is_internal: false,
        });
    }
    let changes = Changes {
        writes,
        mark: caller.mark.clone(),
    };
    let committed = match app.commit.commit(changes).await {
        // Somebody else attached one of the files meanwhile; nothing else of a new ticket can be stale.
        Err(StoreError::Stale) => {
            usable_files(app, caller, &attachments).await?;
            return Err(Error::Store(StoreError::Unavailable(
                "the files are being attached by too many at once",
            )));
        }
        committed => committed?,
    };
    let numbers = committed.tickets.into_iter().next();
    let numbers = numbers.ok_or(Error::Store(StoreError::Unknown))?;
    Ok(TicketView {
        ticket: Stored { data, numbers },
        book: facts.book,
    })
}

/// A new ticket after the steps that were asked for.
fn moved(made: Decision, act: &Act<'_>, steps: &[Status]) -> Result<Decision, TicketError> {
    if steps.is_empty() {
        return Ok(made);
    }
    in_turn(made, |ticket| ticket.move_along(act, steps))
}

/// The account that the ticket is for: staff names it, a customer's is its own, a visitor has none. Where requests have no
/// place for an account, staff's tickets are nobody's.
fn whose(caller: &Caller, new: &CreateTicket) -> Result<Option<CustomerId>, Error> {
    if caller.visits.is_some() {
        return Ok(None);
    }
    match (caller.is_customer(), new.customer) {
        (true, named) => match caller.user.customer {
            Some(own) if named.is_none_or(|named| named == own) => Ok(Some(own)),
            _ => Err(Error::NotFound("customer")),
        },
        (false, None) if !new.source.names_customers() => Ok(None),
        (false, Some(named)) => Ok(Some(named)),
        (false, None) => Err(Error::invalid(
            "customer_id",
            "required",
            "whose ticket it is has to be named",
        )),
    }
}

/// Everything that the new ticket refers to has to be there, and the customer's own.
fn check(
    new: &CreateTicket,
    customer: Option<CustomerId>,
    facts: &CreationFacts,
    caller: &Caller,
) -> Result<(), Error> {
    let mut faults = Vec::new();
    let service = facts
        .service
        .as_ref()
        .filter(|service| Some(service.customer) == customer && service.is_active);
    if new.service.is_some() && service.is_none() {
        faults.push(Fault::new(
            "service_id",
            "unknown",
            "the customer has no such service",
        ));
    }
    let contact = facts
        .contact
        .as_ref()
        .filter(|contact| Some(contact.customer) == customer && contact.is_active);
    if new.contact.is_some() && contact.is_none() {
        faults.push(Fault::new(
            "contact_id",
            "unknown",
            "the customer has no such contact",
        ));
    }
    faults.extend(unusable(
        "attachments",
        &new.attachments,
        &facts.attachments,
        caller,
    ));
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}

/// Files that are not there, belong to a ticket already, or were uploaded by somebody else: all of them look alike.
pub(super) fn unusable(
    field: &str,
    ids: &[AttachmentId],
    found: &[Attachment],
    caller: &Caller,
) -> Vec<Fault> {
    let usable = |id: &AttachmentId| {
        found.iter().any(|file| {
            file.id == *id && file.ticket.is_none() && file.uploaded_by == Some(caller.id())
        })
    };
    let twice = |place: usize, id: &AttachmentId| ids[..place].contains(id);
    ids.iter()
        .enumerate()
        .filter(|(place, id)| !usable(id) || twice(*place, id))
        .map(|(place, _)| {
            Fault::new(
                format!("{field}[{place}]"),
                "unknown",
                "there is no such unattached upload",
            )
        })
        .collect()
}

fn ticket(
    id: TicketId,
    customer: Option<CustomerId>,
    new: CreateTicket,
    facts: &CreationFacts,
) -> NewTicket {
    let route = routed(new.category, facts);
    NewTicket {
        id,
        customer,
        title: new.title,
        description: new.description,
        category: new.category,
        priority: new.priority,
        service: new.service,
        contact: new.contact,
        contact_method: new.contact_method,
        preferred_contact_time: new.preferred_contact_time,
        contact_info: new.contact_info,
        tags: new.tags,
        due_date: new.due_date,
        source: new.source,
        attachments: new.attachments,
        route,
    }
}

/// Who takes it at once. The skill that a category asks for has the category's name; with no skills configured nothing
/// is routed.
pub(super) fn routed(category: Category, facts: &CreationFacts) -> Option<Routed> {
    if facts.agents.is_empty() {
        return None;
    }
    let team = facts.teams.first().map(|team| team.id);
    match route(category, Some(category.name()), team, &facts.agents) {
        Route::Agent { user, team, reason } => Some(Routed {
            to: Assignee::User(user, team),
            reason,
        }),
        Route::Team { team, reason } => Some(Routed {
            to: Assignee::Team(team),
            reason,
        }),
        Route::Nobody => None,
    }
}
