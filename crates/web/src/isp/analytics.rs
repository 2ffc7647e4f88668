//! The desk's figures: ten questions, each answered as JSON, as a table (CSV) or as a chart (SVG).

pub mod answer;
pub mod ask;
pub mod chart;
pub mod csv;
pub mod drawn;
pub mod dto;
pub mod figures;
pub mod shapes;

use actix_web::get;
use actix_web::web::Data;
use linedesk_app::App;
use linedesk_app::analytics as desk;
use linedesk_domain::metrics::Dimension;

use super::Answer;
use crate::extract::{Asked, SignedIn};
use crate::mount::Mount;
use answer::Shown;
use ask::{
    GroupParams, LeastParams, Question, QuestionParams, SeriesParams, SeriesQuestion,
    TrendingQuestion,
};
use dto::{Answered, Point, Row};
use figures::{
    AgentDto, EffortDto, EscalationsDto, FirstContactDto, LoadDto, PatternRow, PatternTotals,
    PerformanceDto, RatingDto, TimesDto, TrendPoint, TrendRow, TrendTotals,
};

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config
        .service(performance)
        .service(satisfaction)
        .service(first_call_resolution)
        .service(response_times)
        .service(workload_distribution);
    config
        .service(agent_performance)
        .service(trending_issues)
        .service(escalation_analysis)
        .service(customer_effort_score)
        .service(resolution_patterns);
}

/// Tickets made, resolved and reopened, the backlog, and promises kept
#[utoipa::path(tag = "analytics", params(QuestionParams, GroupParams), responses(
    (status = 200, description = "The figures; a table or a chart where `format` says so", content(
        (Answered<PerformanceDto, Point<PerformanceDto>, Row<PerformanceDto>> = "application/json"),
        (String = "text/csv"), (String = "image/svg+xml"),
    )),
))]
#[get("/support/metrics/performance")]
async fn performance(app: Data<App>, caller: SignedIn, Asked(question): Asked<Question>) -> Answer {
    let ask = question.ask(&app)?;
    let found = desk::performance(&app, &caller, ask).await?;
    Shown::new(&question).performance(found)
}

/// What customers think of resolutions
///
/// CSAT is the share of fours and fives, of those who answered. With it come the newest comments.
#[utoipa::path(tag = "analytics", params(QuestionParams, GroupParams), responses(
    (status = 200, description = "The figures; a table or a chart where `format` says so", content(
        (Answered<RatingDto, Point<RatingDto>, Row<RatingDto>> = "application/json"),
        (String = "text/csv"), (String = "image/svg+xml"),
    )),
))]
#[get("/support/metrics/satisfaction")]
async fn satisfaction(
    app: Data<App>,
    caller: SignedIn,
    Asked(question): Asked<Question>,
) -> Answer {
    let ask = question.ask(&app)?;
    let found = desk::satisfaction(&app, &caller, ask).await?;
    Shown::new(&question).satisfaction(found)
}

/// For how many tickets the first contact was enough
///
/// Resolved with one public answer at most and never reopened, of all that were resolved.
#[utoipa::path(tag = "analytics", params(QuestionParams, GroupParams), responses(
    (status = 200, description = "The figures; a table or a chart where `format` says so", content(
        (Answered<FirstContactDto, Point<FirstContactDto>, Row<FirstContactDto>> = "application/json"),
        (String = "text/csv"), (String = "image/svg+xml"),
    )),
))]
#[get("/support/metrics/first-call-resolution")]
async fn first_call_resolution(
    app: Data<App>,
    caller: SignedIn,
    Asked(question): Asked<Question>,
) -> Answer {
    let ask = question.ask(&app)?;
    let found = desk::first_contact(&app, &caller, ask).await?;
    Shown::new(&question).first_contact(found)
}

/// How long first responses and resolutions took
///
/// By the clock on the wall, and in business time without pauses.
#[utoipa::path(tag = "analytics", params(QuestionParams, GroupParams), responses(
    (status = 200, description = "The figures; a table or a chart where `format` says so", content(
        (Answered<TimesDto, Point<TimesDto>, Row<TimesDto>> = "application/json"),
        (String = "text/csv"), (String = "image/svg+xml"),
    )),
))]
#[get("/support/metrics/response-times")]
async fn response_times(
    app: Data<App>,
    caller: SignedIn,
    Asked(question): Asked<Question>,
) -> Answer {
    let ask = question.ask(&app)?;
    let found = desk::response_times(&app, &caller, ask).await?;
    Shown::new(&question).response_times(found)
}

