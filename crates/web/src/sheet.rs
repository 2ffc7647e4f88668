//! Pages for people who follow a link from a letter and have not signed in: they need no script, and nothing from elsewhere.
//!
//! [`crate::headers`] sees to it that nobody keeps them and that their address, which is a secret, is told to nobody.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use minijinja::value::Value;
use minijinja::{Environment, context};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::extract::body::read;
use crate::failure::{Answer, Failure};

const STYLE: &str = include_str!("sheet/sheet.css");
/// What the others are set into; by itself it says something.
const SHEET: &str = "sheet.html";
/// By their endings, all that is filled in is escaped.
const PAGES: [(&str, &str); 3] = [
    (SHEET, include_str!("sheet/sheet.html")),
    ("survey.html", include_str!("survey/survey.html")),
    ("password.html", include_str!("password/password.html")),
];

static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut engine = Environment::new();
    for (name, source) in PAGES {
        engine
            .add_template(name, source)
            .expect("the pages are part of the program and tried in their tests");
    }
    engine
});

/// The page's own style, and forms that are sent back here: nothing else, and not in anybody's frame.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = BASE64.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
});

/// A page, with `form` for what it asks.
pub(crate) fn ask(status: StatusCode, page: &str, form: &Value) -> Answer {
    draw(status, page, &context! { style => STYLE, form => form })
}

/// A page that says something.
pub(crate) fn message(status: StatusCode, heading: &str, text: &str) -> Answer {
    let words = context! { style => STYLE, heading => heading, text => text };
    draw(status, SHEET, &words)
}

/// A filled form, as it came.
pub(crate) async fn filled<F: DeserializeOwned>(
    request: &HttpRequest,
    payload: web::Payload,
    max_body: usize,
) -> Result<F, Failure> {
    let body = read(request, payload.into_inner(), max_body).await?;
    if request.content_type() != "application/x-www-form-urlencoded" {
        let wanted = "application/x-www-form-urlencoded";
        return Err(Failure::unsupported_type(wanted));
    }
    parse(&body)
}

pub(crate) fn parse<F: DeserializeOwned>(body: &[u8]) -> Result<F, Failure> {
    let text = std::str::from_utf8(body).ok();
    let filled = text.and_then(|text| web::Query::<F>::from_query(text).ok());
    let malformed = || Failure::new(StatusCode::BAD_REQUEST, "malformed", "this is no form");
    Ok(filled.ok_or_else(malformed)?.into_inner())
}

fn draw(status: StatusCode, page: &str, filled: &Value) -> Answer {
    let drawn = ENGINE
        .get_template(page)
        .and_then(|page| page.render(filled));
    let html = drawn.map_err(|error| {
        tracing::error!(%error, "a page cannot be drawn");
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
