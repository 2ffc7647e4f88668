//! Telling people and machines: preferences, webhooks, and messages that were not delivered.

use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, patch, post, put};
use linedesk_app::App;
use linedesk_app::notifications::{outbox, preferences, webhooks};
use linedesk_domain::ids::{UserId, WebhookId};

use super::Answer;
use super::convert::notification::{self as convert, Messages};
use super::dto::notification::{
    MessageDto, NewWebhookBody, OutboxDto, OutboxParams, PreferencesBody, PreferencesDto,
    WebhookDto, WebhookListDto, WebhookPatchBody,
};
use crate::extract::query::Nothing;
use crate::extract::{Asked, At, Json, MessagePath, SignedIn};
use crate::mount::Mount;
use crate::{WebSettings, json};

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config.service(get_preferences).service(put_preferences);
    config
        .service(list_webhooks)
        .service(create_webhook)
        .service(get_webhook)
        .service(patch_webhook)
        .service(delete_webhook)
        .service(renew_secret)
        .service(test_webhook);
    config
        .service(list_messages)
        .service(get_message)
        .service(replay_message)
        .service(discard_message);
}

/// What a user wants to hear of
#[utoipa::path(tag = "notifications", responses((status = 200, description = "As it is", body = PreferencesDto)))]
#[get("/users/{user_id}/notifications")]
async fn get_preferences(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<UserId>,
    _: Asked<Nothing>,
) -> Answer {
    let wishes = preferences::get_preferences(&app, &caller, id).await?;
    Ok(json::ok(&convert::preferences(&wishes)))
}

/// Sets what a user wants to hear of
///
/// Users set their own, admins anybody's.
#[utoipa::path(tag = "notifications", request_body = PreferencesBody, responses(
    (status = 200, description = "As it is now", body = PreferencesDto),
))]
#[put("/users/{user_id}/notifications")]
async fn put_preferences(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<UserId>,
    _: Asked<Nothing>,
    Json(wishes): Json<PreferencesBody>,
) -> Answer {
    let wishes = preferences::set_preferences(&app, &caller, id, wishes).await?;
    Ok(json::ok(&convert::preferences(&wishes)))
}

/// Where events are sent to
#[utoipa::path(tag = "notifications", responses(
    (status = 200, description = "All of them, oldest first", body = WebhookListDto<'static>),
))]
#[get("/webhooks")]
async fn list_webhooks(app: Data<App>, caller: SignedIn, _: Asked<Nothing>) -> Answer {
    let all = webhooks::list_webhooks(&app, &caller).await?;
    Ok(json::ok(&convert::webhooks(&all)))
}

/// Has events sent somewhere
///
/// The answer shows the secret, and nothing ever again.
#[utoipa::path(tag = "notifications", request_body = NewWebhookBody, responses(
    (status = 201, description = "The webhook with its secret, this once", body = WebhookDto<'static>, headers(
        ("Location" = String, description = "Where it is"),
    )),
    (status = 409, description = "There are too many", content_type = "application/problem+json"),
))]
#[post("/webhooks")]
async fn create_webhook(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    _: Asked<Nothing>,
    Json(new): Json<NewWebhookBody>,
) -> Answer {
    let made = webhooks::create_webhook(&app, &caller, new).await?;
    let place = format!("{}/webhooks/{}", settings.mounts.isp.path, made.id);
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, place))
        .content_type("application/json")
        .body(json::bytes(&convert::webhook(&made, true))))
}

/// One webhook
#[utoipa::path(tag = "notifications", responses(
    (status = 200, description = "Without its secret", body = WebhookDto<'static>),
))]
#[get("/webhooks/{webhook_id}")]
async fn get_webhook(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<WebhookId>,
    _: Asked<Nothing>,
) -> Answer {
    let webhook = webhooks::get_webhook(&app, &caller, id).await?;
    Ok(json::ok(&convert::webhook(&webhook, false)))
}

