//! Mounting handlers, and noting what they say of themselves for the API's description.
//!
//! Every worker mounts all handlers for itself, but the description is needed once: built by each of them, only to be thrown
//! away, it took forty megabytes that stayed with the process. So what handlers say is noted only where somebody listens.

use actix_web::dev::HttpServiceFactory;
use actix_web::{Route, Scope, web};
use utoipa::openapi::{Components, OpenApi};
use utoipa_actix_web::OpenApiFactory;

/// Where handlers are mounted.
pub struct Mount<'a> {
    config: &'a mut web::ServiceConfig,
    /// The path of the scope around it.
    prefix: &'a str,
    described: Option<&'a mut OpenApi>,
}

impl<'a> Mount<'a> {
    /// Mounts, and asks no handler what it does.
    pub const fn new(config: &'a mut web::ServiceConfig) -> Self {
        Self {
            config,
            prefix: "",
            described: None,
        }
    }

    /// Mounts, and adds what each handler does to a description.
    pub const fn describing(
        config: &'a mut web::ServiceConfig,
        described: &'a mut OpenApi,
    ) -> Self {
        Self {
            config,
            prefix: "",
            described: Some(described),
        }
    }

    /// Mounts a handler.
    pub fn service<F>(&mut self, handler: F) -> &mut Self
    where
        F: HttpServiceFactory + OpenApiFactory + 'static,
    {
        if let Some(described) = self.described.as_deref_mut() {
            describe(described, self.prefix, &handler);
        }
        self.config.service(handler);
        self
    }

    /// Mounts what no description tells of.
    pub fn route(&mut self, path: &str, route: Route) -> &mut Self {
        self.config.route(path, route);
        self
    }

    /// Mounts several.
    pub fn configure(&mut self, routes: impl FnOnce(&mut Mount<'_>)) -> &mut Self {
        routes(self);
        self
    }

    /// Mounts several below a path, dressed as one.
    pub fn scope<F>(
        &mut self,
        path: &str,
        routes: impl FnOnce(&mut Mount<'_>),
        dress: impl FnOnce(Scope) -> F,
    ) -> &mut Self
    where
        F: HttpServiceFactory + 'static,
    {
        let prefix = format!("{}{path}", self.prefix);
        let described = self.described.as_deref_mut();
        let scope = web::scope(path).configure(|config| {
            routes(&mut Mount {
                config,
                prefix: &prefix,
                described,
            });
        });
        self.config.service(dress(scope));
        self
    }
}

fn describe(described: &mut OpenApi, prefix: &str, handler: &impl OpenApiFactory) {
    let mut told = handler.paths();
    let paths = std::mem::take(&mut told.paths).into_iter();
    told.paths = paths
        .map(|(path, item)| (format!("{prefix}{path}"), item))
        .collect();
    described.paths.merge(told);
    let mut schemas = Vec::new();
    handler.schemas(&mut schemas);
    described
        .components
        .get_or_insert_with(Components::new)
        .schemas
        .extend(schemas);
}
