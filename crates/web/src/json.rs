//! Writing JSON.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;

use crate::extract::precondition::etag;

/// The JSON of one of our own answers.
///
/// # Panics
/// If `value` cannot be JSON: ours have string keys and no serializer that fails.
pub fn bytes<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("answers have string keys and no serializer that fails")
}

/// An answer of `status` with that body.
pub fn answer<T: Serialize>(status: StatusCode, value: &T) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("application/json")
        .body(bytes(value))
}

/// An answer of `status` with that body, about a ticket of that version.
pub fn tagged<T: Serialize>(status: StatusCode, version: i64, value: &T) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header(etag(version))
        .content_type("application/json")
        .body(bytes(value))
}

/// 200 with that body.
pub fn ok<T: Serialize>(value: &T) -> HttpResponse {
    answer(StatusCode::OK, value)
}
