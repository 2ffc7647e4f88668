//! What is true of every body that is sent.

use utoipa::openapi::schema::{AdditionalProperties, Object, Schema, SchemaType, Type};
use utoipa::openapi::{Components, RefOr};

/// Sign-in's clients may send more than they have to.
const OPEN: [&str; 7] = [
    "RegisterBody",
    "SignInBody",
    "RefreshBody",
    "VerifyBody",
    "SetPasswordBody",
    "ResetPasswordBody",
    "ResetPasswordConfirmBody",
];
/// Bodies of the older dialects begin with these; their clients may send more, too.
const OPEN_DIALECTS: [&str; 4] = ["Crm", "Helpdesk", "Simple", "Maintenance"];
/// Texts whose lines may break.
const SEVERAL_LINES: [&str; 10] = [
    "message",
    "staff_message",
    "text",
    "description",
    "body",
    "notes",
    "reason",
    "resolution",
    "address",
    "comment",
];
/// No control characters.
const ONE_LINE: &str = "^[^\\u0000-\\u001F\\u007F-\\u009F]*$";
/// No control characters but tabs and the ends of lines.
const LINES: &str = "^[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F]*$";

/// Completes the schemas of bodies: no other fields than those named, no control characters in texts.
pub(super) fn complete(components: &mut Components) {
    let bodies = components
        .schemas
        .iter_mut()
        .filter(|(name, _)| name.ends_with("Body"));
    for (name, schema) in bodies {
        let RefOr::T(Schema::Object(object)) = schema else {
            continue;
        };
        let is_open = OPEN_DIALECTS
            .iter()
            .any(|dialect| name.starts_with(dialect));
        if !is_open && !OPEN.contains(&name.as_str()) {
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
        for (field, schema) in &mut object.properties {
            forget_default(schema);
            if let RefOr::T(Schema::Object(text)) = schema {
                forbid_control_characters(field, text);
            }
        }
    }
}

/// A field that may be left out has no default unless its own words name one: `null` and no entries are how the
/// description's maker reads a field that was left out.
fn forget_default(field: &mut RefOr<Schema>) {
    let default = match field {
        RefOr::T(Schema::Object(object)) => &mut object.default,
        RefOr::T(Schema::Array(array)) => &mut array.default,
        RefOr::T(Schema::OneOf(one_of)) => &mut one_of.default,
        RefOr::T(_) | RefOr::Ref(_) => return,
    };
    let is_nothing =
        |value: &serde_json::Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    if default.as_ref().is_some_and(is_nothing) {
        *default = None;
    }
}

fn forbid_control_characters(field: &str, text: &mut Object) {
    let is_text = match &text.schema_type {
        SchemaType::Type(kind) => *kind == Type::String,
        SchemaType::Array(kinds) => kinds.contains(&Type::String),
        SchemaType::AnyValue => false,
    };
    if is_text && text.format.is_none() && text.enum_values.is_none() && text.pattern.is_none() {
        let pattern = if SEVERAL_LINES.contains(&field) {
            LINES
        } else {
            ONE_LINE
        };
        text.pattern = Some(pattern.to_owned());
    }
}
