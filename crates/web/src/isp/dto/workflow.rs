//! The workflow's table.

use serde::Serialize;
use utoipa::ToSchema;

use crate::isp::schema;

/// The statuses and the steps between them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Workflow)]
pub struct WorkflowDto {
    /// Every status.
    pub statuses: Vec<StatusDto>,
    /// Every step that is allowed. To the status that a ticket already has is allowed too, and does nothing.
    pub transitions: Vec<TransitionDto>,
}

/// A status.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkflowStatus)]
pub struct StatusDto {
    /// Its name.
    #[schema(value_type = schema::StatusName)]
    pub name: &'static str,
    /// Who has to move: `active` support, `waiting` somebody else, `done` nobody.
    pub kind: &'static str,
    /// Whether SLA clocks stand still in it, unless a policy says otherwise.
    pub pauses_sla: bool,
}

/// A step.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkflowTransition)]
pub struct TransitionDto {
    /// From this status
    #[schema(value_type = schema::StatusName)]
    pub from: &'static str,
    /// to this one.
    #[schema(value_type = schema::StatusName)]
    pub to: &'static str,
}
