//! Canned answers. For staff.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post, put};
use linedesk_app::{App, knowledge as desk};
use linedesk_domain::ids::TemplateId;

use crate::extract::query::Nothing;
use crate::extract::{Asked, At, Json, SignedIn, Whole};
use crate::isp::Answer;
use crate::isp::convert::kb::template::{self, TemplatesQuery};
use crate::isp::dto::kb::template::{
    EditTemplateBody, NewTemplateBody, RenderTemplateBody, RenderedDto, TemplateDto,
    TemplateListDto, TemplateParams,
};
use crate::mount::Mount;
use crate::{WebSettings, json};

/// The routes.
pub(super) fn routes(config: &mut Mount<'_>) {
    config
        .service(list_templates)
        .service(create_template)
        .service(get_template)
        .service(put_template);
    config.service(delete_template).service(render_template);
}

/// Canned answers, by name
///
/// For staff. Those of a category are those for it and those for any.
#[utoipa::path(tag = "knowledge base", params(TemplateParams), responses(
    (status = 200, description = "All of them", body = TemplateListDto<'static>),
))]
#[get("/support/resolution-templates")]
async fn list_templates(
    app: Data<App>,
    caller: SignedIn,
    Asked(TemplatesQuery(category)): Asked<TemplatesQuery>,
) -> Answer {
    let all = desk::list_templates(&app, &caller, category).await?;
    Ok(json::ok(&template::templates(&all)))
}

/// Makes a canned answer
///
/// For staff. A placeholder that is not known is refused by name.
#[utoipa::path(tag = "knowledge base", request_body = NewTemplateBody, responses(
    (status = 201, description = "The answer", body = TemplateDto<'static>, headers(
        ("Location" = String, description = "Where it is"),
    )),
))]
#[post("/support/resolution-templates")]
async fn create_template(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    _: Asked<Nothing>,
    Json(new): Json<NewTemplateBody>,
) -> Answer {
    let made = desk::create_template(&app, &caller, new).await?;
    let mount = &settings.mounts.isp.path;
    let place = format!("{mount}/support/resolution-templates/{}", made.id);
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, place))
        .content_type("application/json")
        .body(json::bytes(&template::template(&made))))
}

/// One canned answer
///
/// For staff.
#[utoipa::path(tag = "knowledge base", responses((status = 200, description = "The answer", body = TemplateDto<'static>)))]
#[get("/support/resolution-templates/{template_id}")]
async fn get_template(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<TemplateId>,
    _: Asked<Nothing>,
) -> Answer {
    let found = desk::template(&app, &caller, id).await?;
    Ok(json::ok(&template::template(&found)))
}

/// Changes a canned answer; what is left out stays
///
/// For staff.
#[utoipa::path(tag = "knowledge base", request_body = EditTemplateBody, responses(
    (status = 200, description = "The answer afterwards", body = TemplateDto<'static>),
))]
#[put("/support/resolution-templates/{template_id}")]
async fn put_template(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<TemplateId>,
    _: Asked<Nothing>,
    Whole(edit, read_only): Whole<EditTemplateBody>,
) -> Answer {
    if !read_only.is_empty() {
        let stored = desk::template(&app, &caller, id).await?;
        read_only.check(&template::template(&stored))?;
    }
    let changed = desk::edit_template(&app, &caller, id, edit).await?;
    Ok(json::ok(&template::template(&changed)))
}

/// Deletes a canned answer
///
/// For staff.
#[utoipa::path(tag = "knowledge base", responses((status = 204, description = "It is gone")))]
#[delete("/support/resolution-templates/{template_id}")]
async fn delete_template(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<TemplateId>,
    _: Asked<Nothing>,
) -> Answer {
    desk::delete_template(&app, &caller, id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A canned answer, filled in from a ticket
///
/// For staff. What the ticket does not tell is left out of the text and listed in `missing`.
#[utoipa::path(tag = "knowledge base", request_body = RenderTemplateBody, responses(
    (status = 200, description = "The text", body = RenderedDto<'static>),
))]
#[post("/support/resolution-templates/{template_id}/render")]
async fn render_template(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<TemplateId>,
    _: Asked<Nothing>,
    Json(ticket): Json<RenderTemplateBody>,
) -> Answer {
    let (answer, rendered) = desk::render_template(&app, &caller, id, ticket).await?;
    Ok(json::ok(&template::rendered(&answer, &rendered)))
}
