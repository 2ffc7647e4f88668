//! Takes messages out of the outbox and hands them to the couriers.
//!
//! Every server does so, for each channel by itself. A message is held for as long as an attempt may take and then some: when
//! a server dies in the middle, another one gets the message, and its receiver the same one twice rather than never.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use linedesk_domain::delivery::{Advice, Breaker, MOST_ATTEMPTS, pause};
use linedesk_ports::couriers::{Trouble, Undelivered};
use linedesk_ports::outbox::{Channel, Claim, Lane, Message, Reach};
use linedesk_ports::store::StoreError;
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::attempt::{Delivered, attempt, switch_off};
use super::patience::Patience;
use crate::{App, Error};

/// How long a message is held: longer than an attempt takes.
const LEASE: Duration = Duration::from_mins(1);
/// Messages taken at once.
const BATCH: usize = 64;
/// How often the outbox is looked at where nothing tells of new messages: other servers' are found that late.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long is gathered before it is looked again.
const GATHER: Duration = Duration::from_millis(10);
/// For how long it is tried to record that a message is away, which its receiver would get again otherwise.
const RECORDED_WITHIN: Duration = Duration::from_secs(30);
/// How often.
const RECORD_EVERY: Duration = Duration::from_secs(1);

/// What is under way.
type UnderWay = JoinSet<Result<Outcome, Error>>;

/// Brings the messages of one channel away, or those for one receiver of it.
#[derive(Debug)]
pub struct Deliverer {
    channel: Channel,
    /// `None`: all of the channel's.
    receiver: Option<String>,
    holder: Uuid,
    began: Instant,
    /// How single receivers did lately; those that always take what they get are not in it.
    receivers: Mutex<HashMap<String, Breaker>>,
    /// How the channel itself did, or the one receiver.
    line: Mutex<Breaker>,
}

/// What became of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    Failed,
    Parked,
    Postponed,
}

impl Deliverer {
    /// For one channel; `holder` is this server's alone.
    pub fn new(channel: Channel, holder: Uuid) -> Self {
        Self::of(channel, None, holder)
    }

    /// For one receiver of a channel: whatever it does, it keeps nobody else waiting.
    pub fn to(channel: Channel, receiver: String, holder: Uuid) -> Self {
        Self::of(channel, Some(receiver), holder)
    }

    fn of(channel: Channel, receiver: Option<String>, holder: Uuid) -> Self {
        Self {
            channel,
            receiver,
            holder,
            began: Instant::now(),
            receivers: Mutex::default(),
            line: Mutex::default(),
        }
    }

    /// Which channel.
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// Brings away what is due, until told to stop; what is under way then is finished first. While the outbox cannot be
    /// asked, what is under way goes on: a mail that is broken off may have been taken already.
    pub async fn run(self: Arc<Self>, app: App, stop: &CancellationToken) {
        let mut pulse = app.pulse.messages();
        // Tasks of their own: they go on while this one waits for the database.
        let mut under_way = UnderWay::new();
        let mut patience = Patience::default();
        while !stop.is_cancelled() {
            let room = self.at_once() - under_way.len();
            let limit = room.min(BATCH);
            let claimed = match self.claim(&app, limit).await {
                Ok(claimed) => claimed,
                Err(error) => {
                    let until = Instant::now() + patience.failed(self.channel.name(), &error);
                    self.sit_out(until, &mut under_way, stop).await;
                    continue;
                }
            };
            patience.worked(self.channel.name());
            let is_all = claimed.len() < limit;
            for message in claimed {
                let (this, app) = (Arc::clone(&self), app.clone());
                under_way.spawn(async move { this.one(&app, message).await });
            }
            if !is_all && under_way.len() < self.at_once() {
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                Some(ended) = under_way.join_next() => note(self.channel, ended),
                _ = pulse.changed(), if is_all => {}
                () = tokio::time::sleep(LOOK_EVERY), if is_all => {}
            }
            // What ends or comes within a moment is dealt with together.
            tokio::time::sleep(GATHER).await;
            while let Some(ended) = under_way.try_join_next() {
                note(self.channel, ended);
            }
        }
        while let Some(ended) = under_way.join_next().await {
            note(self.channel, ended);
        }
    }

