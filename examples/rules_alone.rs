//! The rules without anything around them: a ticket's life under a policy and a calendar of one's own, and its SLA clock asked
//! at several instants. No server, no database, no clock: time and identities are arguments.
//!
//! ```sh
//! cargo run -p linedesk-tests --example rules_alone
//! ```
//!
//! A program of its own needs `linedesk-domain`, `jiff` and `uuid`.

use std::error::Error;
use std::io::{self, Write};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use linedesk_domain::class::{Category, ContactMethod, Priority, Source};
use linedesk_domain::ids::{
    CalendarId, CalendarVersionId, CommentId, CustomerId, PolicyId, PolicyVersionId, TicketId,
    UserId,
};
use linedesk_domain::people::{Actor, Role};
use linedesk_domain::sla::{
    CalendarSpec, CalendarVersion, Conditions, PolicySpec, PolicyVersion, SlaBook, Span, Target,
    Targets, Time, evaluate,
};
use linedesk_domain::text::{CommentBody, Description, Note, Title};
use linedesk_domain::ticket::assign::{Assign, Assignee};
use linedesk_domain::ticket::comment::NewComment;
use linedesk_domain::ticket::create::NewTicket;
use linedesk_domain::ticket::status::Resolution;
use linedesk_domain::ticket::{Act, DEFAULT_REOPEN_WINDOW, Decision, Ticket};
use linedesk_domain::workflow::Status;
use uuid::Uuid;

type Outcome<T> = Result<T, Box<dyn Error>>;

const CUSTOMER: Actor = Actor::User {
    id: UserId(Uuid::from_u128(1)),
    role: Role::Customer,
};
const AGENT: Actor = Actor::User {
    id: UserId(Uuid::from_u128(2)),
    role: Role::Agent,
};

fn main() -> Outcome<()> {
    tell(&mut io::stdout())
}

/// Tells both stories. Summer time begins in Berlin in the night to Sunday.
pub(crate) fn tell(out: &mut impl Write) -> Outcome<()> {
    let book = SlaBook::new(vec![outages()], vec![office()?])?;
    answered(&book, out)?;
    forgotten(&book, out)
}

/// A ticket that is answered in time, waits for its customer over the weekend, and is resolved on Tuesday.
fn answered(book: &SlaBook, out: &mut impl Write) -> Outcome<()> {
    writeln!(out, "A ticket that waits for its customer")?;
    let made = Ticket::create(&act(book, CUSTOMER, "2026-03-27T15:00+01")?, outage()?)?;
    let ticket = told(made, out)?;
    let assign = Assign {
        to: Assignee::User(UserId(Uuid::from_u128(2)), None),
        priority: None,
        note: None,
        notify_customer: true,
    };
    let ticket = told(
        ticket.assign(&act(book, AGENT, "2026-03-27T15:10+01")?, &assign)?,
        out,
    )?;
    let answer = says(1, "Is the modem's light red?")?;
    let (answered, _) = ticket.comment(&act(book, AGENT, "2026-03-27T15:40+01")?, &answer)?;
    let ticket = told(answered, out)?;
    let waits = act(book, AGENT, "2026-03-27T16:00+01")?;
    let ticket = told(ticket.set_status(&waits, Status::PendingCustomer)?, out)?;
    standing(&ticket, book, "2026-03-28T12:00+01", out)?;
    let answer = says(2, "It is, since Friday noon.")?;
    let (answered, _) = ticket.comment(&act(book, CUSTOMER, "2026-03-30T10:00+02")?, &answer)?;
    let ticket = told(answered, out)?;
    standing(&ticket, book, "2026-03-30T10:00+02", out)?;
    let how = Resolution {
        text: Some(Note::parse("Line card replaced")?),
        ..Resolution::default()
    };
    let ticket = told(
        ticket.resolve(&act(book, AGENT, "2026-03-31T09:30+02")?, how)?,
        out,
    )?;
    standing(&ticket, book, "2026-04-10T09:00+02", out)
}

/// One that nobody touches, and that is looked at only a month later: what the clock did has its own instants.
fn forgotten(book: &SlaBook, out: &mut impl Write) -> Outcome<()> {
    writeln!(out, "One that was forgotten")?;
    let made = Ticket::create(&act(book, CUSTOMER, "2026-03-27T15:00+01")?, outage()?)?;
    let ticket = told(made, out)?;
    told(
        ticket.tick(&act(book, Actor::System, "2026-04-27T12:00+02")?),
        out,
    )?;
    Ok(())
}

/// Who acts, when, and by which policies that is judged.
fn act<'a>(book: &'a SlaBook, by: Actor, at: &str) -> Outcome<Act<'a>> {
    Ok(Act {
        by,
        at: at.parse()?,
        book,
        tier: None,
        reopen_window: DEFAULT_REOPEN_WINDOW,
    })
}

