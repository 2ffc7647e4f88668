//! Taking away for good.

use jiff::Timestamp;
use linedesk_domain::ids::AttachmentId;
use uuid::Uuid;

use super::super::{book::Books, purge};
use super::*;

#[test]
fn nothing_that_is_purged_is_looked_for_from_end_to_end() {
    let mut recorded = Recorded::new();
    let connection = &mut recorded.connection;
    let id = insert_one(connection).unwrap();
    let now = Timestamp::UNIX_EPOCH;
    let delete = Statement::<BigInt>::new("UPDATE tickets SET deleted_at = ").bind(now);
    let _deleted: i64 = delete
        .sql(" WHERE number = 1 RETURNING place")
        .get_result(connection)
        .unwrap();
    let first = purge::deleted(connection, now, None, 9).unwrap();
    let turn = first[0].turn();
    assert!(
        purge::deleted(connection, now, Some(turn), 9)
            .unwrap()
            .is_empty()
    );
    load::merged_into(connection, &Books::default(), &[id], 9).unwrap();
    let purged = purge::purge(connection, &[id], now).unwrap();
    assert_eq!((purged.tickets, purged.is_all), (1, true));
    let file = AttachmentId(Uuid::from_u128(1));
    purge::discarded(connection, Some(file), 9).unwrap();
    purge::forget_discarded(connection, &[file]).unwrap();

    let plans = recorded.plans();
    for what in [
        "tickets_deleted",
        "comments_by_ticket",
        "outbox_by_ticket",
        "digest_letters_by_ticket",
    ] {
        let uses =
            |(_, steps): &(String, Vec<String>)| steps.iter().any(|step| step.contains(what));
        assert!(plans.iter().any(uses), "{what} {plans:#?}");
    }
    for (text, steps) in &plans {
        // Policies and calendars are few.
        let is_scan = |step: &String| step.starts_with("SCAN ") && !step.contains("_versions");
        assert!(!steps.iter().any(is_scan), "{text}\n{steps:#?}");
    }
}

#[test]
fn the_database_finds_all_that_refers_to_a_ticket_or_a_comment_by_an_index() {
    let mut recorded = Recorded::new();
    let connection = &mut recorded.connection;
    let references = "SELECT child.name, reference.\"from\" FROM sqlite_master AS child, \
                      pragma_foreign_key_list(child.name) AS reference \
                      WHERE child.type = 'table' AND reference.\"table\" IN ('tickets', 'comments') ORDER BY 1, 2";
    let references: Vec<(String, String)> = Statement::<(Text, Text)>::new(references)
        .load(connection)
        .unwrap();
    let names: Vec<_> = references
        .iter()
        .map(|(table, column)| format!("{table}.{column}"))
        .collect();
    let all = [
        "attachments.comment_id",
        "attachments.ticket",
        "comments.ticket",
        "events.ticket",
        "links.from_ticket",
        "links.to_ticket",
        "outbox.ticket",
        "tickets.merged_into",
    ];
    assert_eq!(names, all, "and purging takes away each of them");
    for (table, column) in references {
        let plan = format!("EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {column} = 1");
        let steps: Vec<(i64, i64, i64, String)> =
            Statement::<(BigInt, BigInt, BigInt, Text)>::new(plan)
                .load(connection)
                .unwrap();
        assert!(
            steps[0].3.starts_with("SEARCH "),
            "{table}.{column} {steps:?}"
        );
    }
}
