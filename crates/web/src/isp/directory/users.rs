//! Users: staff reads them, admins write them.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, patch, post, put};
use linedesk_app::directory as desk;
use linedesk_app::{App, Caller};
use linedesk_domain::ids::UserId;

use crate::extract::query::Nothing;
use crate::extract::{Asked, At, Json, SignedIn, Whole};
use crate::isp::Answer;
use crate::isp::convert::directory::{Entries, user};
use crate::isp::dto::directory::UserParams;
use crate::isp::dto::directory::user::{
    AvailabilityBody, NewUserBody, UserDto, UserListDto, UserPatchBody,
};
use crate::mount::Mount;
use crate::{WebSettings, json};

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(list_users)
        .service(create_user)
        .service(get_user);
    config
        .service(put_user)
        .service(patch_user)
        .service(put_availability)
        .service(delete_user);
}

/// Users, by name
#[utoipa::path(tag = "directory", params(UserParams), responses(
    (status = 200, description = "A page of them", body = UserListDto<'static>),
))]
#[get("/users")]
async fn list_users(
    app: Data<App>,
    caller: SignedIn,
    Asked(asked): Asked<Entries<true, true>>,
) -> Answer {
    let page = desk::list_users(&app, &caller, asked.0.clone()).await?;
    Ok(json::ok(&user::users(&page, &asked)))
}

/// Makes a user
#[utoipa::path(tag = "directory", request_body = NewUserBody, responses(
    (status = 201, description = "The user", body = UserDto<'static>, headers(
        ("Location" = String, description = "Where it is"),
    )),
))]
#[post("/users")]
async fn create_user(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    _: Asked<Nothing>,
    Json(new): Json<NewUserBody>,
) -> Answer {
    let made = desk::create_user(&app, &caller, new).await?;
    let place = format!("{}/users/{}", settings.mounts.isp.path, made.id);
    let body = json::bytes(&user::user(&made));
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, place))
        .content_type("application/json")
        .body(body))
}

/// One user
#[utoipa::path(tag = "directory", responses((status = 200, description = "The user", body = UserDto<'static>)))]
#[get("/users/{user_id}")]
async fn get_user(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<UserId>,
    _: Asked<Nothing>,
) -> Answer {
    Ok(json::ok(&user::user(
        &desk::get_user(&app, &caller, id).await?,
    )))
}

/// Changes a user; what is left out stays
#[utoipa::path(tag = "directory", request_body = UserPatchBody, responses(
    (status = 200, description = "The user afterwards", body = UserDto<'static>),
))]
#[put("/users/{user_id}")]
async fn put_user(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<UserId>,
    _: Asked<Nothing>,
    sent: Whole<UserPatchBody>,
) -> Answer {
    change(&app, &caller, id, sent).await
}

/// Changes a user; the same as `PUT`
#[utoipa::path(tag = "directory", request_body = UserPatchBody, responses(
    (status = 200, description = "The user afterwards", body = UserDto<'static>),
))]
#[patch("/users/{user_id}")]
async fn patch_user(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<UserId>,
    _: Asked<Nothing>,
    sent: Whole<UserPatchBody>,
) -> Answer {
    change(&app, &caller, id, sent).await
}

async fn change(
    app: &App,
    caller: &Caller,
    id: UserId,
    Whole(changes, read_only): Whole<UserPatchBody>,
) -> Answer {
    if !read_only.is_empty() {
        let stored = desk::get_user(app, caller, id).await?;
        read_only.check(&user::user(&stored))?;
    }
    let afterwards = desk::update_user(app, caller, id, changes).await?;
    Ok(json::ok(&user::user(&afterwards)))
}

/// Says whether somebody takes tickets now
///
/// Staff say so for themselves, admins for anybody. Routing gives no tickets to whoever is away.
#[utoipa::path(tag = "directory", request_body = AvailabilityBody, responses(
    (status = 200, description = "The user afterwards", body = UserDto<'static>),
))]
#[put("/users/{user_id}/availability")]
async fn put_availability(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<UserId>,
    _: Asked<Nothing>,
    Json(is_available): Json<AvailabilityBody>,
) -> Answer {
    let user = desk::set_availability(&app, &caller, id, is_available).await?;
    Ok(json::ok(&user::user(&user)))
}

/// Switches a user off; what belongs to it stays
#[utoipa::path(tag = "directory", responses((status = 204, description = "It is switched off")))]
#[delete("/users/{user_id}")]
async fn delete_user(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<UserId>,
    _: Asked<Nothing>,
) -> Answer {
    desk::deactivate_user(&app, &caller, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
