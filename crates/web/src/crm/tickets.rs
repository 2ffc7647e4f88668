//! Tickets: lists, making, reading, changing, deleting; assigning; counts.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put};
use linedesk_app::models::TicketKey;
use linedesk_app::tickets::{self as desk, Parts, TicketView};
use linedesk_app::{App, Caller, Error, directory};
use linedesk_domain::access::Operation;
use linedesk_domain::ids::TeamId;
use linedesk_domain::ticket::TicketData;
use linedesk_domain::ticket::edit::Patch;

use super::convert::list::{self, ListQuery};
use super::convert::ticket::{Around, named, ticket, whole};
use super::convert::write::{AssignCommand, CrmTicket, TeamNamed};
use super::dto::page::CrmTicketPage;
use super::dto::stats::CrmStatsDto;
use super::dto::ticket::{
    CrmAssignBody, CrmListParams, CrmTicketBody, CrmTicketDto, CrmTicketPatchBody,
};
use super::error::{of_assignment, of_ticket};
use super::page::{Shown, links};
use crate::extract::query::Loosely;
use crate::extract::{Expected, Json, Key, SignedIn};
use crate::failure::{Answer, Failure};
use crate::mount::Mount;
use crate::routes::nothing_here;
use crate::{WebSettings, json};

/// The most comments and files that a ticket is shown with, the newest.
const SHOWN: u32 = 1_000;

/// The routes. Fixed paths come before those with a `{ticket_id}` in their place.
pub fn routes(config: &mut Mount<'_>) {
    config.service(stats);
    // Other methods on it would be taken for a ticket called so.
    config.route("/tickets/stats", actix_web::web::to(nothing_here));
    config
        .service(list_tickets)
        .service(create_ticket)
        .service(get_ticket);
    config
        .service(put_ticket)
        .service(patch_ticket)
        .service(delete_ticket)
        .service(assign_ticket);
}

/// Tickets
///
/// Newest first unless `ordering` says otherwise. A word such as `urgent` asks for all that read so.
#[utoipa::path(tag = "crm", operation_id = "crm_list_tickets", params(CrmListParams), responses(
    (status = 200, description = "A page of tickets", body = CrmTicketPage<'static>),
))]
#[get("/tickets")]
async fn list_tickets(
    app: Data<App>,
    settings: Data<WebSettings>,
    request: HttpRequest,
    caller: SignedIn,
    Loosely(asked): Loosely<ListQuery>,
) -> Answer {
    let window = asked.window;
    let page = desk::list_in_order(&app, &caller, asked.list(&caller)).await?;
    let ids: Vec<_> = page.items.iter().map(|stored| stored.data.id).collect();
    let counts = desk::count_comments(&app, &caller, &ids).await?;
    let names = directory::names(&app, named(&page.items)).await?;
    let media = settings.mounts.media();
    let around = around(&app, &caller, &names, &media);
    let results = page.items.iter().map(|stored| {
        let counts = counts.get(&stored.data.id).copied();
        ticket(stored, counts.unwrap_or_default(), &around)
    });
    let results: Vec<_> = results.collect();
    let count = page.total.unwrap_or_default().n;
    let shown = Shown {
        shown: results.len(),
        count,
        ends_early: page.ends_early,
    };
    let links = links(&settings, &request, window, shown);
    Ok(json::ok(&CrmTicketPage {
        count,
        next: links.next,
        previous: links.previous,
        results,
    }))
}

/// Makes a ticket
///
/// A customer may leave out `company`, and may name only its own. Staff may give it to somebody at once.
#[utoipa::path(tag = "crm", operation_id = "crm_create_ticket", request_body = CrmTicketBody, responses(
    (status = 201, description = "The ticket", body = CrmTicketDto<'static>, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    )),
))]
#[post("/tickets")]
async fn create_ticket(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    Json(new): Json<CrmTicketBody>,
) -> Answer {
    let team = team(&app, &new).await?;
    let Some((new, then)) = new.create(team) else {
        return Err(Failure::of_status(StatusCode::BAD_REQUEST));
    };
    let made = desk::create_ticket_then(&app, &caller, new, then).await;
    let view = made.map_err(of_ticket)?;
    shown(&app, &settings, &caller, &view, StatusCode::CREATED).await
}

/// A ticket with its comments and files
#[utoipa::path(tag = "crm", operation_id = "crm_get_ticket", responses((status = 200, description = "The ticket", body = CrmTicketDto<'static>, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    ))))]
#[get("/tickets/{ticket_id}")]
async fn get_ticket(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    Key(key): Key,
) -> Answer {
    let view = desk::ticket(&app, &caller, key).await?;
    shown(&app, &settings, &caller, &view, StatusCode::OK).await
}

/// Changes a ticket
///
/// What is left out stays, but subject and description have to be there. What cannot be written is ignored.
#[utoipa::path(tag = "crm", operation_id = "crm_put_ticket", request_body = CrmTicketBody, responses(
    (status = 200, description = "The ticket afterwards", body = CrmTicketDto<'static>, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    )),
))]
#[put("/tickets/{ticket_id}")]
async fn put_ticket(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
    Json(sent): Json<CrmTicketBody>,
) -> Answer {
    let view = edit(&app, &caller, key, expected, &sent).await?;
    shown(&app, &settings, &caller, &view, StatusCode::OK).await
}

