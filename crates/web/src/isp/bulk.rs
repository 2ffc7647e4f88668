//! The same action on many tickets: a few at once, very many as a job.

use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post};
use linedesk_app::App;
use linedesk_app::tickets as desk;
use linedesk_app::tickets::bulk::job;

use super::Answer;
use super::convert::bulk_job::{Csv, Failed, OutcomesAsked};
use super::convert::{bulk, bulk_job};
use super::dto::bulk::{
    BulkBody, BulkCsvParams, BulkDto, BulkJobDto, BulkJobListDto, BulkResultListDto,
    BulkResultParams,
};
use crate::extract::prefer::{APPLIED, RESPOND_ASYNC, RespondAsync};
use crate::extract::query::{Nothing, Page};
use crate::extract::{Asked, At, BulkJobPath, Json, SignedIn};
use crate::mount::Mount;
use crate::{WebSettings, json};

/// Outcomes of one read while a file is put together.
const CSV_PAGE: u32 = 1_000;

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(bulk_tickets)
        .service(list_bulk_jobs)
        .service(list_bulk_results)
        .service(get_bulk_csv)
        .service(get_bulk_job)
        .service(delete_bulk_job);
}

/// Does one thing to many tickets
///
/// For leads and admins. Each ticket has an outcome of its own, and one bad ticket spoils none. Up to 1,000 tickets are done
/// before the answer comes. With `Prefer: respond-async` up to 100,000 are done as a job: the answer says at once where to ask how far
/// it has come. Which tickets those are is settled with that answer; what is done to each is done with the rights that whoever asked
/// for it has then. The results can be read for seven days.
#[utoipa::path(tag = "actions", request_body = BulkBody, params(
    ("Prefer" = Option<String>, Header, description = "`respond-async`: as a job", example = "respond-async"),
), responses(
    (status = 200, description = "What became of each ticket", body = BulkDto),
    (status = 202, description = "It waits for its turn", body = BulkJobDto<'static>, headers(
        ("Location" = String, description = "Where to ask how it stands"),
        ("Preference-Applied" = String, description = "`respond-async`"),
    )),
))]
#[post("/tickets/bulk")]
async fn bulk_tickets(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    RespondAsync(is_job): RespondAsync,
    _: Asked<Nothing>,
    Json(command): Json<BulkBody>,
) -> Answer {
    if !is_job {
        let outcomes = desk::bulk(&app, &caller, command).await?;
        return Ok(json::ok(&bulk::outcomes(outcomes)));
    }
    let made = job::ask_bulk(&app, &caller, command).await?;
    let place = format!(
        "{}/tickets/bulk/{}",
        settings.mounts.isp.path, made.job.new.id
    );
    Ok(HttpResponse::Accepted()
        .insert_header((header::LOCATION, place))
        .insert_header((APPLIED, RESPOND_ASYNC))
        .content_type("application/json")
        .body(json::bytes(&bulk_job::job(&made))))
}

/// Bulk jobs, newest first
///
/// For leads and admins. A lead sees its own, an admin those of everybody.
#[utoipa::path(tag = "actions", params(crate::openapi::PageParams), responses(
    (status = 200, description = "The jobs", body = BulkJobListDto<'static>),
))]
#[get("/tickets/bulk")]
async fn list_bulk_jobs(app: Data<App>, caller: SignedIn, Asked(page): Asked<Page>) -> Answer {
    let found = job::list_bulk_jobs(&app, &caller, page.limit, page.offset).await?;
    Ok(json::ok(&bulk_job::jobs(&found, page)))
}

/// How a bulk job stands
///
/// For whoever asked for it, and for admins.
#[utoipa::path(tag = "actions", responses(
    (status = 200, description = "The job", body = BulkJobDto<'static>),
))]
#[get("/tickets/bulk/{bulk_id}")]
async fn get_bulk_job(
    app: Data<App>,
    caller: SignedIn,
    At(BulkJobPath(id)): At<BulkJobPath>,
    _: Asked<Nothing>,
) -> Answer {
    let found = job::bulk_job(&app, &caller, id).await?;
    Ok(json::ok(&bulk_job::job(&found)))
}

/// What became of a bulk job's tickets
///
/// For whoever asked for it, and for admins. In the order in which they were given or made; while the job runs, those that are done.
#[utoipa::path(tag = "actions", params(BulkResultParams), responses(
    (status = 200, description = "The outcomes", body = BulkResultListDto),
))]
#[get("/tickets/bulk/{bulk_id}/results")]
async fn list_bulk_results(
    app: Data<App>,
    caller: SignedIn,
    At(BulkJobPath(id)): At<BulkJobPath>,
    Asked(OutcomesAsked { failed, page }): Asked<OutcomesAsked>,
) -> Answer {
    let found = job::bulk_outcomes(&app, &caller, id, failed, page.limit, page.offset).await?;
    Ok(json::ok(&bulk_job::results(found, page)))
}

/// The same outcomes for a spreadsheet
///
/// For whoever asked for it, and for admins. CSV as RFC 4180 has it, with a line of names first.
#[utoipa::path(tag = "actions", params(BulkCsvParams), responses(
    (status = 200, description = "The outcomes", content_type = "text/csv", body = String),
))]
#[get("/tickets/bulk/{bulk_id}/results.csv")]
async fn get_bulk_csv(
    app: Data<App>,
    caller: SignedIn,
    At(BulkJobPath(id)): At<BulkJobPath>,
    Asked(Failed(failed)): Asked<Failed>,
) -> Answer {
    let mut csv = Csv::default();
    job::all_bulk_outcomes(&app, &caller, id, failed, CSV_PAGE, |page| csv.add(page)).await?;
    let name = format!("attachment; filename=\"bulk-{id}.csv\"");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(csv.text()))
}

/// Cancels a bulk job
///
/// For whoever asked for it, and for admins. The tickets that it is at are brought to an end, at most 64; what was done stays, and is
/// in the results. A job that has come to its end stays as it is.
#[utoipa::path(tag = "actions", responses((status = 204, description = "It goes no further")))]
#[delete("/tickets/bulk/{bulk_id}")]
async fn delete_bulk_job(
    app: Data<App>,
    caller: SignedIn,
    At(BulkJobPath(id)): At<BulkJobPath>,
    _: Asked<Nothing>,
) -> Answer {
    job::cancel_bulk_job(&app, &caller, id).await?;
    Ok(HttpResponse::build(StatusCode::NO_CONTENT).finish())
}
