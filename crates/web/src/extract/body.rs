//! JSON bodies: at most a mebibyte, of the right type, parsed into a command with all faults at once.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

use super::caller::signed_in;
use super::faults::Faults;
use super::strict;
use crate::failure::Failure;

/// The largest JSON body: 1 MiB.
pub const MAX_BODY: usize = 1 << 20;

/// A body as it comes over the wire. `validator` judges its shape, [`Body::command`] makes a command of domain types.
pub trait Body: DeserializeOwned + Validate {
    /// What it asks for.
    type Command;
    /// Whether no body at all is as good as an empty object.
    const MAY_BE_MISSING: bool = false;
    /// Whether it is read from people who have not signed in.
    const IS_OPEN: bool = false;

    /// The command; `None` if something is wrong.
    fn command(self, faults: &mut Faults) -> Option<Self::Command>;
}

/// The command of a JSON body.
#[derive(Debug)]
pub struct Json<B: Body>(pub B::Command);

impl<B: Body + 'static> FromRequest for Json<B> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            if !B::IS_OPEN {
                signed_in(&request).await?;
            }
            let bytes = read(&request, payload, MAX_BODY).await?;
            if B::MAY_BE_MISSING && bytes.is_empty() {
                return parse::<B>(b"{}").map(Self);
            }
            if !is_json(&request) {
                return Err(Failure::unsupported_type("application/json"));
            }
            parse::<B>(&bytes).map(Self)
        })
    }
}

/// All of a body.
///
/// # Errors
/// 413 above `limit` bytes, 400 if it broke off.
pub async fn read(
    request: &HttpRequest,
    mut payload: Payload,
    limit: usize,
) -> Result<Bytes, Failure> {
    let announced = request.headers().get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(Failure::too_large(limit));
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| {
            tracing::debug!(%error, "a body broke off");
            Failure::new(StatusCode::BAD_REQUEST, "broken_off", "the body broke off")
        })?;
        if body.len() + chunk.len() > limit {
            return Err(Failure::too_large(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Whether the body says that it is JSON.
fn is_json(request: &HttpRequest) -> bool {
    let essence = actix_web::HttpMessage::content_type(request)
        .trim()
        .to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// The command in a body.
///
/// # Errors
/// 400 with all faults.
pub fn parse<B: Body>(bytes: &[u8]) -> Result<B::Command, Failure> {
    let malformed = |what| Failure::new(StatusCode::BAD_REQUEST, "malformed_json", what);
    let value =
        strict::parse(bytes).map_err(|what| malformed(format!("the body is not JSON: {what}")))?;
    if !value.is_object() {
        return Err(malformed("the body has to be a JSON object".to_owned()));
    }
    let body: B = serde_json::from_value(value).map_err(|error| malformed(error.to_string()))?;
    let mut faults = Faults::default();
    if let Err(errors) = body.validate() {
        note(&errors, &mut faults);
    }
    let command = body.command(&mut faults);
    faults.finish(command)
}

/// The faults of the shape. Of `validator`'s own errors only code and limits are told: they hold the value as well.
fn note(errors: &ValidationErrors, faults: &mut Faults) {
    let mut fields: Vec<_> = errors.errors().iter().collect();
    fields.sort_by_key(|(field, _)| field.to_string());
    for (field, kind) in fields {
        match kind {
            ValidationErrorsKind::Field(errors) => {
                for error in errors {
                    let (code, message) = words(error);
                    faults.push(field, code, message);
                }
            }
            ValidationErrorsKind::Struct(inner) => {
                faults.inside(field, |faults| note(inner, faults));
            }
            ValidationErrorsKind::List(items) => {
                for (place, inner) in items {
                    faults.inside(&format!("{field}[{place}]"), |faults| note(inner, faults));
                }
            }
        }
    }
}

fn words(error: &ValidationError) -> (&'static str, String) {
    let limit = |name: &'static str| error.params.get(name).and_then(serde_json::Value::as_u64);
    let is_list = error
        .params
        .get("value")
        .is_some_and(serde_json::Value::is_array);
    let unit = if is_list { "entries" } else { "characters" };
    match (limit("min"), limit("max")) {
        (Some(min), Some(max)) => ("length", format!("must have {min} to {max} {unit}")),
        (Some(min), None) => ("too_short", format!("must have at least {min} {unit}")),
        (None, Some(max)) => ("too_long", format!("must have at most {max} {unit}")),
        (None, None) => ("invalid", "is not valid".to_owned()),
    }
}
