//! The workflow's table.

use actix_web::get;
use actix_web::web::Data;
use linedesk_app::App;
use linedesk_domain::access::Operation;
use linedesk_domain::sla::PolicySpec;
use linedesk_domain::workflow::Status;

use super::Answer;
use super::dto::workflow::{StatusDto, TransitionDto, WorkflowDto};
use crate::extract::query::Nothing;
use crate::extract::{Asked, SignedIn};
use crate::json;

/// The statuses and the steps between them
#[utoipa::path(tag = "workflow", responses((status = 200, description = "The table", body = WorkflowDto)))]
#[get("/workflow")]
pub(crate) async fn workflow(_: Data<App>, caller: SignedIn, _: Asked<Nothing>) -> Answer {
    caller.may(Operation::ReadWorkflow)?;
    Ok(json::ok(&table()))
}

fn table() -> WorkflowDto {
    let status = |status: Status| StatusDto {
        name: status.name(),
        kind: status.kind().name(),
        pauses_sla: PolicySpec::PAUSE_STATUSES.contains(&status),
    };
    let steps = |from: Status| {
        from.next().iter().map(move |to| TransitionDto {
            from: from.name(),
            to: to.name(),
        })
    };
    WorkflowDto {
        statuses: Status::ALL.into_iter().map(status).collect(),
        transitions: Status::ALL.into_iter().flat_map(steps).collect(),
    }
}
