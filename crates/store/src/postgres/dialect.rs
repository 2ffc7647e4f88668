//! Words that statements of `shared/` need and that are other ones on other databases.

use diesel::sql_types::BigInt;

use super::lists::Asked;
use crate::statement::Statement;

/// Now: the database's own time, since servers' clocks differ. Within a transaction it stands still.
pub(super) const NOW: &str = "now()";
/// What makes a time of a number of microseconds.
pub(super) const MICROSECONDS: &str = " * interval '1 microsecond'";
/// Of the ids that a statement answers, which is run once: with `IN`, the planner may join, and run it again and again, each
/// time with rows that others have locked in the meantime left out.
pub(super) const ID_AMONG: (&str, &str) = ("id = ANY (ARRAY(", "))");
/// Of what a statement answers, behind a column.
pub(super) const AMONG: (&str, &str) = (" = ANY (ARRAY(", "))");
/// Numbers of comments come from a sequence, which gives none again.
pub(super) const KEEP_NUMBERS: Option<&str> = None;
/// Makes a table empty.
pub(super) const EMPTY: &str = "TRUNCATE";
/// Rows that another transaction changes at the moment are not waited for.
pub(super) const SKIP_LOCKED: &str = " FOR UPDATE SKIP LOCKED";
/// Tickets that are about to be changed, locked as [`super::apply`] does.
pub(super) const LOCKED: &str = " ORDER BY id FOR NO KEY UPDATE";

/// Unresolved tickets at risk or breached, word for word as the index that holds them has it.
pub(crate) const IN_DANGER: &str =
    " FROM tickets WHERE deleted_at IS NULL AND resolved_at IS NULL AND sla_state IN (2, 4)";

/// Tickets (`own`) in order of creation: all of them, or those of a customer.
pub(super) const BY_PLACE: &str = "";
pub(super) const BY_CUSTOMER: &str = "";
/// What each of them has (`part`). `OFFSET 0` keeps the planner from reading all of the table.
pub(super) const THEIR_COMMENTS: &str = " CROSS JOIN LATERAL (SELECT seq, created_at, is_internal FROM comments \
                                         WHERE ticket = own.place AND deleted_at IS NULL OFFSET 0) AS part";
pub(super) const THEIR_FILES: &str = " CROSS JOIN LATERAL (SELECT seq, created_at, is_internal FROM attachments \
                                      WHERE ticket = own.place OFFSET 0) AS part";
/// Those parts that customers may see.
pub(super) const NOT_INTERNAL: &str = " AND NOT part.is_internal";

/// Tickets with a date promised by hand, and those without.
pub(super) const DATED: &str =
    "SELECT place FROM tickets WHERE deleted_at IS NULL AND due_date IS NOT NULL";
pub(super) const UNDATED: &str =
    "SELECT place FROM tickets WHERE deleted_at IS NULL AND due_date IS NULL";

/// The places of all matches, beside what they are ordered by. `OFFSET 0` keeps the planner from reading all tickets.
pub(super) fn matched(asked: &Asked) -> Statement<BigInt> {
    Statement::new("SELECT place FROM (")
        .append(asked.matches::<BigInt>("place"))
        .sql(
            " OFFSET 0) AS found CROSS JOIN LATERAL (SELECT status, priority, updated_at, due_date \
             FROM tickets WHERE tickets.place = found.place OFFSET 0) AS ticket",
        )
}

/// Adds all that is asked as conditions on tickets.
pub(super) fn and_asked<S>(asked: &Asked, tickets: Statement<S>) -> Statement<S> {
    let held = " AND (SELECT TRUE FROM ticket_search AS held WHERE held.place = tickets.place";
    let tickets = asked.and_overdue(asked.and_columns(tickets));
    if asked.text.is_some() {
        asked.and_words(tickets.sql(held)).sql(")")
    } else {
        tickets
    }
}
