//! What counters tell, against counting.

use super::*;

#[test]
fn counters_tell_what_counting_tells() {
    let (_database, mut connection) = Database::filled("counters");
    let now: Timestamp = "2026-10-20T00:00:00Z".parse().unwrap();
    let filter = TicketFilter {
        category: vec![],
        ..TicketFilter::default()
    };
    let asked = Asked::new(&mut connection, Scope::Everything, filter, now)
        .unwrap()
        .unwrap();
    let (total, summary) = counts::totals(&mut connection, &asked).unwrap();
    let count = |connection: &mut Conn, which: &'static str| {
        let counting = Statement::<BigInt>::new("SELECT count(*) FROM tickets WHERE ");
        let n: i64 = counting.sql(which).get_result(connection).unwrap();
        n.unsigned_abs()
    };
    assert_eq!((total.n, total.is_exact), (20_000, true));
    let open = summary.by_status.first().unwrap();
    assert_eq!(open.n, count(&mut connection, "status = 1"));
    assert_eq!(SlaState::Breached.code(), 4);
    assert_eq!(
        summary.sla_breach.n,
        count(&mut connection, "sla_state = 4")
    );
    let late = count(
        &mut connection,
        "resolved_at IS NULL AND due_at < '2026-10-20Z'",
    );
    assert_eq!((summary.overdue.n, summary.overdue.is_exact), (late, true));
}
