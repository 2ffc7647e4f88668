//! Whose tickets a caller may see, as a condition on rows.

use linedesk_domain::class::Source;
use linedesk_ports::store::Scope;

use crate::codes::Coded;
use crate::rows::ticket::TicketRow;

/// Whether a caller's scope holds a ticket.
pub(crate) fn sees(scope: Scope, row: &TicketRow) -> bool {
    let is_live = row.deleted_at.is_none();
    is_live
        && match scope {
            Scope::Everything => true,
            Scope::Account(customer) => row.customer_id.is_some_and(|key| key.0 == customer.0),
            Scope::Dialect(source) => row.source == source.code(),
        }
}

/// What a scope adds to a filter.
pub(crate) fn source_of(scope: Scope) -> Option<Source> {
    match scope {
        Scope::Dialect(source) => Some(source),
        Scope::Everything | Scope::Account(_) => None,
    }
}