/// Monday to Friday, 8 to 17 o'clock in Berlin.
fn office() -> Outcome<CalendarVersion> {
    let time = |text| Time::parse(text).ok_or("no such time");
    let day = vec![Span::new(time("08:00")?, time("17:00")?)];
    let free = Vec::new();
    let spec = CalendarSpec {
        name: "Office".to_owned(),
        timezone: "Europe/Berlin".to_owned(),
        always_open: false,
        hours: [
            day.clone(),
            day.clone(),
            day.clone(),
            day.clone(),
            day,
            free.clone(),
            free,
        ],
        holidays: Vec::new(),
    };
    let id = CalendarVersionId(Uuid::from_u128(11));
    let version = CalendarVersion::new(id, calendar(), 1, Timestamp::UNIX_EPOCH, false, spec);
    version.map_err(|faults| format!("{faults:?}").into())
}

const fn calendar() -> CalendarId {
    CalendarId(Uuid::from_u128(10))
}

/// Outages: an answer within one office hour, resolved within ten; the clock stands still while the customer is asked.
fn outages() -> PolicyVersion {
    PolicyVersion {
        id: PolicyVersionId(Uuid::from_u128(21)),
        policy: PolicyId(Uuid::from_u128(20)),
        version: 1,
        effective_from: Timestamp::UNIX_EPOCH,
        applies_to_open: false,
        retired: false,
        spec: PolicySpec {
            name: "Outages".to_owned(),
            position: 10,
            conditions: Conditions {
                categories: vec![Category::OutageReport],
                ..Conditions::default()
            },
            targets: Targets {
                first_response: Some(SignedDuration::from_hours(1)),
                next_response: None,
                resolution: Some(SignedDuration::from_hours(10)),
            },
            calendar: Some(calendar()),
            pause_statuses: vec![Status::PendingCustomer],
            warning_percent: 75,
        },
    }
}

fn outage() -> Outcome<NewTicket> {
    Ok(NewTicket {
        id: TicketId(Uuid::from_u128(100)),
        customer: Some(CustomerId(Uuid::from_u128(9))),
        title: Title::parse("No signal on line 2")?,
        description: Description::parse("The line has been dead since noon.")?,
        category: Category::OutageReport,
        priority: Priority::High,
        service: None,
        contact: None,
        contact_method: ContactMethod::Portal,
        preferred_contact_time: None,
        contact_info: None,
        tags: Vec::new(),
        due_date: None,
        source: Source::Isp,
        attachments: Vec::new(),
        route: None,
    })
}

fn says(id: u128, text: &str) -> Outcome<NewComment> {
    Ok(NewComment {
        id: CommentId(Uuid::from_u128(id)),
        body: CommentBody::parse(text)?,
        is_internal: false,
        attachments: Vec::new(),
    })
}

/// Tells what a decision says happened. A program would write the ticket and its events, in one transaction.
fn told(decision: Decision, out: &mut impl Write) -> Outcome<Ticket> {
    for event in &decision.events {
        let at = event.at.to_zoned(TimeZone::get("Europe/Berlin")?);
        let (who, what) = (event.actor.role_name(), event.action.name());
        writeln!(out, "  {}  {who}: {what}", at.strftime("%a %d %b %H:%M"))?;
    }
    Ok(decision.ticket)
}

/// Asks the clock how the promise to resolve stands at an instant. It may be asked at any, again and again.
fn standing(ticket: &Ticket, book: &SlaBook, at: &str, out: &mut impl Write) -> Outcome<()> {
    let (berlin, at): (_, Timestamp) = (TimeZone::get("Europe/Berlin")?, at.parse()?);
    let words = |at: Timestamp| {
        at.to_zoned(berlin.clone())
            .strftime("%a %d %b %H:%M")
            .to_string()
    };
    let data = ticket.data();
    let sla = data.sla.as_ref().ok_or("no policy applies")?;
    let judge = sla.judge().ok_or("no policy applies")?;
    let (policy, calendar) = book.judged_by(&judge).ok_or("an unknown policy")?;
    let verdict = evaluate(&data.timeline, policy, calendar, sla.since, at);
    let promise = verdict.target(Target::Resolution);
    let stands = match (promise.met_at, promise.due_at) {
        (Some(met), _) => format!("done {}", words(met)),
        (None, Some(due)) => format!("due {}", words(due)),
        (None, None) => "the clock stands still".to_owned(),
    };
    let left = promise.remaining.unwrap_or_default();
    writeln!(
        out,
        "  {}  -> {stands}; {:#} counted, {left:#} left",
        words(at),
        promise.elapsed
    )?;
    Ok(())
}
