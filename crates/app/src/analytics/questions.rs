//! The questions, each with the facts that it needs.

use std::collections::HashMap;

use linedesk_domain::access::Operation;
use linedesk_domain::ids::TemplateId;
use linedesk_domain::metrics::figures::{
    AgentFigures, EscalationFigures, FirstContact, Ordered, PathFigures, Pattern, PatternFigures,
    Patterns, Performance, RatingFigures, ResponseTimes, Work,
};
use linedesk_domain::metrics::trend::{Topics, Trend, Twice};
use linedesk_domain::metrics::{Dimension, Part, Period};

use super::reading::{Wanted, read};
use super::report::{Ask, Report, Standing, report};
use crate::{App, Caller, Error};

/// What is needed to tell how agents do.
pub const AGENT_PARTS: [Part; 4] = [Part::Resolutions, Part::Responses, Part::Sla, Part::Ratings];

/// Work that came and went, the backlog, and promises kept.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`]; so do all of these.
pub async fn performance(
    app: &App,
    caller: &Caller,
    ask: Ask,
) -> Result<Report<Performance>, Error> {
    let mut found: Report<Performance> =
        report(app, caller, ask, &[Part::Flow, Part::Sla], true).await?;
    // Each part begins with the backlog that the one before left.
    let mut backlog = found.totals.opening;
    for part in &mut found.series {
        part.figures.opening = backlog;
        backlog = part.figures.backlog();
    }
    Ok(found)
}

/// How long first responses and resolutions took.
///
/// # Errors
/// As [`performance`].
pub async fn response_times(
    app: &App,
    caller: &Caller,
    ask: Ask,
) -> Result<Report<ResponseTimes>, Error> {
    report(
        app,
        caller,
        ask,
        &[Part::Responses, Part::Resolutions],
        false,
    )
    .await
}

/// For how many the first contact was enough.
///
/// # Errors
/// As [`performance`].
pub async fn first_contact(
    app: &App,
    caller: &Caller,
    ask: Ask,
) -> Result<Report<FirstContact>, Error> {
    report(app, caller, ask, &[Part::Resolutions], false).await
}

/// What customers think of resolutions.
///
/// # Errors
/// As [`performance`].
pub async fn satisfaction(
    app: &App,
    caller: &Caller,
    ask: Ask,
) -> Result<Report<RatingFigures>, Error> {
    report(app, caller, ask, &[Part::Ratings, Part::Resolutions], false).await
}

/// How hard it was for customers.
///
/// # Errors
/// As [`performance`].
pub async fn customer_effort(app: &App, caller: &Caller, ask: Ask) -> Result<Report<Work>, Error> {
    report(app, caller, ask, &[Part::Ratings, Part::Resolutions], false).await
}

/// What each agent got done.
///
/// # Errors
/// As [`performance`].
pub async fn agent_performance(
    app: &App,
    caller: &Caller,
    ask: Ask,
) -> Result<Report<AgentFigures>, Error> {
    let ask = Ask {
        by: ask.by.or(Some(Dimension::Agent)),
        ..ask
    };
    report(app, caller, ask, &AGENT_PARTS, false).await
}

/// Escalations.
///
/// # Errors
/// As [`performance`].
pub async fn escalations(
    app: &App,
    caller: &Caller,
    ask: Ask,
) -> Result<Report<EscalationFigures>, Error> {
    report(app, caller, ask, &[Part::Escalations], false).await
}

/// What rises.
#[derive(Debug)]
pub struct Trending {
    /// The answer about all new tickets; its figures are how many.
    pub report: Report<Twice>,
    /// Its growth of tickets a day, as a share of those before.
    pub rise: Option<f64>,
    /// The period before, as far as the desk was there; `None` where it was not.
    pub before: Option<Period>,
    /// What rose, the surest first; nothing where there is nothing before.
    pub rising: Vec<Trend>,
}

/// What rises against the period before, among what has at least `least` new tickets. Days before the desk's first whole one
/// are not compared with: that there were no tickets then says nothing.
///
/// # Errors
/// As [`performance`], and [`Error::Invalid`] where there is no time before.
pub async fn trending(app: &App, caller: &Caller, ask: Ask, least: u64) -> Result<Trending, Error> {
    caller.may(Operation::ReadAnalytics)?;
    let standing = Standing::of(app).await?;
    let Ask { period, filter, .. } = ask;
    let (first, _) = app.analytics.span().await?;
    let first = first.and_then(|day| Period::first_after(day, period.zone()));
    let before = period
        .before(first.unwrap_or(period.from()))
        .map_err(|error| Error::invalid("from", "out_of_range", error.to_string()))?;
    let topics = Topics::new(period.clone(), before.clone(), filter);
    let wanted = Wanted {
        from: before.as_ref().unwrap_or(&period).begins(),
        ..Wanted::of(&period, &[Part::Terms])
    };
    let take = |topics: &mut Topics, blob: &[u8], _: &[Part]| topics.read(blob);
    let topics = read(app, caller, wanted, topics, take).await?;
    let (rise, rising) = (topics.rise(topics.tickets), topics.rising(least));
    let series = period.parts().zip(&topics.series);
    let series = series.map(|((from, to), now)| super::Part {
        from,
        to,
        figures: Twice {
            now: *now,
            before: 0,
        },
    });
    let series = series.collect();
    Ok(Trending {
        report: Report {
            period,
            as_of: standing.as_of,
            is_complete: standing.is_complete,
            totals: topics.tickets,
            series,
            groups: Vec::new(),
            all_groups: 0,
        },
        rise,
        before,
        rising,
    })
}

/// What resolves what.
#[derive(Debug)]
pub struct Patterned {
    /// The answer about all resolutions.
    pub report: Report<FirstContact>,
    /// Categories with codes and canned answers, the commonest first.
    pub patterns: Ordered<Pattern, PatternFigures>,
    /// The names of canned answers, but for those that are there no more.
    pub templates: HashMap<TemplateId, String>,
    /// Ways through the statuses, the commonest first.
    pub paths: Ordered<String, PathFigures>,
}

/// What resolves what: categories with codes and canned answers, ways through the statuses.
///
/// # Errors
/// As [`performance`].
pub async fn resolution_patterns(app: &App, caller: &Caller, ask: Ask) -> Result<Patterned, Error> {
    let found: Report<FirstContact> =
        report(app, caller, ask.clone(), &[Part::Resolutions], false).await?;
    let (period, filter) = (ask.period.clone(), ask.filter);
    let wanted = Wanted::of(&ask.period, &[Part::Resolutions]);
    let take = move |patterns: &mut Patterns, blob: &[u8], _: &[Part]| {
        patterns.read(blob, &period, &filter)
    };
    let patterns = read(app, caller, wanted, Patterns::default(), take).await?;
    let (patterns, paths) = patterns.into_ordered();
    let mut templates = HashMap::new();
    if patterns
        .iter()
        .any(|(pattern, _)| pattern.template.is_some())
    {
        let all = app.knowledge.templates().await?.into_iter();
        templates.extend(all.map(|one| (one.id, one.name.as_str().to_owned())));
    }
    Ok(Patterned {
        report: found,
        patterns,
        templates,
        paths,
    })
}
