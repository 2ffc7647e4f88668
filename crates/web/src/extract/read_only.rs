//! Objects that come back as they were read: what nobody can change has to be as it is stored.

use std::collections::BTreeMap;

use linedesk_app::{Error, Fault};
use serde::Serialize;
use serde_json::{Map, Value};

/// The fields of a body that can be read and never written, as they were sent.
#[derive(Debug, Default, PartialEq)]
pub struct ReadOnly(BTreeMap<String, Value>);

impl ReadOnly {
    /// Takes the fields of those names out of a body.
    pub fn taken_from(body: &mut Map<String, Value>, names: &[&str]) -> Self {
        let taken = names.iter().filter_map(|name| body.remove_entry(*name));
        Self(taken.collect())
    }

    /// Whether none was sent, so that nothing has to be compared.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Passes if all of them hold what is stored, as this client reads it.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming each field that differs.
    pub fn check(&self, shown: &impl Serialize) -> Result<(), Error> {
        let shown = serde_json::to_value(shown).unwrap_or_default();
        let differ = self
            .0
            .iter()
            .filter(|(name, value)| shown.get(name) != Some(value));
        let faults: Vec<_> = differ
            .map(|(name, _)| Fault::new(name, "read_only", "cannot be changed here"))
            .collect();
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(faults))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_stored_passes_and_what_differs_is_named() {
        let Value::Object(mut body) = json!({ "id": "a", "number": 8, "name": "x" }) else {
            panic!("an object")
        };
        let sent = ReadOnly::taken_from(&mut body, &["id", "number", "created_at"]);
        assert_eq!(Value::Object(body), json!({ "name": "x" }));
        assert!(sent.check(&json!({ "id": "a", "number": 8 })).is_ok());
        let refused = sent.check(&json!({ "id": "a", "number": 7 })).unwrap_err();
        assert_eq!(refused.faults()[0].field, "number");
    }
}
