//! Figures, outward.

use linedesk_app::analytics::{Group, Part};
use linedesk_domain::metrics::figures::{
    AgentFigures, Attainment, Decisions, EscalationFigures, FirstContact, Performance,
    RatingFigures, ResponseTimes, Work, share,
};
use linedesk_domain::metrics::trend::{Topic, Trend, Twice};
use linedesk_domain::metrics::{Durations, GroupKey, Spread};

use super::dto::{Point, Row, SpreadDto};
use super::figures::{
    AgentDto, ClocksDto, DecidedDto, EffortDto, EffortsDto, EscalationsDto, FirstContactDto,
    LevelsDto, OutcomesDto, PerformanceDto, RatingDto, SlaDto, StarsDto, TimesDto, TrendRow,
    TrendTotals,
};

/// Below it, a rise is told as significant.
const SIGNIFICANT: f64 = 0.05;

/// A point of a series.
pub fn point<F, T>(part: Part<F>, shape: impl Fn(F) -> T) -> Point<T> {
    Point {
        from: part.from.to_string(),
        to: part.to.to_string(),
        figures: shape(part.figures),
    }
}

/// A row of a breakdown.
pub fn row<F, T>(group: Group<F>, shape: impl Fn(F) -> T) -> Row<T> {
    let (by, id) = match group.key {
        GroupKey::Agent(id) => ("agent", id.map(|id| id.to_string())),
        GroupKey::Team(id) => ("team", id.map(|id| id.to_string())),
        GroupKey::Category(category) => ("category", Some(category.name().to_owned())),
        GroupKey::Priority(priority) => ("priority", Some(priority.name().to_owned())),
        GroupKey::Customer(id) => ("customer", id.map(|id| id.to_string())),
    };
    Row {
        by,
        id,
        name: group.name,
        figures: shape(group.figures),
    }
}

/// Durations.
pub fn spread(durations: Durations) -> Option<SpreadDto> {
    let Spread {
        count,
        mean,
        p50,
        p90,
        p95,
    } = durations.spread()?;
    Some(SpreadDto {
        count,
        mean_seconds: mean,
        p50_seconds: p50,
        p90_seconds: p90,
        p95_seconds: p95,
    })
}

fn decided(decisions: Decisions) -> DecidedDto {
    DecidedDto {
        met: decisions.met,
        missed: decisions.missed,
        attainment: decisions.attainment(),
    }
}

fn sla(attainment: Attainment) -> SlaDto {
    let [first_response, next_response, resolution] = attainment.0.map(decided);
    SlaDto {
        all: decided(attainment.all()),
        first_response,
        next_response,
        resolution,
    }
}

/// Work that came and went.
pub fn performance(of: Performance) -> PerformanceDto {
    PerformanceDto {
        created: of.created,
        resolved: of.resolved,
        reopened: of.reopened,
        backlog: of.backlog(),
        sla: sla(of.sla),
    }
}

/// How long it took.
pub fn times(of: ResponseTimes) -> TimesDto {
    TimesDto {
        first_response: ClocksDto {
            wall_clock: spread(of.response_wall),
            business: spread(of.response_business),
        },
        resolution: ClocksDto {
            wall_clock: spread(of.resolution_wall),
            business: spread(of.resolution_business),
        },
    }
}

/// For how many the first contact was enough.
pub fn first_contact(of: FirstContact) -> FirstContactDto {
    FirstContactDto {
        resolved: of.resolved,
        first_contact: of.at_first_contact,
        first_contact_rate: share(of.at_first_contact, of.resolved),
        several_replies: of.several_replies,
        reopened: of.reopened,
        came_back: of.came_back,
    }
}

/// What customers think.
#[expect(clippy::needless_pass_by_value, reason = "all shapes are made so")]
pub fn rating(of: RatingFigures) -> RatingDto {
    let [one, two, three, four, five] = of.scores;
    RatingDto {
        responses: of.answers(),
        csat: of.csat(),
        mean_score: of.mean(),
        distribution: StarsDto {
            one,
            two,
            three,
            four,
            five,
        },
        resolved: of.resolved,
        response_rate: share(of.answers(), of.resolved),
    }
}

/// How easy it was.
pub fn effort(of: Work) -> EffortDto {
    let [one, two, three, four, five, six, seven] = of.efforts;
    let responses = of.efforts.iter().sum();
    let sum: u64 = (1..).zip(of.efforts).map(|(score, n)| score * n).sum();
    EffortDto {
        responses,
        mean_effort: share(sum, responses),
        distribution: EffortsDto {
            one,
            two,
            three,
            four,
            five,
            six,
            seven,
        },
        resolved: of.resolved,
        contacts_per_resolution: share(of.contacts, of.resolved),
        reopens_per_resolution: share(of.reopens, of.resolved),
        handovers_per_resolution: share(of.handovers, of.resolved),
    }
}

/// What was got done.
pub fn agent(of: AgentFigures) -> AgentDto {
    AgentDto {
        handled: of.handled,
        first_contact_rate: share(of.at_first_contact, of.handled),
        first_response: spread(of.responses),
        resolution: spread(of.resolutions),
        sla: sla(of.sla),
        ratings: of.ratings.answers(),
        csat: of.ratings.csat(),
    }
}

/// Escalations.
pub fn escalations(of: EscalationFigures) -> EscalationsDto {
    let all = of.all();
    let [level_1, level_2, level_3] = of.levels;
    let [open, resolved_in_time, resolved_late, merged] = of.outcomes;
    EscalationsDto {
        escalations: all,
        by_level: LevelsDto {
            level_1,
            level_2,
            level_3,
        },
        by_hand: of.by_hand,
        by_clock: all - of.by_hand,
        time_to_escalate: spread(of.after),
        outcomes: OutcomesDto {
            open,
            resolved_in_time,
            resolved_late,
            merged,
        },
        time_to_resolve: spread(of.resolved_after),
    }
}

/// New tickets in both periods.
pub const fn trend_totals(of: Twice, rise: Option<f64>) -> TrendTotals {
    TrendTotals {
        tickets: of.now,
        tickets_before: of.before,
        rise,
    }
}

/// Something that rises.
pub fn trend(of: Trend) -> TrendRow {
    let (kind, name) = match of.topic {
        Topic::Category(category) => ("category", category.name().to_owned()),
        Topic::Tag(tag) => ("tag", tag),
        Topic::Word(word) => ("word", word),
    };
    TrendRow {
        kind,
        name,
        tickets: of.tickets.now,
        tickets_before: of.tickets.before,
        rise: of.rise,
        p_value: of.p_value,
        q_value: of.q_value,
        is_significant: of.q_value < SIGNIFICANT,
    }
}
