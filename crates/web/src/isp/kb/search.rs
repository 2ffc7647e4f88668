//! Finding articles, saying whether they helped, and what may help with a ticket.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{get, post};
use linedesk_app::{App, knowledge as desk};

use crate::extract::query::Nothing;
use crate::extract::{Anybody, Article, Asked, Json, SignedIn};
use crate::isp::Answer;
use crate::isp::audience::Reader;
use crate::isp::convert::kb::article::KbPage;
use crate::isp::convert::kb::popular::PopularQuery;
use crate::isp::convert::kb::{feedback, popular, search, suggest};
use crate::isp::dto::kb::KbPageParams;
use crate::isp::dto::kb::feedback::{FeedbackBody, FeedbackListDto, GivenFeedbackDto};
use crate::isp::dto::kb::popular::{PopularDto, PopularParams};
use crate::isp::dto::kb::search::{SearchBody, SearchResultsDto};
use crate::isp::dto::kb::suggest::{SuggestBody, SuggestionsDto};
use crate::json;
use crate::mount::Mount;

/// The routes.
pub(super) fn routes(config: &mut Mount<'_>) {
    config
        .service(search_articles)
        .service(give_feedback)
        .service(list_feedback)
        .service(list_popular)
        .service(auto_suggestions);
}

/// Published articles that fit best
///
/// Forms of a word are the same word, slips of the finger are forgiven, and the last word may be the beginning of one. Of
/// the words that can be found together two thirds have to be there. Nobody has to sign in for public articles.
/// `snippet` is HTML: escaped text with `<mark>` around what was found.
#[utoipa::path(tag = "knowledge base", security((), ("bearer" = [])), request_body = SearchBody, responses(
    (status = 200, description = "A page of results, the best first", body = SearchResultsDto<'static>),
))]
#[post("/support/kb/search")]
async fn search_articles(
    app: Data<App>,
    Anybody(caller): Anybody,
    _: Asked<Nothing>,
    Json(asked): Json<SearchBody>,
) -> Answer {
    let slice = asked.slice;
    let found = desk::search_articles(&app, &caller, asked).await?;
    Ok(json::ok(&search::results(&found, slice, &caller)))
}

/// Says whether an article helped
///
/// Once for a person and article: who says it again changes their mind (200 instead of 201).
#[utoipa::path(tag = "knowledge base", request_body = FeedbackBody, responses(
    (status = 201, description = "What was said, and how the article stands now", body = GivenFeedbackDto<'static>),
    (status = 200, description = "The same, in place of what was said before", body = GivenFeedbackDto<'static>),
))]
#[post("/support/kb/feedback")]
async fn give_feedback(
    app: Data<App>,
    caller: SignedIn,
    _: Asked<Nothing>,
    Json(given): Json<FeedbackBody>,
) -> Answer {
    let given = desk::give_feedback(&app, &caller, given).await?;
    let status = if given.is_first {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(json::answer(status, &feedback::given(&given)))
}

/// What everybody said of an article, the newest first
///
/// For staff.
#[utoipa::path(tag = "knowledge base", params(("article_id" = String, Path, description = "Identity or slug"), KbPageParams), responses(
    (status = 200, description = "A page of it", body = FeedbackListDto<'static>),
))]
#[get("/support/kb/articles/{article_id}/feedback")]
async fn list_feedback(
    app: Data<App>,
    caller: SignedIn,
    Article(key): Article,
    Asked(KbPage(slice)): Asked<KbPage>,
) -> Answer {
    let page = desk::list_feedback(&app, &caller, key, slice).await?;
    Ok(json::ok(&feedback::list(&page, slice)))
}

/// Articles that were read most and helped most in a period
///
/// Nobody has to sign in for public ones. `score` is the readings of the period, times the share of those whom the article
/// helped, with one voice for and one against added.
#[utoipa::path(tag = "knowledge base", security((), ("bearer" = [])), params(PopularParams, KbPageParams), responses(
    (status = 200, description = "A page of articles, the most popular first", body = PopularDto<'static>),
))]
#[get("/support/kb/popular")]
async fn list_popular(
    app: Data<App>,
    Anybody(caller): Anybody,
    Asked(PopularQuery(asked)): Asked<PopularQuery>,
) -> Answer {
    let slice = asked.slice;
    let found = desk::popular(&app, &caller, asked).await?;
    Ok(json::ok(&popular::popular(&found, slice, &caller)))
}

/// What may help with a ticket in these words
///
/// Articles; for staff also resolved tickets like it and resolution templates; what it is probably about and how urgent it
/// is. Each with a score up to 1 and the words that made it.
#[utoipa::path(tag = "knowledge base", request_body = SuggestBody, responses(
    (status = 200, description = "Up to five of each", body = SuggestionsDto<'static>),
))]
#[post("/support/auto-suggestions")]
async fn auto_suggestions(
    app: Data<App>,
    caller: SignedIn,
    _: Asked<Nothing>,
    Json(asked): Json<SuggestBody>,
) -> Answer {
    let found = desk::suggest(&app, &caller, asked).await?;
    let reader = Reader::of(&app, &caller);
    Ok(json::ok(&suggest::suggestions(&found, &caller, reader)))
}
