//! History.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::instant::Instant;

/// One thing that happened to a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketHistoryEntry)]
pub struct EntryDto<'a> {
    /// Its identity: for staff its place among everything that ever happened, for customers its `sequence`.
    pub id: i64,
    /// Its place in what the reader may see of the ticket's history, from 1, without gaps.
    pub sequence: u64,
    /// When it happened.
    pub at: Instant,
    /// Who did it.
    pub actor: ActorDto<'a>,
    /// What it was: `created`, `updated`, `status_changed`, `assigned`, `escalated`, `resolved`, `closed`, `reopened`,
    /// `merged`, `merge_received`, `commented`, `comment_edited`, `comment_deleted`, `attachment_added`, `linked`,
    /// `deleted`, `sla_warning`, `sla_breach`.
    pub action: &'static str,
    /// The comment, file or other ticket that it was about.
    pub subject_id: Option<Uuid>,
    /// What changed on the ticket.
    pub changes: Vec<ChangeDto<'a>>,
    /// What was said with it.
    pub note: Option<&'a str>,
}

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Actor)]
pub struct ActorDto<'a> {
    /// The user; `null` for the program itself and for people who had not signed in.
    pub id: Option<Uuid>,
    /// The user's name.
    pub name: Option<&'a str>,
    /// `customer`, `service`, `agent`, `lead`, `admin`, `anonymous` or `system`.
    pub role: &'static str,
}

/// A field that changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub struct ChangeDto<'a> {
    /// Which.
    pub field: &'static str,
    /// Its value before: a text, a number, a list or `null`.
    #[schema(value_type = Value)]
    pub from: ValueDto<'a>,
    /// Its value after.
    #[schema(value_type = Value)]
    pub to: ValueDto<'a>,
}

/// A field's value.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum ValueDto<'a> {
    /// Nothing.
    Null,
    /// A text, an id, an instant.
    Text(&'a str),
    /// A number.
    Number(i64),
    /// Several texts.
    List(&'a [String]),
}

/// A ticket's history, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketHistory)]
pub struct HistoryDto<'a> {
    /// The entries.
    pub history: Vec<EntryDto<'a>>,
    /// How many there are in all; at least so many where `total_is_exact` is false.
    pub total: u64,
    /// Whether `total` is all of them.
    pub total_is_exact: bool,
    /// The longest this page could be.
    pub limit: u32,
    /// How many came before it.
    pub offset: u64,
}
