//! Query strings: every parameter known, none twice, all faults at once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web;
use actix_web::{FromRequest, HttpRequest};
use linedesk_app::models::Part;

use super::faults::{Faults, Wrong};
use crate::failure::Failure;

/// The most values of one parameter.
const MAX_VALUES: usize = 1000;

/// Something that is asked for by parameters.
pub trait FromQuery: Sized {
    /// Takes its parameters; those that are left over are faults.
    fn read(query: &mut QueryReader) -> Option<Self>;
}

/// The parameters of a request that have not been taken yet.
#[derive(Debug)]
pub struct QueryReader {
    left: BTreeMap<String, String>,
    /// What is wrong so far.
    pub faults: Faults,
}

impl QueryReader {
    /// The parameters of a query string.
    pub fn new(query: &str) -> Self {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(query);
        Self::of(pairs.map(web::Query::into_inner).unwrap_or_default())
    }

    /// These parameters.
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        let mut reader = Self {
            left: BTreeMap::new(),
            faults: Faults::default(),
        };
        for (name, value) in pairs {
            match reader.left.entry(name) {
                Entry::Vacant(place) => {
                    place.insert(value);
                }
                Entry::Occupied(known) => reader.faults.push(
                    known.key(),
                    "duplicate",
                    "is there twice; several values are separated by commas",
                ),
            }
        }
        reader
    }

    /// A parameter's text.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.left.remove(name)
    }

    /// A parameter, parsed.
    pub fn one<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(String) -> Result<T, Wrong>,
    ) -> Option<T> {
        let text = self.text(name)?;
        self.faults.take(name, parse(text))
    }

    /// A parameter's values between commas, each parsed.
    pub fn several<T>(&mut self, name: &str, parse: impl Fn(String) -> Result<T, Wrong>) -> Vec<T> {
        let Some(text) = self.text(name) else {
            return Vec::new();
        };
        if text.split(',').nth(MAX_VALUES).is_some() {
            let message = format!("must have at most {MAX_VALUES} values");
            self.faults.push(name, "too_long", message);
            return Vec::new();
        }
        let values = text.split(',').map(str::trim);
        values
            .filter_map(|value| self.faults.take(name, parse(value.to_owned())))
            .collect()
    }

    /// As [`Self::several`], where an empty parameter asks nothing.
    pub fn several_given<T>(
        &mut self,
        name: &str,
        parse: impl Fn(String) -> Result<T, Wrong>,
    ) -> Vec<T> {
        if self
            .left
            .get(name)
            .is_some_and(|text| text.trim().is_empty())
        {
            self.left.remove(name);
        }
        self.several(name, parse)
    }

    /// `true` or `false`.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        self.one(name, |text| match text.as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(("not_a_boolean", "must be true or false".to_owned())),
        })
    }

    /// A whole number within bounds.
    pub fn number(&mut self, name: &str, from: u64, to: u64) -> Option<u64> {
        self.one(name, |text| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            let number = text
                .parse()
                .ok()
                .filter(|number| digits && (from..=to).contains(number));
            number.ok_or_else(|| {
                (
                    "out_of_range",
                    format!("must be a whole number from {from} to {to}"),
                )
            })
        })
    }

    /// `limit` and `offset` of a list.
    pub fn page(&mut self, default_limit: u32, max_limit: u32, max_offset: u64) -> (u32, u64) {
        let limit = self.number("limit", 1, u64::from(max_limit));
        let limit = limit
            .and_then(|limit| u32::try_from(limit).ok())
            .unwrap_or(default_limit);
        (limit, self.number("offset", 0, max_offset).unwrap_or(0))
    }

    /// Says what is wrong with a parameter.
    pub fn refuse(&mut self, name: &str, code: &'static str, message: String) {
        self.faults.push(name, code, message);
    }

    /// What was read, if nothing is wrong with it.
    ///
    /// # Errors
    /// 400 with all faults.
    pub fn finish_loosely<T>(self, value: Option<T>) -> Result<T, Failure> {
        self.faults.finish(value)
    }

    /// What was read, if nothing is wrong and nothing is left over.
    ///
    /// # Errors
    /// 400 with all faults.
    pub fn finish<T>(mut self, value: Option<T>) -> Result<T, Failure> {
        for name in self.left.into_keys() {
            self.faults
                .push(&name, "unknown_parameter", "there is no such parameter");
        }
        self.faults.finish(value)
    }
}

