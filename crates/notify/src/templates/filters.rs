//! What templates may do to a letter's fields.

use jiff::Timestamp;
use minijinja::value::{Value, ValueKind};

/// Each line of a text, with a tab in front.
pub(super) fn tabbed(text: &str) -> String {
    let lines: Vec<_> = text
        .trim_end_matches('\n')
        .split('\n')
        .map(|line| format!("\t{line}"))
        .collect();
    lines.join("\n")
}

/// A text for HTML: escaped, its line ends as `<br>`.
pub(super) fn breaks(text: &Value) -> Value {
    let text = match text.kind() {
        ValueKind::String => text.as_str().unwrap_or_default().trim_end(),
        _ => "",
    };
    Value::from_safe_string(escaped(text).replace('\n', "<br>\n"))
}

/// A text as it stands in HTML and in its attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#x27;"),
            other => html.push(other),
        }
    }
    html
}

/// A name like `first_response` as words.
pub(super) fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// A status as a customer understands it.
pub(super) fn status(name: &str) -> String {
    match name {
        "pending_customer" => "waiting for your answer".to_owned(),
        "pending_vendor" => "waiting for a supplier".to_owned(),
        "reopened" => "open again".to_owned(),
        other => words(other),
    }
}

/// An instant for people, in UTC; what is none stays as it is.
pub(super) fn moment(instant: &str) -> String {
    match instant.parse::<Timestamp>() {
        Ok(instant) => instant.strftime("%-d %B %Y, %H:%M UTC").to_string(),
        Err(_) => instant.to_owned(),
    }
}
