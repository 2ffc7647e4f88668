//! API tokens, for admins.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post};
use linedesk_app::App;
use linedesk_app::accounts as desk;
use linedesk_domain::ids::TokenId;

use super::Answer;
use super::convert::token;
use super::dto::token::{TokenBody, TokenDto, TokenListDto};
use crate::extract::query::Nothing;
use crate::extract::{Asked, At, Json, SignedIn};
use crate::json;
use crate::mount::Mount;

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(list_tokens)
        .service(create_token)
        .service(get_token)
        .service(delete_token);
}

/// API tokens, newest first, withdrawn ones too
#[utoipa::path(tag = "tokens", responses((status = 200, description = "The tokens", body = TokenListDto<'static>)))]
#[get("/tokens")]
async fn list_tokens(app: Data<App>, caller: SignedIn, _: Asked<Nothing>) -> Answer {
    Ok(json::ok(&token::tokens(
        &desk::list_api_tokens(&app, &caller).await?,
    )))
}

/// Makes an API token
///
/// The answer shows it, and nothing ever again. Without `user_id` a service user of that name is made for it.
#[utoipa::path(tag = "tokens", request_body = TokenBody, responses(
    (status = 201, description = "The token, this once", body = TokenDto<'static>),
))]
#[post("/tokens")]
async fn create_token(
    app: Data<App>,
    caller: SignedIn,
    _: Asked<Nothing>,
    Json(new): Json<TokenBody>,
) -> Answer {
    let (made, secret) = desk::create_api_token(&app, &caller, new).await?;
    Ok(json::answer(
        StatusCode::CREATED,
        &token::token(&made, Some(&secret)),
    ))
}

/// One API token
#[utoipa::path(tag = "tokens", responses((status = 200, description = "Without its secret", body = TokenDto<'static>)))]
#[get("/tokens/{token_id}")]
async fn get_token(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<TokenId>,
    _: Asked<Nothing>,
) -> Answer {
    Ok(json::ok(&token::token(
        &desk::get_api_token(&app, &caller, id).await?,
        None,
    )))
}

/// Withdraws an API token
#[utoipa::path(tag = "tokens", responses((status = 204, description = "It is good for nothing any more")))]
#[delete("/tokens/{token_id}")]
async fn delete_token(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<TokenId>,
    _: Asked<Nothing>,
) -> Answer {
    desk::revoke_api_token(&app, &caller, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
