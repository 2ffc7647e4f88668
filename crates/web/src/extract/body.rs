//! JSON bodies: at most a mebibyte, of the right type, parsed into a command with all faults at once.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use linedesk_domain::access::Operation;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

use super::caller::signed_in;
use super::faults::Faults;
use super::pace::{Lateness, paced};
use super::read_only::ReadOnly;
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
    /// What it is for, where a role alone may do that: others need not hear what is wrong with their body.
    const OPERATION: Option<Operation> = None;
    /// Fields that are read and never written. They may be sent back as they were read: see [`Whole`].
    const READ_ONLY: &[&str] = &[];

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
        Box::pin(async move { parse::<B>(&json::<B>(&request, payload).await?).map(Self) })
    }
}

/// The command of a JSON body that may be the whole object as it was read, and the fields that only read.
#[derive(Debug)]
pub struct Whole<B: Body>(pub B::Command, pub ReadOnly);

impl<B: Body + 'static> FromRequest for Whole<B> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let mut object = object(&json::<B>(&request, payload).await?)?;
            let read_only = ReadOnly::taken_from(&mut object, B::READ_ONLY);
            Ok(Self(command::<B>(object)?, read_only))
        })
    }
}

/// The JSON of a body, from somebody who may send it.
async fn json<B: Body>(request: &HttpRequest, payload: Payload) -> Result<Bytes, Failure> {
    if !B::IS_OPEN {
        let caller = signed_in(request).await?;
        B::OPERATION.map_or(Ok(()), |operation| caller.may(operation))?;
    }
    let bytes = read(request, payload, MAX_BODY).await?;
    if B::MAY_BE_MISSING && bytes.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    if !is_json(request) {
        return Err(Failure::unsupported_type("application/json, in UTF-8"));
    }
    Ok(bytes)
}

/// All of a body.
///
/// # Errors
/// 408 if it comes too slowly, 413 above `limit` bytes, 415 if it is compressed, 400 if it broke off.
pub async fn read(request: &HttpRequest, payload: Payload, limit: usize) -> Result<Bytes, Failure> {
    refuse_encodings(request)?;
    let announced = request.headers().get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(Failure::too_large(limit));
    }
    let mut body = BytesMut::new();
    let lateness = Lateness::default();
    let mut payload = paced(payload, lateness.clone());
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| {
            if lateness.is_late() {
                return Failure::too_slow();
            }
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

/// Passes if the body is sent as it is. Unpacking what clients send could fill the memory.
///
/// # Errors
/// 415.
pub fn refuse_encodings(request: &HttpRequest) -> Result<(), Failure> {
    let mut encodings = request.headers().get_all(header::CONTENT_ENCODING);
    let is_identity =
        |value: &header::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if encodings.all(is_identity) {
        Ok(())
    } else {
        Err(Failure::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "the body has to be sent without a content encoding",
        ))
    }
}

/// Whether the body says that it is JSON, in the one encoding that JSON has.
fn is_json(request: &HttpRequest) -> bool {
    let Ok(Some(kind)) = request.mime_type() else {
        return false;
    };
    let essence = kind.essence_str().to_ascii_lowercase();
    let is_json = essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"));
    let charset = kind.get_param("charset");
    is_json && charset.is_none_or(|charset| charset.as_str().eq_ignore_ascii_case("utf-8"))
}

/// The command in a body.
///
/// # Errors
/// 400 with all faults.
pub fn parse<B: Body>(bytes: &[u8]) -> Result<B::Command, Failure> {
    command::<B>(object(bytes)?)
}

fn malformed(what: String) -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, "malformed_json", what)
}

fn object(bytes: &[u8]) -> Result<Map<String, Value>, Failure> {
    match strict::parse(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(malformed("the body has to be a JSON object".to_owned())),
        Err(what) => Err(malformed(format!("the body is not JSON: {what}"))),
    }
}

fn command<B: Body>(object: Map<String, Value>) -> Result<B::Command, Failure> {
    let body: B = serde_json::from_value(Value::Object(object))
        .map_err(|error| malformed(error.to_string()))?;
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
    let limit = |name: &'static str| error.params.get(name).and_then(Value::as_u64);
    let is_list = error.params.get("value").is_some_and(Value::is_array);
    let unit = if is_list { "entries" } else { "characters" };
    match (limit("min"), limit("max")) {
        (Some(min), Some(max)) => ("length", format!("must have {min} to {max} {unit}")),
        (Some(min), None) => ("too_short", format!("must have at least {min} {unit}")),
        (None, Some(max)) => ("too_long", format!("must have at most {max} {unit}")),
        (None, None) => ("invalid", "is not valid".to_owned()),
    }
}
