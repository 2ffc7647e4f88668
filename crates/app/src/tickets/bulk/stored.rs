//! What a bulk job does and what became of each ticket, as JSON in the job and its rows.

use linedesk_domain::class::Priority;
use linedesk_domain::ids::{JobId, TeamId, TemplateId, TicketId, UserId};
use linedesk_domain::people::Permission;
use linedesk_domain::text::{CommentBody, Label, Note, Tag};
use linedesk_domain::ticket::status::Resolution;
use linedesk_domain::workflow::Status;
use linedesk_ports::jobs::{ItemOutcome, Job};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::refusal::Refusal;
use super::{AssignTo, BulkAction, BulkOutcome};
use crate::error::{Error, Kind};
use crate::jobs::corrupt;

/// What a job does, and with which rights at most.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) action: BulkAction,
    /// What the API token allowed that asked for it.
    pub(super) permissions: Option<Vec<Permission>>,
}

#[derive(Serialize, Deserialize)]
struct Input {
    action: Action,
    permissions: Option<Vec<String>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    Assign(To),
    Status(String),
    Priority(String),
    Tag {
        add: Vec<String>,
        remove: Vec<String>,
    },
    Comment {
        body: String,
        is_internal: bool,
    },
    Close {
        text: Option<String>,
        code: Option<String>,
        template: Option<Uuid>,
        notify_customer: bool,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum To {
    User(Uuid),
    Team(Uuid),
    TeamNamed(String),
    Nobody,
    Auto,
}

/// As the job keeps it.
pub(super) fn write_plan(plan: &Plan) -> Result<String, Error> {
    let names = |held: &Vec<Permission>| held.iter().map(|one| one.name().to_owned()).collect();
    let input = Input {
        action: Action::of(&plan.action),
        permissions: plan.permissions.as_ref().map(names),
    };
    serde_json::to_string(&input).map_err(|error| Error::unwritable(&error))
}

/// Out of the job.
pub(super) fn read_plan(job: &Job) -> Result<Plan, Error> {
    let wrong = |what: &str| corrupt("jobs", job.new.id, format!("input: {what}"));
    let input: Input =
        serde_json::from_str(&job.new.input).map_err(|error| wrong(&error.to_string()))?;
    let action = input.action.into_action();
    let permissions = input.permissions.map(|names| {
        let parsed = names.iter().map(|name| Permission::parse(name));
        parsed.collect::<Option<Vec<_>>>()
    });
    let unknown = || wrong("a name in it means nothing");
    Ok(Plan {
        action: action.ok_or_else(unknown)?,
        permissions: permissions
            .map(|held| held.ok_or_else(unknown))
            .transpose()?,
    })
}

impl Action {
    fn of(action: &BulkAction) -> Self {
        let tags = |tags: &[Tag]| tags.iter().map(|tag| tag.as_str().to_owned()).collect();
        match action {
            BulkAction::Assign(to) => Self::Assign(match to {
                AssignTo::User(id) => To::User(id.0),
                AssignTo::Team(id) => To::Team(id.0),
                AssignTo::TeamNamed(name) => To::TeamNamed(name.clone()),
                AssignTo::Nobody => To::Nobody,
                AssignTo::Auto => To::Auto,
            }),
            BulkAction::Status(status) => Self::Status(status.name().to_owned()),
            BulkAction::Priority(priority) => Self::Priority(priority.name().to_owned()),
            BulkAction::Tag { add, remove } => Self::Tag {
                add: tags(add),
                remove: tags(remove),
            },
            BulkAction::Comment { body, is_internal } => Self::Comment {
                body: body.as_str().to_owned(),
                is_internal: *is_internal,
            },
            BulkAction::Close(how) => Self::Close {
                text: how.text.as_ref().map(|text| text.as_str().to_owned()),
                code: how.code.as_ref().map(|code| code.as_str().to_owned()),
                template: how.template.map(|id| id.0),
                notify_customer: how.notify_customer,
            },
        }
    }

    /// `None` where a text in it means nothing.
    fn into_action(self) -> Option<BulkAction> {
        let tags = |tags: &[String]| -> Option<Vec<Tag>> {
            tags.iter().map(|tag| Tag::parse(tag).ok()).collect()
        };
        Some(match self {
            Self::Assign(to) => BulkAction::Assign(match to {
                To::User(id) => AssignTo::User(UserId(id)),
                To::Team(id) => AssignTo::Team(TeamId(id)),
                To::TeamNamed(name) => AssignTo::TeamNamed(name),
                To::Nobody => AssignTo::Nobody,
                To::Auto => AssignTo::Auto,
            }),
            Self::Status(name) => BulkAction::Status(Status::parse(&name)?),
            Self::Priority(name) => BulkAction::Priority(Priority::parse(&name)?),
            Self::Tag { add, remove } => BulkAction::Tag {
                add: tags(&add)?,
                remove: tags(&remove)?,
            },
            Self::Comment { body, is_internal } => BulkAction::Comment {
                body: CommentBody::parse(&body).ok()?,
                is_internal,
            },
            Self::Close {
                text,
                code,
                template,
                notify_customer,
            } => BulkAction::Close(Resolution {
                text: match text {
                    Some(text) => Some(Note::parse(&text).ok()?),
                    None => None,
                },
                code: match code {
                    Some(code) => Some(Label::parse(&code).ok()?),
                    None => None,
                },
                template: template.map(TemplateId),
                notify_customer,
            }),
        })
    }
}

#[derive(Serialize, Deserialize)]
struct Row {
    ticket: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<RefusalRow>,
}

#[derive(Serialize, Deserialize)]
struct RefusalRow {
    kind: String,
    code: String,
    detail: String,
}

/// What became of a ticket, as its row keeps it.
pub(super) fn write_outcome(
    job: JobId,
    nth: i64,
    outcome: BulkOutcome,
) -> Result<ItemOutcome, Error> {
    let is_failure = outcome.refusal.is_some();
    let row = Row {
        ticket: outcome.ticket.0,
        refusal: outcome.refusal.map(|refusal| RefusalRow {
            kind: refusal.kind.name().to_owned(),
            code: refusal.code,
            detail: refusal.detail,
        }),
    };
    Ok(ItemOutcome {
        job,
        nth,
        is_failure,
        body: serde_json::to_string(&row).map_err(|error| Error::unwritable(&error))?,
    })
}

/// Out of its row.
pub(super) fn read_outcome(outcome: &ItemOutcome) -> Result<BulkOutcome, Error> {
    let wrong = |what: &str| corrupt("job_rows", outcome.job, what);
    let row: Row =
        serde_json::from_str(&outcome.body).map_err(|error| wrong(&error.to_string()))?;
    let refusal = match row.refusal {
        None => None,
        Some(RefusalRow { kind, code, detail }) => Some(Refusal {
            kind: Kind::parse(&kind).ok_or_else(|| wrong("an unknown kind of failure"))?,
            code,
            detail,
        }),
    };
    Ok(BulkOutcome {
        ticket: TicketId(row.ticket),
        refusal,
    })
}

#[cfg(test)]
mod tests;
