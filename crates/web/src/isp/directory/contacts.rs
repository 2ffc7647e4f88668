//! Contacts: staff reads them, admins write them.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, patch, post, put};
use linedesk_app::directory as desk;
use linedesk_app::{App, Caller};
use linedesk_domain::ids::ContactId;

use crate::extract::query::Nothing;
use crate::extract::{Asked, At, Json, SignedIn, Whole};
use crate::isp::Answer;
use crate::isp::convert::directory::{Entries, contact};
use crate::isp::dto::directory::CustomerParams;
use crate::isp::dto::directory::contact::{
    ContactDto, ContactListDto, ContactPatchBody, NewContactBody,
};
use crate::mount::Mount;
use crate::{WebSettings, json};

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(list_contacts)
        .service(create_contact)
        .service(get_contact);
    config
        .service(put_contact)
        .service(patch_contact)
        .service(delete_contact);
}

/// Contacts, by name
#[utoipa::path(tag = "directory", params(CustomerParams), responses(
    (status = 200, description = "A page of them", body = ContactListDto<'static>),
))]
#[get("/contacts")]
async fn list_contacts(
    app: Data<App>,
    caller: SignedIn,
    Asked(asked): Asked<Entries<true, false>>,
) -> Answer {
    let page = desk::list_contacts(&app, &caller, asked.0.clone()).await?;
    Ok(json::ok(&contact::contacts(&page, &asked)))
}

/// Makes a contact
#[utoipa::path(tag = "directory", request_body = NewContactBody, responses(
    (status = 201, description = "The contact", body = ContactDto<'static>, headers(
        ("Location" = String, description = "Where it is"),
    )),
))]
#[post("/contacts")]
async fn create_contact(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    _: Asked<Nothing>,
    Json(new): Json<NewContactBody>,
) -> Answer {
    let made = desk::create_contact(&app, &caller, new).await?;
    let place = format!("{}/contacts/{}", settings.mounts.isp.path, made.id);
    let body = json::bytes(&contact::contact(&made));
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, place))
        .content_type("application/json")
        .body(body))
}

/// One contact
#[utoipa::path(tag = "directory", responses((status = 200, description = "The contact", body = ContactDto<'static>)))]
#[get("/contacts/{contact_id}")]
async fn get_contact(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<ContactId>,
    _: Asked<Nothing>,
) -> Answer {
    Ok(json::ok(&contact::contact(
        &desk::get_contact(&app, &caller, id).await?,
    )))
}

/// Changes a contact; what is left out stays
#[utoipa::path(tag = "directory", request_body = ContactPatchBody, responses(
    (status = 200, description = "The contact afterwards", body = ContactDto<'static>),
))]
#[put("/contacts/{contact_id}")]
async fn put_contact(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<ContactId>,
    _: Asked<Nothing>,
    sent: Whole<ContactPatchBody>,
) -> Answer {
    change(&app, &caller, id, sent).await
}

/// Changes a contact; the same as `PUT`
#[utoipa::path(tag = "directory", request_body = ContactPatchBody, responses(
    (status = 200, description = "The contact afterwards", body = ContactDto<'static>),
))]
#[patch("/contacts/{contact_id}")]
async fn patch_contact(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<ContactId>,
    _: Asked<Nothing>,
    sent: Whole<ContactPatchBody>,
) -> Answer {
    change(&app, &caller, id, sent).await
}

async fn change(
    app: &App,
    caller: &Caller,
    id: ContactId,
    Whole(changes, read_only): Whole<ContactPatchBody>,
) -> Answer {
    if !read_only.is_empty() {
        let stored = desk::get_contact(app, caller, id).await?;
        read_only.check(&contact::contact(&stored))?;
    }
    let afterwards = desk::update_contact(app, caller, id, changes).await?;
    Ok(json::ok(&contact::contact(&afterwards)))
}

/// Switches a contact off; what belongs to it stays
#[utoipa::path(tag = "directory", responses((status = 204, description = "It is switched off")))]
#[delete("/contacts/{contact_id}")]
async fn delete_contact(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<ContactId>,
    _: Asked<Nothing>,
) -> Answer {
    desk::deactivate_contact(&app, &caller, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
