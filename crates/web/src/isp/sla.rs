//! The SLA: how tickets stand, why, and the policies and calendars behind it.

use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post, put};
use linedesk_app::App;
use linedesk_app::sla as desk;
use linedesk_app::tickets::{explain_sla, sla_status};
use linedesk_domain::ids::{CalendarId, PolicyId};

use super::Answer;
use super::audience::Reader;
use super::convert::{calendar, explain, policy, sla_status as board};
use super::dto::calendar::{CalendarBody, CalendarDto, CalendarListDto};
use super::dto::explain::ExplanationDto;
use super::dto::policy::{PolicyBody, PolicyDto, PolicyListDto};
use super::dto::sla_status::SlaStatusDto;
use crate::extract::query::{Nothing, Page};
use crate::extract::{Asked, At, Json, Key, SignedIn, Whole};
use crate::mount::Mount;
use crate::{WebSettings, json};

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config.service(get_sla_status).service(explain_ticket_sla);
    config
        .service(list_policies)
        .service(create_policy)
        .service(get_policy)
        .service(put_policy);
    config
        .service(delete_policy)
        .service(list_calendars)
        .service(create_calendar)
        .service(get_calendar);
    config.service(put_calendar).service(delete_calendar);
}

/// How unresolved tickets stand with their SLA
///
/// Totals, the same by priority and by team, and the tickets at risk or breached, most urgent first.
#[utoipa::path(tag = "sla", params(crate::openapi::PageParams), responses(
    (status = 200, description = "The dashboard", body = SlaStatusDto<'static>),
))]
#[get("/tickets/sla-status")]
async fn get_sla_status(app: Data<App>, caller: SignedIn, Asked(page): Asked<Page>) -> Answer {
    let found = sla_status(&app, &caller, page.offset, page.limit).await?;
    Ok(json::ok(&board::sla_status(
        &found,
        page,
        Reader::of(&app, &caller),
    )))
}

/// Why a ticket's SLA stands as it does
///
/// For staff: every policy that was tried, and each promise stretch by stretch.
#[utoipa::path(tag = "sla", responses(
    (status = 200, description = "The explanation", body = ExplanationDto<'static>),
))]
#[get("/tickets/{ticket_id}/sla/explain")]
async fn explain_ticket_sla(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    _: Asked<Nothing>,
) -> Answer {
    let found = explain_sla(&app, &caller, key).await?;
    Ok(json::ok(&explain::explanation(&found)))
}

/// SLA policies, all versions
#[utoipa::path(tag = "sla", responses((status = 200, description = "The policies", body = PolicyListDto<'static>)))]
#[get("/sla/policies")]
async fn list_policies(app: Data<App>, caller: SignedIn, _: Asked<Nothing>) -> Answer {
    Ok(json::ok(&policy::policies(
        &desk::list_policies(&app, &caller).await?,
    )))
}

/// Makes an SLA policy
///
/// For leads and admins. It is for tickets made or matched again from now on.
#[utoipa::path(tag = "sla", request_body = PolicyBody, responses(
    (status = 201, description = "Its first version", body = PolicyDto<'static>, headers(
        ("Location" = String, description = "Where the policy is"),
    )),
))]
#[post("/sla/policies")]
async fn create_policy(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    _: Asked<Nothing>,
    Json(wanted): Json<PolicyBody>,
) -> Answer {
    let made = desk::create_policy(&app, &caller, wanted.spec).await?;
    let place = format!("{}/sla/policies/{}", settings.mounts.isp.path, made.policy);
    let body = json::bytes(&policy::policy(&made));
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, place))
        .content_type("application/json")
        .body(body))
}

/// One SLA policy, all versions
#[utoipa::path(tag = "sla", responses((status = 200, description = "Its versions", body = PolicyListDto<'static>)))]
#[get("/sla/policies/{policy_id}")]
async fn get_policy(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<PolicyId>,
    _: Asked<Nothing>,
) -> Answer {
    Ok(json::ok(&policy::policies(
        &desk::policy(&app, &caller, id).await?,
    )))
}

