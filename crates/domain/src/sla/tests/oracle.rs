//! A slow second opinion for the property tests. It shares no code with the engine: it asks the zone's wall clock about
//! every single minute, and lives through a history second by second, keeping its own account of what happened.
//!
//! Facts, limits and `since` are whole seconds here; warnings may still fall on parts of a second.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::sla::{CalendarSpec, PolicySpec, Target};
use crate::workflow::Status;

const SECOND: i64 = 1_000_000;

/// What can happen to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fact {
    Status(Status),
    CustomerComment,
    StaffReply,
}

/// For every minute from `start` on whether the calendar is open. Zones change their offset at whole minutes in the years
/// that are tested, and spans have whole minutes, so a minute is open as a whole or not at all.
pub(super) struct Minutes {
    start: i64,
    open: Vec<bool>,
}

impl Minutes {
    /// `start` in seconds, a whole minute.
    pub(super) fn new(spec: &CalendarSpec, start: i64, minutes: i64) -> Self {
        let zone = TimeZone::get(&spec.timezone).unwrap();
        let open = (0..minutes)
            .map(|minute| {
                let local = Timestamp::from_second(start + minute * 60)
                    .unwrap()
                    .to_zoned(zone.clone());
                let time = i64::from(local.hour()) * 60 + i64::from(local.minute());
                let weekday = local.weekday().to_monday_zero_offset();
                let spans = &spec.hours[usize::try_from(weekday).unwrap()];
                let in_a_span = spans.iter().any(|span| {
                    i64::from(span.opens.minutes()) <= time
                        && time < i64::from(span.closes.minutes())
                });
                let holiday = spec
                    .holidays
                    .iter()
                    .any(|holiday| holiday.date == local.date());
                spec.always_open || (in_a_span && !holiday)
            })
            .collect();
        Self { start, open }
    }

    /// The end of what is known, in seconds.
    pub(super) fn end(&self) -> i64 {
        self.start + i64::try_from(self.open.len()).unwrap() * 60
    }

    pub(super) fn is_open(&self, second: i64) -> bool {
        self.open[usize::try_from((second - self.start) / 60).unwrap()]
    }

    /// Open seconds in `[from, to)`.
    pub(super) fn between(&self, from: i64, to: i64) -> i64 {
        let (mut at, mut open) = (from, 0);
        while at < to {
            let next = (at - at.rem_euclid(60) + 60).min(to);
            open += if self.is_open(at) { next - at } else { 0 };
            at = next;
        }
        open
    }

    /// When that many microseconds of open time have elapsed since `from` seconds; `None` if not before the end.
    pub(super) fn add(&self, from: i64, mut micros: i64) -> Option<i64> {
        let mut at = from;
        while at < self.end() {
            let next = at - at.rem_euclid(60) + 60;
            if self.is_open(at) {
                let inside = (next - at) * SECOND;
                if micros <= inside {
                    return Some(at * SECOND + micros);
                }
                micros -= inside;
            }
            at = next;
        }
        None
    }
}

/// One target's account; instants in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) starts: Option<i64>,
    pub(super) met: Option<i64>,
    pub(super) elapsed: i64,
    pub(super) warned: Option<i64>,
    pub(super) breached: Option<i64>,
    pub(super) level_three: Option<i64>,
    /// When the limit was reached, met or not.
    pub(super) reached: Option<i64>,
    /// Whether the limit was reached while unmet, before or after the policy came to apply.
    missed: bool,
}

/// The whole ticket's account.
pub(super) struct Life<'a> {
    spec: &'a PolicySpec,
    minutes: &'a Minutes,
    since: i64,
    pub(super) status: Status,
    pub(super) accounts: [Account; 3],
    pub(super) cycle: u32,
}

impl<'a> Life<'a> {
    /// Lives from the first fact (the status at creation) until `now`, in seconds.
    pub(super) fn lived(
        spec: &'a PolicySpec,
        minutes: &'a Minutes,
        facts: &[(i64, Fact)],
        since: i64,
        now: i64,
    ) -> Self {
        let created = facts[0].0;
        let mut life = Self {
            spec,
            minutes,
            since,
            status: Status::Open,
            accounts: Default::default(),
            cycle: 0,
        };
        life.accounts[0].starts = Some(created * SECOND);
        life.accounts[2].starts = Some(created * SECOND);
        let mut facts = facts.iter().copied().peekable();
        let mut at = created;
        loop {
            life.happen(at, &mut facts);
            life.check(at * SECOND, at >= since);
            if at == now {
                return life;
            }
            // A minute at once where nothing can happen inside it, else a second.
            let stops = [
                facts.peek().map_or(now, |fact| fact.0),
                now,
                if since > at { since } else { now },
            ];
            let minute = at - at.rem_euclid(60) + 60;
            let quiet =
                stops.into_iter().all(|stop| stop >= minute) && !life.limit_within(minute - at);
            let next = if quiet { minute } else { at + 1 };
            life.count(at, next - at);
            at = next;
        }
    }

