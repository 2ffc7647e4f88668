//! Whether an article helped.

use linedesk_domain::access::Operation;
use linedesk_domain::ids::ArticleId;
use linedesk_domain::text::Note;
use linedesk_ports::knowledge::{
    ArticleKey, ArticleView, Feedback, FeedbackView, KnowledgeWrite, Slice, Sliced,
};
use linedesk_ports::store::StoreError;

use super::{article, audience, check_slice, write};
use crate::{App, Caller, Error};

/// What somebody says of an article.
#[derive(Debug, Clone)]
pub struct GiveFeedback {
    /// Of which.
    pub article: ArticleId,
    /// Whether it helped.
    pub helpful: bool,
    /// What else there is to say.
    pub comment: Option<Note>,
}

/// What was said, and how the article stands with it.
#[derive(Debug, Clone)]
pub struct Given {
    /// The feedback as it is now.
    pub feedback: Feedback,
    /// Whether this person had not said anything before.
    pub is_first: bool,
    /// The article.
    pub article: ArticleView,
}

/// Says whether an article helped. Whoever has said so before changes their mind.
///
/// # Errors
/// [`Error::Unauthenticated`] for visitors; [`Error::Forbidden`]; [`Error::Invalid`] where the caller may not know of such an
/// article; [`Error::Store`].
pub async fn give_feedback(
    app: &App,
    caller: &Caller,
    given: GiveFeedback,
) -> Result<Given, Error> {
    caller.may(Operation::GiveFeedback)?;
    let reader = audience(caller)?;
    let key = ArticleKey::Id(given.article);
    let unknown = || Error::invalid("article_id", "unknown", "no article has this id");
    let known = app.knowledge.article(reader, key.clone()).await?;
    known.ok_or_else(unknown)?;
    let before = app.knowledge.feedback(given.article, caller.id()).await?;
    let now = app.clock.now();
    let feedback = Feedback {
        article: given.article,
        user: caller.id(),
        helpful: given.helpful,
        comment: given.comment,
        created_at: before.as_ref().map_or(now, |before| before.created_at),
        updated_at: now,
    };
    let said = KnowledgeWrite::Feedback(feedback.clone());
    write(app, caller, said)
        .await
        .map_err(|error| match error {
            StoreError::Dangling => unknown(),
            error => error.into(),
        })?;
    Ok(Given {
        feedback,
        is_first: before.is_none(),
        article: article(app, caller, key).await?,
    })
}

/// What everybody said of an article, the newest first. For staff.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`], [`Error::Store`].
pub async fn list_feedback(
    app: &App,
    caller: &Caller,
    key: ArticleKey,
    slice: Slice,
) -> Result<Sliced<FeedbackView>, Error> {
    caller.may(Operation::ReadKnowledgeWork)?;
    check_slice(slice)?;
    let found = article(app, caller, key).await?;
    Ok(app.knowledge.all_feedback(found.article.id, slice).await?)
}
