//! A ticket with everything around it.

use std::collections::HashMap;

use diesel::prelude::*;
use linedesk_domain::ids::TicketId;
use linedesk_ports::queries::{CommentView, DetailQuery, Entry, Items, Part, TicketDetail};
use linedesk_ports::store::Scope;
use linedesk_ports::tickets::{Attachment, TicketKey};

use super::book::Books;
use super::related::related;
use super::written::{attached, entries, written};
use super::{Conn, directory, load};
use crate::fault::Fault;
use crate::rows::ticket::TicketRow;
use crate::schema::tickets;
use crate::types::Key;

/// Files shown with a ticket.
const FILES: u32 = 200;

pub(crate) fn detail(
    connection: &mut Conn,
    books: &Books,
    scope: Scope,
    key: TicketKey,
    want: DetailQuery,
) -> Result<Option<TicketDetail>, Fault> {
    let Some(row) = load::row(connection, scope, key)? else {
        return Ok(None);
    };
    let family = family(connection, &row)?;
    let history = want
        .history
        .map(|n| entries(connection, row.place, want.internal, Part::Last(n)))
        .transpose()?;
    let written = want
        .comments
        .map(|n| written(connection, &family, want.internal, Part::Last(n)))
        .transpose()?;
    let files = attached(
        connection,
        &family,
        want.internal,
        Part::From {
            offset: 0,
            limit: FILES,
        },
    )?;
    let related = related(connection, scope, &row, want.internal)?;
    let ticket = row.into_stored()?;
    let data = &ticket.data;
    let customer = data
        .customer
        .map(|id| directory::customer(connection, id))
        .transpose()?
        .flatten();
    let service = data
        .service
        .map(|id| directory::service(connection, id))
        .transpose()?
        .flatten();
    let contact = data
        .contact
        .map(|id| directory::contact(connection, id))
        .transpose()?
        .flatten();
    let assignee = data
        .assignee
        .map(|id| directory::user(connection, id))
        .transpose()?
        .flatten();
    let team = data
        .team
        .map(|id| directory::team(connection, id))
        .transpose()?
        .flatten();
    let tier = customer.as_ref().and_then(|customer| customer.tier.clone());
    Ok(Some(TicketDetail {
        customer,
        service,
        contact,
        assignee,
        team,
        history,
        comments: written,
        attachments: files.items,
        related,
        tier,
        book: books.current(connection)?,
        ticket,
    }))
}

pub(crate) fn comments(
    connection: &mut Conn,
    scope: Scope,
    key: TicketKey,
    internal: bool,
    part: Part,
) -> Result<Option<Items<CommentView>>, Fault> {
    let Some(row) = load::row(connection, scope, key)? else {
        return Ok(None);
    };
    let family = family(connection, &row)?;
    written(connection, &family, internal, part).map(Some)
}

pub(crate) fn history(
    connection: &mut Conn,
    scope: Scope,
    key: TicketKey,
    internal: bool,
    part: Part,
) -> Result<Option<Items<Entry>>, Fault> {
    let Some(row) = load::row(connection, scope, key)? else {
        return Ok(None);
    };
    entries(connection, row.place, internal, part).map(Some)
}

pub(crate) fn files(
    connection: &mut Conn,
    scope: Scope,
    key: TicketKey,
    internal: bool,
    part: Part,
) -> Result<Option<Items<Attachment>>, Fault> {
    let Some(row) = load::row(connection, scope, key)? else {
        return Ok(None);
    };
    let family = family(connection, &row)?;
    attached(connection, &family, internal, part).map(Some)
}

/// The ticket and those that were merged into it, directly or not, by place.
fn family(connection: &mut Conn, row: &TicketRow) -> Result<HashMap<i64, TicketId>, Fault> {
    let mut all = HashMap::from([(row.place, TicketId(row.id.0))]);
    let mut open = vec![row.id];
    while let Some(id) = open.pop() {
        let merged = tickets::table
            .filter(tickets::merged_into.eq(id))
            .filter(tickets::deleted_at.is_null());
        for (place, id) in merged
            .select((tickets::place, tickets::id))
            .load::<(i64, Key)>(connection)?
        {
            // A ring of merges cannot be made, but must not hang a reader.
            if all.insert(place, TicketId(id.0)).is_none() {
                open.push(id);
            }
        }
    }
    Ok(all)
}
