//! The tables as Diesel sees them. What each column means is written in the migrations.

mod knowledge;
mod work;

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

pub(crate) use knowledge::{
    kb_articles, kb_feedback, kb_readers, kb_shelves, kb_tags, kb_versions, resolution_templates,
};
pub(crate) use work::{job_rows, job_tickets, jobs};

table! {
    customers (seq) {
        seq -> BigInt,
        id -> crate::types::DbUuid,
        name -> Text,
        name_key -> Text,
        account_number -> Nullable<Text>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        tier -> Nullable<Text>,
        address -> Nullable<Text>,
        is_active -> Bool,
        created_at -> crate::types::DbTime,
        updated_at -> crate::types::DbTime,
    }
}

table! {
    contacts (seq) {
        seq -> BigInt,
        id -> crate::types::DbUuid,
        customer_id -> crate::types::DbUuid,
        name -> Text,
        name_key -> Text,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        is_active -> Bool,
        created_at -> crate::types::DbTime,
        updated_at -> crate::types::DbTime,
    }
}

table! {
    services (seq) {
        seq -> BigInt,
        id -> crate::types::DbUuid,
        customer_id -> crate::types::DbUuid,
        name -> Text,
        name_key -> Text,
        kind -> Nullable<Text>,
        identifier -> Nullable<Text>,
        site -> Nullable<Text>,
        status -> Nullable<Text>,
        is_active -> Bool,
        created_at -> crate::types::DbTime,
        updated_at -> crate::types::DbTime,
    }
}

table! {
    teams (seq) {
        seq -> BigInt,
        id -> crate::types::DbUuid,
        name -> Text,
        name_key -> Text,
        categories -> crate::types::DbJson,
        is_active -> Bool,
        created_at -> crate::types::DbTime,
        updated_at -> crate::types::DbTime,
    }
}

table! {
    users (number) {
        number -> BigInt,
        id -> crate::types::DbUuid,
        username -> Text,
        username_key -> Text,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        name -> Nullable<Text>,
        name_key -> Text,
        password_hash -> Nullable<Text>,
        role -> SmallInt,
        customer_id -> Nullable<crate::types::DbUuid>,
        teams -> crate::types::DbJson,
        skills -> crate::types::DbJson,
        capacity -> BigInt,
        is_active -> Bool,
        is_available -> Bool,
        epoch -> BigInt,
        last_assigned_at -> Nullable<crate::types::DbTime>,
        created_at -> crate::types::DbTime,
        updated_at -> crate::types::DbTime,
    }
}

table! {
    calendar_versions (id) {
        id -> crate::types::DbUuid,
        calendar_id -> crate::types::DbUuid,
        version -> BigInt,
        effective_from -> crate::types::DbTime,
        applies_to_open -> Bool,
        retired -> Bool,
        spec -> crate::types::DbJson,
    }
}

table! {
    policy_versions (id) {
        id -> crate::types::DbUuid,
        policy_id -> crate::types::DbUuid,
        version -> BigInt,
        effective_from -> crate::types::DbTime,
        applies_to_open -> Bool,
        retired -> Bool,
        spec -> crate::types::DbJson,
    }
}

table! {
    sequences (name) {
        name -> Text,
        value -> BigInt,
    }
}

table! {
    tickets (place) {
        place -> BigInt,
        number -> BigInt,
        id -> crate::types::DbUuid,
        label -> Text,
        customer_id -> Nullable<crate::types::DbUuid>,
        category -> SmallInt,
        priority -> SmallInt,
        status -> SmallInt,
        service_id -> Nullable<crate::types::DbUuid>,
        contact_id -> Nullable<crate::types::DbUuid>,
        assigned_to -> Nullable<crate::types::DbUuid>,
        assigned_team -> Nullable<crate::types::DbUuid>,
        escalation_level -> SmallInt,
        due_date -> Nullable<crate::types::DbTime>,
        source -> SmallInt,
        merged_into -> Nullable<crate::types::DbUuid>,
        created_by -> Nullable<crate::types::DbUuid>,
        created_at -> crate::types::DbTime,
        updated_at -> crate::types::DbTime,
        resolved_at -> Nullable<crate::types::DbTime>,
        closed_at -> Nullable<crate::types::DbTime>,
        deleted_at -> Nullable<crate::types::DbTime>,
        version -> BigInt,
        sla_state -> SmallInt,
        due_at -> Nullable<crate::types::DbTime>,
        next_timer_at -> Nullable<crate::types::DbTime>,
        title -> Text,
        tags -> crate::types::DbJson,
        sla -> crate::types::DbJson,
        details -> crate::types::DbJson,
        description -> Text,
    }
}

table! {
    day_numbers (day) {
        day -> BigInt,
        last -> BigInt,
    }
}

