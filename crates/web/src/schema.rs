//! Schemas of values whose names the domain knows: what is described cannot differ from what is accepted.

use std::borrow::Cow;

use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use linedesk_app::models::{JobState, MessageState};
use linedesk_domain::class::{Category, ContactMethod, Priority, Source};
use linedesk_domain::knowledge::template::Placeholder;
use linedesk_domain::knowledge::{Publication, Visibility};
use linedesk_domain::notice::Notice;
use linedesk_domain::people::{Permission, Role};
use linedesk_domain::sla::Outcome;
use linedesk_domain::ticket::merge::Relation;
use linedesk_domain::workflow::Status;

/// Of what a webhook is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookAudience {
    /// Of what a customer may know.
    Customer,
    /// Of everything but internal notes.
    Staff,
}

impl WebhookAudience {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Customer, Self::Staff];

    /// What clients call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Staff => "staff",
        }
    }
}

macro_rules! names {
    ($($(#[$doc:meta])* $type:ident, $name:literal, $names:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $type;

        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                let names: Vec<&'static str> = $names.collect();
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }
        }
    )+};
}

names! {
    /// Where a ticket stands.
    StatusName, "Status", Status::ALL.into_iter().map(Status::name);
    /// How urgent a ticket is.
    PriorityName, "Priority", Priority::ALL.iter().map(|one| one.name());
    /// What a ticket is about.
    CategoryName, "Category", Category::ALL.iter().map(|one| one.name());
    /// How to reach a customer.
    ContactMethodName, "ContactMethod", ContactMethod::ALL.iter().map(|one| one.name());
    /// Which API a ticket came in by.
    SourceName, "Source", Source::ALL.iter().map(|one| one.name());
    /// How one ticket stands to another.
    RelationName, "Relation", Relation::ALL.into_iter().map(Relation::name);
    /// What an account may do.
    RoleName, "Role", Role::ALL.into_iter().map(Role::name);
    /// What an API token may be used for.
    ScopeName, "Scope", Permission::ALL.into_iter().map(Permission::name);
    /// How far long work has come.
    JobStateName, "JobState", JobState::ALL.into_iter().map(JobState::name);
    /// How a promise stands.
    OutcomeName, "SlaOutcome", Outcome::ALL.into_iter().map(Outcome::name);
    /// What people are told of.
    NoticeName, "Notice", Notice::ALL.into_iter().map(Notice::name);
    /// Of what a webhook is told.
    AudienceName, "WebhookAudience", WebhookAudience::ALL.into_iter().map(WebhookAudience::name);
    /// Whether a message is still to be delivered.
    MessageStateName, "MessageState", MessageState::ALL.into_iter().map(MessageState::name);
    /// What an assignee's id names.
    AssignmentType, "AssignmentType", ["user", "team", "auto"].into_iter();
    /// Whether an SLA edit is for tickets to come or for open ones too.
    ApplyTo, "ApplyTo", linedesk_app::sla::ApplyTo::ALL.into_iter().map(linedesk_app::sla::ApplyTo::name);
    /// How far an article has come.
    PublicationName, "ArticleStatus", Publication::ALL.iter().map(|one| one.name());
    /// Who may read an article.
    VisibilityName, "ArticleVisibility", Visibility::ALL.iter().map(|one| one.name());
    /// Something that a ticket fills in.
    PlaceholderName, "Placeholder", Placeholder::ALL.iter().map(|one| one.name());
    /// What became of a line of an article.
    DiffKind, "ArticleDiffKind", ["same", "added", "removed"].into_iter();
    /// What is done to many tickets at once.
    BulkActionName, "BulkAction", ["assign", "status", "priority", "tag", "comment", "close"].into_iter();
}
