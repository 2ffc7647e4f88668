//! The tables as far as they are compared, in SQLite's own types.

use diesel::prelude::*;

table! {
    tickets (place) {
        place -> BigInt,
        number -> BigInt,
        id -> Binary,
        label -> Text,
        customer_id -> Nullable<Binary>,
        category -> SmallInt,
        priority -> SmallInt,
        status -> SmallInt,
        service_id -> Nullable<Binary>,
        contact_id -> Nullable<Binary>,
        assigned_to -> Nullable<Binary>,
        assigned_team -> Nullable<Binary>,
        escalation_level -> SmallInt,
        due_date -> Nullable<BigInt>,
        source -> SmallInt,
        merged_into -> Nullable<Binary>,
        created_by -> Nullable<Binary>,
        created_at -> BigInt,
        updated_at -> BigInt,
        resolved_at -> Nullable<BigInt>,
        closed_at -> Nullable<BigInt>,
        deleted_at -> Nullable<BigInt>,
        version -> BigInt,
        sla_state -> SmallInt,
        due_at -> Nullable<BigInt>,
        next_timer_at -> Nullable<BigInt>,
        title -> Text,
        tags -> Text,
        sla -> Text,
        details -> Text,
        description -> Text,
    }
}

table! {
    events (seq) {
        seq -> BigInt,
        ticket -> BigInt,
        sequence -> BigInt,
        at -> BigInt,
        actor_id -> Nullable<Binary>,
        actor_role -> SmallInt,
        action -> SmallInt,
        is_staff -> Bool,
        body -> Text,
    }
}

table! {
    comments (seq) {
        seq -> BigInt,
        id -> Binary,
        ticket -> BigInt,
        author_id -> Nullable<Binary>,
        is_internal -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
        deleted_at -> Nullable<BigInt>,
        body -> Text,
    }
}

table! {
    customers (seq) {
        seq -> BigInt,
        id -> Binary,
        name -> Text,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        tier -> Nullable<Text>,
    }
}

table! {
    services (seq) {
        seq -> BigInt,
        id -> Binary,
        name -> Text,
        kind -> Nullable<Text>,
        site -> Nullable<Text>,
    }
}

table! {
    users (number) {
        number -> BigInt,
        id -> Binary,
        username -> Text,
        name -> Nullable<Text>,
        role -> SmallInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    tickets, events, comments, customers, services, users
);

/// A ticket.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = tickets)]
#[diesel(treat_none_as_default_value = false)]
pub(crate) struct TicketRow {
    pub(crate) place: i64,
    pub(crate) number: i64,
    pub(crate) id: Vec<u8>,
    pub(crate) label: String,
    pub(crate) customer_id: Option<Vec<u8>>,
    pub(crate) category: i16,
    pub(crate) priority: i16,
    pub(crate) status: i16,
    pub(crate) service_id: Option<Vec<u8>>,
    pub(crate) contact_id: Option<Vec<u8>>,
    pub(crate) assigned_to: Option<Vec<u8>>,
    pub(crate) assigned_team: Option<Vec<u8>>,
    pub(crate) escalation_level: i16,
    pub(crate) due_date: Option<i64>,
    pub(crate) source: i16,
    pub(crate) merged_into: Option<Vec<u8>>,
    pub(crate) created_by: Option<Vec<u8>>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) resolved_at: Option<i64>,
    pub(crate) closed_at: Option<i64>,
    pub(crate) deleted_at: Option<i64>,
    pub(crate) version: i64,
    pub(crate) sla_state: i16,
    pub(crate) due_at: Option<i64>,
    pub(crate) next_timer_at: Option<i64>,
    pub(crate) title: String,
    pub(crate) tags: String,
    pub(crate) sla: String,
    pub(crate) details: String,
    pub(crate) description: String,
}

/// An event.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = events)]
#[diesel(treat_none_as_default_value = false)]
pub(crate) struct EventRow {
    pub(crate) ticket: i64,
    pub(crate) sequence: i64,
    pub(crate) at: i64,
    pub(crate) actor_id: Option<Vec<u8>>,
    pub(crate) actor_role: i16,
    pub(crate) action: i16,
    pub(crate) is_staff: bool,
    pub(crate) body: String,
}

/// A comment.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = comments)]
#[diesel(treat_none_as_default_value = false)]
pub(crate) struct CommentRow {
    pub(crate) id: Vec<u8>,
    pub(crate) ticket: i64,
    pub(crate) author_id: Option<Vec<u8>>,
    pub(crate) is_internal: bool,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) body: String,
}

/// A customer, as it is shown with a ticket.
pub(crate) type CustomerRow = (
    i64,
    Vec<u8>,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// A service, as it is shown with a ticket.
pub(crate) type ServiceRow = (i64, Vec<u8>, String, Option<String>, Option<String>);