table! {
    ticket_counts (scope_kind, scope_id, status, priority, category, sla_state) {
        scope_kind -> SmallInt,
        scope_id -> crate::types::DbUuid,
        status -> SmallInt,
        priority -> SmallInt,
        category -> SmallInt,
        sla_state -> SmallInt,
        n -> BigInt,
    }
}

table! {
    events (seq) {
        seq -> BigInt,
        ticket -> BigInt,
        sequence -> BigInt,
        at -> crate::types::DbTime,
        actor_id -> Nullable<crate::types::DbUuid>,
        actor_role -> SmallInt,
        action -> SmallInt,
        is_staff -> Bool,
        body -> crate::types::DbJson,
    }
}

table! {
    comments (seq) {
        seq -> BigInt,
        id -> crate::types::DbUuid,
        ticket -> BigInt,
        author_id -> Nullable<crate::types::DbUuid>,
        is_internal -> Bool,
        created_at -> crate::types::DbTime,
        updated_at -> crate::types::DbTime,
        deleted_at -> Nullable<crate::types::DbTime>,
        body -> Text,
    }
}

table! {
    attachments (seq) {
        seq -> BigInt,
        id -> crate::types::DbUuid,
        ticket -> Nullable<BigInt>,
        ticket_id -> Nullable<crate::types::DbUuid>,
        comment_id -> Nullable<crate::types::DbUuid>,
        is_internal -> Bool,
        name -> Text,
        size -> BigInt,
        content_type -> Text,
        sha256 -> Binary,
        uploaded_by -> Nullable<crate::types::DbUuid>,
        created_at -> crate::types::DbTime,
    }
}

table! {
    discarded_files (id) {
        id -> crate::types::DbUuid,
    }
}

table! {
    links (from_ticket, to_ticket, relation) {
        from_ticket -> BigInt,
        to_ticket -> BigInt,
        relation -> SmallInt,
        created_by -> Nullable<crate::types::DbUuid>,
        created_at -> crate::types::DbTime,
    }
}

table! {
    refresh_tokens (id) {
        id -> crate::types::DbUuid,
        session -> crate::types::DbUuid,
        user_id -> crate::types::DbUuid,
        expires_at -> crate::types::DbTime,
        used_at -> Nullable<crate::types::DbTime>,
        revoked_at -> Nullable<crate::types::DbTime>,
    }
}

table! {
    api_tokens (id) {
        id -> crate::types::DbUuid,
        name -> Text,
        user_id -> crate::types::DbUuid,
        hash -> Binary,
        permissions -> crate::types::DbJson,
        created_at -> crate::types::DbTime,
        expires_at -> Nullable<crate::types::DbTime>,
        revoked_at -> Nullable<crate::types::DbTime>,
    }
}

table! {
    login_failures (seq) {
        seq -> BigInt,
        login -> Text,
        address -> Text,
        at -> crate::types::DbTime,
    }
}

table! {
    idempotency (scope, key) {
        scope -> Text,
        key -> Text,
        fingerprint -> Binary,
        at -> crate::types::DbTime,
        status -> Nullable<Integer>,
        headers -> Nullable<crate::types::DbJson>,
        body -> Nullable<Binary>,
    }
}

table! {
    log_cursors (reader) {
        reader -> Text,
        seq -> BigInt,
    }
}

table! {
    sla_rearming (id) {
        id -> BigInt,
        versions -> BigInt,
        reached -> Nullable<BigInt>,
        again_at -> Nullable<crate::types::DbTime>,
    }
}

table! {
    webhooks (id) {
        id -> crate::types::DbUuid,
        url -> Text,
        description -> Nullable<Text>,
        events -> crate::types::DbJson,
        is_for_staff -> Bool,
        secret -> Binary,
        old_secret -> Nullable<Binary>,
        old_secret_until -> Nullable<crate::types::DbTime>,
        is_active -> Bool,
        disabled_because -> Nullable<Text>,
        created_at -> crate::types::DbTime,
        updated_at -> crate::types::DbTime,
    }
}

table! {
    notification_preferences (user_id) {
        user_id -> crate::types::DbUuid,
        by_email -> Bool,
        muted -> crate::types::DbJson,
    }
}

joinable!(links -> tickets (to_ticket));
allow_tables_to_appear_in_same_query!(links, tickets, comments, attachments, events, users);

table! {
    analytics_state (id) {
        id -> BigInt,
        rebuilding -> Nullable<BigInt>,
        format -> SmallInt,
        folded_at -> crate::types::DbTime,
    }
}

table! {
    analytics_rows (day, ticket) {
        day -> BigInt,
        ticket -> BigInt,
        facts -> Binary,
    }
}

table! {
    analytics_days (part, day) {
        part -> SmallInt,
        day -> BigInt,
        is_current -> Bool,
        facts -> Binary,
    }
}
