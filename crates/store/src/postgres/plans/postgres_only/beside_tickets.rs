//! The knowledge base, figures, jobs, messages and the log.

use linedesk_domain::ids::{ArticleId, TicketId};
use linedesk_domain::knowledge::Slug;

use super::super::super::exercised::{self, There};
use super::*;

/// MD5 of `a9`, as the tables were filled.
const ARTICLE: &str = "3d1e97d18e692ca5484d1abfe617b6c1";

/// How often this transaction has read each table from end to end; categories, canned answers and what has a row for each
/// of a few words are small by their own limits.
const SCANS: &str = "SELECT relname::text, seq_scan FROM pg_stat_xact_user_tables WHERE seq_scan > 0 AND relname IN \
    ('tickets', 'events', 'kb_articles', 'kb_tags', 'kb_versions', 'kb_days', 'kb_readers', 'kb_feedback', 'jobs', 'job_rows', \
    'outbox', 'analytics_rows', 'analytics_days') ORDER BY 1";

#[test]
fn nothing_beside_tickets_reads_a_table_from_end_to_end() {
    let (_database, mut connection) = Database::filled("beside");
    connection
        .batch_execute(include_str!("../beside.sql"))
        .unwrap();
    connection.batch_execute("VACUUM ANALYZE").unwrap();
    let there = there(&mut connection);
    let mut bad = Vec::new();
    for (what, run) in exercised::all() {
        // Nothing of it stays.
        connection.test_transaction::<_, Fault, _>(|connection| {
            let scans = |connection: &mut Conn| {
                Statement::<(Text, BigInt)>::new(SCANS).load::<(String, i64)>(connection)
            };
            let before = scans(connection)?;
            run(connection, &there)?;
            let after = scans(connection)?;
            if before != after {
                bad.push((what, after));
            }
            Ok(())
        });
    }
    assert!(bad.is_empty(), "{bad:#?}");
}

fn there(connection: &mut Conn) -> There {
    let ticket = TicketId(id('t', 9));
    let place = Statement::<BigInt>::new("SELECT place FROM tickets WHERE id = ").bind(ticket.0);
    There {
        user: user(12),
        article: ArticleId(Uuid::parse_str(ARTICLE).unwrap()),
        slug: Slug::parse("article-9").unwrap(),
        ticket,
        place: place.get_result(connection).unwrap(),
        now: "2026-10-20T00:00:00Z".parse().unwrap(),
    }
}
