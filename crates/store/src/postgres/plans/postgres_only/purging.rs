//! Taking away for good.

use linedesk_domain::ids::{AttachmentId, TicketId};

use super::super::super::purge;
use super::*;

#[test]
fn nothing_that_is_purged_is_looked_for_from_end_to_end() {
    let (_database, mut connection) = Database::filled("purging");
    connection
        .batch_execute(include_str!("../beside.sql"))
        .unwrap();
    // A tenth of all tickets are deleted.
    connection
        .batch_execute(
            "UPDATE tickets SET deleted_at = updated_at WHERE number % 10 = 3; \
             DELETE FROM analytics_rows USING tickets WHERE place = ticket AND deleted_at IS NOT NULL;",
        )
        .unwrap();
    connection.batch_execute("VACUUM ANALYZE").unwrap();
    let until: Timestamp = "2026-12-01T00:00:00Z".parse().unwrap();
    let mut behind = None;
    let mut purged = 0;
    for _ in 0..3 {
        let found = changed(&mut connection, &"looking", |connection| {
            purge::deleted(connection, until, behind, 100)
        });
        assert_eq!(found.len(), 100);
        behind = found.last().map(linedesk_ports::purge::DeletedTicket::turn);
        let ids: Vec<TicketId> = found.iter().map(|ticket| ticket.id).collect();
        changed(&mut connection, &"merged", |connection| {
            load::merged_into(connection, &Books::default(), &ids, 100)
        });
        loop {
            let step = changed(&mut connection, &"purging", |connection| {
                purge::purge(connection, &ids, until)
            });
            purged += step.tickets;
            if step.is_all {
                break;
            }
        }
    }
    assert_eq!(purged, 300);
    changed(&mut connection, &"files", |connection| {
        let files = purge::discarded(connection, None, 100)?;
        assert_eq!(files.len(), 100);
        purge::forget_discarded(connection, &files[1..])?;
        let left = purge::discarded(connection, None, 1)?;
        assert_eq!(left, [files[0]]);
        purge::discarded(connection, Some(AttachmentId(files[0].0)), 100)
    });
}

/// As [`checked`], of work that writes: what the database does by itself to keep references whole is looked at, too.
fn changed<T>(
    connection: &mut Conn,
    what: &dyn std::fmt::Debug,
    job: impl FnOnce(&mut Conn) -> Result<T, Fault>,
) -> T {
    const SCANS: &str = "SELECT relname::text, seq_scan FROM pg_stat_xact_user_tables WHERE seq_scan > 0 AND relname IN \
        ('tickets', 'ticket_search', 'events', 'comments', 'attachments', 'links', 'outbox', 'analytics_rows') ORDER BY 1";
    let run = |connection: &mut Conn| {
        let scans = |connection: &mut Conn| {
            Statement::<(Text, BigInt)>::new(SCANS).load::<(String, i64)>(connection)
        };
        let before = scans(connection)?;
        let outcome = job(connection)?;
        let after = scans(connection)?;
        assert_eq!(
            before, after,
            "a table was read from end to end for {what:?}"
        );
        Ok::<_, Fault>(outcome)
    };
    connection.transaction(run).unwrap()
}
