//! The list of all tickets as one JSON array, page by page: no more than one page is in memory, however many there are.

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use linedesk_app::models::{Numbered, Stored};
use linedesk_app::{App, Caller, Error, tickets};

use super::PAGE;
use super::convert::ticket;
use crate::json;

/// What comes next.
struct Rest {
    app: App,
    caller: Caller,
    next: Next,
}

enum Next {
    /// This page, the first.
    First(Numbered),
    /// The page after that ticket.
    After(i64),
    Nothing,
}

/// The array, beginning with the page that was read already. Should a later page fail, it breaks off: what came is then no
/// JSON.
pub(super) fn array(
    app: App,
    caller: Caller,
    first: Numbered,
) -> impl Stream<Item = Result<Bytes, Error>> {
    let rest = Rest {
        app,
        caller,
        next: Next::First(first),
    };
    stream::try_unfold(rest, async |mut rest| {
        let (page, is_first) = match rest.next {
            Next::Nothing => return Ok(None),
            Next::First(page) => (page, true),
            Next::After(number) => {
                let page = tickets::tickets_by_number(&rest.app, &rest.caller, number, PAGE).await;
                let note = |error: &Error| tracing::error!(%error, "a list of tickets broke off");
                (page.inspect_err(note)?, false)
            }
        };
        let last = page.items.last().map(|stored| stored.numbers.number);
        rest.next = match last {
            Some(number) if page.may_be_more => Next::After(number),
            _ => Next::Nothing,
        };
        let text = piece(&page.items, is_first, matches!(rest.next, Next::Nothing));
        Ok(Some((Bytes::from(text), rest)))
    })
}

/// A page's part of the array.
fn piece(page: &[Stored], is_first: bool, is_last: bool) -> Vec<u8> {
    let mut text = Vec::new();
    if is_first {
        text.push(b'[');
    }
    for (place, stored) in page.iter().enumerate() {
        if !is_first || place > 0 {
            text.push(b',');
        }
        text.extend(json::bytes(&ticket(stored)));
    }
    if is_last {
        text.push(b']');
    }
    text
}
