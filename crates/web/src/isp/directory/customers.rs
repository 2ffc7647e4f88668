//! Customers: staff reads them, admins write them.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, patch, post, put};
use linedesk_app::directory as desk;
use linedesk_app::{App, Caller};
use linedesk_domain::ids::CustomerId;

use crate::extract::query::Nothing;
use crate::extract::{Asked, At, Json, SignedIn, Whole};
use crate::isp::Answer;
use crate::isp::convert::directory::{Entries, customer};
use crate::isp::dto::directory::EntryParams;
use crate::isp::dto::directory::customer::{
    CustomerDto, CustomerListDto, CustomerPatchBody, NewCustomerBody,
};
use crate::mount::Mount;
use crate::{WebSettings, json};

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(list_customers)
        .service(create_customer)
        .service(get_customer);
    config
        .service(put_customer)
        .service(patch_customer)
        .service(delete_customer);
}

/// Customers, by name
#[utoipa::path(tag = "directory", params(EntryParams), responses(
    (status = 200, description = "A page of them", body = CustomerListDto<'static>),
))]
#[get("/customers")]
async fn list_customers(
    app: Data<App>,
    caller: SignedIn,
    Asked(asked): Asked<Entries<false, false>>,
) -> Answer {
    let page = desk::list_customers(&app, &caller, asked.0.clone()).await?;
    Ok(json::ok(&customer::customers(&page, &asked)))
}

/// Makes a customer
#[utoipa::path(tag = "directory", request_body = NewCustomerBody, responses(
    (status = 201, description = "The customer", body = CustomerDto<'static>, headers(
        ("Location" = String, description = "Where it is"),
    )),
))]
#[post("/customers")]
async fn create_customer(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    _: Asked<Nothing>,
    Json(new): Json<NewCustomerBody>,
) -> Answer {
    let made = desk::create_customer(&app, &caller, new).await?;
    let place = format!("{}/customers/{}", settings.mounts.isp.path, made.id);
    let body = json::bytes(&customer::customer(&made));
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, place))
        .content_type("application/json")
        .body(body))
}

/// One customer
#[utoipa::path(tag = "directory", responses((status = 200, description = "The customer", body = CustomerDto<'static>)))]
#[get("/customers/{customer_id}")]
async fn get_customer(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<CustomerId>,
    _: Asked<Nothing>,
) -> Answer {
    Ok(json::ok(&customer::customer(
        &desk::get_customer(&app, &caller, id).await?,
    )))
}

/// Changes a customer; what is left out stays
#[utoipa::path(tag = "directory", request_body = CustomerPatchBody, responses(
    (status = 200, description = "The customer afterwards", body = CustomerDto<'static>),
))]
#[put("/customers/{customer_id}")]
async fn put_customer(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<CustomerId>,
    _: Asked<Nothing>,
    sent: Whole<CustomerPatchBody>,
) -> Answer {
    change(&app, &caller, id, sent).await
}

/// Changes a customer; the same as `PUT`
#[utoipa::path(tag = "directory", request_body = CustomerPatchBody, responses(
    (status = 200, description = "The customer afterwards", body = CustomerDto<'static>),
))]
#[patch("/customers/{customer_id}")]
async fn patch_customer(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<CustomerId>,
    _: Asked<Nothing>,
    sent: Whole<CustomerPatchBody>,
) -> Answer {
    change(&app, &caller, id, sent).await
}

async fn change(
    app: &App,
    caller: &Caller,
    id: CustomerId,
    Whole(changes, read_only): Whole<CustomerPatchBody>,
) -> Answer {
    if !read_only.is_empty() {
        let stored = desk::get_customer(app, caller, id).await?;
        read_only.check(&customer::customer(&stored))?;
    }
    let afterwards = desk::update_customer(app, caller, id, changes).await?;
    Ok(json::ok(&customer::customer(&afterwards)))
}

/// Switches a customer off; what belongs to it stays
#[utoipa::path(tag = "directory", responses((status = 204, description = "It is switched off")))]
#[delete("/customers/{customer_id}")]
async fn delete_customer(
    app: Data<App>,
    caller: SignedIn,
    At(id): At<CustomerId>,
    _: Asked<Nothing>,
) -> Answer {
    desk::deactivate_customer(&app, &caller, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
