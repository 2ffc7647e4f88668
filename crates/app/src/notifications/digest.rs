//! Letters about the clock, of which an outage makes thousands: the first few to an address go by themselves, the others
//! together in one.
//!
//! Which do is decided by the relay, in the order of events and in the transaction that moves its place: so it is decided once,
//! and what an address was told lately is what was written. What waits is put together when its digest is sent.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use linedesk_domain::ids::TicketId;
use linedesk_domain::notice::{Gathering, Notice, Turn, Window};
use linedesk_ports::changes::Write;
use linedesk_ports::couriers::{
    DIGEST_NOTICES, DIGEST_TICKETS, DigestNotice, DigestTicket, DigestWords, Letter, Trouble,
    Undelivered,
};
use linedesk_ports::outbox::{Channel, Gather, Gathered, NewLetter, NewMessage};

use super::Posted;
use crate::{App, Error};

/// Letters that one digest takes along; what is beyond goes with another.
const LETTERS: u32 = 10_000;

/// A letter before it is a message.
pub(super) struct Drafted {
    pub(super) event: i64,
    pub(super) ticket: TicketId,
    pub(super) channel: Channel,
    pub(super) receiver: String,
    pub(super) can_be_gathered: bool,
    pub(super) posted: Posted,
}

impl Drafted {
    pub(super) fn message(self) -> Result<NewMessage, Error> {
        Ok(NewMessage {
            event: Some(self.event),
            ticket: Some(self.ticket),
            channel: self.channel,
            receiver: self.receiver,
            payload: self.posted.written()?,
        })
    }

    /// As it waits for its digest, which does not say all of it.
    fn short(mut self) -> Result<NewLetter, Error> {
        if let Some(ticket) = &mut self.posted.letter.ticket {
            ticket.description.clear();
        }
        Ok(NewLetter {
            ticket: self.ticket,
            payload: self.posted.written()?,
        })
    }
}

/// What becomes of letters that can be gathered: those that go by themselves, and what is to be written for the others.
pub(super) async fn turns(
    app: &App,
    letters: Vec<Drafted>,
) -> Result<(Vec<NewMessage>, Vec<Write>), Error> {
    let rule = app.settings.notifications.gathering;
    let (Some(rule), false) = (rule, letters.is_empty()) else {
        let singly = letters.into_iter().map(Drafted::message);
        return Ok((singly.collect::<Result<_, _>>()?, Vec::new()));
    };
    let mut receivers: Vec<_> = letters.iter().map(|one| one.receiver.clone()).collect();
    receivers.sort_unstable();
    receivers.dedup();
    let lately = app.notifications.windows(receivers).await?;
    let mut turns = Turns {
        rule,
        now: app.clock.now(),
        windows: lately.into_iter().collect(),
        singly: Vec::new(),
        gathers: Vec::new(),
        places: HashMap::new(),
    };
    for letter in letters {
        turns.take(app, letter)?;
    }
    Ok(turns.end())
}

/// What letters come to, one after another.
struct Turns {
    rule: Gathering,
    now: Timestamp,
    windows: HashMap<String, Window>,
    singly: Vec<NewMessage>,
    /// In the order of the first letter.
    gathers: Vec<Gather>,
    /// Where each receiver's is among them.
    places: HashMap<String, usize>,
}

impl Turns {
    fn take(&mut self, app: &App, letter: Drafted) -> Result<(), Error> {
        let receiver = letter.receiver.clone();
        let lately = self.windows.get(&receiver).copied();
        let (window, turn) = self.rule.next(lately, self.now);
        self.windows.insert(receiver.clone(), window);
        let Turn::Gathered { wait } = turn else {
            self.singly.push(letter.message()?);
            return Ok(());
        };
        let next = self.gathers.len();
        let place = *self.places.entry(receiver).or_insert(next);
        if place == next {
            self.gathers.push(Gather {
                digest: cover(app, self.now, &letter)?,
                wait: Duration::try_from(wait).unwrap_or_default(),
                letters: Vec::new(),
            });
        }
        self.gathers[place].letters.push(letter.short()?);
        Ok(())
    }

    fn end(self) -> (Vec<NewMessage>, Vec<Write>) {
        let windows = self.windows.into_iter();
        let windows = windows.map(|(receiver, window)| Write::Window { receiver, window });
        let gathers = self.gathers.into_iter().map(Write::Gather);
        (self.singly, gathers.chain(windows).collect())
    }
}

/// A digest that says nothing yet.
fn cover(app: &App, now: Timestamp, first: &Drafted) -> Result<NewMessage, Error> {
    let posted = Posted {
        key: app.ids.next(now).simple().to_string(),
        at: now,
        thread: None,
        letter: Letter {
            notice: Notice::Digest.name().to_owned(),
            recipient: first.posted.letter.recipient.clone(),
            ..Letter::default()
        },
        pass: None,
    };
    Ok(NewMessage {
        event: None,
        ticket: None,
        channel: first.channel,
        receiver: first.receiver.clone(),
        payload: posted.written()?,
    })
}

/// The digest with all that waits for it, and the last of that; `None` where nothing does.
pub(super) async fn put_together(
    app: &App,
    receiver: &str,
    cover: Posted,
) -> Result<Option<(Posted, i64)>, Undelivered> {
    let gathered = app.outbox.gathered(receiver, LETTERS).await;
    let gathered = gathered.map_err(|error| Undelivered::Later {
        reason: format!("what the digest takes along could not be read: {error}"),
        trouble: Trouble::Message,
        after: None,
    })?;
    let Some(last) = gathered.last().map(|letter| letter.id) else {
        return Ok(None);
    };
    let (words, at) = words(&gathered)?;
    let posted = Posted {
        // Another one if there is more in it: who has seen the first must not take it for the same.
        key: format!("{}.{last}", cover.key),
        at: at.unwrap_or(cover.at),
        letter: Letter {
            digest: Some(words),
            ..cover.letter
        },
        ..cover
    };
    Ok(Some((posted, last)))
}

/// What the letters say together, and when the last of it happened.
fn words(gathered: &[Gathered]) -> Result<(DigestWords, Option<Timestamp>), Undelivered> {
    let mut words = DigestWords::default();
    let mut places = HashMap::new();
    let mut at = None;
    for letter in gathered {
        let Posted {
            letter, at: then, ..
        } = Posted::read(&letter.payload)?;
        at = at.max(Some(then));
        words.count += 1;
        let Some(ticket) = letter.ticket else {
            continue;
        };
        let place = *places.entry(ticket.id).or_insert_with(|| {
            if words.tickets.len() < DIGEST_TICKETS {
                words.tickets.push(DigestTicket {
                    ticket,
                    notices: Vec::new(),
                });
                Some(words.tickets.len() - 1)
            } else {
                words.more += 1;
                None
            }
        });
        if let Some(place) = place {
            let notices = &mut words.tickets[place].notices;
            if notices.len() == DIGEST_NOTICES {
                notices.remove(0);
            }
            notices.push(DigestNotice {
                notice: letter.notice,
                target: letter.target,
                due_at: letter.due_at,
                level: letter.level,
            });
        }
    }
    Ok((words, at))
}
