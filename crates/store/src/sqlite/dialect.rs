//! Words that statements of `shared/` need and that are other ones on other databases.

/// Now: the database's own time, which has milliseconds here.
pub(super) const NOW: &str = "CAST(unixepoch('subsec') * 1000000 AS INTEGER)";
/// What makes a time of a number of microseconds.
pub(super) const MICROSECONDS: &str = "";
/// Of the ids that a statement answers, which is run once.
pub(super) const ID_AMONG: (&str, &str) = ("id IN (", ")");
/// Nobody else writes.
pub(super) const SKIP_LOCKED: &str = "";

/// Unresolved tickets at risk or breached, by the index that holds them.
pub(crate) const IN_DANGER: &str = " FROM tickets INDEXED BY tickets_in_danger \
                                    WHERE deleted_at IS NULL AND resolved_at IS NULL AND sla_state IN (2, 4)";
