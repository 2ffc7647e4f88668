//! A ticket's SLA outward.

use jiff::Timestamp;
use linedesk_domain::sla::{SlaBook, SlaRecord, Target, TargetRecord, Timeline};

use crate::isp::audience::{Nullable, Reader};
use crate::isp::dto::ticket::{PolicyName, SlaDto, TargetDto, TargetsDto};

/// What was promised, and whether it was kept; all `null` where nothing was.
pub fn sla<'a>(
    record: Option<&SlaRecord>,
    timeline: &Timeline,
    book: &'a SlaBook,
    reader: Reader,
) -> SlaDto<'a> {
    let policy = record.and_then(|record| book.policy(record.policy?));
    let name = policy.map(|version| PolicyName {
        id: version.policy.0,
        name: &version.spec.name,
        version: version.version,
    });
    let of = |which| target(which, record, timeline, book, reader);
    SlaDto {
        policy: reader.audience.staff_only(Nullable::from(name)),
        targets: TargetsDto {
            first_response: of(Target::FirstResponse),
            next_response: of(Target::NextResponse),
            resolution: of(Target::Resolution),
        },
    }
}

fn target(
    which: Target,
    record: Option<&SlaRecord>,
    timeline: &Timeline,
    book: &SlaBook,
    reader: Reader,
) -> TargetDto {
    let found = record
        .map(|record| *record.target(which))
        .unwrap_or_default();
    let TargetRecord {
        limit: _,
        due_at,
        met_at,
        breached_at,
        warned_at,
        paused,
        remaining: _,
    } = found;
    let remaining = record.and_then(|record| record.remaining(which, timeline, book, reader.now));
    TargetDto {
        due_at: due_at.map(Into::into),
        met_at: met_at.map(Into::into),
        breached_at: breached_at.map(Into::into),
        warned_at: reader
            .audience
            .staff_only(Nullable::from(warned_at.map(Into::into))),
        paused,
        remaining_seconds: remaining.map(|left| left.as_secs()),
    }
}

/// Wall-clock hours between two instants.
#[expect(
    clippy::cast_precision_loss,
    reason = "a span of microseconds is exact in a double for 285 years"
)]
pub fn hours(from: Timestamp, to: Timestamp) -> f64 {
    let micros = to.as_microsecond() - from.as_microsecond();
    (micros as f64 / 36_000_000.0).round() / 100.0
}