    /// Takes nothing up until then.
    async fn sit_out(&self, until: Instant, under_way: &mut UnderWay, stop: &CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep_until(until) => return,
                Some(ended) = under_way.join_next() => note(self.channel, ended),
            }
        }
    }

    /// Attempts at the same time.
    const fn at_once(&self) -> usize {
        match self.channel {
            Channel::Email => 64,
            // A gateway; a single webhook. They get no more than connections to them are kept for.
            Channel::Sms | Channel::Webhook => 16,
        }
    }

    /// What is due; where the channel itself is broken, a single message, and not before it is worth a try.
    async fn claim(&self, app: &App, limit: usize) -> Result<Vec<Message>, Error> {
        let is_well = self.line().is_closed();
        let limit = match self.line().ask(self.began.elapsed()) {
            Advice::Wait(_) => return Ok(Vec::new()),
            Advice::Try if is_well => limit,
            Advice::Try => limit.min(1),
        };
        if limit == 0 {
            return Ok(Vec::new());
        }
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let from = Lane {
            channel: self.channel,
            receiver: self.receiver.clone(),
        };
        let claim = app.outbox.claim(self.holder, from, limit, LEASE);
        let claimed = claim.await?;
        if claimed.is_empty() && !is_well {
            // There was nothing to try it with.
            self.line().worked();
        }
        Ok(claimed)
    }

    async fn one(&self, app: &App, message: Message) -> Result<Outcome, Error> {
        let claim = message.claim(self.holder);
        if message.attempts > i64::from(MOST_ATTEMPTS) {
            // Of the last ones nobody heard how they ended: they broke off, or took their server along.
            let last = message.last_error.as_deref();
            let reason = last.unwrap_or("none of its attempts came to an end");
            app.outbox.park(claim, reason).await?;
            return Ok(Outcome::Parked);
        }
        if let Some(wait) = self.enter(&message.new.receiver) {
            app.outbox.postpone(claim, wait).await?;
            return Ok(Outcome::Postponed);
        }
        let result = attempt(app, &message).await;
        let open_for = self.leave(&message.new.receiver, &result);
        let (outcome, told) = match result {
            Ok(Delivered::Message) => {
                let age = app.clock.now().duration_since(message.created_at);
                let name = self.channel.name();
                metrics::histogram!("linedesk_message_delay_seconds", "channel" => name)
                    .record(age.as_secs_f64());
                (Outcome::Done, away(app, claim, Delivered::Message).await?)
            }
            // It was meant to wait: how long says nothing.
            Ok(digest @ Delivered::Digest { .. }) => {
                (Outcome::Done, away(app, claim, digest).await?)
            }
            Err(undelivered) => {
                self.undelivered(app, &message, undelivered, open_for)
                    .await?
            }
        };
        if !told {
            tracing::warn!(
                message.id = message.id,
                "an attempt took longer than its hold; the message is tried again"
            );
        }
        Ok(outcome)
    }

    async fn undelivered(
        &self,
        app: &App,
        message: &Message,
        undelivered: Undelivered,
        open_for: Option<Duration>,
    ) -> Result<(Outcome, bool), Error> {
        let claim = message.claim(self.holder);
        let reason = undelivered.to_string();
        let Undelivered::Later { trouble, after, .. } = undelivered else {
            if undelivered == Undelivered::Gone {
                switch_off(app, message).await?;
            }
            let told = app.outbox.park(claim, &reason).await?;
            return Ok((Outcome::Parked, told));
        };
        let age = app.clock.now().duration_since(message.created_at);
        let age = Duration::try_from(age).unwrap_or_default();
        let attempts = u32::try_from(message.attempts).unwrap_or(u32::MAX);
        let chance = message.id.unsigned_abs().wrapping_add(u64::from(attempts));
        let Some(wait) = pause(attempts, age, after, chance) else {
            let told = app.outbox.park(claim, &reason).await?;
            return Ok((Outcome::Parked, told));
        };
        let reach = match (trouble, open_for) {
            (Trouble::Receiver, Some(_)) => Reach::Receiver,
            _ => Reach::Ticket,
        };
        let wait = open_for.unwrap_or_default().max(wait);
        let told = app.outbox.retry(claim, wait, &reason, reach).await?;
        Ok((Outcome::Failed, told))
    }

    /// For how long the receiver is left alone; `None`: not at all.
    fn enter(&self, receiver: &str) -> Option<Duration> {
        let mut receivers = self.receivers();
        match receivers.get_mut(receiver)?.ask(self.began.elapsed()) {
            Advice::Wait(wait) => Some(wait),
            Advice::Try => None,
        }
    }

    /// Notes how the receiver did. Answers for how long it is left alone from now on, if it is.
    fn leave(&self, receiver: &str, result: &Result<Delivered, Undelivered>) -> Option<Duration> {
        let now = self.began.elapsed();
        let trouble = match result {
            Err(Undelivered::Later { trouble, .. }) => Some(*trouble),
            _ => None,
        };
        match trouble {
            Some(Trouble::Channel) => {
                self.line().failed(now);
                None
            }
            Some(Trouble::Receiver) if self.receiver.is_some() => self.line().failed(now),
            Some(Trouble::Receiver) => {
                self.line().worked();
                let mut receivers = self.receivers();
                receivers
                    .entry(receiver.to_owned())
                    .or_default()
                    .failed(now)
            }
            Some(Trouble::Message) | None => {
                self.line().worked();
                self.receivers().remove(receiver);
                None
            }
        }
    }

    fn receivers(&self) -> std::sync::MutexGuard<'_, HashMap<String, Breaker>> {
        self.receivers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn line(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says that a message is away; again and again while the database cannot be used.
async fn away(app: &App, claim: Claim, what: Delivered) -> Result<bool, StoreError> {
    let until = Instant::now() + RECORDED_WITHIN;
    loop {
        let told = match what {
            Delivered::Message => app.outbox.done(claim).await,
            Delivered::Digest { last } => app.outbox.done_with(claim, last).await,
        };
        match told {
            Err(StoreError::Unavailable(_) | StoreError::Unknown) if Instant::now() < until => {
                tokio::time::sleep(RECORD_EVERY).await;
            }
            told => return told,
        }
    }
}

/// Counts what became of a message. One whose outcome could not be recorded comes up again when its hold is over.
fn note(channel: Channel, ended: Result<Result<Outcome, Error>, JoinError>) {
    let outcome = match ended {
        Ok(Ok(Outcome::Done)) => "delivered",
        Ok(Ok(Outcome::Failed)) => "failed",
        Ok(Ok(Outcome::Parked)) => "parked",
        Ok(Ok(Outcome::Postponed)) => "postponed",
        Ok(Err(error)) => {
            tracing::error!(%error, "what became of a message could not be recorded");
            "unknown"
        }
        Err(error) => {
            tracing::error!(%error, "an attempt broke off");
            "unknown"
        }
    };
    metrics::counter!("linedesk_messages_total", "channel" => channel.name(), "outcome" => outcome)
        .increment(1);
}

#[cfg(test)]
mod tests;
