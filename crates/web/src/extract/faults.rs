//! Collecting everything that is wrong with a request before answering.

use std::collections::HashSet;

use linedesk_app::Fault;

use crate::failure::Failure;

/// What is wrong with one value: a stable code and a sentence.
pub type Wrong = (&'static str, String);

/// Everything that is wrong so far, at most [`Faults::MAX`] of it; the first fault of each field counts.
#[derive(Debug, Default)]
pub struct Faults {
    found: Vec<Fault>,
    /// The fields of the faults found.
    fields: HashSet<String>,
    /// Whether there were more than are kept.
    has_more: bool,
    /// Where in the body we are: `targets.`
    prefix: String,
}

impl Faults {
    /// The most that one answer tells.
    pub const MAX: usize = 100;

    /// Notes a fault of `field`, unless one is known of it already or there are enough.
    pub fn push(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        let field = format!("{}{field}", self.prefix);
        if self.fields.contains(&field) {
            return;
        }
        if self.is_full() {
            self.has_more = true;
            return;
        }
        self.fields.insert(field.clone());
        self.found.push(Fault::new(field, code, message));
    }

    /// The value, or nothing and a fault of `field`.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, Wrong>) -> Option<T> {
        parsed
            .map_err(|(code, message)| self.push(field, code, message))
            .ok()
    }

    /// Reads an object inside the body: faults found meanwhile name the fields under `field`.
    pub fn inside<T>(&mut self, field: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.prefix.len();
        self.prefix.push_str(field);
        self.prefix.push('.');
        let value = read(self);
        self.prefix.truncate(length);
        value
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether no more faults are kept, so that looking for others is in vain.
    pub fn is_full(&self) -> bool {
        self.found.len() >= Self::MAX
    }

    /// Whether a fault of `field` is known.
    pub fn knows(&self, field: &str) -> bool {
        self.fields.contains(&format!("{}{field}", self.prefix))
    }

    /// The value if there is one and nothing is wrong.
    ///
    /// # Errors
    /// 400 with all faults.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Failure> {
        match value {
            Some(value) if self.found.is_empty() => Ok(value),
            _ => Err(Failure::invalid(self.found).with_more_faults(self.has_more)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fault_of_a_field_counts() {
        let mut faults = Faults::default();
        faults.push("a", "first", "x");
        faults.push("a", "second", "x");
        faults.inside("a", |faults| faults.push("a", "third", "x"));
        let failure = faults.finish(None::<()>).unwrap_err();
        let codes: Vec<_> = failure.faults.iter().map(|fault| fault.code).collect();
        assert_eq!(codes, ["first", "third"]);
        assert!(failure.detail.starts_with("2 things"));
    }

    #[test]
    fn there_is_an_end_to_what_is_told() {
        let mut faults = Faults::default();
        for field in 0..100_000 {
            faults.push(&field.to_string(), "unknown_field", "x");
        }
        assert!(faults.is_full() && faults.knows("99") && !faults.knows("100"));
        let failure = faults.finish(None::<()>).unwrap_err();
        assert_eq!(failure.faults.len(), Faults::MAX);
        assert!(failure.detail.contains("more"), "{}", failure.detail);
    }
}