/// Changes some of a ticket
///
/// A word that the ticket reads already changes nothing: `urgent` sent back leaves an emergency what it is. A step that
/// the workflow does not have is a fault of `status`.
#[utoipa::path(tag = "crm", operation_id = "crm_patch_ticket", request_body = CrmTicketPatchBody, responses(
    (status = 200, description = "The ticket afterwards", body = CrmTicketDto<'static>, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    )),
))]
#[patch("/tickets/{ticket_id}")]
async fn patch_ticket(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
    Json(sent): Json<CrmTicketPatchBody>,
) -> Answer {
    let view = edit(&app, &caller, key, expected, &sent).await?;
    shown(&app, &settings, &caller, &view, StatusCode::OK).await
}

/// Deletes a ticket
///
/// For leads and admins.
#[utoipa::path(tag = "crm", operation_id = "crm_delete_ticket", responses((status = 204, description = "It is gone")))]
#[delete("/tickets/{ticket_id}")]
async fn delete_ticket(
    app: Data<App>,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
) -> Answer {
    desk::delete_ticket(&app, &caller, key, expected).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Gives a ticket to a user, or takes it back
#[utoipa::path(tag = "crm", operation_id = "crm_assign_ticket", request_body = CrmAssignBody, responses(
    (status = 200, description = "The ticket afterwards", body = CrmTicketDto<'static>, headers(
        ("ETag" = String, description = "The ticket's version, for `If-Match`"),
    )),
))]
#[post("/tickets/{ticket_id}/assign")]
async fn assign_ticket(
    app: Data<App>,
    settings: Data<WebSettings>,
    caller: SignedIn,
    Key(key): Key,
    Expected(expected): Expected,
    Json(AssignCommand(user)): Json<CrmAssignBody>,
) -> Answer {
    let assigned = desk::assign_user(&app, &caller, key, expected, user).await;
    let view = assigned.map_err(of_assignment)?;
    shown(&app, &settings, &caller, &view, StatusCode::OK).await
}

/// How many tickets there are
///
/// Among those that the caller may see.
#[utoipa::path(tag = "crm", operation_id = "crm_stats", responses((status = 200, description = "The counts", body = CrmStatsDto)))]
#[get("/tickets/stats")]
async fn stats(app: Data<App>, caller: SignedIn) -> Answer {
    Ok(json::ok(&list::stats(
        &desk::desk_stats(&app, &caller).await?,
    )))
}

async fn edit(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    sent: &CrmTicket,
) -> Result<TicketView, Failure> {
    let team = team(app, sent).await?;
    let meant = |data: &TicketData| match sent.company {
        Some(company) if data.customer != Some(company) => {
            let message = "cannot be changed: a ticket stays with its company";
            Err(Error::invalid("company", "read_only", message))
        }
        _ => Ok(sent.edit(&team, data)),
    };
    let edited = desk::edit_ticket_as(app, caller, key, expected, meant).await;
    edited.map_err(of_ticket)
}

/// The team that is named.
async fn team(app: &App, sent: &CrmTicket) -> Result<Patch<TeamId>, Failure> {
    match &sent.assigned_team {
        Patch::Keep => Ok(Patch::Keep),
        Patch::Clear => Ok(Patch::Clear),
        Patch::Set(TeamNamed::Id(id)) => Ok(Patch::Set(*id)),
        Patch::Set(TeamNamed::Name(name)) => {
            let found = desk::team_called(app, name).await?;
            let unknown = || Error::invalid("assigned_team", "unknown", "there is no such team");
            Ok(Patch::Set(found.ok_or_else(unknown)?))
        }
    }
}

/// The ticket with its comments and files, as far as the caller may read those.
async fn shown(
    app: &App,
    settings: &WebSettings,
    caller: &Caller,
    TicketView { ticket: stored, .. }: &TicketView,
    status: StatusCode,
) -> Answer {
    let id = stored.data.id;
    let parts = desk::parts_of(app, caller, id, SHOWN).await?;
    let counts = desk::count_comments(app, caller, &[id]).await?;
    let mut wanted = named([stored]);
    if let Some(Parts { comments, files }) = &parts {
        let authors = comments.iter().map(|view| view.comment.author);
        let uploaders = files.iter().map(|file| file.uploaded_by);
        wanted.users.extend(authors.chain(uploaders).flatten());
    }
    let names = directory::names(app, wanted).await?;
    let media = settings.mounts.media();
    let around = around(app, caller, &names, &media);
    let counts = counts.get(&id).copied().unwrap_or_default();
    let shown = match &parts {
        Some(parts) => whole(stored, counts, parts, &around),
        None => ticket(stored, counts, &around),
    };
    Ok(json::tagged(status, stored.data.version, &shown))
}

fn around<'a>(
    app: &App,
    caller: &Caller,
    names: &'a linedesk_app::models::Names,
    media: &'a str,
) -> Around<'a> {
    Around {
        names,
        reads_notes: caller.can(Operation::ReadInternal),
        now: app.clock.now(),
        media,
    }
}
