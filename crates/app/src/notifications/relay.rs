//! Makes messages out of events: one server at a time, from where the last one stopped.
//!
//! The place up to which the log is read moves in the transaction that writes the messages, so that each event is told once,
//! whoever dies when.

use std::collections::HashSet;
use std::time::Duration;

use linedesk_domain::event::{Action, Field, Value};
use linedesk_domain::ids::UserId;
use linedesk_domain::notice::{Addressee, Telling, told};
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::couriers::Letter;
use linedesk_ports::notifications::{NoticeKeys, Webhook};
use linedesk_ports::outbox::{Channel, LogReader, Logged, NewMessage};
use linedesk_ports::store::StoreError;
use sha2::{Digest, Sha256};

use super::Posted;
use super::digest::{self, Drafted};
use super::letters::letter;
use super::recipients::People;
use crate::events::body;
use crate::work::Shift;
use crate::{App, Error, surveys};

/// Events read at once.
const PAGE: u32 = 256;
/// Of the time that the relay takes, so many times as long it then rests, so that requests keep most of what writes.
const REST: u32 = 4;
/// The longest rest.
const LONGEST_REST: Duration = Duration::from_millis(200);

/// What one run of the relay did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Relayed {
    /// Events that were read.
    pub events: usize,
    /// Messages that were put.
    pub messages: usize,
}

/// Tells of everything that has happened until now, as long as this server holds the work. `None` where another one holds it.
///
/// # Errors
/// [`Error::Store`]. What was told until then stays told, once.
pub async fn relay_in_turn(shift: &Shift) -> Result<Option<Relayed>, Error> {
    let mut all = Relayed::default();
    while shift.hold().await? {
        let began = tokio::time::Instant::now();
        let step = relay_page(shift.app()).await?;
        all.events += step.events;
        all.messages += step.messages;
        if step.events == 0 {
            return Ok(Some(all));
        }
        tokio::time::sleep((began.elapsed() * REST).min(LONGEST_REST)).await;
    }
    Ok(None)
}

/// Tells of the next page of events.
///
/// # Errors
/// [`Error::Store`].
pub async fn relay_page(app: &App) -> Result<Relayed, Error> {
    let from = app.log.position(LogReader::Notifications).await?;
    let page = app.log.events_after(from, PAGE).await?;
    if page.next == from {
        return Ok(Relayed::default());
    }
    let (messages, crowd) = messages(app, &page.events).await?;
    let (turned, digests) = digest::turns(app, crowd).await?;
    let relayed = Relayed {
        events: page.events.len(),
        messages: messages.len() + turned.len(),
    };
    let advance = Write::Advance {
        reader: LogReader::Notifications,
        from,
        to: page.next,
    };
    let changes = Changes {
        writes: messages
            .into_iter()
            .chain(turned)
            .map(Write::Message)
            .chain(digests)
            .chain([advance])
            .collect(),
        mark: None,
    };
    match app.commit.commit(changes).await {
        Ok(_) => Ok(relayed),
        // Another server was faster, which its lease should have prevented: nothing was told twice.
        Err(StoreError::Stale) => Ok(Relayed::default()),
        Err(error) => Err(error.into()),
    }
}

/// The messages that events make, and the letters of which there may be too many.
async fn messages(app: &App, events: &[Logged]) -> Result<(Vec<NewMessage>, Vec<Drafted>), Error> {
    let settings = &app.settings.notifications;
    if !settings.enabled {
        return Ok((Vec::new(), Vec::new()));
    }
    let webhooks = app.notifications.webhooks().await?;
    let facts = app.notifications.facts(keys(events)).await?;
    let mut people = People::new(facts, app.couriers.has_sms(), settings.tells_anonymous);
    let tellings: Vec<Vec<Telling>> = events
        .iter()
        .map(|logged| {
            let ticket = people.tickets.get(&logged.ticket);
            ticket.map_or_else(Vec::new, |ticket| told(&logged.event, &ticket.data))
        })
        .collect();
    let names_a_group = |telling: &Telling| {
        matches!(
            telling.to,
            Addressee::Team(_) | Addressee::LeadsOf(_) | Addressee::Leads
        )
    };
    if tellings.iter().flatten().any(names_a_group) {
        people.meet_staff(app.notifications.staff().await?);
    }
    let (mut messages, mut crowd) = (Vec::new(), Vec::new());
    for (logged, tellings) in events.iter().zip(&tellings) {
        for letter in letters(app, logged, tellings, &people) {
            if letter.can_be_gathered {
                crowd.push(letter);
            } else {
                messages.push(letter.message()?);
            }
        }
        messages.extend(calls(logged, &webhooks)?);
    }
    Ok((messages, crowd))
}

