//! The knowledge base: articles and their versions, categories, search, feedback, canned answers, suggestions.
//!
//! Whoever asks is a [`Caller`]; somebody who has not signed in is a visitor, and reads what is public.

pub mod articles;
pub mod categories;
pub mod feedback;
pub mod markup;
pub mod popular;
pub mod search;
pub mod suggest;
pub mod templates;
pub mod versions;
pub mod viewers;

use linedesk_domain::access::Operation;
use linedesk_domain::knowledge::Audience;
use linedesk_domain::people::Role;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::knowledge::{KnowledgeWrite, Slice};
use linedesk_ports::store::StoreError;
use tokio::sync::MutexGuard;

use crate::{App, Caller, Error};

pub use articles::{
    ListArticles, NewArticle, article, create_article, edit_article, list_articles, text_of,
};
pub use categories::{
    Branch, NewCategory, categories, create_category, delete_category, edit_category,
};
pub use feedback::{GiveFeedback, Given as GivenFeedback, give_feedback, list_feedback};
pub use popular::{AskPopular, Popular, PopularPage, count_view, popular};
pub use search::{SearchArticles, keep_up, search_articles};
pub use suggest::{AskSuggestions, Suggested, Suggestions, suggest};
pub use templates::{
    NewTemplate, TemplateEdit, create_template, delete_template, edit_template, list_templates,
    render_template, template,
};
pub use versions::{Diff, FieldChange, HunkLine, LineKind, diff, version, versions};
pub use viewers::{Viewers, viewer};

/// The longest page of articles.
pub const MAX_LIMIT: u32 = 100;
/// How far lists may be read.
pub const MAX_OFFSET: u64 = 10_000;
/// How often a use case starts again when somebody else was faster.
const ATTEMPTS: usize = 8;

/// What the caller reads the knowledge base as.
///
/// # Errors
/// [`Error::Forbidden`] with a token that is for other things.
pub fn audience(caller: &Caller) -> Result<Audience, Error> {
    caller.may(Operation::ReadKnowledge)?;
    Ok(if caller.visits.is_some() {
        Audience::Anybody
    } else if caller.user.role == Role::Customer {
        Audience::Customers
    } else {
        Audience::Staff
    })
}

/// Passes if a page can be so.
fn check_slice(slice: Slice) -> Result<(), Error> {
    if !(1..=MAX_LIMIT).contains(&slice.limit) {
        let message = format!("must be 1 to {MAX_LIMIT}");
        return Err(Error::invalid("limit", "out_of_range", message));
    }
    if slice.offset > MAX_OFFSET {
        let message = format!("must be at most {MAX_OFFSET}");
        return Err(Error::invalid("offset", "out_of_range", message));
    }
    Ok(())
}

async fn write(app: &App, caller: &Caller, write: KnowledgeWrite) -> Result<(), StoreError> {
    let changes = Changes {
        writes: vec![Write::Knowledge(write)],
        mark: caller.mark.clone(),
    };
    app.commit.commit(changes).await.map(|_| ())
}

/// Waits for a turn, where there is none yet, so that those who were outrun go one after the other.
async fn queue_up<'a>(app: &'a App, turn: &mut Option<MutexGuard<'a, ()>>) {
    if turn.is_none() {
        *turn = Some(app.turns.wait_for_knowledge().await);
    }
}

/// Others were faster each time.
fn outrun() -> Error {
    Error::Store(StoreError::Unavailable(
        "too many are writing the knowledge base at once",
    ))
}
