//! What happened to a ticket. Events are the one log: history, notifications, live streams and analytics read it.

use jiff::Timestamp;
use uuid::Uuid;

use crate::ids::{AttachmentId, CommentId, TicketId};
use crate::people::Actor;
use crate::sla::Target;

/// One thing that happened, in the past tense, with what its readers need.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When it happened (for the clock's entries: the due instant, not the moment it was noticed).
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What it was.
    pub action: Action,
    /// What changed on the ticket.
    pub changes: Vec<Change>,
    /// What was said with it.
    pub note: Option<String>,
    /// Who may read of it.
    pub audience: Audience,
    /// The maker's wish that the customer be told, where the action lets one choose.
    pub notify_customer: bool,
}

/// Who may read of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// The ticket's customer too.
    Everyone,
    /// Staff alone.
    Staff,
}

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// The ticket was made.
    Created,
    /// Fields were edited.
    Updated,
    /// The status was changed by hand.
    StatusChanged,
    /// Given to a user or team, or taken from them.
    Assigned,
    /// Raised to a higher escalation level.
    Escalated,
    /// Work was declared done.
    Resolved,
    /// The ticket was closed.
    Closed,
    /// The ticket was reopened.
    Reopened,
    /// This ticket was merged into another.
    Merged {
        /// The one that lives on.
        into: TicketId,
    },
    /// Another ticket was merged into this one.
    MergeReceived {
        /// The one that closed.
        from: TicketId,
    },
    /// A comment or internal note was written.
    Commented {
        /// Which.
        comment: CommentId,
    },
    /// A comment was rewritten; `changes` holds the old and the new text.
    CommentEdited {
        /// Which.
        comment: CommentId,
    },
    /// A comment was taken back; `changes` holds its text.
    CommentDeleted {
        /// Which.
        comment: CommentId,
    },
    /// A file was added.
    AttachmentAdded {
        /// Which.
        attachment: AttachmentId,
    },
    /// The customer said how content it was with the resolution; `changes` holds the scores, `note` its comment.
    Rated,
    /// A link to another ticket was made.
    Linked {
        /// The other ticket.
        to: TicketId,
    },
    /// The ticket was deleted.
    Deleted,
    /// Another policy came to judge the ticket, without anybody touching it.
    SlaRejudged,
    /// A target's warning share was used up.
    SlaWarning {
        /// Of which target.
        target: Target,
    },
    /// A target was missed.
    SlaBreach {
        /// Which.
        target: Target,
    },
}

impl Action {
    /// The stable name that clients read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::StatusChanged => "status_changed",
            Self::Assigned => "assigned",
            Self::Escalated => "escalated",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Merged { .. } => "merged",
            Self::MergeReceived { .. } => "merge_received",
            Self::Commented { .. } => "commented",
            Self::CommentEdited { .. } => "comment_edited",
            Self::CommentDeleted { .. } => "comment_deleted",
            Self::AttachmentAdded { .. } => "attachment_added",
            Self::Rated => "rated",
            Self::Linked { .. } => "linked",
            Self::Deleted => "deleted",
            Self::SlaRejudged => "sla_rejudged",
            Self::SlaWarning { .. } => "sla_warning",
            Self::SlaBreach { .. } => "sla_breach",
        }
    }
}

impl Action {
    /// Every name, in the order of the actions.
    pub const NAMES: [&'static str; 20] = [
        "created",
        "updated",
        "status_changed",
        "assigned",
        "escalated",
        "resolved",
        "closed",
        "reopened",
        "merged",
        "merge_received",
        "commented",
        "comment_edited",
        "comment_deleted",
        "attachment_added",
        "linked",
        "deleted",
        "sla_rejudged",
        "sla_warning",
        "sla_breach",
        "rated",
    ];

    /// The comment, file or other ticket that it was about.
    pub const fn subject(self) -> Option<Uuid> {
        match self {
            Self::Merged { into } => Some(into.0),
            Self::MergeReceived { from } => Some(from.0),
            Self::Linked { to } => Some(to.0),
            Self::Commented { comment }
            | Self::CommentEdited { comment }
            | Self::CommentDeleted { comment } => Some(comment.0),
            Self::AttachmentAdded { attachment } => Some(attachment.0),
            _ => None,
        }
    }
}

