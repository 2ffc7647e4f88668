//! SLA simulations: what a policy or a calendar that is not there yet would have changed.

use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post};
use linedesk_app::App;
use linedesk_app::sla::simulate as desk;
use linedesk_domain::ids::JobId;

use super::Answer;
use super::convert::simulation;
use super::dto::simulation::{
    ChangedTicketListDto, SimulationBody, SimulationDto, SimulationListDto,
};
use crate::extract::query::{Nothing, Page};
use crate::extract::{Asked, At, Json, SignedIn};
use crate::mount::Mount;
use crate::{WebSettings, json};

/// Tickets of one read while a file is put together.
const CSV_PAGE: u32 = 1_000;

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(create_simulation)
        .service(list_simulations)
        .service(list_simulation_tickets)
        .service(get_simulation_csv)
        .service(get_simulation)
        .service(delete_simulation);
}

/// Simulates an SLA policy or calendar over a past period
///
/// For leads and admins. The policies and calendars as they are now, with the draft among them or in the place of one, judge
/// every ticket that was made in the period over what happened to it; against that stands what was recorded. It is long work: the answer
/// says where to ask how far it has come. The result can be read for seven days.
#[utoipa::path(tag = "sla", request_body = SimulationBody, responses(
    (status = 202, description = "It waits for its turn", body = SimulationDto<'static>, headers(
        ("Location" = String, description = "Where to ask how it stands"),
    )),
))]
#[post("/sla/simulate")]
async fn create_simulation(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    _: Asked<Nothing>,
    Json(wanted): Json<SimulationBody>,
) -> Answer {
    let made = desk::simulate(&app, &caller, wanted).await?;
    let place = format!(
        "{}/sla/simulate/{}",
        settings.mounts.isp.path, made.job.new.id
    );
    Ok(HttpResponse::Accepted()
        .insert_header((header::LOCATION, place))
        .content_type("application/json")
        .body(json::bytes(&simulation::simulation(&made))))
}

/// SLA simulations, newest first
///
/// For leads and admins. Those of everybody, without what came of them.
#[utoipa::path(tag = "sla", params(crate::openapi::PageParams), responses(
    (status = 200, description = "The simulations", body = SimulationListDto<'static>),
))]
#[get("/sla/simulate")]
async fn list_simulations(app: Data<App>, caller: SignedIn, Asked(page): Asked<Page>) -> Answer {
    let found = desk::list_simulations(&app, &caller, page.limit, page.offset).await?;
    Ok(json::ok(&simulation::simulations(&found, page)))
}

/// How an SLA simulation stands, and what came of it
///
/// For leads and admins.
#[utoipa::path(tag = "sla", responses(
    (status = 200, description = "The simulation", body = SimulationDto<'static>),
))]
#[get("/sla/simulate/{simulation_id}")]
async fn get_simulation(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<JobId>,
    _: Asked<Nothing>,
) -> Answer {
    let found = desk::simulation(&app, &caller, id).await?;
    Ok(json::ok(&simulation::simulation(&found)))
}

/// Tickets with a promise that would stand otherwise
///
/// For leads and admins. In the order of creation, the first 10,000; while the simulation runs, those found so far.
#[utoipa::path(tag = "sla", params(crate::openapi::PageParams), responses(
    (status = 200, description = "The tickets", body = ChangedTicketListDto<'static>),
))]
#[get("/sla/simulate/{simulation_id}/tickets")]
async fn list_simulation_tickets(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<JobId>,
    Asked(page): Asked<Page>,
) -> Answer {
    let found = desk::changed_tickets(&app, &caller, id, page.limit, page.offset).await?;
    Ok(json::ok(&simulation::changed_tickets(&found, page)))
}

/// The same tickets for a spreadsheet
///
/// For leads and admins. CSV as RFC 4180 has it, with a line of names first.
#[utoipa::path(tag = "sla", responses(
    (status = 200, description = "The tickets", content_type = "text/csv", body = String),
))]
#[get("/sla/simulate/{simulation_id}/tickets.csv")]
async fn get_simulation_csv(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<JobId>,
    _: Asked<Nothing>,
) -> Answer {
    let mut tickets = Vec::new();
    loop {
        let after = tickets.len() as u64;
        let page = desk::changed_tickets(&app, &caller, id, CSV_PAGE, after).await?;
        if page.items.is_empty() {
            break;
        }
        tickets.extend(page.items);
    }
    let name = format!("attachment; filename=\"sla-simulation-{id}.csv\"");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(simulation::csv(&tickets)))
}

/// Cancels an SLA simulation
///
/// For leads and admins. One that has come to its end stays as it is.
#[utoipa::path(tag = "sla", responses((status = 204, description = "It goes no further")))]
#[delete("/sla/simulate/{simulation_id}")]
async fn delete_simulation(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<JobId>,
    _: Asked<Nothing>,
) -> Answer {
    desk::cancel_simulation(&app, &caller, id).await?;
    Ok(HttpResponse::build(StatusCode::NO_CONTENT).finish())
}