/// Changes a webhook; what is left out stays
#[utoipa::path(tag = "notifications", request_body = WebhookPatchBody, responses(
    (status = 200, description = "The webhook afterwards", body = WebhookDto<'static>),
))]
#[patch("/webhooks/{webhook_id}")]
async fn patch_webhook(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<WebhookId>,
    _: Asked<Nothing>,
    Json(changes): Json<WebhookPatchBody>,
) -> Answer {
    let webhook = webhooks::update_webhook(&app, &caller, id, changes).await?;
    Ok(json::ok(&convert::webhook(&webhook, false)))
}

/// Takes a webhook away, and what waits for it
#[utoipa::path(tag = "notifications", responses((status = 204, description = "It is sent nothing any more")))]
#[delete("/webhooks/{webhook_id}")]
async fn delete_webhook(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<WebhookId>,
    _: Asked<Nothing>,
) -> Answer {
    webhooks::delete_webhook(&app, &caller, id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Gives a webhook a new secret
///
/// For a day its messages are signed with the one before, too.
#[utoipa::path(tag = "notifications", responses(
    (status = 200, description = "The webhook with its new secret, this once", body = WebhookDto<'static>),
))]
#[post("/webhooks/{webhook_id}/secret")]
async fn renew_secret(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<WebhookId>,
    _: Asked<Nothing>,
) -> Answer {
    let webhook = webhooks::renew_secret(&app, &caller, id).await?;
    Ok(json::ok(&convert::webhook(&webhook, true)))
}

/// Sends a webhook a message that says nothing
///
/// Its type is `webhook.test`. What becomes of it is seen in the outbox.
#[utoipa::path(tag = "notifications", responses(
    (status = 202, description = "It is on its way"),
    (status = 409, description = "The webhook is switched off", content_type = "application/problem+json"),
))]
#[post("/webhooks/{webhook_id}/test")]
async fn test_webhook(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<WebhookId>,
    _: Asked<Nothing>,
) -> Answer {
    webhooks::test_webhook(&app, &caller, id).await?;
    Ok(HttpResponse::new(StatusCode::ACCEPTED))
}

/// Messages that were given up, or are on their way
#[utoipa::path(tag = "notifications", params(OutboxParams), responses(
    (status = 200, description = "In order of their ids", body = OutboxDto<'static>),
))]
#[get("/outbox")]
async fn list_messages(app: Data<App>, caller: SignedIn, Asked(asked): Asked<Messages>) -> Answer {
    let Messages {
        state,
        after,
        limit,
    } = asked;
    let page = outbox::list_messages(&app, &caller, state, after, limit).await?;
    Ok(json::ok(&convert::messages(&page, limit)))
}

/// One message
#[utoipa::path(tag = "notifications", responses(
    (status = 200, description = "As it stands", body = MessageDto<'static>),
))]
#[get("/outbox/{message_id}")]
async fn get_message(
    app: Data<App>,
    caller: SignedIn,
    MessagePath(id): MessagePath,
    _: Asked<Nothing>,
) -> Answer {
    let message = outbox::get_message(&app, &caller, id).await?;
    Ok(json::ok(&convert::message(&message)))
}

/// Has a message tried again that was given up
#[utoipa::path(tag = "notifications", responses(
    (status = 200, description = "It is due now", body = MessageDto<'static>),
    (status = 409, description = "It was not given up", content_type = "application/problem+json"),
))]
#[post("/outbox/{message_id}/replay")]
async fn replay_message(
    app: Data<App>,
    caller: SignedIn,
    MessagePath(id): MessagePath,
    _: Asked<Nothing>,
) -> Answer {
    let message = outbox::replay_message(&app, &caller, id).await?;
    Ok(json::ok(&convert::message(&message)))
}

/// Forgets a message that was given up
#[utoipa::path(tag = "notifications", responses(
    (status = 204, description = "It is forgotten"),
    (status = 409, description = "It was not given up", content_type = "application/problem+json"),
))]
#[delete("/outbox/{message_id}")]
async fn discard_message(
    app: Data<App>,
    caller: SignedIn,
    MessagePath(id): MessagePath,
    _: Asked<Nothing>,
) -> Answer {
    outbox::discard_message(&app, &caller, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
