//! A client of the API, and what it reads.

use std::collections::BTreeSet;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

/// A client of one server, signed in or not.
#[derive(Clone)]
pub(crate) struct Api {
    http: Client,
    base: String,
    token: Option<String>,
}

impl Api {
    pub(crate) fn new(base: &str) -> Self {
        let http = Client::builder()
            .timeout(super::program::PATIENCE)
            .build()
            .expect("a client");
        Self {
            http,
            base: base.to_owned(),
            token: None,
        }
    }

    /// The same client with another token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).send().await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask("POST", path).json(body).send().await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.ask("PUT", path).json(body).send().await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.ask("PATCH", path).json(body).send().await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.ask("DELETE", path).send().await
    }

    /// Uploads files as `file` parts of one form.
    pub(crate) async fn upload(&self, path: &str, files: &[(&str, &[u8])]) -> Answer {
        self.ask("POST", path).files(files).send().await
    }

    /// A request to be dressed further.
    pub(crate) fn ask(&self, method: &str, path: &str) -> Ask {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut builder = self
            .http
            .request(method.clone(), format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            builder = builder.bearer_auth(token);
        }
        Ask {
            builder,
            what: format!("{method} {path}"),
        }
    }
}

/// A request that is not sent yet.
pub(crate) struct Ask {
    builder: RequestBuilder,
    what: String,
}

impl Ask {
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        Self {
            builder: self.builder.header(name, value),
            ..self
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "callers make it on the spot")]
    pub(crate) fn json(self, body: Value) -> Self {
        Self {
            builder: self.builder.json(&body),
            ..self
        }
    }

    pub(crate) fn bytes(self, body: impl Into<reqwest::Body>) -> Self {
        Self {
            builder: self.builder.body(body),
            ..self
        }
    }

    pub(crate) fn files(self, files: &[(&str, &[u8])]) -> Self {
        let form = files
            .iter()
            .fold(reqwest::multipart::Form::new(), |form, (name, bytes)| {
                form.part(
                    "file",
                    reqwest::multipart::Part::bytes(bytes.to_vec()).file_name((*name).to_owned()),
                )
            });
        Self {
            builder: self.builder.multipart(form),
            ..self
        }
    }

    /// A form with a text and a file.
    pub(crate) fn form(self, name: &str, text: &str, (file, bytes): (&str, &[u8])) -> Self {
        let part = reqwest::multipart::Part::bytes(bytes.to_vec()).file_name(file.to_owned());
        let form = reqwest::multipart::Form::new()
            .text(name.to_owned(), text.to_owned())
            .part("file", part);
        Self {
            builder: self.builder.multipart(form),
            ..self
        }
    }

    /// Sends it. An answer of 500 and above fails the test: nothing that a client sends makes one.
    pub(crate) async fn send(self) -> Answer {
        let what = self.what.clone();
        let answer = self
            .try_send()
            .await
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(answer.status < 500, "{answer}");
        answer
    }

    /// Sends it, and leaves the body where it is.
    pub(crate) async fn open(self) -> reqwest::Response {
        let what = self.what;
        let response = self.builder.send().await;
        response.unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// Sends it, whatever becomes of it.
    pub(crate) async fn try_send(self) -> reqwest::Result<Answer> {
        let response = self.builder.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await?.to_vec();
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Ok(Answer {
            what: self.what,
            status,
            headers,
            bytes,
            json,
        })
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    what: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap<HeaderValue>,
    pub(crate) bytes: Vec<u8>,
    /// The body, or null where it is not JSON.
    pub(crate) json: Value,
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.text();
        write!(
            f,
            "{} -> {} {}",
            self.what,
            self.status,
            text.chars().take(2_000).collect::<String>()
        )
    }
}

impl Answer {
    /// The answer itself, if it has that status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }

    /// The answer itself, if it is a problem of that status and code.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Self {
        assert_eq!(
            (self.status, self.json["code"].as_str()),
            (status, Some(code)),
            "{self}"
        );
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{self}"
        );
        assert_eq!(self.json["status"], status, "{self}");
        self
    }

    /// The fields that a 400 complains of, as `field code`.
    #[track_caller]
    pub(crate) fn faults(&self) -> BTreeSet<String> {
        assert_eq!(self.status, 400, "{self}");
        let errors = self.json["errors"].as_array().cloned().unwrap_or_default();
        let told = |error: &Value| {
            error["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        };
        assert!(errors.iter().all(told), "{self}");
        errors
            .iter()
            .map(|error| format!("{} {}", text(&error["field"]), text(&error["code"])))
            .collect()
    }

    /// The fields that a 400 complains of.
    #[track_caller]
    pub(crate) fn faulty(&self) -> BTreeSet<String> {
        self.faults()
            .iter()
            .filter_map(|fault| fault.split(' ').next())
            .map(str::to_owned)
            .collect()
    }

    /// A header, empty where it is missing.
    pub(crate) fn header(&self, name: &str) -> String {
        let name: HeaderName = name.parse().expect("a header's name");
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("ASCII").to_owned())
            .unwrap_or_default()
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The list of that name in the body.
    #[track_caller]
    pub(crate) fn list(&self, name: &str) -> Vec<Value> {
        self.json[name]
            .as_array()
            .unwrap_or_else(|| panic!("no list `{name}`: {self}"))
            .clone()
    }

    /// A text of the body.
    #[track_caller]
    pub(crate) fn str(&self, name: &str) -> String {
        self.json[name]
            .as_str()
            .unwrap_or_else(|| panic!("no text `{name}`: {self}"))
            .to_owned()
    }
}

/// The text in a value, empty where it is none.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The texts of one field in a list.
pub(crate) fn each(list: &[Value], name: &str) -> Vec<String> {
    list.iter().map(|item| text(&item[name])).collect()
}
