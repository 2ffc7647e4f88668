//! The tables of long work.

use diesel::table;

table! {
    jobs (id) {
        id -> crate::types::DbUuid,
        kind -> SmallInt,
        state -> SmallInt,
        input -> Text,
        created_by -> crate::types::DbUuid,
        created_at -> crate::types::DbTime,
        started_at -> Nullable<crate::types::DbTime>,
        finished_at -> Nullable<crate::types::DbTime>,
        due_at -> crate::types::DbTime,
        holder -> Nullable<crate::types::DbUuid>,
        attempts -> BigInt,
        done -> BigInt,
        total -> BigInt,
        row_count -> BigInt,
        result -> Nullable<Text>,
        error -> Nullable<Text>,
        failed -> BigInt,
    }
}

table! {
    job_rows (job, nth) {
        job -> crate::types::DbUuid,
        nth -> BigInt,
        body -> Text,
        is_failure -> Bool,
    }
}

table! {
    job_tickets (job, first) {
        job -> crate::types::DbUuid,
        first -> BigInt,
        ids -> Binary,
    }
}
