//! Answers as documents print them. What a document cannot know is compared by its shape: an identity, an instant, a
//! token; an id that is printed twice has to be the same one twice.

use std::collections::BTreeMap;

use serde_json::Value;

/// The values of a document with those that they stand for.
#[derive(Debug, Default)]
pub(super) struct Printed {
    known: BTreeMap<String, Value>,
}

impl Printed {
    /// Fails unless the answer is as it is printed. A text `<name>` stands for whatever is there, the same everywhere.
    #[track_caller]
    pub(super) fn is(&mut self, printed: &Value, real: &Value) {
        assert!(
            self.same(printed, real),
            "printed {printed:#}\nanswered {real:#}"
        );
    }

    /// What a name stands for.
    #[track_caller]
    pub(super) fn of(&self, name: &str) -> Value {
        self.known[&format!("<{name}>")].clone()
    }

    fn same(&mut self, printed: &Value, real: &Value) -> bool {
        match (printed, real) {
            (Value::Object(printed), Value::Object(real)) => {
                let names: Vec<_> = printed.keys().collect();
                names == real.keys().collect::<Vec<_>>()
                    && printed
                        .iter()
                        .all(|(name, value)| self.same(value, &real[name]))
            }
            (Value::Array(printed), Value::Array(real)) => {
                let mut pairs = printed.iter().zip(real);
                printed.len() == real.len() && pairs.all(|(printed, real)| self.same(printed, real))
            }
            (Value::String(name), real) if name.starts_with('<') && name.ends_with('>') => {
                !real.is_null()
                    && self
                        .known
                        .entry(name.clone())
                        .or_insert_with(|| real.clone())
                        == real
            }
            (Value::String(printed), Value::String(real)) if is_instant(printed) => {
                is_instant(real)
            }
            (Value::String(printed), Value::String(real)) if printed.contains('{') => {
                let known = self.known.iter();
                let filled = known.fold(printed.clone(), |text, (name, value)| {
                    let value = value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned);
                    text.replace(&name.replace('<', "{").replace('>', "}"), &value)
                });
                filled == *real
            }
            (printed, real) => printed == real,
        }
    }
}

fn is_instant(text: &str) -> bool {
    text.len() >= 20 && text.as_bytes()[10] == b'T' && text.ends_with('Z')
}
