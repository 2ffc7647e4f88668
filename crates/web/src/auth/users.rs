//! Accounts: signing up, reading one's own, passwords.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get, post};
use linedesk_app::accounts as desk;
use linedesk_app::directory::UserKey;
use linedesk_app::{App, Caller, Error};
use linedesk_domain::ids::UserId;

use super::dto::{
    AccountDto, Confirm, RegisterBody, RegisteredDto, ResetPasswordBody, ResetPasswordConfirmBody,
    SetPasswordBody, account, registered,
};
use crate::extract::caller::InPerson;
use crate::extract::{Json, SignedIn, parse};
use crate::failure::Answer;
use crate::mount::Mount;
use crate::{WebSettings, helpdesk, json};

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(register)
        .service(set_password)
        .service(reset_password)
        .service(reset_password_confirm);
    config.service(me).service(get_account);
}

/// Signs up
///
/// Makes a customer account and its first user, where the operator allows it.
#[utoipa::path(tag = "accounts", security(()), request_body = RegisterBody, responses(
    (status = 201, description = "The account", body = RegisteredDto<'static>),
))]
#[post("/users")]
async fn register(app: Data<App>, Json(who): Json<RegisterBody>) -> Answer {
    let user = desk::register(&app, who).await?;
    Ok(json::answer(StatusCode::CREATED, &registered(&user)))
}

/// One's own account
#[utoipa::path(tag = "accounts", responses((status = 200, description = "The account", body = AccountDto<'static>)))]
#[get("/users/me")]
async fn me(app: Data<App>, settings: Data<WebSettings>, caller: SignedIn) -> Answer {
    let user = desk::me(&caller);
    let tickets = tickets(&app, &settings, &caller, user.id).await?;
    Ok(json::ok(&account(&user, tickets)))
}

/// Where the tickets are that a user made.
async fn tickets(
    app: &App,
    settings: &WebSettings,
    caller: &Caller,
    user: UserId,
) -> Result<Vec<String>, Error> {
    if !settings.mounts.helpdesk.is_enabled {
        return Ok(Vec::new());
    }
    let places = helpdesk::tickets::places(settings);
    let made = linedesk_app::tickets::tickets_made_by(app, caller, user).await?;
    Ok(made
        .into_iter()
        .map(|number| places.ticket(number))
        .collect())
}

/// An account, by its integer or its UUID: one's own, or for staff anybody's
#[utoipa::path(tag = "accounts", params(("user_id" = String, Path, description = "Its integer or its UUID")), responses(
    (status = 200, description = "The account", body = AccountDto<'static>),
))]
#[get("/users/{user_id}")]
async fn get_account(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    id: Path<String>,
) -> Answer {
    let user = desk::user_for(&app, &caller, key(&id)?).await?;
    let tickets = tickets(&app, &settings, &caller, user.id).await?;
    Ok(json::ok(&account(&user, tickets)))
}

fn key(id: &str) -> Result<UserKey, Error> {
    let number = id
        .parse()
        .ok()
        .filter(|number: &i64| *number > 0)
        .map(UserKey::Number);
    number
        .or_else(|| parse::uuid(id).map(|id| UserKey::Id(UserId(id))))
        .ok_or(Error::NotFound("user"))
}

/// A new password for somebody who knows the old one
///
/// Every session of the account ends. Not for API tokens.
#[utoipa::path(tag = "accounts", request_body = SetPasswordBody, responses((status = 204, description = "It is set")))]
#[post("/users/set_password")]
async fn set_password(
    app: Data<App>,
    InPerson(caller): InPerson,
    Json((current, new)): Json<SetPasswordBody>,
) -> Answer {
    desk::set_password(&app, &caller, &current, &new).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Asks for a token to set a new password with
///
/// The answer is the same whether there is such an account.
#[utoipa::path(tag = "accounts", security(()), request_body = ResetPasswordBody, responses(
    (status = 204, description = "If there is such an account, its owner gets a token"),
))]
#[post("/users/reset_password")]
async fn reset_password(app: Data<App>, Json(email): Json<ResetPasswordBody>) -> Answer {
    desk::mail_reset(&app, &email).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sets a new password with such a token
#[utoipa::path(tag = "accounts", security(()), request_body = ResetPasswordConfirmBody, responses(
    (status = 204, description = "It is set; every session of the account ended"),
))]
#[post("/users/reset_password_confirm")]
async fn reset_password_confirm(
    app: Data<App>,
    Json(confirm): Json<ResetPasswordConfirmBody>,
) -> Answer {
    let Confirm {
        uid,
        token,
        new_password,
    } = confirm;
    desk::confirm_reset(&app, uid, &token, &new_password).await?;
    Ok(HttpResponse::NoContent().finish())
}
