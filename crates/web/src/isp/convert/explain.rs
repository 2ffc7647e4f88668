//! Why a ticket's SLA stands as it does, outward.

use jiff::SignedDuration;
use linedesk_app::tickets::SlaExplained;
use linedesk_domain::sla::{
    Candidate, DueBasis, PolicyVersion, SegmentState, Step, TargetExplanation, explain,
};

use crate::isp::dto::explain::{
    CalendarName, CandidateDto, ExplanationDto, StepDto, TargetExplanationDto,
};
use crate::isp::dto::ticket::PolicyName;

/// The explanation; without a policy, the policies that were tried.
pub fn explanation(explained: &SlaExplained) -> ExplanationDto<'_> {
    let SlaExplained {
        ticket,
        tier: _,
        book,
        now,
    } = explained;
    let facts = explained.facts();
    let found = explained
        .judge()
        .and_then(|(by, since)| explain(&ticket.data.timeline, &by, since, &facts, book, *now));
    let empty = ExplanationDto {
        ticket_id: ticket.data.id.0,
        now: (*now).into(),
        policy: None,
        calendar: None,
        since: None,
        candidates: Vec::new(),
        targets: Vec::new(),
        next_escalation: None,
    };
    let Some(found) = found else {
        return ExplanationDto {
            candidates: candidates(&book.candidates(&facts, *now)),
            ..empty
        };
    };
    ExplanationDto {
        policy: Some(policy(found.policy)),
        calendar: Some(CalendarName {
            id: found.policy.spec.calendar.map(|calendar| calendar.0),
            name: &found.calendar.spec.name,
            timezone: &found.calendar.spec.timezone,
            version: found.calendar.version,
        }),
        since: Some(found.since.into()),
        candidates: candidates(&found.candidates),
        targets: found.targets.iter().map(target).collect(),
        next_escalation: found
            .verdict
            .next_escalation_above(ticket.data.escalation_level)
            .map(Into::into),
        ..empty
    }
}

fn policy(version: &PolicyVersion) -> PolicyName<'_> {
    PolicyName {
        id: version.policy.0,
        name: &version.spec.name,
        version: version.version,
    }
}

fn candidates<'a>(candidates: &[Candidate<'a>]) -> Vec<CandidateDto<'a>> {
    let one = |candidate: &Candidate<'a>| CandidateDto {
        policy: policy(candidate.policy),
        outcome: candidate.candidacy.name(),
    };
    candidates.iter().map(one).collect()
}

fn target(explained: &TargetExplanation) -> TargetExplanationDto {
    let TargetExplanation {
        verdict,
        steps,
        due,
    } = explained;
    TargetExplanationDto {
        target: verdict.target.name(),
        limit_seconds: verdict.limit.map(|limit| limit.as_secs()),
        elapsed_seconds: verdict.elapsed.as_secs(),
        remaining_seconds: verdict.remaining.map(|left| left.as_secs()),
        starts_at: verdict.starts_at.map(Into::into),
        warn_at: verdict.warn_at.map(Into::into),
        due_at: verdict.due_at.map(Into::into),
        met_at: verdict.met_at.map(Into::into),
        breached_at: verdict.breached_at.map(Into::into),
        basis: basis(due),
        steps: steps.iter().map(step).collect(),
    }
}

const fn basis(due: &DueBasis) -> &'static str {
    match due {
        DueBasis::NoTarget => "no_target",
        DueBasis::NotStarted => "not_started",
        DueBasis::Reached { .. } => "reached",
        DueBasis::Projected { .. } => "projected",
        DueBasis::Held { .. } => "held",
        DueBasis::Never { .. } => "never",
    }
}

fn step(step: &Step) -> StepDto {
    let Step {
        segment,
        elapsed,
        remaining,
    } = step;
    let (state, status) = match segment.state {
        SegmentState::Counted => ("counted", None),
        SegmentState::Paused(status) => ("paused", Some(status.name())),
        SegmentState::Stopped(status) => ("stopped", Some(status.name())),
    };
    StepDto {
        from: segment.from.into(),
        to: segment.to.into(),
        state,
        status,
        open_seconds: segment.open.as_secs(),
        counted_seconds: segment.counted.as_secs(),
        elapsed_seconds: elapsed.as_secs(),
        remaining_seconds: remaining.map(|left: SignedDuration| left.as_secs()),
    }
}
