//! Articles and their versions.

use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpResponse, HttpResponseBuilder, get, post, put};
use linedesk_app::models::ArticleView;
use linedesk_app::{App, Caller, Error, knowledge as desk};

use crate::extract::address::Address;
use crate::extract::path::VersionNumber;
use crate::extract::precondition::{AnyOf, etag};
use crate::extract::query::Nothing;
use crate::extract::{Anybody, Article, Asked, Json, SignedIn, Whole};
use crate::isp::Answer;
use crate::isp::convert::kb::article::{self, ArticlesQuery, KbPage};
use crate::isp::convert::kb::version;
use crate::isp::dto::kb::KbPageParams;
use crate::isp::dto::kb::article::{
    ArticleDto, ArticleListDto, ArticleParams, EditArticleBody, NewArticleBody,
};
use crate::isp::dto::kb::version::{ArticleVersionDto, ArticleVersionListDto, DiffDto};
use crate::mount::Mount;
use crate::{WebSettings, json};

/// The routes.
pub(super) fn routes(config: &mut Mount<'_>) {
    config
        .service(list_articles)
        .service(create_article)
        .service(get_article)
        .service(put_article);
    config
        .service(list_versions)
        .service(get_version)
        .service(get_diff);
}

/// Articles that the caller may know of, the one changed last first
///
/// Nobody has to sign in for public ones. Staff also finds drafts and archived ones. The texts themselves are in
/// `GET /support/kb/articles/{article_id}`.
#[utoipa::path(tag = "knowledge base", security((), ("bearer" = [])), params(ArticleParams, KbPageParams), responses(
    (status = 200, description = "A page of articles", body = ArticleListDto<'static>),
))]
#[get("/support/kb/articles")]
async fn list_articles(
    app: Data<App>,
    Anybody(caller): Anybody,
    Asked(ArticlesQuery(asked)): Asked<ArticlesQuery>,
) -> Answer {
    let slice = asked.slice;
    let page = desk::list_articles(&app, &caller, asked).await?;
    Ok(json::ok(&article::articles(&page, slice, &caller)))
}

/// Makes an article
///
/// For staff. Its `slug` is made of its title and stays.
#[utoipa::path(tag = "knowledge base", request_body = NewArticleBody, responses(
    (status = 201, description = "The article", body = ArticleDto<'static>, headers(
        ("Location" = String, description = "Where the article is"),
        ("ETag" = String, description = "Its version, for `If-Match`"),
    )),
))]
#[post("/support/kb/articles")]
async fn create_article(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    _: Asked<Nothing>,
    Json(new): Json<NewArticleBody>,
) -> Answer {
    let made = desk::create_article(&app, &caller, new).await?;
    let id = made.article.id;
    let place = format!("{}/support/kb/articles/{id}", settings.mounts.isp.path);
    let mut answer = HttpResponse::Created();
    Ok(shown(
        answer.insert_header((header::LOCATION, place)),
        &settings,
        &caller,
        &made,
    ))
}

/// One article, by its identity or its slug
///
/// Its Markdown, the same as sanitised HTML, and as plain text. Nobody has to sign in for a public one. Reading it counts as a view,
/// once for a person and day.
#[utoipa::path(tag = "knowledge base", security((), ("bearer" = [])),
    params(("article_id" = String, Path, description = "Identity or slug")), responses(
    (status = 200, description = "The article", body = ArticleDto<'static>, headers(
        ("ETag" = String, description = "Its version, for `If-Match`"),
    )),
))]
#[get("/support/kb/articles/{article_id}")]
async fn get_article(
    app: Data<App>,
    settings: Data<WebSettings>,
    Anybody(caller): Anybody,
    Article(key): Article,
    Address(address): Address,
    _: Asked<Nothing>,
) -> Answer {
    let found = desk::article(&app, &caller, key).await?;
    let viewer = desk::viewer(&app, &caller, address);
    desk::count_view(&app, &caller, found.article.id, viewer).await;
    Ok(shown(
        &mut HttpResponse::build(StatusCode::OK),
        &settings,
        &caller,
        &found,
    ))
}

