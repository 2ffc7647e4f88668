//! The knowledge base: articles, their versions, who may read them, categories.

mod articles;
mod categories;
mod feedback;
mod search;
mod servers;
mod suggestions;
mod templates;

use serde_json::{Value, json};

use super::api::{Answer, Api};
use super::desk::{next, with};

const ARTICLES: &str = "/api/v1/support/kb/articles";
const CATEGORIES: &str = "/api/v1/support/kb/categories";

/// A body that makes a published article for everybody, of a title that no other test has.
fn new_article(more: Value) -> Value {
    let n = next();
    let body = json!({
        "title": format!("Restart the router {n}"),
        "body": "# Restart\n\nPull the *plug*, wait, and plug it in again.",
        "status": "published",
        "visibility": "public",
    });
    with(body, more)
}

/// Makes an article.
async fn write(api: &Api, more: Value) -> Answer {
    api.post(ARTICLES, new_article(more)).await.is(201)
}

fn at(id: &str) -> String {
    format!("{ARTICLES}/{id}")
}
