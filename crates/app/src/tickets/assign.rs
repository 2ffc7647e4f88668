//! Giving a ticket to somebody.

use linedesk_domain::access::Operation;
use linedesk_domain::class::Priority;
use linedesk_domain::ids::{TeamId, UserId};
use linedesk_domain::text::Note;
use linedesk_domain::ticket::assign::{Assign, Assignee};
use linedesk_domain::ticket::{Act, Ticket, TicketError};
use linedesk_ports::tickets::{CreationKeys, Loaded, TicketKey};

use super::TicketView;
use super::read::team_named;
use crate::change::{Decided, Wanted, change_ticket_with, load, may_at_all};
use crate::{App, Caller, Error};

/// To whom a ticket should go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssignTo {
    /// To a person.
    User(UserId),
    /// To a team.
    Team(TeamId),
    /// To the team of that name.
    TeamNamed(String),
    /// Back to where everybody may take it.
    Nobody,
    /// To whoever routing chooses, by skill and load.
    Auto,
}

/// An assignment as a caller wants it.
#[derive(Debug, Clone)]
pub struct AssignTicket {
    /// To whom.
    pub to: AssignTo,
    /// A new priority at the same time.
    pub priority: Option<Priority>,
    /// A remark for staff.
    pub note: Option<Note>,
    /// Whether the customer should be told.
    pub notify_customer: bool,
}

/// Assigns a ticket.
///
/// # Errors
/// [`Error::NotFound`] for the ticket or the assignee, [`Error::Ticket`] where the ticket refuses, [`Error::Conflict`]
/// `no_route` where routing finds nobody.
pub async fn assign_ticket(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    assign: AssignTicket,
) -> Result<TicketView, Error> {
    let wanted = Wanted {
        operation: Operation::Assign,
        key,
        expected,
    };
    may_at_all(app, caller, wanted).await?;
    let AssignTicket {
        to,
        priority,
        note,
        notify_customer,
    } = assign;
    let named = match to {
        AssignTo::Auto => None,
        _ => Some(assignee(app, &to).await?),
    };
    let prepare = async |loaded: &Loaded| match named {
        Some(to) => Ok((to, note.clone())),
        None => routed(app, loaded, note.as_ref()).await,
    };
    let decide = |ticket: Ticket, act: &Act<'_>, (to, note): &(Assignee, Option<Note>)| {
        let assign = Assign {
            to: *to,
            priority,
            note: note.clone(),
            notify_customer,
        };
        ticket.assign(act, &assign).map(Decided::from)
    };
    let changed = change_ticket_with(app, caller, wanted, prepare, decide).await?;
    Ok(changed.view)
}

/// Whom routing chooses for the ticket as it is, with the reason before what the caller remarked.
async fn routed(
    app: &App,
    loaded: &Loaded,
    note: Option<&Note>,
) -> Result<(Assignee, Option<Note>), Error> {
    let category = loaded.ticket.data().category;
    let keys = CreationKeys {
        category: Some(category),
        ..CreationKeys::default()
    };
    let facts = app.tickets.creation(keys).await?;
    let routed = super::create::routed(category, &facts).ok_or_else(|| Error::Conflict {
        detail: format!(
            "no agent with the skill {} is free, and no team takes the category",
            category.name()
        ),
        code: "no_route",
    })?;
    let reason = match note {
        Some(note) => format!("{}\n{note}", routed.reason),
        None => routed.reason,
    };
    // A remark of the greatest length leaves no room for the reason.
    Ok((
        routed.to,
        Note::parse(&reason).ok().or_else(|| note.cloned()),
    ))
}

/// Gives a ticket to a user, or takes it back from whoever has it, a team too. One that is so already stays as it is.
///
/// # Errors
/// As [`assign_ticket`], but for [`linedesk_domain::ticket::TicketError::AlreadyAssigned`].
pub async fn assign_user(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    user: Option<UserId>,
) -> Result<TicketView, Error> {
    let wanted = Wanted {
        operation: Operation::Assign,
        key,
        expected,
    };
    may_at_all(app, caller, wanted).await?;
    let present = load(app, caller, wanted).await?;
    let data = present.ticket.data();
    if data.assignee == user && (user.is_some() || data.team.is_none()) {
        return Ok(present.into());
    }
    let assign = AssignTicket {
        to: user.map_or(AssignTo::Nobody, AssignTo::User),
        priority: None,
        note: None,
        notify_customer: false,
    };
    match assign_ticket(app, caller, key, expected, assign).await {
        // Somebody else was faster with the same.
        Err(Error::Ticket(TicketError::AlreadyAssigned)) => {
            Ok(load(app, caller, wanted).await?.into())
        }
        assigned => assigned,
    }
}

/// The assignee, who has to be able to take tickets.
pub(super) async fn assignee(app: &App, to: &AssignTo) -> Result<Assignee, Error> {
    match to {
        AssignTo::Nobody => Ok(Assignee::Nobody),
        AssignTo::Auto => Err(Error::invalid(
            "assignment_type",
            "not_allowed",
            "cannot be auto here",
        )),
        AssignTo::User(id) => {
            let user = app
                .directory
                .user(*id)
                .await?
                .filter(|user| user.is_active && user.role.is_staff());
            let user = user.ok_or(Error::NotFound("assignee"))?;
            Ok(Assignee::User(user.id, user.teams.first().copied()))
        }
        AssignTo::Team(id) => team(app, *id).await,
        AssignTo::TeamNamed(name) => team(app, team_named(app, name).await?).await,
    }
}

async fn team(app: &App, id: TeamId) -> Result<Assignee, Error> {
    let team = app.directory.team(id).await?.filter(|team| team.is_active);
    Ok(Assignee::Team(team.ok_or(Error::NotFound("assignee"))?.id))
}
