//! What clients write, inward.

use jiff::Timestamp;
use linedesk_app::tickets::{AddComment, CreateTicket};
use linedesk_domain::class::{ContactMethod, Source};
use linedesk_domain::ids::{ContactId, CustomerId, TeamId, TicketId, UserId};
use linedesk_domain::text::{CommentBody, Description, Label, Tag, Title};
use linedesk_domain::ticket::TicketData;
use linedesk_domain::ticket::edit::{Edit, Patch};

use super::moment::moment;
use crate::crm::dto::comment::{CrmAddCommentBody, CrmCommentBody, CrmEditCommentBody};
use crate::crm::dto::ticket::{CrmAssignBody, CrmTicketBody, CrmTicketPatchBody};
use crate::crm::words::{CrmCategory, CrmPriority, CrmStatus};
use crate::extract::faults::Wrong;
use crate::extract::{Body, Faults, Given, parse};

/// Something that is named by its identity or its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TeamNamed {
    /// By its identity.
    Id(TeamId),
    /// By its name.
    Name(String),
}

/// A ticket as a client writes it, whole or in part.
#[derive(Debug, Clone, Default)]
pub struct CrmTicket {
    /// `subject`
    pub subject: Option<Title>,
    /// `description`
    pub description: Option<Description>,
    /// `status`
    pub status: Option<CrmStatus>,
    /// `priority`
    pub priority: Option<CrmPriority>,
    /// `category`
    pub category: Option<CrmCategory>,
    /// `company`
    pub company: Option<CustomerId>,
    /// `contact`
    pub contact: Patch<ContactId>,
    /// `assigned_to`
    pub assigned_to: Patch<UserId>,
    /// `assigned_team`
    pub assigned_team: Patch<TeamNamed>,
    /// `due_date`
    pub due_date: Patch<Timestamp>,
    /// `tags`
    pub tags: Option<Vec<Tag>>,
}

impl Body for CrmTicketPatchBody {
    type Command = CrmTicket;

    fn command(self, faults: &mut Faults) -> Option<CrmTicket> {
        Some(CrmTicket {
            subject: self.subject.unless_null("subject", faults, parse::text),
            description: self
                .description
                .unless_null("description", faults, parse::text),
            status: self.status.unless_null("status", faults, parse::word),
            priority: self.priority.unless_null("priority", faults, parse::word),
            category: self.category.unless_null("category", faults, parse::word),
            company: self.company.optional("company", faults, parse::id),
            contact: self.contact.patch("contact", faults, parse::id),
            assigned_to: self.assigned_to.patch("assigned_to", faults, parse::id),
            assigned_team: blank_clears(self.assigned_team.patch("assigned_team", faults, team)),
            due_date: blank_clears(self.due_date.patch("due_date", faults, moment)),
            tags: match self.tags {
                Given::Null => Some(Vec::new()),
                given => given.optional("tags", faults, tags),
            },
        })
    }
}

impl Body for CrmTicketBody {
    /// A ticket with its subject and description.
    type Command = CrmTicket;

    fn command(self, faults: &mut Faults) -> Option<CrmTicket> {
        for (name, given) in [
            ("subject", &self.subject),
            ("description", &self.description),
        ] {
            if matches!(given, Given::Absent | Given::Null) {
                faults.push(name, "required", "is required");
            }
        }
        let Self {
            subject,
            description,
            status,
            priority,
            category,
            company,
            contact,
            assigned_to,
            assigned_team,
            due_date,
            tags,
        } = self;
        let fields = CrmTicketPatchBody {
            subject,
            description,
            status,
            priority,
            category,
            company,
            contact,
            assigned_to,
            assigned_team,
            due_date,
            tags,
        };
        fields.command(faults)
    }
}

/// A team's identity or name; an empty text is no team.
fn team(text: impl AsRef<str>) -> Result<Option<TeamNamed>, Wrong> {
    let named = |name: Label| match parse::uuid(name.as_str()) {
        Some(id) => TeamNamed::Id(TeamId(id)),
        None => TeamNamed::Name(name.as_str().to_owned()),
    };
    Ok(parse::text_or_none(text)?.map(named))
}

