//! Categories of articles.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post, put};
use linedesk_app::{App, knowledge as desk};
use linedesk_domain::ids::ShelfId;

use crate::extract::query::Nothing;
use crate::extract::{Anybody, Asked, At, Json, SignedIn, Whole};
use crate::isp::Answer;
use crate::isp::convert::kb::category;
use crate::isp::dto::kb::category::{
    ArticleCategoryDto, ArticleCategoryTreeDto, EditArticleCategoryBody, NewArticleCategoryBody,
};
use crate::mount::Mount;
use crate::{WebSettings, json};

/// The routes.
pub(super) fn routes(config: &mut Mount<'_>) {
    config
        .service(list_categories)
        .service(create_category)
        .service(put_category)
        .service(delete_category);
}

/// The categories of articles, as a tree
///
/// With how many published articles the caller may read in each. Nobody has to sign in; others than staff are told of categories only that hold
/// something for them.
#[utoipa::path(tag = "knowledge base", security((), ("bearer" = [])), responses(
    (status = 200, description = "The tree", body = ArticleCategoryTreeDto),
))]
#[get("/support/kb/categories")]
async fn list_categories(app: Data<App>, Anybody(caller): Anybody, _: Asked<Nothing>) -> Answer {
    let found = desk::categories(&app, &caller).await?;
    Ok(json::ok(&category::tree(&found)))
}

/// Makes a category of articles
///
/// For leads and admins.
#[utoipa::path(tag = "knowledge base", request_body = NewArticleCategoryBody, responses(
    (status = 201, description = "The category", body = ArticleCategoryDto, headers(
        ("Location" = String, description = "Where it is"),
    )),
))]
#[post("/support/kb/categories")]
async fn create_category(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    _: Asked<Nothing>,
    Json(new): Json<NewArticleCategoryBody>,
) -> Answer {
    let made = desk::create_category(&app, &caller, new).await?;
    let id = made.shelf.id;
    let place = format!("{}/support/kb/categories/{id}", settings.mounts.isp.path);
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, place))
        .content_type("application/json")
        .body(json::bytes(&category::category(&made))))
}

/// Changes a category of articles, or moves it with all that lies in it
///
/// For leads and admins. What is left out stays; `"parent_id": null` moves it to the top.
#[utoipa::path(tag = "knowledge base", request_body = EditArticleCategoryBody, responses(
    (status = 200, description = "The category afterwards", body = ArticleCategoryDto),
))]
#[put("/support/kb/categories/{category_id}")]
async fn put_category(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<ShelfId>,
    _: Asked<Nothing>,
    Whole(edit, read_only): Whole<EditArticleCategoryBody>,
) -> Answer {
    if !read_only.is_empty() {
        let tree = desk::categories(&app, &caller).await?;
        let stored = category::find(&tree, id).map(category::category);
        read_only.check(&stored)?;
    }
    let changed = desk::edit_category(&app, &caller, id, edit).await?;
    Ok(json::ok(&category::category(&changed)))
}

/// Deletes a category of articles in which nothing lies
///
/// For leads and admins.
#[utoipa::path(tag = "knowledge base", responses((status = 204, description = "It is gone")))]
#[delete("/support/kb/categories/{category_id}")]
async fn delete_category(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<ShelfId>,
    _: Asked<Nothing>,
) -> Answer {
    desk::delete_category(&app, &caller, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