    fn happen(
        &mut self,
        at: i64,
        facts: &mut std::iter::Peekable<impl Iterator<Item = (i64, Fact)>>,
    ) {
        let was_done = self.status.is_done();
        while let Some((_, fact)) = facts.next_if(|fact| fact.0 == at) {
            let now = Some(at * SECOND);
            match fact {
                Fact::Status(status) => self.status = status,
                Fact::CustomerComment => {
                    let [first, next, _] = &mut self.accounts;
                    let answered = next.starts.is_none() || next.met.is_some();
                    if first.met.is_some() && answered {
                        *next = Account {
                            starts: now,
                            ..Account::default()
                        };
                        self.cycle += 1;
                    }
                }
                Fact::StaffReply => {
                    for account in &mut self.accounts[..2] {
                        if account.starts.is_some() && account.met.is_none() {
                            account.met = now;
                        }
                    }
                }
            }
        }
        match (was_done, self.status.is_done()) {
            (false, true) => self.accounts[2].met = Some(at * SECOND),
            (_, false) => self.accounts[2].met = None,
            (true, true) => {}
        }
    }

    fn runs(&self) -> bool {
        !self.status.is_done() && !self.spec.pause_statuses.contains(&self.status)
    }

    /// Warning, due, level three.
    pub(super) fn limits(&self, target: Target) -> Option<[i64; 3]> {
        let limit = i64::try_from(self.spec.targets.get(target)?.as_micros()).unwrap();
        let share = limit * i64::from(self.spec.warning_percent);
        Some([
            share / 100 + i64::from(share % 100 != 0),
            limit,
            limit + limit / 2 + limit % 2,
        ])
    }

    fn limit_within(&self, seconds: i64) -> bool {
        Target::ALL.into_iter().any(|target| {
            let elapsed = self.accounts[target.index()].elapsed;
            let within = |limit: i64| elapsed < limit && limit <= elapsed + seconds * SECOND;
            self.limits(target)
                .is_some_and(|limits| limits.into_iter().any(within))
        })
    }

    /// Takes note of what is true at an instant.
    fn check(&mut self, at: i64, applies: bool) {
        for target in Target::ALL {
            let Some([warning, limit, level_three]) = self.limits(target) else {
                continue;
            };
            let account = &mut self.accounts[target.index()];
            let unmet = account.starts.is_some() && account.met.is_none();
            if account.elapsed >= limit {
                account.reached = account.reached.or(Some(at));
                account.missed |= unmet;
            }
            if applies && account.elapsed >= warning && unmet {
                account.warned = account.warned.or(Some(at));
            }
            if applies && account.missed {
                account.breached = account.breached.or(Some(at));
                account.warned = account.warned.or(Some(at));
            }
            if applies && account.elapsed >= level_three && unmet {
                account.level_three = account.level_three.or(Some(at));
            }
        }
    }

    /// Lets `seconds` of one minute go by.
    fn count(&mut self, from: i64, seconds: i64) {
        if !self.runs() || !self.minutes.is_open(from) {
            return;
        }
        let applies = from >= self.since;
        // Within a second, limits of different targets can be reached at different parts of it.
        let mut parts: Vec<i64> = vec![seconds * SECOND];
        for target in Target::ALL {
            let account = self.accounts[target.index()];
            let ahead = self
                .limits(target)
                .into_iter()
                .flatten()
                .map(|limit| limit - account.elapsed);
            parts.extend(
                ahead.filter(|part| account.met.is_none() && (1..seconds * SECOND).contains(part)),
            );
        }
        parts.sort_unstable();
        let mut gone = 0;
        for part in parts {
            for account in &mut self.accounts {
                if account.starts.is_some() && account.met.is_none() {
                    account.elapsed += part - gone;
                }
            }
            gone = part;
            if part < seconds * SECOND {
                self.check(from * SECOND + part, applies);
            }
        }
    }

    /// When a limit was reached or will be, as the verdict is to say it; `Err` when that is past what is known.
    pub(super) fn due(
        &self,
        target: Target,
        limit: i64,
        reached: Option<i64>,
        now: i64,
    ) -> Result<Option<i64>, ()> {
        let account = self.accounts[target.index()];
        let done = self.accounts[2].met;
        let from = match (account.starts, account.met.or(done)) {
            (None, _) => return Ok(None),
            _ if reached.is_some() => return Ok(reached),
            (_, Some(stopped)) => stopped / SECOND,
            (_, None) if !self.runs() => return Ok(None),
            (_, None) => now,
        };
        self.minutes
            .add(from, limit - account.elapsed)
            .map(Some)
            .ok_or(())
    }
}
