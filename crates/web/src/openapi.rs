//! The API's description, `OpenAPI` 3.1: what the handlers say of themselves, and what is true of all of them.

mod bodies;
mod rules;
#[cfg(test)]
pub(crate) mod tests;

use actix_web::{HttpResponse, get, web};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, ServerBuilder};
use utoipa::{IntoParams, OpenApi};

use crate::WebSettings;
use crate::detail::DetailProblem;
use crate::mount::Mount;
use crate::problem::{FieldProblem, Problem};
use crate::routes::{Document, documented};

/// The name of the one way to sign in.
const BEARER: &str = "bearer";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Linedesk",
        description = "Support tickets for internet providers: tickets with a workflow, SLA clocks, comments, files, \
            history; customers, services, teams and users.\n\nSign in at `POST /auth/jwt/create` and send the access \
            token, or send an API token, as `Authorization: Bearer …`. Failures are `application/problem+json` \
            (RFC 9457) with a stable `code`; the older APIs (`crm`, `helpdesk`, `simple`, `maintenance`), which show the \
            same tickets in words of their own, have the failures that their clients know. Every write to a ticket \
            takes `If-Match`, every POST but those under `/auth` takes `Idempotency-Key`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "tickets", description = "Making, reading, changing and deleting tickets"),
        (name = "actions", description = "Moving tickets through the workflow"),
        (name = "comments", description = "What people write on tickets"),
        (name = "attachments", description = "Files"),
        (name = "sla", description = "Promises, and whether they are kept"),
        (name = "workflow", description = "The statuses and the steps between them"),
        (name = "analytics", description = "The desk's figures"),
        (name = "directory", description = "Customers, contacts, services, teams and users"),
        (name = "knowledge base", description = "Articles, and finding the right one"),
        (name = "notifications", description = "What users want to hear of, webhooks, and messages that were not delivered"),
        (name = "events", description = "Everything that happens, as it happens"),
        (name = "tokens", description = "API tokens for machines"),
        (name = "crm", description = "The CRM's API: tickets, comments and attachments as Django REST clients know them"),
        (name = "helpdesk", description = "The helpdesk API: tickets, answers and their comments"),
        (name = "simple", description = "The simple API: plain tickets with integer ids"),
        (name = "maintenance", description = "The maintenance API: tickets with a staff message and a chain of messages"),
        (name = "accounts", description = "Signing up, in and out"),
        (name = "operations", description = "For the machines that watch this one"),
    ),
    components(schemas(Problem<'static>, FieldProblem<'static>, DrfProblem, DetailProblem)),
)]
struct Base;

/// How one signs in, as the description says it.
const SIGN_IN: &str =
    "Sign in at `POST /auth/jwt/create` and send the access token, or send an API token,";
/// The same where the server around the desk says who people are.
const SIGNED_IN_ELSEWHERE: &str = "Send the token of your session, or an API token,";

/// What is wrong, as Django REST clients know it: messages by field, or `detail`.
#[derive(Debug, utoipa::ToSchema)]
#[schema(example = json!({ "username": ["is already taken"] }))]
#[expect(dead_code, reason = "describes what `drf` draws")]
struct DrfProblem {
    /// What is wrong with none of the fields in particular.
    detail: Option<String>,
}

/// Which part of a list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// At most so many.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u32>,
    /// Leave so many out.
    #[param(maximum = 10000, default = 0)]
    pub offset: Option<u64>,
}

/// The description of everything that is mounted with those settings.
pub fn document(settings: &WebSettings) -> utoipa::openapi::OpenApi {
    let mut api = Base::openapi();
    let _ = actix_web::App::new()
        .configure(|config| documented(&mut Mount::describing(config, &mut api), settings));
    if !settings.around.has_sign_in() {
        let told = api.info.description.take();
        api.info.description = told.map(|told| told.replace(SIGN_IN, SIGNED_IN_ELSEWHERE));
    }
    api.servers = Some(vec![ServerBuilder::new().url(&settings.public_url).build()]);
    api.security = Some(vec![rules::signed_in()]);
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let components = api.components.get_or_insert_with(Components::new);
    components.add_security_scheme(BEARER, bearer);
    bodies::complete(components);
    rules::complete(&mut api.paths, settings);
    api
}

/// This description
#[utoipa::path(tag = "operations", security(()), responses(
    (status = 200, description = "OpenAPI 3.1", body = Object),
))]
#[get("/openapi.json")]
pub(crate) async fn openapi_json(document: web::Data<Document>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(document.0.clone())
}
