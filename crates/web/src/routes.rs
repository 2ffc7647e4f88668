//! Where everything is mounted, and what is answered where nothing is.

use actix_web::dev::ResourceDef;
use actix_web::guard::fn_guard;
use actix_web::middleware::{Condition, NormalizePath, from_fn};
use actix_web::{HttpRequest, HttpResponse, web};
use linedesk_app::App;
use tracing_actix_web::TracingLogger;

use crate::dialect::routed_path;
use crate::failure::Failure;
use crate::mount::Mount;
use crate::spans::Spans;
use crate::{
    Dialect, WebSettings, auth, cors, crm, drawing, headers, health, helpdesk, idempotency, isp,
    maintenance, metrics, openapi, outgoing, pages, password, simple, survey,
};

/// Mounts all of it; to be given to `actix_web::App::configure`, on each worker. In a server with pages of its own, see
/// [`WebSettings::around`]: what that server mounts before this goes first.
pub fn configure(app: App, settings: WebSettings) -> impl Fn(&mut web::ServiceConfig) + Clone {
    let (app, settings) = (web::Data::new(app), web::Data::new(settings));
    let document = openapi::document(&settings);
    let known = web::Data::new(Known::of(&document));
    let text = web::Data::new(Document(crate::json::bytes(&document).into()));
    move |config| {
        config
            .app_data(app.clone())
            .app_data(settings.clone())
            .app_data(known.clone())
            .app_data(text.clone())
            .service(everything(&settings));
    }
}

fn everything(
    settings: &web::Data<WebSettings>,
) -> impl actix_web::dev::HttpServiceFactory + use<> {
    let ours = settings.clone();
    web::scope("")
        .guard(fn_guard(move |request| {
            ours.around.is_ours(&ours.mounts, request.head().uri.path())
        }))
        .configure(|config| documented(&mut Mount::new(config), settings))
        .configure(|config| beside(config, settings))
        .default_service(web::to(nothing_here))
        .wrap(from_fn(metrics::measure))
        .wrap(NormalizePath::trim())
        .wrap(from_fn(outgoing::hold))
        .wrap(from_fn(drawing::draw))
        .wrap(Condition::new(
            !settings.origins.is_empty(),
            cors::cors(&settings.origins),
        ))
        // What a browser asks before it lets a page ask.
        .wrap(from_fn(drawing::draw))
        .wrap(TracingLogger::<Spans>::new())
        .wrap(from_fn(headers::dress))
}

/// Pages, of which the API's description does not tell.
fn beside(config: &mut web::ServiceConfig, settings: &WebSettings) {
    config.configure(survey::routes);
    if settings.around.has_sign_in() {
        config.configure(password::routes);
    }
    if settings.around.is_everything() {
        pages::routes(config, settings);
    }
}

/// Everything that the API's description tells of.
pub fn documented(config: &mut Mount<'_>, settings: &WebSettings) {
    if settings.around.is_everything() {
        config
            .service(health::healthz)
            .service(health::readyz)
            .service(health::metrics);
    }
    // A scope asks no scope around it what to answer where it has nothing.
    if settings.around.has_sign_in() {
        config.scope("/auth", auth::routes, |auth| {
            auth.default_service(web::to(nothing_here))
        });
    }
    if settings.mounts.crm.is_enabled {
        config.scope(&settings.mounts.media(), crm::media, |media| {
            media.default_service(web::to(nothing_here))
        });
    }
    // The longest path first: the router takes the first one that fits.
    for (dialect, path) in settings.mounts.enabled() {
        // Answers are drawn before they are kept for an idempotency key.
        config.scope(path, routes_of(dialect), |routes| {
            routes
                .default_service(web::to(nothing_here))
                .wrap(from_fn(drawing::draw))
                .wrap(from_fn(idempotency::keep))
        });
    }
}

/// A dialect's own routes.
fn routes_of(dialect: Dialect) -> fn(&mut Mount<'_>) {
    match dialect {
        Dialect::Isp => isp::routes,
        Dialect::Crm => crm::routes,
        Dialect::Helpdesk => helpdesk::routes,
        Dialect::Simple => simple::routes,
        Dialect::Maintenance => maintenance::routes,
    }
}

/// The API's description as JSON.
#[derive(Debug)]
pub struct Document(pub bytes::Bytes);

/// Paths that are there, with their methods.
pub(crate) struct Known(Vec<(ResourceDef, Vec<&'static str>)>);

impl Known {
    fn of(document: &utoipa::openapi::OpenApi) -> Self {
        let paths = document.paths.paths.iter();
        let mut known: Vec<_> = paths
            .map(|(path, item)| (ResourceDef::new(path.as_str()), methods(item)))
            .collect();
        // A fixed path before one with a name in its place.
        known.sort_by_key(|(path, _)| path.pattern().is_some_and(|pattern| pattern.contains('{')));
        Self(known)
    }

    /// The methods of the first path that matches.
    fn allow(&self, path: &str) -> Option<String> {
        self.0
            .iter()
            .find(|(known, _)| known.is_match(path))
            .map(|(_, methods)| methods.join(", "))
    }
}

fn methods(item: &utoipa::openapi::PathItem) -> Vec<&'static str> {
    let there = [
        ("GET", item.get.is_some()),
        ("HEAD", item.get.is_some()),
        ("POST", item.post.is_some()),
        ("PUT", item.put.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
    ];
    there
        .into_iter()
        .filter(|(_, there)| *there)
        .map(|(method, _)| method)
        .collect()
}

/// 404, or 405 where the path is there but not with this method.
pub(crate) async fn nothing_here(
    request: HttpRequest,
    known: web::Data<Known>,
) -> Result<HttpResponse, Failure> {
    Err(known
        .allow(routed_path(&request))
        .map_or_else(Failure::no_route, Failure::method_not_allowed))
}
