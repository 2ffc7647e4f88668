//! What may help with a ticket that is about to be written, or has just come in.

mod tickets;

use linedesk_domain::access::Operation;
use linedesk_domain::class::{Category, Priority};
use linedesk_domain::ids::ArticleId;
use linedesk_domain::knowledge::guess::{Guess, Neighbour, categories, priorities};
use linedesk_domain::knowledge::index::{Asked, Entry, Filter, Finding, Index, Match};
use linedesk_domain::knowledge::words::terms;
use linedesk_domain::knowledge::{Audience, Language, Template};
use linedesk_domain::text::{Description, Title};
use linedesk_ports::knowledge::{Hit, Search, Slice};
use linedesk_ports::queries::Stored;
use linedesk_ports::store::StoreError;
use uuid::Uuid;

use super::audience;
use crate::{App, Caller, Error};

/// How many of each kind are suggested.
const SUGGESTED: u32 = 5;
/// What fits less is not worth showing.
const LEAST: f64 = 0.05;

/// A ticket in a customer's words.
#[derive(Debug, Clone)]
pub struct AskSuggestions {
    /// `title`
    pub title: Title,
    /// `description`
    pub description: Option<Description>,
}

/// Something that may help.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggested<T> {
    /// What.
    pub what: T,
    /// How well it fits, up to 1.
    pub score: f64,
    /// The words that made it, the most telling first.
    pub words: Vec<String>,
}

/// What may help. What is for staff alone is `None` for others.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestions {
    /// Articles.
    pub articles: Vec<Hit>,
    /// Resolved tickets like it.
    pub tickets: Option<Vec<Suggested<Stored>>>,
    /// Canned answers.
    pub templates: Option<Vec<Suggested<Template>>>,
    /// What it is probably about.
    pub category: Option<Guess<Category>>,
    /// How urgent it probably is.
    pub priority: Option<Guess<Priority>>,
}

/// Suggests what may help. Customers hear of articles, and of category and priority as far as their own words and their own
/// account's tickets tell.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn suggest(
    app: &App,
    caller: &Caller,
    asked: AskSuggestions,
) -> Result<Suggestions, Error> {
    let reader = audience(caller)?;
    let text = match &asked.description {
        Some(description) => format!("{}\n{description}", asked.title),
        None => asked.title.as_str().to_owned(),
    };
    let search = Search {
        text: text.clone(),
        finding: Finding::Suggest,
        filter: Filter::default(),
        slice: Slice {
            limit: SUGGESTED,
            offset: 0,
        },
    };
    let mut articles = app.knowledge.search(reader, search).await?.items;
    articles.retain(|hit| hit.score >= LEAST);
    let candidates = if caller.can(Operation::ReadTicket) {
        tickets::candidates(app, caller, &text).await?
    } else {
        Vec::new()
    };
    let is_staff = reader == Audience::Staff;
    let canned = if is_staff {
        app.knowledge.templates().await?
    } else {
        Vec::new()
    };
    let told = caller.can(Operation::ReadInternal);
    let ranking = move || ranked(&text, candidates, canned);
    let ranked = tokio::task::spawn_blocking(ranking).await;
    let ranked = ranked.map_err(|error| Error::Store(StoreError::Refused(error.to_string())))?;
    Ok(Suggestions {
        articles,
        tickets: told.then_some(ranked.tickets),
        templates: is_staff.then_some(ranked.templates),
        category: ranked.category,
        priority: ranked.priority,
    })
}

struct Ranked {
    tickets: Vec<Suggested<Stored>>,
    templates: Vec<Suggested<Template>>,
    category: Option<Guess<Category>>,
    priority: Option<Guess<Priority>>,
}

fn ranked(text: &str, candidates: Vec<Stored>, canned: Vec<Template>) -> Ranked {
    let tickets = best(text, candidates, |ticket| {
        let data = &ticket.data;
        (data.id.0, data.title.as_str(), data.description.as_str())
    });
    let templates = best(text, canned, |one| {
        (one.id.0, one.name.as_str(), one.body.as_str())
    });
    let neighbours: Vec<Neighbour> = tickets
        .iter()
        .map(|one| Neighbour {
            category: one.what.data.category,
            priority: one.what.data.priority,
            score: one.score,
            words: one.words.clone(),
        })
        .collect();
    Ranked {
        category: categories(text, &neighbours).into_iter().next(),
        priority: priorities(text, &neighbours).into_iter().next(),
        tickets,
        templates,
    }
}

/// Those that fit a text best, by an index of them alone.
fn best<T>(text: &str, all: Vec<T>, words: impl Fn(&T) -> (Uuid, &str, &str)) -> Vec<Suggested<T>> {
    let language = Language::english();
    let mut index = Index::default();
    for one in &all {
        let (id, title, body) = words(one);
        index.put(Entry {
            id: ArticleId(id),
            audience: Audience::Staff,
            shelf: None,
            tags: Vec::new(),
            terms: terms(title, [], body, language.endings()),
            language: language.clone(),
        });
    }
    let filter = Filter::default();
    let asked = Asked {
        text,
        finding: Finding::Suggest,
        filter: &filter,
    };
    let found = index.find(Audience::Staff, &asked);
    let mut page = index.page(&found, 0, SUGGESTED as usize);
    page.retain(|one| one.score >= LEAST);
    let mut left: Vec<Option<T>> = all.into_iter().map(Some).collect();
    let take = |one: Match| {
        let place = left
            .iter()
            .position(|left| left.as_ref().is_some_and(|left| words(left).0 == one.id.0))?;
        Some(Suggested {
            what: left[place].take()?,
            score: one.score,
            words: one.words,
        })
    };
    page.into_iter().filter_map(take).collect()
}
