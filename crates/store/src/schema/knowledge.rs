//! The tables of the knowledge base.

use diesel::{allow_tables_to_appear_in_same_query, table};

table! {
    kb_shelves (seq) {
        seq -> BigInt,
        id -> crate::types::DbUuid,
        parent_id -> Nullable<crate::types::DbUuid>,
        name -> Text,
        description -> Nullable<Text>,
        position -> Integer,
        created_at -> crate::types::DbTime,
        updated_at -> crate::types::DbTime,
    }
}

table! {
    kb_articles (seq) {
        seq -> BigInt,
        id -> crate::types::DbUuid,
        slug -> Text,
        title -> Text,
        body -> Text,
        shelf_id -> Nullable<crate::types::DbUuid>,
        tags -> crate::types::DbJson,
        language -> Text,
        publication -> SmallInt,
        visibility -> SmallInt,
        reach -> SmallInt,
        version -> BigInt,
        author_id -> crate::types::DbUuid,
        created_at -> crate::types::DbTime,
        updated_at -> crate::types::DbTime,
        published_at -> Nullable<crate::types::DbTime>,
        plain -> Text,
        terms -> Text,
        analysis -> SmallInt,
        changed -> BigInt,
    }
}

table! {
    kb_tags (tag, article) {
        tag -> Text,
        article -> BigInt,
    }
}

table! {
    kb_versions (article, version) {
        article -> BigInt,
        version -> BigInt,
        title -> Text,
        body -> Text,
        shelf_id -> Nullable<crate::types::DbUuid>,
        tags -> crate::types::DbJson,
        language -> Text,
        publication -> SmallInt,
        visibility -> SmallInt,
        by_id -> crate::types::DbUuid,
        at -> crate::types::DbTime,
    }
}

table! {
    kb_readers (article, day, viewer) {
        article -> BigInt,
        day -> BigInt,
        viewer -> crate::types::DbUuid,
    }
}

table! {
    kb_feedback (article, user_id) {
        article -> BigInt,
        user_id -> crate::types::DbUuid,
        helpful -> Bool,
        comment -> Nullable<Text>,
        created_at -> crate::types::DbTime,
        updated_at -> crate::types::DbTime,
    }
}

table! {
    resolution_templates (seq) {
        seq -> BigInt,
        id -> crate::types::DbUuid,
        name -> Text,
        name_key -> Text,
        category -> Nullable<SmallInt>,
        body -> Text,
        resolution_code -> Nullable<Text>,
        author_id -> crate::types::DbUuid,
        created_at -> crate::types::DbTime,
        updated_at -> crate::types::DbTime,
    }
}

allow_tables_to_appear_in_same_query!(kb_articles, kb_tags);
