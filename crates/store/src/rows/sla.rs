//! What a ticket carries of its SLA, and the versions of policies and calendars, as documents.
//!
//! Instants are microseconds. Keys are short, since every ticket carries such a document.

use jiff::{SignedDuration, Timestamp};
use linedesk_domain::ids::{CalendarVersionId, PolicyVersionId};
use linedesk_domain::sla::{Matched, SlaRecord, TargetRecord, Timeline, Told};
use linedesk_domain::workflow::Status;
use linedesk_ports::store::StoreError;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::decoded;
use crate::codes::Coded;
use crate::fault::corrupt;

const TABLE: &str = "tickets";

/// A timeline and the last judgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SlaDocument {
    /// Each status with the instant it began.
    #[serde(rename = "s")]
    statuses: Vec<(i64, i16)>,
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    first_response_at: Option<i64>,
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    asked_at: Option<i64>,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    answered_at: Option<i64>,
    #[serde(rename = "c", default, skip_serializing_if = "is_zero")]
    cycle: u32,
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    record: Option<RecordDocument>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct RecordDocument {
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    policy: Option<Uuid>,
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    calendar: Option<Uuid>,
    #[serde(rename = "s")]
    since: i64,
    /// When the policy was chosen last, and what of the book was known then; older records have only `since`.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    matched: Option<(i64, u32)>,
    #[serde(rename = "t")]
    targets: [TargetDocument; 3],
    /// Cycle, warned, breached.
    #[serde(rename = "o")]
    told: [(u32, bool, bool); 3],
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    next_escalation: Option<i64>,
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    next_instant: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct TargetDocument {
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    limit: Option<i64>,
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    due_at: Option<i64>,
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    met_at: Option<i64>,
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    breached_at: Option<i64>,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    warned_at: Option<i64>,
    #[serde(rename = "p", default, skip_serializing_if = "std::ops::Not::not")]
    paused: bool,
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    remaining: Option<i64>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

fn micros(instant: Option<Timestamp>) -> Option<i64> {
    instant.map(Timestamp::as_microsecond)
}

/// Durations of SLA targets are whole microseconds below 200 years.
fn length(duration: Option<SignedDuration>) -> Option<i64> {
    duration.map(|duration| i64::try_from(duration.as_micros()).unwrap_or(i64::MAX))
}

/// The document of a ticket's timeline and record.
pub(crate) fn to_document(timeline: &Timeline, record: Option<&SlaRecord>) -> SlaDocument {
    SlaDocument {
        statuses: timeline
            .statuses
            .iter()
            .map(|(at, status)| (at.as_microsecond(), status.code()))
            .collect(),
        first_response_at: micros(timeline.first_response_at),
        asked_at: micros(timeline.asked_at),
        answered_at: micros(timeline.answered_at),
        cycle: timeline.cycle,
        record: record.map(|record| RecordDocument {
            policy: record.policy.map(|policy| policy.0),
            calendar: record.calendar.map(|calendar| calendar.0),
            since: record.since.as_microsecond(),
            matched: Some((record.matched.at.as_microsecond(), record.matched.knew)),
            targets: record.targets.map(|target| TargetDocument {
                limit: length(target.limit),
                due_at: micros(target.due_at),
                met_at: micros(target.met_at),
                breached_at: micros(target.breached_at),
                warned_at: micros(target.warned_at),
                paused: target.paused,
                remaining: length(target.remaining),
            }),
            told: record
                .told
                .map(|told| (told.cycle, told.warned, told.breached)),
            next_escalation: micros(record.next_escalation),
            next_instant: micros(record.next_instant),
        }),
    }
}

/// A ticket's timeline and record out of their document; `row` is the ticket's id.
pub(crate) fn from_document(
    document: SlaDocument,
    created_at: Timestamp,
    row: Uuid,
) -> Result<(Timeline, Option<SlaRecord>), StoreError> {
    let at = |micros: i64| {
        Timestamp::from_microsecond(micros)
            .map_err(|error| corrupt(TABLE, row, format_args!("sla: {error}")))
    };
    let maybe = |micros: Option<i64>| micros.map(at).transpose();
    let timeline = Timeline {
        created_at,
        statuses: document
            .statuses
            .iter()
            .map(|(micros, code)| Ok((at(*micros)?, decoded::<Status>(*code, TABLE, "sla", &row)?)))
            .collect::<Result<_, StoreError>>()?,
        first_response_at: maybe(document.first_response_at)?,
        asked_at: maybe(document.asked_at)?,
        answered_at: maybe(document.answered_at)?,
        cycle: document.cycle,
    };
    let Some(kept) = document.record else {
        return Ok((timeline, None));
    };
    let target = |kept: &TargetDocument| {
        Ok::<_, StoreError>(TargetRecord {
            limit: kept.limit.map(SignedDuration::from_micros),
            due_at: maybe(kept.due_at)?,
            met_at: maybe(kept.met_at)?,
            breached_at: maybe(kept.breached_at)?,
            warned_at: maybe(kept.warned_at)?,
            paused: kept.paused,
            remaining: kept.remaining.map(SignedDuration::from_micros),
        })
    };
    let matched = match kept.matched {
        Some((micros, knew)) => Matched {
            at: at(micros)?,
            knew,
        },
        None => Matched::by_anybody(at(kept.since)?),
    };
    let [first, next, resolution] = &kept.targets;
    let record = SlaRecord {
        policy: kept.policy.map(PolicyVersionId),
        calendar: kept.calendar.map(CalendarVersionId),
        since: at(kept.since)?,
        matched,
        targets: [target(first)?, target(next)?, target(resolution)?],
        told: kept.told.map(|(cycle, warned, breached)| Told {
            cycle,
            warned,
            breached,
        }),
        next_escalation: maybe(kept.next_escalation)?,
        next_instant: maybe(kept.next_instant)?,
    };
    Ok((timeline, Some(record)))
}
