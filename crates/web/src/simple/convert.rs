//! Between this dialect's words and the desk's.

use jiff::Timestamp;
use linedesk_app::models::Stored;
use linedesk_app::tickets::CreateTicket;
use linedesk_domain::class::{Category, ContactMethod, Priority, Source};
use linedesk_domain::text::Label;
use linedesk_domain::workflow::Status;

use super::dto::{SimpleCreateBody, SimpleTicketDto, SimpleUpdateBody};
use crate::extract::faults::Wrong;
use crate::extract::{Body, Faults, parse};

/// A ticket to be made, and where it goes at once.
#[derive(Debug)]
pub struct NewSimpleTicket {
    /// The ticket.
    pub ticket: CreateTicket,
    /// The statuses that it is moved through.
    pub steps: Vec<Status>,
}

/// A status as a client names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// One of the four words that tickets are shown with.
    Shown(Shown),
    /// A status by the name that the workflow has for it.
    Exactly(Status),
}

/// A status as clients are shown it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Nobody has taken it up.
    Pending,
    /// Somebody has.
    InProgress,
    /// Done.
    Resolved,
    /// Over.
    Closed,
}

impl Shown {
    const ALL: [Self; 4] = [
        Self::Pending,
        Self::InProgress,
        Self::Resolved,
        Self::Closed,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InProgress => "in_progress",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    const fn of(status: Status) -> Self {
        match status {
            Status::Open | Status::Reopened => Self::Pending,
            Status::Assigned
            | Status::InProgress
            | Status::PendingCustomer
            | Status::PendingVendor => Self::InProgress,
            Status::Resolved => Self::Resolved,
            Status::Closed => Self::Closed,
        }
    }
}

impl Wanted {
    fn parse(word: impl AsRef<str>) -> Result<Self, Wrong> {
        let word = word.as_ref();
        let shown = Shown::ALL.into_iter().find(|shown| shown.word() == word);
        let exact = || Status::parse(word).map(Self::Exactly);
        shown.map(Self::Shown).or_else(exact).ok_or_else(|| {
            let names = parse::names::<Status>();
            ("unknown_value", format!("must be one of pending, {names}"))
        })
    }
}

/// The steps from `present` to what is wanted. None where the ticket is shown so already. What is shown can be reached
/// from anywhere, over a reopening or a taking up where the table has no straight way.
pub fn steps(wanted: Wanted, present: Status) -> Vec<Status> {
    use Status as S;
    let shown = match wanted {
        Wanted::Exactly(status) => return vec![status],
        Wanted::Shown(shown) if shown == Shown::of(present) => return Vec::new(),
        Wanted::Shown(shown) => shown,
    };
    match (shown, present) {
        (Shown::Pending, S::PendingCustomer | S::PendingVendor) => vec![S::InProgress, S::Open],
        (Shown::Pending, S::Resolved | S::Closed) => vec![S::Reopened],
        (Shown::Pending, _) => vec![S::Open],
        (Shown::InProgress, S::Resolved | S::Closed) => vec![S::Reopened, S::InProgress],
        (Shown::InProgress, _) => vec![S::InProgress],
        (Shown::Resolved, S::Closed) => vec![S::Reopened, S::Resolved],
        (Shown::Resolved, _) => vec![S::Resolved],
        (Shown::Closed, _) => vec![S::Closed],
    }
}

/// A ticket outward.
pub fn ticket(stored: &Stored) -> SimpleTicketDto<'_> {
    let Stored { data, numbers } = stored;
    SimpleTicketDto {
        id: numbers.number,
        title: data.title.as_str(),
        description: data.description.as_str(),
        contact_info: data.contact_info.as_ref().map_or("", Label::as_str),
        status: Shown::of(data.status).word(),
        updated_at: seconds(data.updated_at),
        created_at: seconds(data.created_at()),
    }
}

/// An instant as the document prints it: UTC to the second, without saying so.
fn seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

impl Body for SimpleCreateBody {
    type Command = NewSimpleTicket;

    fn command(self, faults: &mut Faults) -> Option<NewSimpleTicket> {
        let Self {
            title,
            description,
            contact_info,
            status,
        } = self;
        let title = title.required("title", faults, parse::text);
        let description = description.required("description", faults, parse::text);
        let contact_info = contact_info.required("contact_info", faults, parse::text_or_none);
        let status = status.optional("status", faults, Wanted::parse);
        let ticket = CreateTicket {
            customer: None,
            title: title?,
            description: description?,
            category: Category::GeneralInquiry,
            priority: Priority::Medium,
            service: None,
            contact: None,
            contact_method: ContactMethod::Portal,
            preferred_contact_time: None,
            contact_info: contact_info?,
            tags: Vec::new(),
            due_date: None,
            attachments: Vec::new(),
            source: Source::Simple,
        };
        let steps = status.map_or_else(Vec::new, |status| steps(status, Status::Open));
        Some(NewSimpleTicket { ticket, steps })
    }
}

impl Body for SimpleUpdateBody {
    type Command = Wanted;

    fn command(self, faults: &mut Faults) -> Option<Wanted> {
        self.status.required("status", faults, Wanted::parse)
    }
}

#[cfg(test)]
mod tests;