/// What has to be looked up for them.
fn keys(events: &[Logged]) -> NoticeKeys {
    let mut keys = NoticeKeys::default();
    for logged in events {
        keys.tickets.push(logged.ticket);
        match logged.event.action {
            Action::Commented { comment } => keys.comments.push(comment),
            Action::Merged { into } => keys.tickets.push(into),
            _ => {}
        }
        let given =
            logged
                .event
                .changes
                .iter()
                .filter_map(|change| match (&change.field, &change.to) {
                    (Field::Assignee, Value::Text(id)) => id.parse().ok().map(UserId),
                    _ => None,
                });
        keys.users.extend(given);
    }
    keys.tickets.sort_unstable();
    keys.tickets.dedup();
    keys
}

/// Letters to people, each address once.
fn letters(app: &App, logged: &Logged, tellings: &[Telling], people: &People) -> Vec<Drafted> {
    let Some(ticket) = people.tickets.get(&logged.ticket) else {
        return Vec::new();
    };
    let actor = logged.event.actor.user();
    let mut reached = HashSet::new();
    let mut letters = Vec::new();
    for telling in tellings {
        for recipient in people.reached(*telling, &ticket.data, actor) {
            let address = recipient.address.to_lowercase();
            if !reached.insert((recipient.channel, address.clone())) {
                continue;
            }
            let settings = &app.settings.notifications;
            let posted = Posted {
                key: key(logged.seq, &address),
                at: logged.event.at,
                thread: Some(logged.ticket.0),
                letter: Letter {
                    survey: surveys::link(app, logged, ticket, telling.notice, &recipient),
                    ..letter(settings, logged, ticket, people, telling.notice, &recipient)
                },
                pass: None,
            };
            letters.push(Drafted {
                event: logged.seq,
                ticket: logged.ticket,
                channel: recipient.channel,
                receiver: recipient.address,
                can_be_gathered: telling.notice.can_be_gathered(),
                posted,
            });
        }
    }
    letters
}

/// The same for one event and address, for ever; it tells neither.
fn key(seq: i64, address: &str) -> String {
    let hash = Sha256::digest(format!("{seq}/{address}"));
    let half: [u8; 16] = std::array::from_fn(|place| hash[place]);
    format!("{:032x}", u128::from_be_bytes(half))
}

/// Calls of machines that want the event and may know of it.
fn calls(logged: &Logged, webhooks: &[Webhook]) -> Result<Vec<NewMessage>, Error> {
    // Of internal notes no machine hears.
    let is_note = body::is_internal_note(&logged.event);
    let name = logged.event.action.name();
    let mut calls = Vec::new();
    let wanting = webhooks.iter().filter(|webhook| {
        let wants = webhook.events.is_empty() || webhook.events.iter().any(|event| event == name);
        webhook.is_active && wants && !is_note
    });
    for webhook in wanting {
        let Some(body) = body::for_machine(logged, webhook.is_for_staff) else {
            continue;
        };
        calls.push(NewMessage {
            event: Some(logged.seq),
            ticket: Some(logged.ticket),
            channel: Channel::Webhook,
            receiver: webhook.id.to_string(),
            payload: serde_json::to_string(&body).map_err(|error| Error::unwritable(&error))?,
        });
    }
    Ok(calls)
}
