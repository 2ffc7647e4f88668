//! Services: staff reads them, admins write them.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, patch, post, put};
use linedesk_app::directory as desk;
use linedesk_app::{App, Caller};
use linedesk_domain::ids::ServiceId;

use crate::extract::query::Nothing;
use crate::extract::{Asked, At, Json, SignedIn, Whole};
use crate::isp::Answer;
use crate::isp::convert::directory::{Entries, service};
use crate::isp::dto::directory::CustomerParams;
use crate::isp::dto::directory::service::{
    NewServiceBody, ServiceDto, ServiceListDto, ServicePatchBody,
};
use crate::mount::Mount;
use crate::{WebSettings, json};

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(list_services)
        .service(create_service)
        .service(get_service);
    config
        .service(put_service)
        .service(patch_service)
        .service(delete_service);
}

/// Services, by name
#[utoipa::path(tag = "directory", params(CustomerParams), responses(
    (status = 200, description = "A page of them", body = ServiceListDto<'static>),
))]
#[get("/services")]
async fn list_services(
    app: Data<App>,
    caller: SignedIn,
    Asked(asked): Asked<Entries<true, false>>,
) -> Answer {
    let page = desk::list_services(&app, &caller, asked.0.clone()).await?;
    Ok(json::ok(&service::services(&page, &asked)))
}

/// Makes a service
#[utoipa::path(tag = "directory", request_body = NewServiceBody, responses(
    (status = 201, description = "The service", body = ServiceDto<'static>, headers(
        ("Location" = String, description = "Where it is"),
    )),
))]
#[post("/services")]
async fn create_service(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    _: Asked<Nothing>,
    Json(new): Json<NewServiceBody>,
) -> Answer {
    let made = desk::create_service(&app, &caller, new).await?;
    let place = format!("{}/services/{}", settings.mounts.isp.path, made.id);
    let body = json::bytes(&service::service(&made));
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, place))
        .content_type("application/json")
        .body(body))
}

/// One service
#[utoipa::path(tag = "directory", responses((status = 200, description = "The service", body = ServiceDto<'static>)))]
#[get("/services/{service_id}")]
async fn get_service(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<ServiceId>,
    _: Asked<Nothing>,
) -> Answer {
    Ok(json::ok(&service::service(
        &desk::get_service(&app, &caller, id).await?,
    )))
}

/// Changes a service; what is left out stays
#[utoipa::path(tag = "directory", request_body = ServicePatchBody, responses(
    (status = 200, description = "The service afterwards", body = ServiceDto<'static>),
))]
#[put("/services/{service_id}")]
async fn put_service(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<ServiceId>,
    _: Asked<Nothing>,
    sent: Whole<ServicePatchBody>,
) -> Answer {
    change(&app, &caller, id, sent).await
}

/// Changes a service; the same as `PUT`
#[utoipa::path(tag = "directory", request_body = ServicePatchBody, responses(
    (status = 200, description = "The service afterwards", body = ServiceDto<'static>),
))]
#[patch("/services/{service_id}")]
async fn patch_service(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<ServiceId>,
    _: Asked<Nothing>,
    sent: Whole<ServicePatchBody>,
) -> Answer {
    change(&app, &caller, id, sent).await
}

async fn change(
    app: &App,
    caller: &Caller,
    id: ServiceId,
    Whole(changes, read_only): Whole<ServicePatchBody>,
) -> Answer {
    if !read_only.is_empty() {
        let stored = desk::get_service(app, caller, id).await?;
        read_only.check(&service::service(&stored))?;
    }
    let afterwards = desk::update_service(app, caller, id, changes).await?;
    Ok(json::ok(&service::service(&afterwards)))
}

/// Switches a service off; what belongs to it stays
#[utoipa::path(tag = "directory", responses((status = 204, description = "It is switched off")))]
#[delete("/services/{service_id}")]
async fn delete_service(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<ServiceId>,
    _: Asked<Nothing>,
) -> Answer {
    desk::deactivate_service(&app, &caller, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
