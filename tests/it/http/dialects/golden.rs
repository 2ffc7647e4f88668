//! Exchanges as documents print them, replayed. What a document cannot know (ids, instants) is compared by its shape: the
//! same printed id is the same real one everywhere.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::http::api::Api;

/// The ids of a document with those that they stand for.
#[derive(Debug, Default)]
pub(super) struct Script {
    ids: BTreeMap<i64, String>,
}

impl Script {
    /// Replays exchanges: `{request: "POST /tickets", body?, status, response?}`. In a path `{3}` is the document's id 3.
    pub(super) async fn replay(&mut self, api: &Api, exchanges: &str) {
        let exchanges: Vec<Value> = serde_json::from_str(exchanges).expect("exchanges");
        assert!(!exchanges.is_empty());
        for exchange in exchanges {
            self.exchange(api, &exchange).await;
        }
    }

    async fn exchange(&mut self, api: &Api, exchange: &Value) {
        let request = exchange["request"].as_str().expect("a request");
        let (method, path) = request.split_once(' ').expect("a method and a path");
        let path = self
            .ids
            .iter()
            .fold(path.to_owned(), |path, (printed, id)| {
                path.replace(&format!("{{{printed}}}"), id)
            });
        let ask = api.ask(method, &path);
        let answer = match exchange.get("body") {
            Some(body) => ask.json(body.clone()).send().await,
            None => ask.send().await,
        };
        assert_eq!(exchange["status"], answer.status, "{request}: {answer}");
        if let Some(printed) = exchange.get("response") {
            let is_same = self.same(printed, &answer.json);
            assert!(is_same, "{request}\nprinted {printed}\n{answer}");
        }
    }

    fn same(&mut self, printed: &Value, real: &Value) -> bool {
        match (printed, real) {
            (Value::Object(printed), Value::Object(real)) => {
                let names: Vec<_> = printed.keys().collect();
                names == real.keys().collect::<Vec<_>>()
                    && printed.iter().all(|(name, value)| match name.as_str() {
                        "id" => self.same_id(value, &real[name]),
                        _ => self.same(value, &real[name]),
                    })
            }
            (Value::Array(printed), Value::Array(real)) => {
                let mut pairs = printed.iter().zip(real);
                printed.len() == real.len() && pairs.all(|(printed, real)| self.same(printed, real))
            }
            (Value::String(printed), Value::String(real)) => {
                printed == real || shape(printed).is_some_and(|it| shape(real) == Some(it))
            }
            (printed, real) => printed == real,
        }
    }

    fn same_id(&mut self, printed: &Value, real: &Value) -> bool {
        let real = match real {
            Value::Number(_) => real.to_string(),
            Value::String(id) => id.clone(),
            _ => return false,
        };
        let printed = printed.as_i64().expect("a number stands for the id");
        *self.ids.entry(printed).or_insert_with(|| real.clone()) == real
    }
}

/// What an instant looks like: every digit the same one.
fn shape(text: &str) -> Option<String> {
    let is_instant = text.len() >= 19 && text.as_bytes()[10] == b'T' && text.starts_with("20");
    let digit = |letter: char| if letter.is_ascii_digit() { '0' } else { letter };
    is_instant.then(|| text.chars().map(digit).collect())
}
