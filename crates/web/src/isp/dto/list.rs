//! Lists of tickets.

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::ticket::TicketDto;
use crate::isp::schema;

/// A page of tickets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketList)]
pub struct TicketListDto<'a> {
    /// The tickets.
    pub tickets: Vec<TicketDto<'a>>,
    /// How many match in all; at least so many where `total_is_exact` is false.
    pub total: u64,
    /// Whether `total` is all of them: up to 10,000 it always is.
    pub total_is_exact: bool,
    /// The longest this page could be.
    pub limit: u32,
    /// How many came before it; `null` where it began at a cursor.
    pub offset: Option<u64>,
    /// Where the next page begins; `null` at the end.
    pub next_cursor: Option<String>,
    /// The tickets that match every filter but status and `sla_breach`.
    pub summary: SummaryDto,
    /// Whether the summary's numbers are all of them; where not, each is a lower bound.
    pub summary_is_exact: bool,
}

/// How the tickets stand that match every filter but status and `sla_breach`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketListSummary)]
pub struct SummaryDto {
    /// Waiting for somebody to take them.
    pub open: u64,
    /// Given to somebody who has not started.
    pub assigned: u64,
    /// Being worked on.
    pub in_progress: u64,
    /// Waiting for the customer.
    pub pending_customer: u64,
    /// Waiting for a supplier.
    pub pending_vendor: u64,
    /// Done; the customer may still object.
    pub resolved: u64,
    /// Finished.
    pub closed: u64,
    /// Came back.
    pub reopened: u64,
    /// Unresolved and past their due time.
    pub overdue: u64,
    /// With a missed SLA target.
    pub sla_breach: u64,
}

/// Filters of tickets. Several values between commas are alternatives.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FilterParams {
    /// Statuses, between commas.
    #[param(inline, value_type = Option<Vec<schema::StatusName>>, style = Form, explode = false)]
    pub status: Option<Vec<String>>,
    /// Priorities, between commas.
    #[param(inline, value_type = Option<Vec<schema::PriorityName>>, style = Form, explode = false)]
    pub priority: Option<Vec<String>>,
    /// Categories, between commas.
    #[param(inline, value_type = Option<Vec<schema::CategoryName>>, style = Form, explode = false)]
    pub category: Option<Vec<String>>,
    /// Agents by id, between commas.
    #[param(style = Form, explode = false)]
    pub assigned_to: Option<Vec<Uuid>>,
    /// Teams by id or name, between commas.
    #[param(style = Form, explode = false)]
    pub assigned_team: Option<Vec<String>>,
    /// Customers by id, between commas.
    #[param(style = Form, explode = false)]
    pub customer_id: Option<Vec<Uuid>>,
    /// Services by id, between commas.
    #[param(style = Form, explode = false)]
    pub service_id: Option<Vec<Uuid>>,
    /// Tags, between commas; a ticket has to have all of them.
    #[param(style = Form, explode = false)]
    pub tag: Option<Vec<String>>,
    /// Without (or with) an agent who works on it.
    pub unassigned: Option<bool>,
    /// Unresolved and past its due time, or not.
    pub overdue: Option<bool>,
    /// With a missed SLA target, or without.
    pub sla_breach: Option<bool>,
    /// Made on that day or later.
    #[param(format = Date)]
    pub created_from: Option<String>,
    /// Made on that day or earlier.
    #[param(format = Date)]
    pub created_to: Option<String>,
    /// The IANA time zone of those days; UTC if left out.
    #[param(example = "Europe/Berlin")]
    pub timezone: Option<String>,
    /// Words that have to occur in title, description or number.
    #[param(max_length = 200, pattern = r"^[^\u0000-\u001F\u007F-\u009F]*$")]
    pub q: Option<String>,
}

/// Order and page of a list of tickets.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// `created_at`, `updated_at`, `priority` or `due`; a `-` before it turns it around.
    #[param(default = "-created_at", example = "-priority")]
    pub sort: Option<String>,
    /// At most so many tickets.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u32>,
    /// Leave so many out; for more than 10,000 read on with `cursor`.
    #[param(maximum = 10000, default = 0)]
    pub offset: Option<u64>,
    /// `next_cursor` of the page before, with the same `sort`.
    pub cursor: Option<String>,
}
