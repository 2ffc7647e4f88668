//! How the clients of `simple` and `maintenance` know failures: `{"detail": "…"}`, one sentence.

use actix_web::HttpResponse;
use linedesk_app::Fault;
use serde::Serialize;
use utoipa::ToSchema;

use crate::failure::Failure;
use crate::problem::answer;

/// Why a request came to nothing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "detail": "Ticket not found" }))]
pub struct DetailProblem {
    /// In words.
    detail: String,
}

/// The failure as such a client reads it.
pub fn draw(failure: &Failure) -> HttpResponse {
    answer(failure).json(DetailProblem {
        detail: words(failure),
    })
}

/// All faults with the names of their fields, or the failure's own sentence.
fn words(failure: &Failure) -> String {
    if failure.faults.is_empty() {
        return sentence(&failure.detail);
    }
    let faults = failure.faults.iter();
    let told = |fault: &Fault| {
        // Some rules name the field themselves.
        if fault.message.starts_with(&format!("{} ", fault.field)) {
            return fault.message.clone();
        }
        format!("{} {}", fault.field, fault.message)
    };
    let faults: Vec<_> = faults.map(told).collect();
    faults.join("; ")
}

/// `ticket not found` as `Ticket not found`, which is how their documents print it.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use linedesk_app::Error;

    use super::*;

    #[test]
    fn what_is_not_found_is_told_as_the_document_prints_it() {
        assert_eq!(words(&Error::NotFound("ticket").into()), "Ticket not found");
    }

    #[test]
    fn every_fault_is_named_with_its_field() {
        let faults = vec![
            Fault::new("title", "required", "is required"),
            Fault::new("priority", "staff_field", "priority is for staff"),
            Fault::new("status", "unknown_value", "must be one of a, b"),
        ];
        assert_eq!(
            words(&Failure::invalid(faults)),
            "title is required; priority is for staff; status must be one of a, b"
        );
    }
}