/// What the query string asks for, from clients who may ask for more than there is: what is left over is ignored, and of
/// what is there twice the last counts.
#[derive(Debug)]
pub struct Loosely<T>(pub T);

impl<T: FromQuery + 'static> FromRequest for Loosely<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = web::Query::<BTreeMap<String, String>>::from_query(request.query_string());
        let mut query = QueryReader::of(
            pairs
                .map(web::Query::into_inner)
                .unwrap_or_default()
                .into_iter()
                .collect(),
        );
        let value = T::read(&mut query);
        ready(query.finish_loosely(value).map(Self))
    }
}

/// What the query string asks for.
#[derive(Debug)]
pub struct Asked<T>(pub T);

impl<T: FromQuery + 'static> FromRequest for Asked<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut query = QueryReader::new(request.query_string());
        let value = T::read(&mut query);
        ready(query.finish(value).map(Self))
    }
}

/// What the query string asks for, as the older dialects take it: parameters that they do not know do not matter.
#[derive(Debug)]
pub struct AskedLoosely<T>(pub T);

impl<T: FromQuery + 'static> FromRequest for AskedLoosely<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut query = QueryReader::new(request.query_string());
        let value = T::read(&mut query);
        ready(query.faults.finish(value).map(Self))
    }
}

/// Which part of a list; nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// At most so many.
    pub limit: u32,
    /// So many are left out.
    pub offset: u64,
}

impl Page {
    /// The same as use cases know it.
    pub const fn part(self) -> Part {
        Part::From {
            offset: self.offset,
            limit: self.limit,
        }
    }
}

impl FromQuery for Page {
    fn read(query: &mut QueryReader) -> Option<Self> {
        use linedesk_app::tickets::{MAX_LIMIT, MAX_OFFSET};
        let (limit, offset) = query.page(50, MAX_LIMIT, MAX_OFFSET);
        Some(Self { limit, offset })
    }
}

/// No parameters at all.
#[derive(Debug, Clone, Copy)]
pub struct Nothing;

impl FromQuery for Nothing {
    fn read(_: &mut QueryReader) -> Option<Self> {
        Some(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(query: &str) -> Vec<(String, &'static str)> {
        let mut reader = QueryReader::new(query);
        let page = Page::read(&mut reader);
        let failure = reader.finish(page).unwrap_err();
        failure
            .faults
            .into_iter()
            .map(|fault| (fault.field, fault.code))
            .collect()
    }

    #[test]
    fn a_page_has_defaults() {
        let mut reader = QueryReader::new("offset=20");
        let page = Page::read(&mut reader);
        assert_eq!(
            reader.finish(page).unwrap(),
            Page {
                limit: 50,
                offset: 20
            }
        );
    }

    #[test]
    fn all_faults_are_told_at_once() {
        assert_eq!(
            faults("limit=0&offset=-1&a=1&offset=2"),
            [
                ("offset".to_owned(), "duplicate"),
                ("limit".to_owned(), "out_of_range"),
                ("a".to_owned(), "unknown_parameter")
            ]
        );
        assert_eq!(faults("limit=1001"), [("limit".to_owned(), "out_of_range")]);
        assert_eq!(faults("limit="), [("limit".to_owned(), "out_of_range")]);
        assert_eq!(faults("limit=+5"), [("limit".to_owned(), "out_of_range")]);
    }
}
