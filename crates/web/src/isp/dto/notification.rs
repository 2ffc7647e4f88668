//! What users want to hear of, where events are sent to, and messages on their way.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Given, Rest};
use crate::instant::Instant;
use crate::isp::schema;

/// What a user wants to hear of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotificationPreferences)]
pub struct PreferencesDto {
    /// Whether by e-mail at all.
    pub email: bool,
    /// What not.
    #[schema(value_type = Vec<schema::NoticeName>)]
    pub muted: Vec<&'static str>,
}

/// What a user wants to hear of; what is left out is as it is for somebody who never said.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "email": true, "muted": ["sla_warning"] }))]
pub struct PreferencesBody {
    /// Whether by e-mail at all; yes if left out.
    #[schema(value_type = bool, required = false)]
    pub email: Given<bool>,
    /// What not; nothing if left out.
    #[schema(value_type = Vec<schema::NoticeName>, required = false)]
    pub muted: Given<Vec<Given<String>>>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// Where events are sent to. Its secret is shown when it is made or renewed, and never again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Webhook)]
pub struct WebhookDto<'a> {
    /// Identity.
    pub id: Uuid,
    /// Where to.
    pub url: &'a str,
    /// What it is for.
    pub description: Option<&'a str>,
    /// The events that it wants, as `ticket.created`; empty: all of them.
    pub events: Vec<String>,
    /// `staff`: it is told of everything but internal notes; `customer`: of what a customer may know.
    #[schema(value_type = schema::AudienceName)]
    pub audience: &'static str,
    /// Whether it is sent anything.
    pub is_active: bool,
    /// Why it is not, where nobody wished so.
    pub disabled_because: Option<&'a str>,
    /// What its messages are signed with, in the answer that made it and never again: `whsec_` and base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Until then they are signed with the secret before the last as well.
    pub old_secret_until: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// All of them, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookList)]
pub struct WebhookListDto<'a> {
    /// The entries.
    pub items: Vec<WebhookDto<'a>>,
    /// How many there are.
    pub total: usize,
}

/// Where events are to be sent.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "url": "https://portal.example.com/hooks", "events": ["ticket.created", "ticket.resolved"] }))]
pub struct NewWebhookBody {
    /// Where to: an address outside, by HTTPS, unless the settings allow others.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 2000)]
    pub url: Given<String>,
    /// What it is for.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub description: Given<String>,
    /// The events that it wants, as `ticket.created`; all of them if left out.
    #[schema(value_type = Option<Vec<String>>)]
    pub events: Given<Vec<Given<String>>>,
    /// `customer` if left out.
    #[schema(value_type = Option<schema::AudienceName>)]
    pub audience: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// What changes; what is left out stays.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
pub struct WebhookPatchBody {
    /// Where to.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 2000)]
    pub url: Given<String>,
    /// What it is for; `null`: nothing.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub description: Given<String>,
    /// The events that it wants; an empty list: all of them.
    #[schema(value_type = Vec<String>, required = false)]
    pub events: Given<Vec<Given<String>>>,
    /// Of what it is told.
    #[schema(value_type = schema::AudienceName, required = false)]
    pub audience: Given<String>,
    /// Whether it is sent anything.
    #[schema(value_type = bool, required = false)]
    pub is_active: Given<bool>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// A message on its way. What it says is not shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OutboxMessage)]
pub struct MessageDto<'a> {
    /// Identity, rising.
    pub id: i64,
    /// `email`, `sms` or `webhook`.
    pub channel: &'static str,
    /// An address, a telephone number, a webhook's id.
    pub receiver: &'a str,
    /// The event that it tells of; `null` where none made it.
    pub event_id: Option<i64>,
    /// The ticket that it is about.
    pub ticket_id: Option<Uuid>,
    /// `pending` or `parked`.
    #[schema(value_type = schema::MessageStateName)]
    pub state: &'static str,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next; `null` for a parked one.
    pub next_attempt_at: Option<Instant>,
    /// What went wrong last.
    pub last_error: Option<&'a str>,
    /// When it was made.
    pub created_at: Instant,
}

/// A page of messages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OutboxPage)]
pub struct OutboxDto<'a> {
    /// The messages, in order of their ids.
    pub items: Vec<MessageDto<'a>>,
    /// Where the next page begins, as `after`; `null` at the end.
    pub next_after: Option<i64>,
}

/// Which messages.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OutboxParams {
    /// Those that were given up, or those on their way.
    #[param(inline, value_type = Option<schema::MessageStateName>)]
    pub state: Option<String>,
    /// With ids above this one.
    #[param(minimum = 0, default = 0)]
    pub after: Option<i64>,
    /// At most so many.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u32>,
}
