//! Tokens: getting them, refreshing, checking and giving them up.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use linedesk_app::App;
use linedesk_app::accounts::{self as desk, Tokens};
use serde_json::json;

use super::dto::{RefreshBody, SignInBody, TokenPair, VerifyBody, sign_in};
use crate::extract::Json;
use crate::extract::address::Address;
use crate::failure::Answer;
use crate::json;
use crate::mount::Mount;

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(create_tokens)
        .service(refresh_tokens)
        .service(verify_token)
        .service(logout);
}

/// Signs in
///
/// After too many failures 429, even with the right password, until the window has passed.
#[utoipa::path(tag = "accounts", security(()), request_body = SignInBody, responses(
    (status = 200, description = "A pair of tokens", body = TokenPair),
))]
#[post("/jwt/create")]
async fn create_tokens(
    app: Data<App>,
    Address(address): Address,
    Json(who): Json<SignInBody>,
) -> Answer {
    Ok(pair(desk::sign_in(&app, sign_in(who, address)).await?))
}

/// The next pair of tokens
///
/// The refresh token is used up by it; using one again ends the whole sign-in.
#[utoipa::path(tag = "accounts", security(()), request_body = RefreshBody, responses(
    (status = 200, description = "A pair of tokens", body = TokenPair),
))]
#[post("/jwt/refresh")]
async fn refresh_tokens(app: Data<App>, Json(token): Json<RefreshBody>) -> Answer {
    Ok(pair(desk::refresh(&app, &token).await?))
}

/// Whether a token is good
#[utoipa::path(tag = "accounts", security(()), request_body = VerifyBody, responses(
    (status = 200, description = "It is", body = Object),
))]
#[post("/jwt/verify")]
async fn verify_token(app: Data<App>, Json(token): Json<VerifyBody>) -> Answer {
    desk::verify(&app, &token).await?;
    Ok(json::ok(&json!({})))
}

/// Signs out
///
/// None of the sign-in's tokens is good any more, access tokens neither.
#[utoipa::path(tag = "accounts", security(()), request_body = RefreshBody, responses(
    (status = 204, description = "Signed out"),
))]
#[post("/jwt/logout")]
async fn logout(app: Data<App>, Json(token): Json<RefreshBody>) -> Answer {
    desk::logout(&app, &token).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn pair(tokens: Tokens) -> HttpResponse {
    json::ok(&TokenPair {
        refresh: tokens.refresh,
        access: tokens.access,
    })
}
