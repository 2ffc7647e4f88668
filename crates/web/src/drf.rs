//! How Django REST clients know failures: `{"field": ["message"]}` for what they sent, `{"detail": "…"}` for the rest.

use actix_web::HttpResponse;
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::problem::answer;

/// The failure as such a client reads it.
pub fn draw(failure: &Failure) -> HttpResponse {
    answer(failure).json(body(failure))
}

fn body(failure: &Failure) -> Value {
    if failure.faults.is_empty() {
        return json!({ "detail": failure.detail, "code": failure.code });
    }
    let mut fields = Map::new();
    for fault in &failure.faults {
        let field = if fault.field.is_empty() {
            "non_field_errors"
        } else {
            fault.field.as_str()
        };
        let messages = fields.entry(field).or_insert_with(|| json!([]));
        if let Value::Array(messages) = messages {
            messages.push(json!(fault.message));
        }
    }
    Value::Object(fields)
}

#[cfg(test)]
mod tests {
    use linedesk_app::{Error, Fault};

    use super::*;

    #[test]
    fn faults_are_grouped_by_field() {
        let faults = [("password", "a"), ("password", "b"), ("", "c")]
            .map(|(field, text)| Fault::new(field, "x", text));
        let drawn = body(&Failure::invalid(faults.to_vec()));
        assert_eq!(
            drawn,
            json!({ "password": ["a", "b"], "non_field_errors": ["c"] })
        );
    }

    #[test]
    fn anything_else_is_a_detail() {
        let drawn = body(&Error::NotFound("user").into());
        assert_eq!(
            drawn,
            json!({ "detail": "user not found", "code": "not_found" })
        );
    }
}