fn blank_clears<T>(patch: Patch<Option<T>>) -> Patch<T> {
    match patch {
        Patch::Keep => Patch::Keep,
        Patch::Clear | Patch::Set(None) => Patch::Clear,
        Patch::Set(Some(value)) => Patch::Set(value),
    }
}

/// Labels between commas; none between two commas is none.
fn tags(text: impl AsRef<str>) -> Result<Vec<Tag>, Wrong> {
    let tags = text.as_ref().split(',').map(str::trim);
    tags.filter(|tag| !tag.is_empty())
        .map(parse::text)
        .collect()
}

impl CrmTicket {
    /// A new ticket, and what is done to it at once. `team` is the one that is named.
    pub fn create(self, team: Patch<TeamId>) -> Option<(CreateTicket, Edit)> {
        let contact = match self.contact {
            Patch::Set(contact) => Some(contact),
            Patch::Keep | Patch::Clear => None,
        };
        let due_date = match self.due_date {
            Patch::Set(due_date) => Some(due_date),
            Patch::Keep | Patch::Clear => None,
        };
        let new = CreateTicket {
            customer: self.company,
            title: self.subject?,
            description: self.description?,
            category: self.category.unwrap_or(CrmCategory::General).category(),
            priority: self.priority.unwrap_or(CrmPriority::Medium).priority(),
            service: None,
            contact,
            contact_method: ContactMethod::Portal,
            preferred_contact_time: None,
            contact_info: None,
            tags: self.tags.unwrap_or_default(),
            due_date,
            attachments: Vec::new(),
            source: Source::Crm,
        };
        let then = Edit {
            // What a new ticket is anyway needs no step.
            status: self
                .status
                .and_then(|status| status.meant(linedesk_domain::workflow::Status::Open)),
            team: only_set(team),
            assignee: only_set(self.assigned_to).map(|user| (user, None)),
            ..Edit::default()
        };
        Some((new, then))
    }

    /// What it means for a ticket as it is: a word that the client was shown changes nothing.
    pub fn edit(&self, team: &Patch<TeamId>, data: &TicketData) -> Edit {
        Edit {
            title: self.subject.clone(),
            description: self.description.clone(),
            status: self.status.and_then(|status| status.meant(data.status)),
            priority: self
                .priority
                .and_then(|priority| priority.meant(data.priority)),
            category: self
                .category
                .and_then(|category| category.meant(data.category)),
            contact: self.contact.clone(),
            tags: self.tags.clone(),
            due_date: self.due_date.clone(),
            team: match (&self.assigned_to, data.assignee) {
                // Who takes it from its user and names its team leaves it to the team.
                (Patch::Clear, Some(_)) => team.clone(),
                _ => unless_so(team.clone(), data.team.as_ref()),
            },
            assignee: unless_so(self.assigned_to.clone(), data.assignee.as_ref())
                .map(|user| (user, None)),
            ..Edit::default()
        }
    }
}

/// Of a new ticket nothing has to be cleared.
fn only_set<T>(patch: Patch<T>) -> Patch<T> {
    match patch {
        Patch::Set(value) => Patch::Set(value),
        Patch::Keep | Patch::Clear => Patch::Keep,
    }
}

/// Nothing where the field is so already.
fn unless_so<T: PartialEq>(patch: Patch<T>, present: Option<&T>) -> Patch<T> {
    match patch {
        Patch::Set(value) if Some(&value) == present => Patch::Keep,
        Patch::Clear if present.is_none() => Patch::Keep,
        patch => patch,
    }
}

impl Body for CrmAssignBody {
    /// Who; `None`: nobody.
    type Command = AssignCommand;

    fn command(self, faults: &mut Faults) -> Option<AssignCommand> {
        match self.user_id {
            Given::Null => Some(AssignCommand(None)),
            given => given
                .required("user_id", faults, parse::id)
                .map(|user| AssignCommand(Some(user))),
        }
    }
}

