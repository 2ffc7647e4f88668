//! Whose tickets a caller may see, as a condition on rows.

use linedesk_ports::queries::TicketFilter;
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
            Scope::MadeBy { account, maker } => {
                row.customer_id.is_some_and(|key| key.0 == account.0)
                    && row.created_by.is_some_and(|key| key.0 == maker.0)
            }
            Scope::Visitors(source) => row.source == source.code() && row.created_by.is_none(),
        }
}

/// Narrows a filter to what a scope holds of customers and makers. `false` where nothing can match: another account's
/// customer, somebody else's tickets, and whatever visitors ask, for whom there are no such lists.
pub(crate) fn narrow(scope: Scope, filter: &mut TicketFilter) -> bool {
    let (account, maker) = match scope {
        Scope::Everything => return true,
        Scope::Visitors(_) => return false,
        Scope::Account(account) => (account, None),
        Scope::MadeBy { account, maker } => (account, Some(maker)),
    };
    let is_foreign = !filter.customer.is_empty() && !filter.customer.contains(&account);
    let is_others = maker.is_some() && filter.created_by.is_some() && filter.created_by != maker;
    if is_foreign || is_others {
        return false;
    }
    filter.customer = vec![account];
    filter.created_by = maker.or(filter.created_by);
    true
}