/// Changes an article: makes its next version
///
/// For staff. The fields that are given change, the others stay; `null` clears `category_id`. The whole object that was
/// read may be sent back.
#[utoipa::path(tag = "knowledge base", request_body = EditArticleBody,
    params(("article_id" = String, Path, description = "Identity or slug")), responses(
    (status = 200, description = "The article afterwards", body = ArticleDto<'static>, headers(
        ("ETag" = String, description = "Its version, for `If-Match`"),
    )),
))]
#[put("/support/kb/articles/{article_id}")]
async fn put_article(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    Article(key): Article,
    AnyOf(expected): AnyOf,
    _: Asked<Nothing>,
    Whole(sent, read_only): Whole<EditArticleBody>,
) -> Answer {
    let mut expected = expected;
    if let Some(version) = sent.version {
        if expected.as_ref().is_some_and(|any| !any.contains(&version)) {
            return Err(Error::Stale.into());
        }
        expected = Some(vec![version]);
    }
    if !read_only.is_empty() {
        let stored = desk::article(&app, &caller, key.clone()).await?;
        // Of an article that has moved on, what was read is not what is stored: that is no fault of the fields.
        let holds = |any: &Vec<i64>| any.contains(&stored.article.version);
        if !expected.as_ref().is_none_or(holds) {
            return Err(Error::Stale.into());
        }
        read_only.check(&article::article(&stored, &caller, &settings.images))?;
    }
    let changed = desk::edit_article(&app, &caller, key, expected, sent.revision).await?;
    Ok(shown(
        &mut HttpResponse::build(StatusCode::OK),
        &settings,
        &caller,
        &changed,
    ))
}

/// An article's versions, the newest first
///
/// For staff.
#[utoipa::path(tag = "knowledge base", params(("article_id" = String, Path, description = "Identity or slug"), KbPageParams), responses(
    (status = 200, description = "A page of versions", body = ArticleVersionListDto<'static>),
))]
#[get("/support/kb/articles/{article_id}/versions")]
async fn list_versions(
    app: Data<App>,
    caller: SignedIn,
    Article(key): Article,
    Asked(KbPage(slice)): Asked<KbPage>,
) -> Answer {
    let page = desk::versions(&app, &caller, key, slice).await?;
    Ok(json::ok(&version::versions(&page, slice)))
}

/// One version of an article
///
/// For staff.
#[utoipa::path(tag = "knowledge base", params(
    ("article_id" = String, Path, description = "Identity or slug"),
    ("version" = i64, Path, description = "Its number, 1 for the first", minimum = 1),
), responses((status = 200, description = "The version", body = ArticleVersionDto<'static>)))]
#[get("/support/kb/articles/{article_id}/versions/{version}")]
async fn get_version(
    app: Data<App>,
    caller: SignedIn,
    Article(key): Article,
    VersionNumber(number): VersionNumber,
    _: Asked<Nothing>,
) -> Answer {
    let found = desk::version(&app, &caller, key, number).await?;
    Ok(json::ok(&version::version(&found)))
}

/// What a version of an article changed from the one before it
///
/// For staff. Line by line, and the same as a unified diff.
#[utoipa::path(tag = "knowledge base", params(
    ("article_id" = String, Path, description = "Identity or slug"),
    ("version" = i64, Path, description = "Its number, 1 for the first", minimum = 1),
), responses((status = 200, description = "The difference", body = DiffDto<'static>)))]
#[get("/support/kb/articles/{article_id}/versions/{version}/diff")]
async fn get_diff(
    app: Data<App>,
    caller: SignedIn,
    Article(key): Article,
    VersionNumber(number): VersionNumber,
    _: Asked<Nothing>,
) -> Answer {
    let found = desk::diff(&app, &caller, key, number).await?;
    Ok(json::ok(&version::diff(&found)))
}

/// An article as an answer, with its entity tag.
fn shown(
    answer: &mut HttpResponseBuilder,
    settings: &WebSettings,
    caller: &Caller,
    view: &ArticleView,
) -> HttpResponse {
    answer
        .insert_header(etag(view.article.version))
        .content_type("application/json")
        .body(json::bytes(&article::article(
            view,
            caller,
            &settings.images,
        )))
}
