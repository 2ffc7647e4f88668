//! A ticket with everything around it.

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::attachment::AttachmentDto;
use super::comment::CommentDto;
use super::history::EntryDto;
use super::ticket::{TicketDto, TicketSummary};
use crate::instant::Instant;
use crate::isp::audience::Nullable;

/// A ticket with everything around it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketDetail)]
pub struct TicketDetailDto<'a> {
    /// The ticket itself.
    #[serde(flatten)]
    pub ticket: TicketDto<'a>,
    /// Whose it is.
    pub customer_details: Option<CustomerSummary<'a>>,
    /// The service concerned.
    pub service_details: Option<ServiceSummary<'a>>,
    /// The person to talk to.
    pub contact_details: Option<ContactSummary<'a>>,
    /// The agent who works on it.
    pub assignee: Option<Named<'a>>,
    /// The team that works on it.
    pub team: Option<Named<'a>>,
    /// How its promises stand, in short.
    pub sla_metrics: SlaMetrics,
    /// What the customer thinks of the resolution, once it said so.
    pub satisfaction: Option<SatisfactionDto<'a>>,
    /// Its newest 100 entries of history, oldest first, unless `include_history=false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<Vec<EntryDto<'a>>>,
    /// Its newest 100 comments, oldest first, unless `include_comments=false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<Vec<CommentDto<'a>>>,
    /// Its files, at most 200.
    pub attachments: Vec<AttachmentDto<'a>>,
    /// Tickets beside it: merged, linked, of the same service and open; at most 50.
    pub related_tickets: Vec<TicketSummary<'a>>,
}

/// What a customer thinks of a resolution.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Satisfaction)]
pub struct SatisfactionDto<'a> {
    /// How content it is, 1 (not at all) to 5 (very).
    pub score: u8,
    /// How easy it was to get help, 1 (very hard) to 7 (very easy).
    pub effort: Option<u8>,
    /// In its own words.
    pub comment: Option<&'a str>,
    /// When it said so.
    pub created_at: Instant,
}

/// A customer in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerSummary<'a> {
    /// Identity.
    pub id: Uuid,
    /// Name of the household or company.
    pub name: &'a str,
    /// The provider's own number for it.
    pub account_number: Option<&'a str>,
    /// Address for mail.
    pub email: Option<&'a str>,
    /// Telephone number.
    pub phone: Option<&'a str>,
    /// Tier.
    pub tier: Option<&'a str>,
}

/// A service in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceSummary<'a> {
    /// Identity.
    pub id: Uuid,
    /// Name.
    pub name: &'a str,
    /// What kind.
    pub kind: Option<&'a str>,
    /// The provider's own identifier.
    pub identifier: Option<&'a str>,
    /// Where it is delivered.
    pub site: Option<&'a str>,
    /// How it is.
    pub status: Option<&'a str>,
}

/// A contact in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactSummary<'a> {
    /// Identity.
    pub id: Uuid,
    /// Name.
    pub name: &'a str,
    /// Address for mail.
    pub email: Option<&'a str>,
    /// Telephone number.
    pub phone: Option<&'a str>,
}

/// Somebody or something by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Named<'a> {
    /// Identity.
    pub id: Uuid,
    /// Name.
    pub name: &'a str,
}

/// How a ticket's promises stand, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct SlaMetrics {
    /// Wall-clock hours from creation to the first public answer, two decimals.
    pub response_time_hours: Option<f64>,
    /// Wall-clock hours from creation to resolution, two decimals.
    pub resolution_time_hours: Option<f64>,
    /// Whether a promise is missed or close to it; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sla_breach_risk: Option<bool>,
    /// When it escalates next if nothing happens; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Instant>)]
    pub next_escalation: Option<Nullable<Instant>>,
}

/// What goes with a ticket.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DetailParams {
    /// Whether the history goes with it.
    #[param(default = true)]
    pub include_history: Option<bool>,
    /// Whether the comments go with it.
    #[param(default = true)]
    pub include_comments: Option<bool>,
}
