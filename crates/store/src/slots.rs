//! The counters that a ticket counts in, whatever database keeps them.

use uuid::Uuid;

use crate::rows::ticket::TicketRow;

/// Of whom tickets are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum CountScope {
    /// All of them.
    All,
    /// A team's; `None`: of no team.
    Team(Option<Uuid>),
    /// A customer's.
    Customer(Uuid),
    /// An assignee's; `None`: of nobody.
    Assignee(Option<Uuid>),
}

impl CountScope {
    /// Its kind's code.
    pub(crate) const fn kind(self) -> i16 {
        match self {
            Self::All => 0,
            Self::Team(_) => 1,
            Self::Customer(_) => 2,
            Self::Assignee(_) => 3,
        }
    }

    /// Whose; sixteen zero bytes for "none" and for "all".
    pub(crate) fn id(self) -> Uuid {
        match self {
            Self::All => Uuid::nil(),
            Self::Customer(id) => id,
            Self::Team(id) | Self::Assignee(id) => id.unwrap_or_default(),
        }
    }
}

/// One counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Slot {
    pub(crate) scope: CountScope,
    pub(crate) status: i16,
    pub(crate) priority: i16,
    pub(crate) category: i16,
    pub(crate) sla_state: i16,
}

/// The counters that a ticket counts in; none for one that was deleted.
pub(crate) fn slots(row: &TicketRow) -> impl Iterator<Item = Slot> + use<> {
    let scopes = [
        Some(CountScope::All),
        Some(CountScope::Team(row.assigned_team.map(|key| key.0))),
        row.customer_id.map(|key| CountScope::Customer(key.0)),
        Some(CountScope::Assignee(row.assigned_to.map(|key| key.0))),
    ];
    let (status, priority, category, sla_state) =
        (row.status, row.priority, row.category, row.sla_state);
    let scopes = if row.deleted_at.is_some() {
        [None; 4]
    } else {
        scopes
    };
    scopes.into_iter().flatten().map(move |scope| Slot {
        scope,
        status,
        priority,
        category,
        sla_state,
    })
}
