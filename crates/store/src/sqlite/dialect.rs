//! Words that statements of `shared/` need and that are other ones on other databases.

use diesel::sql_types::BigInt;

use super::lists::Asked;
use crate::statement::Statement;

/// Now: the database's own time, which has milliseconds here.
pub(super) const NOW: &str = "CAST(unixepoch('subsec') * 1000000 AS INTEGER)";
/// What makes a time of a number of microseconds.
pub(super) const MICROSECONDS: &str = "";
/// Of the ids that a statement answers, which is run once.
pub(super) const ID_AMONG: (&str, &str) = ("id IN (", ")");
/// Of what a statement answers, behind a column.
pub(super) const AMONG: (&str, &str) = (" IN (", ")");
/// Notes the highest number of a comment: rows take the number behind the highest that is there, and that one may go.
pub(super) const KEEP_NUMBERS: Option<&str> = Some(
    "UPDATE sequences SET value = max(value, COALESCE((SELECT max(seq) FROM comments), 0)) WHERE name = 'comment' \
     RETURNING value",
);
/// Makes a table empty.
pub(super) const EMPTY: &str = "DELETE FROM";
/// Nobody else writes.
pub(super) const SKIP_LOCKED: &str = "";
/// Tickets that are about to be changed.
pub(super) const LOCKED: &str = "";

/// Unresolved tickets at risk or breached, by the index that holds them.
pub(crate) const IN_DANGER: &str = " FROM tickets INDEXED BY tickets_in_danger \
                                    WHERE deleted_at IS NULL AND resolved_at IS NULL AND sla_state IN (2, 4)";

/// Tickets (`own`) in order of creation: all of them, or those of a customer.
pub(super) const BY_PLACE: &str = " INDEXED BY tickets_by_place";
pub(super) const BY_CUSTOMER: &str = " INDEXED BY tickets_by_customer";
/// What each of them has (`part`), oldest first.
pub(super) const THEIR_COMMENTS: &str = " CROSS JOIN comments AS part INDEXED BY comments_by_ticket \
                                         ON part.ticket = own.place AND part.deleted_at IS NULL";
pub(super) const THEIR_FILES: &str = " CROSS JOIN attachments AS part INDEXED BY attachments_by_ticket \
                                      ON part.ticket = own.place";
/// Those parts that customers may see.
pub(super) const NOT_INTERNAL: &str = " AND part.is_internal = 0";

/// Tickets with a date promised by hand, by the index of those dates, and those without.
pub(super) const DATED: &str = "SELECT place FROM tickets INDEXED BY tickets_by_due_date \
                                WHERE deleted_at IS NULL AND due_date IS NOT NULL";
pub(super) const UNDATED: &str = "SELECT place FROM tickets INDEXED BY tickets_by_place \
                                  WHERE deleted_at IS NULL AND due_date IS NULL";

/// The places of all matches, beside what they are ordered by.
pub(super) fn matched(asked: &Asked) -> Statement<BigInt> {
    Statement::new("SELECT place FROM tickets WHERE place IN (")
        .append(asked.matches())
        .sql(")")
}

/// Adds all that is asked as conditions on tickets.
pub(super) fn and_asked<S>(asked: &Asked, tickets: Statement<S>) -> Statement<S> {
    asked.and_overdue(asked.and_text(asked.and_columns(tickets)))
}
