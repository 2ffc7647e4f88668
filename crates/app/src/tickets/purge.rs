//! Purging: deleted tickets that were kept long enough are gone for good, with all that belongs to them.
//!
//! What is gone cannot be looked at again. So a ticket stays until everybody who reads the log to its end has come past its
//! last event, and until figures count it no more; that is only waited for, and comes by itself.

use linedesk_domain::ids::TicketId;
use linedesk_domain::people::Actor;
use linedesk_domain::ticket::Act;
use linedesk_domain::ticket::purge::kept_until;
use linedesk_ports::changes::Changes;
use linedesk_ports::outbox::LogReader;
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::Loaded;

use crate::change::ticket_writes;
use crate::work::Shift;
use crate::{App, Error};

/// Tickets that go at once.
const TICKETS: u32 = 100;
/// How often so many are looked at in one run. What is left goes with the next one.
const BATCHES: u32 = 100;
/// Tickets merged into those that go, which are changed before the next ones are looked up.
const MERGED: u32 = 100;

/// What one run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PurgeReport {
    /// Tickets that are gone.
    pub tickets: u64,
    /// Rows that belonged to them: comments, events, files, links, messages.
    pub rows: u64,
    /// Tickets that were kept long enough and are still needed.
    pub needed: u64,
}

/// Purges until nothing is left that can go, or enough was done for once.
///
/// # Errors
/// [`Error::Store`]. What is gone until then stays gone; the rest goes with the next run.
pub async fn purge_deleted(app: &App) -> Result<PurgeReport, Error> {
    purge_while(app, async || Ok(true)).await
}

/// The same for as long as this server holds the work, which it does anew before each step.
///
/// # Errors
/// As [`purge_deleted`].
pub async fn purge_in_turn(shift: &Shift) -> Result<PurgeReport, Error> {
    purge_while(shift.app(), || shift.hold()).await
}

async fn purge_while(
    app: &App,
    may_go_on: impl AsyncFn() -> Result<bool, Error>,
) -> Result<PurgeReport, Error> {
    let mut report = PurgeReport::default();
    let Some(until) = kept_until(app.clock.now(), app.settings.deleted_retention) else {
        return Ok(report);
    };
    let mut behind = None;
    for _ in 0..BATCHES {
        // Before the tickets are looked at: their events are not read less afterwards.
        let passed = passed_by_all(app).await?;
        let found = app.purge.deleted(until, behind, TICKETS).await?;
        let Some(last) = found.last() else {
            return Ok(report);
        };
        behind = Some(last.turn());
        let can_go = found
            .iter()
            .filter(|ticket| ticket.remains.can_go(until, passed).is_ok());
        let going: Vec<TicketId> = can_go.map(|ticket| ticket.id).collect();
        report.needed += (found.len() - going.len()) as u64;
        part_from(app, &going).await?;
        let mut is_all = going.is_empty();
        while !is_all {
            if !may_go_on().await? {
                return Ok(report);
            }
            let purged = app.purge.purge(&going, until).await?;
            report.tickets += purged.tickets;
            report.rows += purged.rows;
            is_all = purged.is_all;
        }
    }
    Ok(report)
}

/// Up to where all who read the log to its end have read it.
async fn passed_by_all(app: &App) -> Result<i64, StoreError> {
    let mut passed = i64::MAX;
    for reader in LogReader::ALL {
        passed = passed.min(app.log.position(reader).await?);
    }
    Ok(passed)
}

/// Lets the tickets that were merged into those forget it. One that somebody else changes at the moment keeps its target for
/// this time.
async fn part_from(app: &App, targets: &[TicketId]) -> Result<(), StoreError> {
    if targets.is_empty() {
        return Ok(());
    }
    loop {
        let merged = app.purge.merged_into(targets, MERGED).await?;
        let mut parted = 0;
        for loaded in merged {
            match outlive_target(app, loaded).await {
                Ok(()) => parted += 1,
                Err(StoreError::Stale) => {}
                Err(error) => return Err(error),
            }
        }
        if parted == 0 {
            return Ok(());
        }
    }
}

async fn outlive_target(app: &App, loaded: Loaded) -> Result<(), StoreError> {
    let act = Act {
        by: Actor::System,
        at: app.clock.now(),
        book: &loaded.book,
        tier: loaded.tier.as_deref(),
        reopen_window: app.settings.reopen_window,
    };
    let version = loaded.ticket.data().version;
    let changes = Changes {
        writes: ticket_writes(loaded.ticket.outlive_target(&act), version),
        mark: None,
    };
    app.commit.commit(changes).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
