//! Searching articles.

use linedesk_domain::knowledge::index::{Filter, Finding};
use linedesk_domain::knowledge::{Audience, Language};
use linedesk_domain::text::Tag;
use linedesk_ports::knowledge::{Hit, Search, Slice, Sliced};

use super::articles::shelves_of;
use super::{audience, check_slice};
use crate::{App, Caller, Error};

/// The longest query, in characters.
pub const MAX_QUERY: usize = 500;

/// What somebody searches for.
#[derive(Debug, Clone)]
pub struct SearchArticles {
    /// Words, up to [`MAX_QUERY`] characters.
    pub query: String,
    /// Category by id or name; what lies below it counts too.
    pub category: Option<String>,
    /// Tags; an article has to have all of them.
    pub tags: Vec<Tag>,
    /// Language.
    pub language: Option<Language>,
    /// Which page of the results.
    pub slice: Slice,
}

/// Published articles that fit best, among those that the caller may read.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`], [`Error::Store`].
pub async fn search_articles(
    app: &App,
    caller: &Caller,
    asked: SearchArticles,
) -> Result<Sliced<Hit>, Error> {
    let audience = audience(caller)?;
    check_slice(asked.slice)?;
    let search = Search {
        text: asked.query,
        finding: Finding::Search,
        filter: Filter {
            shelves: shelves_of(app, audience, asked.category.as_deref()).await?,
            tags: asked.tags,
            language: asked.language,
        },
        slice: asked.slice,
    };
    Ok(app.knowledge.search(audience, search).await?)
}

/// Lets the store take in what has changed since the last search, so that after a start, or many changes, nobody who
/// searches has to wait for that. For a worker.
///
/// # Errors
/// [`Error::Store`].
pub async fn keep_up(app: &App) -> Result<(), Error> {
    let nothing = Search {
        text: String::new(),
        finding: Finding::Search,
        filter: Filter::default(),
        slice: Slice {
            limit: 1,
            offset: 0,
        },
    };
    app.knowledge.search(Audience::Anybody, nothing).await?;
    Ok(())
}