/// Unresolved tickets by agent and by team, against capacity
///
/// As they stand when the period ends; now, if that is to come. By agent and by team unless `group_by` says otherwise; in a table or
/// a chart by agent then.
#[utoipa::path(tag = "analytics", params(QuestionParams, GroupParams), responses(
    (status = 200, description = "The figures; a table or a chart where `format` says so", content(
        (Answered<LoadDto, Point<LoadDto>, Row<LoadDto>> = "application/json"),
        (String = "text/csv"), (String = "image/svg+xml"),
    )),
))]
#[get("/support/workload-distribution")]
async fn workload_distribution(
    app: Data<App>,
    caller: SignedIn,
    Asked(question): Asked<Question>,
) -> Answer {
    let ask = question.of_one_kind(Dimension::Agent).ask(&app)?;
    let found = desk::workload(&app, &caller, ask).await?;
    Shown::new(&question).workload(found)
}

/// What each agent got done
///
/// By agent unless `group_by` says otherwise.
#[utoipa::path(tag = "analytics", params(QuestionParams, GroupParams), responses(
    (status = 200, description = "The figures; a table or a chart where `format` says so", content(
        (Answered<AgentDto, Point<AgentDto>, Row<AgentDto>> = "application/json"),
        (String = "text/csv"), (String = "image/svg+xml"),
    )),
))]
#[get("/support/agent-performance")]
async fn agent_performance(
    app: Data<App>,
    caller: SignedIn,
    Asked(question): Asked<Question>,
) -> Answer {
    let ask = question.ask(&app)?;
    let found = desk::agent_performance(&app, &caller, ask).await?;
    Shown::new(&question).agent_performance(found)
}

/// Categories, tags and words of new tickets that rise against the period before
///
/// With how probable so large a rise would be if nothing had changed.
#[utoipa::path(tag = "analytics", params(QuestionParams, SeriesParams, LeastParams), responses(
    (status = 200, description = "The figures; a table or a chart where `format` says so", content(
        (Answered<TrendTotals, Point<TrendPoint>, TrendRow> = "application/json"),
        (String = "text/csv"), (String = "image/svg+xml"),
    )),
))]
#[get("/support/trending-issues")]
async fn trending_issues(
    app: Data<App>,
    caller: SignedIn,
    Asked(trending): Asked<TrendingQuestion>,
) -> Answer {
    let TrendingQuestion { question, least } = trending;
    let ask = question.ask(&app)?;
    let found = desk::trending(&app, &caller, ask, least).await?;
    Shown::new(&question).trending(found)
}

/// Escalations by level, reason, time until then and outcome
#[utoipa::path(tag = "analytics", params(QuestionParams, GroupParams), responses(
    (status = 200, description = "The figures; a table or a chart where `format` says so", content(
        (Answered<EscalationsDto, Point<EscalationsDto>, Row<EscalationsDto>> = "application/json"),
        (String = "text/csv"), (String = "image/svg+xml"),
    )),
))]
#[get("/support/escalation-analysis")]
async fn escalation_analysis(
    app: Data<App>,
    caller: SignedIn,
    Asked(question): Asked<Question>,
) -> Answer {
    let ask = question.ask(&app)?;
    let found = desk::escalations(&app, &caller, ask).await?;
    Shown::new(&question).escalations(found)
}

/// How easy it is for customers to get help
///
/// What they say of it, and what can be seen: contacts, reopens and hand-overs for each resolution.
#[utoipa::path(tag = "analytics", params(QuestionParams, GroupParams), responses(
    (status = 200, description = "The figures; a table or a chart where `format` says so", content(
        (Answered<EffortDto, Point<EffortDto>, Row<EffortDto>> = "application/json"),
        (String = "text/csv"), (String = "image/svg+xml"),
    )),
))]
#[get("/support/customer-effort-score")]
async fn customer_effort_score(
    app: Data<App>,
    caller: SignedIn,
    Asked(question): Asked<Question>,
) -> Answer {
    let ask = question.ask(&app)?;
    let found = desk::customer_effort(&app, &caller, ask).await?;
    Shown::new(&question).effort(found)
}

/// What resolves what: categories with resolution codes, and the commonest ways through the statuses
#[utoipa::path(tag = "analytics", params(QuestionParams, SeriesParams), responses(
    (status = 200, description = "The figures; a table or a chart where `format` says so", content(
        (Answered<PatternTotals, Point<PatternTotals>, PatternRow> = "application/json"),
        (String = "text/csv"), (String = "image/svg+xml"),
    )),
))]
#[get("/support/resolution-patterns")]
async fn resolution_patterns(
    app: Data<App>,
    caller: SignedIn,
    Asked(SeriesQuestion(question)): Asked<SeriesQuestion>,
) -> Answer {
    let ask = question.ask(&app)?;
    let found = desk::resolution_patterns(&app, &caller, ask).await?;
    Shown::new(&question).patterns(found)
}