/// A field of a ticket as the history names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// `title`
    Title,
    /// `description`
    Description,
    /// `category`
    Category,
    /// `priority`
    Priority,
    /// `status`
    Status,
    /// `service_id`
    Service,
    /// `contact_id`
    Contact,
    /// `contact_method`
    ContactMethod,
    /// `preferred_contact_time`
    PreferredContactTime,
    /// `contact_info`
    ContactInfo,
    /// `tags`
    Tags,
    /// `assigned_to`
    Assignee,
    /// `assigned_team`
    Team,
    /// `escalation_level`
    EscalationLevel,
    /// `due_date`
    DueDate,
    /// `merged_into`
    MergedInto,
    /// `resolution`
    Resolution,
    /// `resolution_code`
    ResolutionCode,
    /// `resolution_template_id`: the canned answer that it was resolved with
    ResolutionTemplate,
    /// `staff_message`
    StaffMessage,
    /// `satisfaction_score`: 1 to 5
    SatisfactionScore,
    /// `effort_score`: 1 to 7
    EffortScore,
    /// `comment`
    Comment,
    /// `attachment`
    Attachment,
    /// `link`
    Link,
    /// `sla_target`
    SlaTarget,
    /// `sla_policy`: the policy version that judges
    SlaPolicy,
    /// `sla_calendar`: the calendar version that it is judged by
    SlaCalendar,
}

impl Field {
    /// Every field, in the order in which the history lists changes.
    pub const ALL: [Self; 28] = [
        Self::Title,
        Self::Description,
        Self::Category,
        Self::Priority,
        Self::Status,
        Self::Service,
        Self::Contact,
        Self::ContactMethod,
        Self::PreferredContactTime,
        Self::ContactInfo,
        Self::Tags,
        Self::Assignee,
        Self::Team,
        Self::EscalationLevel,
        Self::DueDate,
        Self::MergedInto,
        Self::Resolution,
        Self::ResolutionCode,
        Self::ResolutionTemplate,
        Self::StaffMessage,
        Self::SatisfactionScore,
        Self::EffortScore,
        Self::Comment,
        Self::Attachment,
        Self::Link,
        Self::SlaTarget,
        Self::SlaPolicy,
        Self::SlaCalendar,
    ];

    /// The name that clients read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Description => "description",
            Self::Category => "category",
            Self::Priority => "priority",
            Self::Status => "status",
            Self::Service => "service_id",
            Self::Contact => "contact_id",
            Self::ContactMethod => "contact_method",
            Self::PreferredContactTime => "preferred_contact_time",
            Self::ContactInfo => "contact_info",
            Self::Tags => "tags",
            Self::Assignee => "assigned_to",
            Self::Team => "assigned_team",
            Self::EscalationLevel => "escalation_level",
            Self::DueDate => "due_date",
            Self::MergedInto => "merged_into",
            Self::Resolution => "resolution",
            Self::ResolutionCode => "resolution_code",
            Self::ResolutionTemplate => "resolution_template_id",
            Self::StaffMessage => "staff_message",
            Self::SatisfactionScore => "satisfaction_score",
            Self::EffortScore => "effort_score",
            Self::Comment => "comment",
            Self::Attachment => "attachment",
            Self::Link => "link",
            Self::SlaTarget => "sla_target",
            Self::SlaPolicy => "sla_policy",
            Self::SlaCalendar => "sla_calendar",
        }
    }

    /// The field of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// Whether a customer never reads it.
    pub const fn is_staff_only(self) -> bool {
        matches!(
            self,
            Self::ResolutionTemplate
                | Self::EscalationLevel
                | Self::SlaTarget
                | Self::SlaPolicy
                | Self::SlaCalendar
        )
    }
}

/// One field's change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which field.
    pub field: Field,
    /// Its value before.
    pub from: Value,
    /// Its value after.
    pub to: Value,
}

/// A field's value as the history keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A name, a text, an id or an instant in its usual spelling.
    Text(String),
    /// A number.
    Number(i64),
    /// Several texts.
    List(Vec<String>),
}

impl Value {
    /// The text of anything that can be printed, `Null` for `None`.
    pub fn of<T: ToString>(value: Option<T>) -> Self {
        value.map_or(Self::Null, |v| Self::Text(v.to_string()))
    }
}

impl Event {
    /// The event as a customer may read it, or `None` where it may not.
    #[must_use]
    pub fn for_customer(mut self) -> Option<Self> {
        if self.audience == Audience::Staff {
            return None;
        }
        self.changes.retain(|change| !change.field.is_staff_only());
        match self.action {
            // Notes on assignment (a new ticket's is why routing chose somebody) and escalation are between staff; edited
            // comments show their new text only.
            Action::Created | Action::Assigned | Action::Escalated => self.note = None,
            Action::CommentEdited { .. } | Action::CommentDeleted { .. } => self.changes.clear(),
            _ => {}
        }
        Some(self)
    }

    /// The event as the customer of a ticket that was deleted since may read it: that it was, and nothing else of it.
    #[must_use]
    pub fn for_customer_of_deleted(self) -> Option<Self> {
        (self.action == Action::Deleted).then_some(Self {
            changes: Vec::new(),
            note: None,
            audience: Audience::Everyone,
            ..self
        })
    }
}
