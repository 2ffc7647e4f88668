//! An edited ticket as clients send it back.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use validator::Validate;

use crate::extract::Given;
use crate::instant::Instant;
use crate::isp::schema;

/// The fields that change; the others stay. The whole object that was read may be sent: fields that cannot be changed
/// here may be there as long as they hold what is stored (a `version` that differs is answered by 412).
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({ "priority": "urgent", "status": "in_progress" }))]
pub struct EditTicketBody {
    /// One line, 5 to 200 characters.
    #[schema(value_type = String, required = false, min_length = 5, max_length = 200)]
    pub title: Given<String>,
    /// What happened, at least 10 characters.
    #[schema(value_type = String, required = false, min_length = 10, max_length = 65536)]
    pub description: Given<String>,
    /// What it is about.
    #[schema(value_type = schema::CategoryName, required = false)]
    pub category: Given<String>,
    /// How urgent it is.
    #[schema(value_type = schema::PriorityName, required = false)]
    pub priority: Given<String>,
    /// Where it stands; it moves through the workflow.
    #[schema(value_type = schema::StatusName, required = false)]
    pub status: Given<String>,
    /// The service concerned; `null` for none.
    #[schema(value_type = Option<Uuid>)]
    pub service_id: Given<String>,
    /// The person to talk to; `null` for nobody in particular.
    #[schema(value_type = Option<Uuid>)]
    pub contact_id: Given<String>,
    /// How to reach the customer.
    #[schema(value_type = schema::ContactMethodName, required = false)]
    pub contact_method: Given<String>,
    /// When to reach the customer, at most 200 characters.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub preferred_contact_time: Given<String>,
    /// Contact details as free text, at most 200 characters.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub contact_info: Given<String>,
    /// All its labels.
    #[schema(value_type = Option<Vec<String>>, max_items = 50)]
    #[validate(length(max = 50))]
    pub tags: Given<Vec<Given<String>>>,
    /// A date promised by hand; `null` for none.
    #[schema(value_type = Option<Instant>)]
    pub due_date: Given<String>,
    /// How it was resolved, in words; goes with `"status": "resolved"`.
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub resolution: Given<String>,
    /// How it was resolved, as a code.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub resolution_code: Given<String>,
    /// The version that was read; 412 if the ticket has moved on.
    #[schema(value_type = Option<i64>)]
    pub version: Given<i64>,
    /// What can be read but not changed here.
    #[serde(flatten)]
    #[schema(ignore)]
    pub read_only: std::collections::BTreeMap<String, Value>,
}
