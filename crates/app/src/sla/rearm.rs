//! Making unresolved tickets hear of versions that apply to them: whoever sweeps has their timers come due, some at a time,
//! and what is due is judged by the book as it is then.
//!
//! How far that has come is kept in the database, so that nothing is missed and nothing done twice, whoever dies meanwhile.
//! An action that began before a version was committed may end after its ticket was marked, and put the old timer back;
//! therefore all are marked once more when no such action can be left.

use jiff::{SignedDuration, Timestamp};
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::Rearming;

use crate::App;
use crate::error::Error;

/// Tickets that are marked in one transaction.
const CHUNK: u32 = 1_000;
/// Longer than anybody holds on to a ticket between reading it and writing it.
const LONGEST_ACTION: SignedDuration = SignedDuration::from_mins(1);

/// Marks the next tickets, if any have to be. Answers whether there may be more.
///
/// # Errors
/// [`Error::Store`]; the next call goes on where the last one that worked stopped.
pub(crate) async fn rearm_some(app: &App) -> Result<bool, Error> {
    let from = app.tickets.rearming().await?;
    let book = app.tickets.book().await?;
    let now = app.clock.now();
    let Some(to) = next(from, book.versions_for_open(now), now) else {
        return Ok(false);
    };
    match app.tickets.rearm(from, to, CHUNK, now).await {
        // Somebody else does the same; all of it is done, by one or the other.
        Ok(()) | Err(StoreError::Stale) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// What is to be done now that so many versions for open tickets have taken effect; `None`: nothing.
fn next(from: Rearming, versions: u32, now: Timestamp) -> Option<Rearming> {
    match from {
        Rearming {
            reached: Some(_), ..
        } => Some(from),
        _ if versions > from.versions => Some(Rearming {
            versions,
            reached: Some(0),
            again_at: Some(now + LONGEST_ACTION),
        }),
        Rearming {
            again_at: Some(at), ..
        } if at <= now => Some(Rearming {
            reached: Some(0),
            again_at: None,
            ..from
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::doubles::START;

    #[test]
    fn all_are_marked_when_a_version_comes_and_once_more_a_minute_later() {
        let idle = Rearming::default();
        assert_eq!(next(idle, 0, START), None);
        let begun = next(idle, 2, START).unwrap();
        assert_eq!((begun.versions, begun.reached), (2, Some(0)));
        let under_way = Rearming {
            reached: Some(7),
            ..begun
        };
        // Also where a version came meanwhile: that one's turn is after this one.
        assert_eq!(next(under_way, 3, START), Some(under_way));
        let done = Rearming {
            reached: None,
            ..begun
        };
        assert_eq!(next(done, 2, START), None);
        let minute = START + SignedDuration::from_mins(1);
        let again = next(done, 2, minute).unwrap();
        assert_eq!((again.reached, again.again_at), (Some(0), None));
        let done = Rearming {
            reached: None,
            ..again
        };
        assert_eq!(next(done, 2, minute), None);
        assert_eq!(next(done, 3, minute).unwrap().versions, 3);
    }
}
