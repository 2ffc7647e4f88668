//! Linking tickets.

use linedesk_domain::access::Operation;
use linedesk_domain::ids::TicketId;
use linedesk_domain::ticket::merge::Relation;
use linedesk_domain::ticket::{Act, Ticket, TicketError};
use linedesk_ports::changes::Write;
use linedesk_ports::store::{StoreError, Unique};
use linedesk_ports::tickets::TicketKey;

use super::TicketView;
use crate::change::{Decided, Wanted, change_ticket, may_at_all};
use crate::{App, Caller, Error};

/// Links a ticket to another one.
///
/// # Errors
/// [`Error::NotFound`] for either ticket, [`Error::Ticket`] for a link that is there already or leads to itself.
pub async fn link_tickets(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    to: TicketId,
    relation: Relation,
) -> Result<TicketView, Error> {
    let wanted = Wanted {
        operation: Operation::Link,
        key,
        expected,
    };
    may_at_all(app, caller, wanted).await?;
    let other = app
        .tickets
        .ticket(caller.scope(), TicketKey::Id(to))
        .await?;
    other.ok_or(Error::NotFound("linked ticket"))?;
    let decide = |ticket: Ticket, act: &Act<'_>| {
        let from = ticket.data().id;
        let decision = ticket.link(act, to, relation)?;
        let link = Write::Link {
            from,
            to,
            relation,
            by: act.by.user(),
            at: act.at,
        };
        Ok(Decided {
            decision,
            writes: vec![link],
            extra: (),
        })
    };
    match change_ticket(app, caller, wanted, decide).await {
        Ok((view, ())) => Ok(view),
        Err(Error::Store(StoreError::Duplicate(Unique::Link))) => {
            Err(TicketError::AlreadyLinked.into())
        }
        Err(error) => Err(error),
    }
}
