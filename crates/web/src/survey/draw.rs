//! The form.

use actix_web::http::StatusCode;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::Filled;
use crate::failure::Answer;
use crate::sheet;

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
    sheet::ask(status, "survey.html", &Value::from(Serde(form)))
}
