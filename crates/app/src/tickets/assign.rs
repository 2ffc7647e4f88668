//! Giving a ticket to somebody.

use linedesk_domain::access::Operation;
use linedesk_domain::class::Priority;
use linedesk_domain::ids::{TeamId, UserId};
use linedesk_domain::text::Note;
use linedesk_domain::ticket::assign::{Assign, Assignee};
use linedesk_ports::tickets::TicketKey;

use super::TicketView;
use super::read::team_named;
use crate::change::{Decided, Wanted, change_ticket, may_at_all};
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
/// [`Error::NotFound`] for the ticket or the assignee, [`Error::Ticket`] where the ticket refuses.
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
    let assign = Assign {
        to: assignee(app, &to).await?,
        priority,
        note,
        notify_customer,
    };
    let decide = |ticket: linedesk_domain::ticket::Ticket,
                  act: &linedesk_domain::ticket::Act<'_>| {
        ticket.assign(act, &assign).map(Decided::from)
    };
    Ok(change_ticket(app, caller, wanted, decide).await?.0)
}

/// The assignee, who has to be able to take tickets.
pub(super) async fn assignee(app: &App, to: &AssignTo) -> Result<Assignee, Error> {
    match to {
        AssignTo::Nobody => Ok(Assignee::Nobody),
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