/// Who is to work on a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssignCommand(pub Option<UserId>);

impl Body for CrmAddCommentBody {
    type Command = AddComment;

    fn command(self, faults: &mut Faults) -> Option<AddComment> {
        let is_internal = self.is_internal.or("is_internal", faults, false);
        Some(AddComment {
            body: self.text.required("text", faults, parse::text)?,
            is_internal,
            attachments: Vec::new(),
        })
    }
}

impl Body for CrmCommentBody {
    /// The ticket and the comment.
    type Command = (TicketId, AddComment);

    fn command(self, faults: &mut Faults) -> Option<Self::Command> {
        let ticket = self.ticket.required("ticket", faults, parse::id);
        let comment = CrmAddCommentBody {
            text: self.text,
            is_internal: self.is_internal,
        };
        let comment = comment.command(faults);
        Some((ticket?, comment?))
    }
}

/// What of a comment is to change.
#[derive(Debug)]
pub struct EditComment {
    /// Its text; left out it stays.
    pub text: Option<CommentBody>,
    /// What the client takes it for.
    pub is_internal: Option<bool>,
}

impl Body for CrmEditCommentBody {
    type Command = EditComment;

    fn command(self, faults: &mut Faults) -> Option<EditComment> {
        Some(EditComment {
            text: self.text.unless_null("text", faults, parse::text),
            is_internal: self.is_internal.optional("is_internal", faults, Ok),
        })
    }
}

#[cfg(test)]
mod tests {
    use linedesk_domain::class::Category;

    use super::*;
    use crate::extract::body::parse;

    fn read(body: &str) -> CrmTicket {
        parse::<CrmTicketPatchBody>(body.as_bytes()).unwrap()
    }

    #[test]
    fn tags_are_separated_by_commas() {
        let tags = |body| {
            let tags = read(body).tags.unwrap();
            tags.iter()
                .map(|tag| tag.as_str().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            tags(r#"{"tags":"urgent, Zone-Offline,,"}"#),
            ["urgent", "zone-offline"]
        );
        assert!(tags(r#"{"tags":""}"#).is_empty() && tags(r#"{"tags":null}"#).is_empty());
        assert_eq!(read("{}").tags, None);
    }

    #[test]
    fn what_a_client_does_not_know_is_ignored_and_what_it_misspells_is_named() {
        assert!(
            read(r#"{"colour":"red","comments":[],"id":7}"#)
                .subject
                .is_none()
        );
        let body = br#"{"status":"open","priority":"critical","contact":"x","subject":" "}"#;
        let refused = parse::<CrmTicketPatchBody>(body).unwrap_err();
        let fields: Vec<_> = refused
            .faults
            .iter()
            .map(|fault| fault.field.as_str())
            .collect();
        assert_eq!(fields, ["subject", "status", "priority", "contact"]);
    }

    #[test]
    fn a_new_ticket_needs_a_subject_and_a_description() {
        let refused = parse::<CrmTicketBody>(br#"{"subject":null}"#).unwrap_err();
        let fields: Vec<_> = refused
            .faults
            .iter()
            .map(|fault| fault.field.as_str())
            .collect();
        assert_eq!(fields, ["subject", "description"]);
        let new = parse::<CrmTicketBody>(br#"{"subject":"a","description":"b","status":"new"}"#);
        let (new, then) = new.unwrap().create(Patch::Keep).unwrap();
        assert_eq!(new.category, Category::GeneralInquiry);
        assert_eq!(then, Edit::default());
    }

    #[test]
    fn what_is_so_already_is_not_written() {
        assert_eq!(unless_so(Patch::Set(1), Some(&1)), Patch::Keep);
        assert_eq!(unless_so(Patch::Set(2), Some(&1)), Patch::Set(2));
        assert_eq!(unless_so(Patch::<u8>::Clear, None), Patch::Keep);
        assert_eq!(unless_so(Patch::Clear, Some(&1)), Patch::Clear);
    }
}
