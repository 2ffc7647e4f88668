//! Asking customers how content they were, by a link in the letter that tells of the resolution.
//!
//! The link is good for one answer about one resolution, without signing in: its token names the ticket and the instant at
//! which it was resolved, and is signed. What makes it void is the ticket itself: rated already, taken up again, deleted.

use jiff::{SignedDuration, Timestamp};
use linedesk_domain::access::Operation;
use linedesk_domain::notice::Notice;
use linedesk_domain::people::Role;
use linedesk_domain::ticket::rate::Rating;
use linedesk_domain::ticket::{Act, Ticket, TicketData, TicketError};
use linedesk_ports::outbox::Logged;
use linedesk_ports::queries::Stored;
use linedesk_ports::secrets::SurveyPass;
use linedesk_ports::store::Scope;
use linedesk_ports::tickets::{Loaded, TicketKey};

use crate::change::{Decided, Wanted, change_ticket_with};
use crate::notifications::recipients::Recipient;
use crate::tickets::TicketView;
use crate::{App, Caller, Error};

/// How long after the resolution its customer is heard.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What somebody is asked about who holds a link and nothing else: no more than the letter's subject said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The ticket's label, `T-…`.
    pub label: String,
    /// Its title.
    pub title: String,
}

/// What the survey behind a link is about, as long as it can be answered.
///
/// # Errors
/// [`Error::NotFound`] for a token that is none of ours, whatever is wrong with it, and for a ticket that is gone;
/// [`Error::Conflict`] (`survey_expired`, `survey_void`) and [`Error::Ticket`] (`already_rated`) where it is too late.
pub async fn get_survey(app: &App, token: &str) -> Result<Survey, Error> {
    let (pass, loaded) = read(app, token).await?;
    let data = loaded.ticket.data();
    open(&pass, data, app.clock.now())?;
    Ok(Survey {
        label: loaded.numbers.label.clone(),
        title: data.title.to_string(),
    })
}

/// Keeps the answer to the survey behind a link, as the word of whoever got it.
///
/// # Errors
/// As [`get_survey`], and [`Error::Store`].
pub async fn answer_survey(app: &App, token: &str, rating: Rating) -> Result<TicketView, Error> {
    let (pass, loaded) = read(app, token).await?;
    let caller = who(app, &pass, loaded.ticket.data()).await?;
    let wanted = Wanted {
        operation: Operation::Rate,
        key: TicketKey::Id(pass.ticket),
        expected: None,
    };
    let still_open = async |loaded: &Loaded| open(&pass, loaded.ticket.data(), app.clock.now());
    let decide = |ticket: Ticket, act: &Act<'_>, (): &()| {
        ticket.rate(act, rating.clone()).map(Decided::from)
    };
    let changed = change_ticket_with(app, &caller, wanted, still_open, decide).await?;
    Ok(changed.view)
}

/// The link to the survey about the resolution that an event made, for the letter to `recipient` that tells of it.
///
/// There is none in a letter about the closing of what was resolved before: that was asked about already.
pub(crate) fn link(
    app: &App,
    logged: &Logged,
    ticket: &Stored,
    notice: Notice,
    recipient: &Recipient,
) -> Option<String> {
    let url = app.settings.notifications.survey_url.as_ref()?;
    let pass = SurveyPass {
        ticket: logged.ticket,
        resolved_at: logged.event.at,
        user: recipient.customer,
    };
    // What is void by now is not offered.
    let can_answer =
        notice == Notice::StatusChanged && open(&pass, &ticket.data, app.clock.now()).is_ok();
    can_answer.then(|| url.replace("{token}", &app.signer.sign_survey(&pass)))
}

/// What a token says, and its ticket.
async fn read(app: &App, token: &str) -> Result<(SurveyPass, Loaded), Error> {
    let unknown = || Error::NotFound("survey");
    let pass = app.signer.verify_survey(token).ok_or_else(unknown)?;
    let key = TicketKey::Id(pass.ticket);
    let found = app.tickets.ticket(Scope::Everything, key).await?;
    Ok((pass, found.ok_or_else(unknown)?))
}

/// Passes as long as the resolution that the survey is about can be rated.
fn open(pass: &SurveyPass, ticket: &TicketData, now: Timestamp) -> Result<(), Error> {
    let too_late = |code, detail: &str| Error::Conflict {
        detail: detail.to_owned(),
        code,
    };
    if ticket.resolved_at != Some(pass.resolved_at) || ticket.merged_into.is_some() {
        let detail =
            "the ticket has been taken up again, or merged into another, since you were asked";
        return Err(too_late("survey_void", detail));
    }
    if ticket.satisfaction.is_some() {
        return Err(TicketError::AlreadyRated.into());
    }
    if now.duration_since(pass.resolved_at) > LIFETIME {
        return Err(too_late(
            "survey_expired",
            "the survey ended 30 days after the ticket was resolved",
        ));
    }
    Ok(())
}

/// Whose word it is: that of the customer's user who got the link, as long as there is one; else nobody's in particular.
async fn who(app: &App, pass: &SurveyPass, ticket: &TicketData) -> Result<Caller, Error> {
    let user = match pass.user {
        Some(id) => app.directory.user(id).await?,
        None => None,
    };
    let is_theirs = |user: &linedesk_ports::directory::User| {
        let own = user.customer.is_some() && user.customer == ticket.customer;
        user.is_active && user.role == Role::Customer && own
    };
    let user = user.filter(is_theirs);
    Ok(user.map_or_else(
        || Caller::surveyed(ticket),
        |user| Caller::signed_in(user.into(), None),
    ))
}
