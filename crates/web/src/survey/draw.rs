//! The pages themselves.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use minijinja::value::Serde;
use minijinja::{Environment, context};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Filled;
use crate::failure::{Answer, Failure};

const PAGE: &str = "survey.html";
const STYLE: &str = include_str!("survey.css");

static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut engine = Environment::new();
    // By its ending, all that is filled in is escaped.
    engine
        .add_template(PAGE, include_str!("survey.html"))
        .expect("the page is part of the program and tried in its tests");
    engine
});

/// The page's own style, and forms that are sent back here: nothing else, and not in anybody's frame.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = BASE64.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
});

/// What the form shows.
#[derive(Debug, Serialize)]
pub(super) struct Form<'a> {
    pub(super) label: &'a str,
    pub(super) title: &'a str,
    /// What is wrong with what was filled in.
    pub(super) fault: Option<&'static str>,
    pub(super) filled: &'a Filled,
}

/// The form.
pub(super) fn form(form: &Form<'_>) -> Answer {
    let status = if form.fault.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    page(status, &context! { style => STYLE, form => Serde(form) })
}

/// A page that says something.
pub(super) fn message(status: StatusCode, heading: &str, text: &str) -> Answer {
    page(
        status,
        &context! { style => STYLE, heading => heading, text => text },
    )
}

fn page(status: StatusCode, filled: &minijinja::Value) -> Answer {
    let drawn = ENGINE
        .get_template(PAGE)
        .and_then(|page| page.render(filled));
    let html = drawn.map_err(|error| {
        tracing::error!(%error, "the survey's page cannot be drawn");
        Failure::of_status(StatusCode::INTERNAL_SERVER_ERROR)
    })?;
    let mut answer = HttpResponse::build(status);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.insert_header((header::RETRY_AFTER, "60"));
    }
    Ok(answer
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .insert_header(("x-robots-tag", "noindex"))
        .body(html))
}