/// Makes the next version of an SLA policy
///
/// For leads and admins. With `"apply_to": "open"` tickets that are not resolved yet are judged again.
#[utoipa::path(tag = "sla", request_body = PolicyBody, responses(
    (status = 200, description = "The new version", body = PolicyDto<'static>),
))]
#[put("/sla/policies/{policy_id}")]
async fn put_policy(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<PolicyId>,
    _: Asked<Nothing>,
    Whole(wanted, read_only): Whole<PolicyBody>,
) -> Answer {
    if !read_only.is_empty() {
        let versions = desk::policy(&app, &caller, id).await?;
        read_only.check(&versions.last().map(policy::policy))?;
    }
    let made = desk::update_policy(&app, &caller, id, wanted.spec, wanted.apply_to).await?;
    Ok(json::ok(&policy::policy(&made)))
}

/// Withdraws an SLA policy
///
/// For leads and admins. Tickets that are judged by it stay so.
#[utoipa::path(tag = "sla", responses((status = 204, description = "It is withdrawn")))]
#[delete("/sla/policies/{policy_id}")]
async fn delete_policy(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<PolicyId>,
    _: Asked<Nothing>,
) -> Answer {
    desk::retire_policy(&app, &caller, id).await?;
    Ok(HttpResponse::build(StatusCode::NO_CONTENT).finish())
}

/// Calendars, all versions
#[utoipa::path(tag = "sla", responses((status = 200, description = "The calendars", body = CalendarListDto<'static>)))]
#[get("/sla/calendars")]
async fn list_calendars(app: Data<App>, caller: SignedIn, _: Asked<Nothing>) -> Answer {
    Ok(json::ok(&calendar::calendars(
        &desk::list_calendars(&app, &caller).await?,
    )))
}

/// Makes a calendar
///
/// For leads and admins.
#[utoipa::path(tag = "sla", request_body = CalendarBody, responses(
    (status = 201, description = "Its first version", body = CalendarDto<'static>, headers(
        ("Location" = String, description = "Where the calendar is"),
    )),
))]
#[post("/sla/calendars")]
async fn create_calendar(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    _: Asked<Nothing>,
    Json(wanted): Json<CalendarBody>,
) -> Answer {
    let made = desk::create_calendar(&app, &caller, wanted.spec).await?;
    let place = format!(
        "{}/sla/calendars/{}",
        settings.mounts.isp.path, made.calendar
    );
    let body = json::bytes(&calendar::calendar(&made));
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, place))
        .content_type("application/json")
        .body(body))
}

/// One calendar, all versions
#[utoipa::path(tag = "sla", responses((status = 200, description = "Its versions", body = CalendarListDto<'static>)))]
#[get("/sla/calendars/{calendar_id}")]
async fn get_calendar(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<CalendarId>,
    _: Asked<Nothing>,
) -> Answer {
    Ok(json::ok(&calendar::calendars(
        &desk::calendar(&app, &caller, id).await?,
    )))
}

/// Makes the next version of a calendar
///
/// For leads and admins. With `"apply_to": "open"` tickets that are not resolved yet are judged again.
#[utoipa::path(tag = "sla", request_body = CalendarBody, responses(
    (status = 200, description = "The new version", body = CalendarDto<'static>),
))]
#[put("/sla/calendars/{calendar_id}")]
async fn put_calendar(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<CalendarId>,
    _: Asked<Nothing>,
    Whole(wanted, read_only): Whole<CalendarBody>,
) -> Answer {
    if !read_only.is_empty() {
        let versions = desk::calendar(&app, &caller, id).await?;
        read_only.check(&versions.last().map(calendar::calendar))?;
    }
    let made = desk::update_calendar(&app, &caller, id, wanted.spec, wanted.apply_to).await?;
    Ok(json::ok(&calendar::calendar(&made)))
}

/// Withdraws a calendar
///
/// For leads and admins. Policies that name it keep its hours.
#[utoipa::path(tag = "sla", responses((status = 204, description = "It is withdrawn")))]
#[delete("/sla/calendars/{calendar_id}")]
async fn delete_calendar(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<CalendarId>,
    _: Asked<Nothing>,
) -> Answer {
    desk::retire_calendar(&app, &caller, id).await?;
    Ok(HttpResponse::build(StatusCode::NO_CONTENT).finish())
}
