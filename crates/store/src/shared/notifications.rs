//! What telling people and machines of events needs to know.

use std::collections::HashMap;

use diesel::prelude::*;
use linedesk_domain::ids::{CommentId, TicketId, UserId, WebhookId};
use linedesk_domain::people::Role;
use linedesk_domain::ticket::comment::Comment;
use linedesk_ports::directory::User;
use linedesk_ports::notifications::{NoticeFacts, NoticeKeys, Preferences, Webhook};
use linedesk_ports::queries::Stored;

use super::{Conn, directory};
use crate::codes::Coded;
use crate::fault::Fault;
use crate::readable;
use crate::rows::directory::{ContactRow, CustomerRow};
use crate::rows::notification::{PreferencesRow, WebhookRow};
use crate::rows::ticket::TicketRow;
use crate::rows::ticket_parts::CommentRow;
use crate::rows::user::UserRow;
use crate::schema::{
    comments, contacts, customers, notification_preferences, tickets, users, webhooks,
};
use crate::types::Key;

/// What events are about.
pub(crate) fn facts(connection: &mut Conn, keys: &NoticeKeys) -> Result<NoticeFacts, Fault> {
    let tickets = tickets_of(connection, &keys.tickets)?;
    let of = |key: fn(&Stored) -> Option<uuid::Uuid>| -> Vec<Key> {
        let mut keys: Vec<_> = tickets.iter().filter_map(key).map(Key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    };
    let found = customers::table.filter(customers::id.eq_any(of(|t| Some(t.data.customer?.0))));
    let found: Vec<CustomerRow> = found.select(CustomerRow::as_select()).load(connection)?;
    let customers = found
        .into_iter()
        .map(TryInto::try_into)
        .collect::<Result<_, _>>()?;
    let found = contacts::table.filter(contacts::id.eq_any(of(|t| Some(t.data.contact?.0))));
    let found: Vec<ContactRow> = found.select(ContactRow::as_select()).load(connection)?;
    let contacts = found
        .into_iter()
        .map(TryInto::try_into)
        .collect::<Result<_, _>>()?;
    let mut users = of(|t| Some(t.data.created_by?.0));
    users.extend(of(|t| Some(t.data.assignee?.0)));
    users.extend(keys.users.iter().map(|id| Key(id.0)));
    let users = directory::users_of(connection, users)?;
    Ok(NoticeFacts {
        comments: comments_of(connection, &keys.comments)?,
        customers,
        contacts,
        users: with_preferences(connection, users)?,
        tickets,
    })
}

/// Those that can be read: nobody is told of the others.
fn tickets_of(connection: &mut Conn, ids: &[TicketId]) -> Result<Vec<Stored>, Fault> {
    let keys: Vec<Key> = ids.iter().map(|id| Key(id.0)).collect();
    let undeleted = || tickets::table.filter(tickets::deleted_at.is_null());
    let of = || undeleted().filter(tickets::id.eq_any(&keys));
    let rows = readable::each(
        connection,
        |connection| {
            let rows: Vec<TicketRow> = of().select(TicketRow::as_select()).load(connection)?;
            Ok(rows.into_iter().map(|row| (row.number, row)).collect())
        },
        |connection| of().select(tickets::number).load(connection),
        |connection, number| {
            let one = undeleted().filter(tickets::number.eq(number));
            one.select(TicketRow::as_select())
                .get_result(connection)
                .optional()
        },
    )?;
    let read = |(number, row): (i64, Option<TicketRow>)| {
        let stored = row.and_then(|row| row.into_stored().ok());
        if stored.is_none() {
            readable::passed_over("tickets", &number);
        }
        stored
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Those that can be read.
fn comments_of(connection: &mut Conn, ids: &[CommentId]) -> Result<Vec<Comment>, Fault> {
    let keys: Vec<Key> = ids.iter().map(|id| Key(id.0)).collect();
    let undeleted = || comments::table.filter(comments::deleted_at.is_null());
    let of = || undeleted().filter(comments::id.eq_any(&keys));
    let rows = readable::each(
        connection,
        |connection| {
            let rows: Vec<CommentRow> = of().select(CommentRow::as_select()).load(connection)?;
            Ok(rows.into_iter().map(|row| (row.seq, row)).collect())
        },
        |connection| of().select(comments::seq).load(connection),
        |connection, seq| {
            let one = undeleted().filter(comments::seq.eq(seq));
            one.select(CommentRow::as_select())
                .get_result(connection)
                .optional()
        },
    )?;
    let read = |(seq, row): (i64, Option<CommentRow>)| {
        let comment = row.and_then(|row| row.into_comment().ok());
        if comment.is_none() {
            readable::passed_over("comments", &seq);
        }
        comment
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// All active staff.
pub(crate) fn staff(connection: &mut Conn) -> Result<Vec<(User, Preferences)>, Fault> {
    let roles = Role::ALL.into_iter().filter(|role| role.is_staff());
    let found = users::table
        .filter(users::role.eq_any(roles.map(Coded::code)))
        .filter(users::is_active.eq(true))
        .order(users::number)
        .select(UserRow::as_select());
    let rows: Vec<UserRow> = found.load(connection)?;
    let users = rows.into_iter().map(User::try_from);
    let users = users.collect::<Result<_, _>>()?;
    with_preferences(connection, users)
}

fn with_preferences(
    connection: &mut Conn,
    users: Vec<User>,
) -> Result<Vec<(User, Preferences)>, Fault> {
    let keys = users.iter().map(|user| Key(user.id.0));
    let said = notification_preferences::table
        .filter(notification_preferences::user_id.eq_any(keys))
        .select(PreferencesRow::as_select());
    let rows: Vec<PreferencesRow> = said.load(connection)?;
    let mut said: HashMap<Key, Preferences> = rows
        .into_iter()
        .map(|row| (row.user_id, row.into()))
        .collect();
    let with = |user: User| {
        let preferences = said.remove(&Key(user.id.0)).unwrap_or_default();
        (user, preferences)
    };
    Ok(users.into_iter().map(with).collect())
}

/// What a user wants to hear of.
pub(crate) fn preferences(connection: &mut Conn, user: UserId) -> Result<Preferences, Fault> {
    let said = notification_preferences::table
        .find(Key(user.0))
        .select(PreferencesRow::as_select());
    let row: Option<PreferencesRow> = said.get_result(connection).optional()?;
    Ok(row.map(Into::into).unwrap_or_default())
}

/// Where events are sent to.
pub(crate) fn webhooks(connection: &mut Conn) -> Result<Vec<Webhook>, Fault> {
    let all = webhooks::table
        .order((webhooks::created_at, webhooks::id))
        .select(WebhookRow::as_select());
    let rows: Vec<WebhookRow> = all.load(connection)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// One of those.
pub(crate) fn webhook(connection: &mut Conn, id: WebhookId) -> Result<Option<Webhook>, Fault> {
    let one = webhooks::table
        .find(Key(id.0))
        .select(WebhookRow::as_select());
    let row: Option<WebhookRow> = one.get_result(connection).optional()?;
    Ok(row.map(Into::into))
}
