//! What is true of every operation of a kind: its parameters in path and headers, and the failures it can answer.

use utoipa::openapi::path::{
    HttpMethod, Operation, Parameter, ParameterBuilder, ParameterIn, Paths,
};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{
    ContentBuilder, Ref, RefOr, Required, Response, ResponseBuilder, SecurityRequirement,
};

use crate::{Dialect, WebSettings, problem};

/// What is known of an operation beside its own words.
struct Kind<'a> {
    method: HttpMethod,
    path: &'a str,
    /// `None`: sign-in.
    dialect: Option<Dialect>,
    is_open: bool,
}

impl Kind<'_> {
    fn is_post(&self) -> bool {
        self.method == HttpMethod::Post
    }

    fn is_write(&self) -> bool {
        self.method != HttpMethod::Get
    }

    fn changes_a_version(&self) -> bool {
        self.is_write() && self.path.contains("/{ticket_id}")
            || self.method == HttpMethod::Put && self.path.ends_with("/kb/articles/{article_id}")
    }
}

/// Adds what the operations leave unsaid.
pub(super) fn complete(paths: &mut Paths, settings: &WebSettings) {
    for (path, item) in &mut paths.paths {
        let operations = [
            (HttpMethod::Get, &mut item.get),
            (HttpMethod::Post, &mut item.post),
            (HttpMethod::Put, &mut item.put),
            (HttpMethod::Patch, &mut item.patch),
            (HttpMethod::Delete, &mut item.delete),
        ];
        for (method, operation) in operations {
            let Some(operation) = operation else { continue };
            let dialect = settings.mounts.dialect_of(path);
            // Where one may sign in or not, signing in is another way than none.
            let is_open = operation
                .security
                .as_ref()
                .is_some_and(|ways| ways.len() == 1);
            let kind = Kind {
                method,
                path,
                dialect,
                is_open,
            };
            if path.starts_with("/auth/") || (dialect.is_some() && !is_open) {
                parameters(operation, &kind);
                failures(operation, &kind);
            } else if dialect.is_some() && kind.is_write() {
                failures(operation, &kind);
            }
            if dialect == Some(Dialect::Simple) && settings.simple_is_open {
                operation.security = Some(vec![SecurityRequirement::default(), signed_in()]);
            }
        }
    }
}

/// With a token.
pub(super) fn signed_in() -> SecurityRequirement {
    SecurityRequirement::new::<_, [&str; 0], &str>(super::BEARER, [])
}

fn parameters(operation: &mut Operation, kind: &Kind<'_>) {
    let list = operation.parameters.get_or_insert_default();
    for name in names_in(kind.path) {
        if !list.iter().any(|known| is_named(known, name)) {
            let id = ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
            list.push(parameter(name, ParameterIn::Path, "Identity", id));
        }
    }
    let text = || ObjectBuilder::new().schema_type(Type::String);
    if kind.changes_a_version() {
        let says = "The entity tag as it was read; 412 if it has moved on";
        list.push(parameter(
            "If-Match",
            ParameterIn::Header,
            says,
            text().pattern(Some("^(\\*|(W/)?\"[^\",]*\"( *, *(W/)?\"[^\",]*\")*)$")),
        ));
    }
    if kind.is_post() && kind.dialect.is_some() {
        let says = "A repeat with the same key within 24 hours gets the first answer again";
        let key = text()
            .min_length(Some(1))
            .max_length(Some(255))
            .pattern(Some("^[!-~]+$"));
        list.push(parameter("Idempotency-Key", ParameterIn::Header, says, key));
    }
}

fn parameter(
    name: &str,
    place: ParameterIn,
    says: &str,
    schema: ObjectBuilder,
) -> RefOr<Parameter> {
    let required = if place == ParameterIn::Path {
        Required::True
    } else {
        Required::False
    };
    let builder = ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required);
    RefOr::T(builder.description(Some(says)).schema(Some(schema)).build())
}

fn is_named(parameter: &RefOr<Parameter>, name: &str) -> bool {
    matches!(parameter, RefOr::T(parameter) if parameter.name == name)
}

/// The names between braces.
fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
}

fn failures(operation: &mut Operation, kind: &Kind<'_>) {
    let takes_body = operation.request_body.is_some();
    let names_something =
        kind.path.contains('{') || (kind.is_post() && kind.path.ends_with("/tickets"));
    let hashes_passwords =
        kind.path.contains("/users") && takes_body || kind.path.ends_with("/jwt/create");
    let possible = [
        (
            "400",
            true,
            "Something sent cannot be; every fault is named",
        ),
        (
            "401",
            !kind.is_open || kind.path.contains("/jwt/"),
            "No token, or none that is good",
        ),
        ("403", !kind.is_open || takes_body, "The caller may not"),
        (
            "404",
            names_something,
            "Not there, or not for the caller's eyes",
        ),
        (
            "409",
            kind.is_write() && kind.dialect.is_some(),
            "It contradicts what is there",
        ),
        (
            "412",
            kind.changes_a_version(),
            "It has moved on since it was read",
        ),
        ("408", takes_body, "The body came too slowly"),
        ("413", takes_body, "The body is too large"),
        ("415", takes_body, "The body has another content type"),
        (
            "422",
            kind.is_post() && kind.dialect.is_some() && !kind.is_open,
            "The idempotency key was used for another body",
        ),
        (
            "429",
            hashes_passwords,
            "Too often; `Retry-After` says for how long to wait",
        ),
        (
            "503",
            true,
            "Not at the moment; `Retry-After` says for how long to wait",
        ),
    ];
    for (status, can_be, says) in possible {
        if can_be && !operation.responses.responses.contains_key(status) {
            operation
                .responses
                .responses
                .insert(status.to_owned(), RefOr::T(failure(says, kind.dialect)));
        }
    }
}

fn failure(says: &str, dialect: Option<Dialect>) -> Response {
    let (content_type, name) = match dialect {
        Some(Dialect::Isp) => (problem::CONTENT_TYPE, "Problem"),
        Some(Dialect::Simple | Dialect::Maintenance) => ("application/json", "DetailProblem"),
        Some(Dialect::Crm | Dialect::Helpdesk) | None => ("application/json", "DrfProblem"),
    };
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(name)))
        .build();
    ResponseBuilder::new()
        .description(says)
        .content(content_type, content)
        .build()
}
