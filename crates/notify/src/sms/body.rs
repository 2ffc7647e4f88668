//! What is sent to a gateway: an operator's pattern with places for number and text.

use serde_json::Value;
use url::form_urlencoded;

use crate::options::SmsContent;

/// Sent where an operator gives no pattern.
const JSON: &str = r#"{"to": "{to}", "from": "{from}", "text": "{text}", "id": "{key}"}"#;
const FORM: &str = "to={to}&from={from}&text={text}&id={key}";

/// What goes into the places.
pub(super) struct Fields<'a> {
    pub(super) to: &'a str,
    pub(super) from: &'a str,
    pub(super) text: &'a str,
    pub(super) key: &'a str,
}

/// A pattern. It is taken apart before anything is put in, so that no text can break out of its place.
pub(super) enum Body {
    Json(Value),
    Form(Vec<(String, String)>),
}

impl Body {
    pub(super) fn parse(content: SmsContent, pattern: Option<&str>) -> Result<Self, String> {
        let body = match content {
            SmsContent::Json => {
                let pattern = serde_json::from_str(pattern.unwrap_or(JSON));
                Self::Json(pattern.map_err(|error| format!("the body is no JSON: {error}"))?)
            }
            SmsContent::Form => {
                let pattern = pattern.unwrap_or(FORM).as_bytes();
                Self::Form(form_urlencoded::parse(pattern).into_owned().collect())
            }
        };
        let mut places = Vec::new();
        body.each_text(&mut |text| places.extend(places_in(text)));
        if let Some(unknown) = places
            .iter()
            .find(|place| !PLACES.contains(&place.as_str()))
        {
            return Err(format!(
                "the body has {{{unknown}}}; there are {{to}}, {{from}}, {{text}} and {{key}}"
            ));
        }
        for needed in ["to", "text"] {
            if !places.iter().any(|place| place == needed) {
                return Err(format!("the body has no {{{needed}}}"));
            }
        }
        Ok(body)
    }

    pub(super) const fn content_type(&self) -> &'static str {
        match self {
            Self::Json(_) => "application/json",
            Self::Form(_) => "application/x-www-form-urlencoded",
        }
    }

    pub(super) fn fill(&self, fields: &Fields<'_>) -> String {
        match self {
            Self::Json(pattern) => filled(pattern, fields).to_string(),
            Self::Form(pairs) => {
                let pairs = pairs.iter().map(|(name, value)| (name, put(value, fields)));
                form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(pairs)
                    .finish()
            }
        }
    }

    fn each_text(&self, visit: &mut dyn FnMut(&str)) {
        match self {
            Self::Json(value) => each_string(value, visit),
            Self::Form(pairs) => pairs.iter().for_each(|(_name, value)| visit(value)),
        }
    }
}

const PLACES: [&str; 4] = ["to", "from", "text", "key"];

fn each_string(value: &Value, visit: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(items) => items.iter().for_each(|item| each_string(item, visit)),
        Value::Object(fields) => fields.values().for_each(|field| each_string(field, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn filled(pattern: &Value, fields: &Fields<'_>) -> Value {
    match pattern {
        Value::String(text) => Value::String(put(text, fields)),
        Value::Array(items) => items.iter().map(|item| filled(item, fields)).collect(),
        Value::Object(pairs) => {
            let pairs = pairs
                .iter()
                .map(|(name, value)| (name.clone(), filled(value, fields)));
            Value::Object(pairs.collect())
        }
        other => other.clone(),
    }
}

/// The names in braces.
fn places_in(text: &str) -> Vec<String> {
    let after_braces = text.split('{').skip(1);
    let names = after_braces.filter_map(|rest| rest.split_once('}'));
    names.map(|(name, _rest)| name.to_owned()).collect()
}

/// One pass: what is put in is not looked at again.
fn put(text: &str, fields: &Fields<'_>) -> String {
    let mut parts = text.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let place = part.split_once('}').and_then(|(name, rest)| {
            let value = match name {
                "to" => fields.to,
                "from" => fields.from,
                "text" => fields.text,
                "key" => fields.key,
                _ => return None,
            };
            Some((value, rest))
        });
        if let Some((value, rest)) = place {
            filled.push_str(value);
            filled.push_str(rest);
        } else {
            filled.push('{');
            filled.push_str(part);
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: Fields<'_> = Fields {
        to: "+49891234567",
        from: "Desk",
        text: "\"quoted\" & {to} = ü\n",
        key: "k-1",
    };

    #[test]
    fn a_text_cannot_break_out_of_json() {
        let body = Body::parse(
            SmsContent::Json,
            Some(r#"{"n":[{"m":"{text}"}],"t":"tel {to}","p":1}"#),
        );
        let filled: Value = serde_json::from_str(&body.unwrap().fill(&FIELDS)).unwrap();
        assert_eq!(filled["n"][0]["m"], FIELDS.text);
        assert_eq!(filled["t"], "tel +49891234567");
        assert_eq!(filled["p"], 1);
    }

    #[test]
    fn a_text_cannot_break_out_of_a_form() {
        let body = Body::parse(
            SmsContent::Form,
            Some("To={to}&Body={text}&From=%2B1&x={key}"),
        );
        let filled = body.unwrap().fill(&FIELDS);
        let pairs: Vec<_> = form_urlencoded::parse(filled.as_bytes())
            .into_owned()
            .collect();
        let expected = [
            ("To", FIELDS.to),
            ("Body", FIELDS.text),
            ("From", "+1"),
            ("x", "k-1"),
        ];
        let expected: Vec<_> = expected.map(|(a, b)| (a.to_owned(), b.to_owned())).into();
        assert_eq!(pairs, expected);
    }

    #[test]
    fn there_is_a_pattern_for_each_kind() {
        for content in [SmsContent::Json, SmsContent::Form] {
            assert!(
                Body::parse(content, None)
                    .unwrap()
                    .fill(&FIELDS)
                    .contains("Desk")
            );
        }
    }

    #[test]
    fn what_is_wrong_with_a_pattern_is_told() {
        for (pattern, told) in [
            ("{", "JSON"),
            (r#"{"to":"{to}"}"#, "no {text}"),
            (r#"{"text":"{text}"}"#, "no {to}"),
            (r#"{"to":"{to}","text":"{text}","x":"{nmae}"}"#, "{nmae}"),
        ] {
            let error = Body::parse(SmsContent::Json, Some(pattern)).err().unwrap();
            assert!(error.contains(told), "{error}");
        }
    }
}
