//! Words that statements of `shared/` need and that are other ones on other databases.

/// Now: the database's own time, since servers' clocks differ. Within a transaction it stands still.
pub(super) const NOW: &str = "now()";
/// What makes a time of a number of microseconds.
pub(super) const MICROSECONDS: &str = " * interval '1 microsecond'";
/// Of the ids that a statement answers, which is run once: with `IN`, the planner may join, and run it again and again, each
/// time with rows that others have locked in the meantime left out.
pub(super) const ID_AMONG: (&str, &str) = ("id = ANY (ARRAY(", "))");
/// Rows that another transaction changes at the moment are not waited for.
pub(super) const SKIP_LOCKED: &str = " FOR UPDATE SKIP LOCKED";

/// Unresolved tickets at risk or breached, word for word as the index that holds them has it.
pub(crate) const IN_DANGER: &str =
    " FROM tickets WHERE deleted_at IS NULL AND resolved_at IS NULL AND sla_state IN (2, 4)";
