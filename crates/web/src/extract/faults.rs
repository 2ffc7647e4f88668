//! Collecting everything that is wrong with a request before answering.

use linedesk_app::Fault;

use crate::failure::Failure;

/// What is wrong with one value: a stable code and a sentence.
pub type Wrong = (&'static str, String);

/// Everything that is wrong so far; the first fault of each field counts.
#[derive(Debug, Default)]
pub struct Faults {
    found: Vec<Fault>,
    /// Where in the body we are: `targets.`
    prefix: String,
}

impl Faults {
    /// Notes a fault of `field`, unless one is known of it already.
    pub fn push(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        let field = format!("{}{field}", self.prefix);
        if self.found.iter().all(|fault| fault.field != field) {
            self.found.push(Fault::new(field, code, message));
        }
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

    /// The value if there is one and nothing is wrong.
    ///
    /// # Errors
    /// 400 with all faults.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Failure> {
        match value {
            Some(value) if self.found.is_empty() => Ok(value),
            _ => Err(Failure::invalid(self.found)),
        }
    }
}
