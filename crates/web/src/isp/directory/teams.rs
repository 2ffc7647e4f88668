//! Teams: staff reads them, admins write them.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, patch, post, put};
use linedesk_app::directory as desk;
use linedesk_app::{App, Caller};
use linedesk_domain::ids::TeamId;

use crate::extract::query::Nothing;
use crate::extract::{Asked, At, Json, SignedIn, Whole};
use crate::isp::Answer;
use crate::isp::convert::directory::{Entries, team};
use crate::isp::dto::directory::EntryParams;
use crate::isp::dto::directory::team::{NewTeamBody, TeamDto, TeamListDto, TeamPatchBody};
use crate::mount::Mount;
use crate::{WebSettings, json};

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(list_teams)
        .service(create_team)
        .service(get_team);
    config
        .service(put_team)
        .service(patch_team)
        .service(delete_team);
}

/// Teams, by name
#[utoipa::path(tag = "directory", params(EntryParams), responses(
    (status = 200, description = "A page of them", body = TeamListDto<'static>),
))]
#[get("/teams")]
async fn list_teams(
    app: Data<App>,
    caller: SignedIn,
    Asked(asked): Asked<Entries<false, false>>,
) -> Answer {
    let page = desk::list_teams(&app, &caller, asked.0.clone()).await?;
    Ok(json::ok(&team::teams(&page, &asked)))
}

/// Makes a team
#[utoipa::path(tag = "directory", request_body = NewTeamBody, responses(
    (status = 201, description = "The team", body = TeamDto<'static>, headers(
        ("Location" = String, description = "Where it is"),
    )),
))]
#[post("/teams")]
async fn create_team(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    _: Asked<Nothing>,
    Json(new): Json<NewTeamBody>,
) -> Answer {
    let made = desk::create_team(&app, &caller, new).await?;
    let place = format!("{}/teams/{}", settings.mounts.isp.path, made.id);
    let body = json::bytes(&team::team(&made));
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, place))
        .content_type("application/json")
        .body(body))
}

/// One team
#[utoipa::path(tag = "directory", responses((status = 200, description = "The team", body = TeamDto<'static>)))]
#[get("/teams/{team_id}")]
async fn get_team(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<TeamId>,
    _: Asked<Nothing>,
) -> Answer {
    Ok(json::ok(&team::team(
        &desk::get_team(&app, &caller, id).await?,
    )))
}

/// Changes a team; what is left out stays
#[utoipa::path(tag = "directory", request_body = TeamPatchBody, responses(
    (status = 200, description = "The team afterwards", body = TeamDto<'static>),
))]
#[put("/teams/{team_id}")]
async fn put_team(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<TeamId>,
    _: Asked<Nothing>,
    sent: Whole<TeamPatchBody>,
) -> Answer {
    change(&app, &caller, id, sent).await
}

/// Changes a team; the same as `PUT`
#[utoipa::path(tag = "directory", request_body = TeamPatchBody, responses(
    (status = 200, description = "The team afterwards", body = TeamDto<'static>),
))]
#[patch("/teams/{team_id}")]
async fn patch_team(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<TeamId>,
    _: Asked<Nothing>,
    sent: Whole<TeamPatchBody>,
) -> Answer {
    change(&app, &caller, id, sent).await
}

async fn change(
    app: &App,
    caller: &Caller,
    id: TeamId,
    Whole(changes, read_only): Whole<TeamPatchBody>,
) -> Answer {
    if !read_only.is_empty() {
        let stored = desk::get_team(app, caller, id).await?;
        read_only.check(&team::team(&stored))?;
    }
    let afterwards = desk::update_team(app, caller, id, changes).await?;
    Ok(json::ok(&team::team(&afterwards)))
}

/// Switches a team off; what belongs to it stays
#[utoipa::path(tag = "directory", responses((status = 204, description = "It is switched off")))]
#[delete("/teams/{team_id}")]
async fn delete_team(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<TeamId>,
    _: Asked<Nothing>,
) -> Answer {
    desk::deactivate_team(&app, &caller, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
