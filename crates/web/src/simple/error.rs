//! Failures as the document of this dialect prints them.

use actix_web::HttpResponse;
use actix_web::http::Method;

use crate::detail;
use crate::failure::Failure;

/// The failure; where it is ours, in the document's words for what could not be done.
pub fn draw(failure: &Failure, method: &Method) -> HttpResponse {
    if failure.code != "bug" {
        return detail::draw(failure);
    }
    let words = match *method {
        Method::POST => "Error creating ticket",
        Method::PUT => "Error updating ticket",
        Method::DELETE => "Error deleting ticket",
        _ => "Error fetching tickets",
    };
    detail::draw(&Failure {
        detail: words.to_owned(),
        ..failure.clone()
    })
}
