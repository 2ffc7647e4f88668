//! What is asked for: parameters, inward.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use linedesk_app::analytics::Ask;
use linedesk_app::{App, Error};
use linedesk_domain::ids::{TeamId, UserId};
use linedesk_domain::metrics::period::PeriodError;
use linedesk_domain::metrics::{Dimension, Filter, Period, Step};
use utoipa::IntoParams;

use crate::extract::faults::Wrong;
use crate::extract::parse;
use crate::extract::query::{FromQuery, QueryReader};
use crate::isp::convert::list::zone;
use crate::isp::schema;

/// Days that are looked at unless the client says otherwise.
const DAYS: i64 = 30;
/// New tickets that something has at least, to be told of as rising, unless the client says otherwise.
const LEAST: u64 = 5;

/// How the answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// All of it.
    Json,
    /// A table.
    Csv,
    /// A chart.
    Svg,
}

/// A question as a client asks it.
#[derive(Debug, Clone)]
pub struct Question {
    from: Option<Date>,
    to: Option<Date>,
    zone: TimeZone,
    /// Of which tickets.
    pub filter: Filter,
    step: Option<Step>,
    /// Grouped by what.
    pub by: Option<Dimension>,
    /// How the answer is written.
    pub format: Format,
}

/// A question about what rises.
#[derive(Debug, Clone)]
pub struct TrendingQuestion {
    /// The question.
    pub question: Question,
    /// New tickets that something has at least.
    pub least: u64,
}

impl FromQuery for Question {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let (step, by) = group_by(query);
        Some(Self {
            from: query.one("from", parse::date),
            to: query.one("to", parse::date),
            zone: query.one("timezone", zone).unwrap_or(TimeZone::UTC),
            filter: Filter {
                customers: query.several("customer", parse::id),
                categories: query.several("category", parse::word),
                priorities: query.several("priority", parse::word),
                teams: query.several("team", |text| id_or_none::<TeamId>(&text)),
                agents: query.several("agent", |text| id_or_none::<UserId>(&text)),
            },
            step,
            by,
            format: query
                .one("format", |text| format(&text))
                .unwrap_or(Format::Json),
        })
    }
}

impl FromQuery for TrendingQuestion {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let least = query.number("min_count", 1, 1_000_000).unwrap_or(LEAST);
        Some(Self {
            question: Question::read(query)?,
            least,
        })
    }
}

/// One part of time and one group at most.
fn group_by(query: &mut QueryReader) -> (Option<Step>, Option<Dimension>) {
    #[derive(Clone, Copy)]
    enum Named {
        Step(Step),
        By(Dimension),
    }
    let named = query.several("group_by", |text| {
        let step = Step::ALL.into_iter().find(|step| step.name() == text);
        let by = Dimension::ALL.into_iter().find(|by| by.name() == text);
        let found = step.map(Named::Step).or(by.map(Named::By));
        let names = "must be day, week or month, or agent, team, category, priority or customer";
        found.ok_or_else(|| ("unknown_value", names.to_owned()))
    });
    let steps = named.iter().filter_map(|one| match one {
        Named::Step(step) => Some(*step),
        Named::By(_) => None,
    });
    let groups = named.iter().filter_map(|one| match one {
        Named::By(by) => Some(*by),
        Named::Step(_) => None,
    });
    let (steps, groups): (Vec<_>, Vec<_>) = (steps.collect(), groups.collect());
    if steps.len() > 1 || groups.len() > 1 {
        let message = "takes one of day, week and month, and one of the others, at most";
        query.faults.push("group_by", "contradiction", message);
    }
    (steps.first().copied(), groups.first().copied())
}

fn id_or_none<T: crate::extract::path::InPath>(text: &str) -> Result<Option<T>, Wrong> {
    match text {
        "none" => Ok(None),
        text => parse::id(text).map(Some),
    }
}

fn format(text: &str) -> Result<Format, Wrong> {
    match text {
        "json" => Ok(Format::Json),
        "csv" => Ok(Format::Csv),
        "svg" => Ok(Format::Svg),
        _ => Err(("unknown_value", "must be json, csv or svg".to_owned())),
    }
}

impl Question {
    /// The question, with what was left out.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the days are no period.
    pub fn ask(&self, app: &App) -> Result<Ask, Error> {
        let today = app.clock.now().to_zoned(self.zone.clone()).date();
        let to = self.to.unwrap_or(today);
        let from = self
            .from
            .unwrap_or_else(|| to.checked_sub((DAYS - 1).days()).unwrap_or(to));
        let wrong = |error: PeriodError| {
            let field = if self.to.is_some() { "to" } else { "from" };
            let message = match error {
                PeriodError::EndsBefore if self.to.is_none() => "must not be to come".to_owned(),
                error => error.to_string(),
            };
            Error::invalid(field, "out_of_range", message)
        };
        // Days first, to know which parts fit.
        let days = Period::new(from, to, self.zone.clone(), Step::Month).map_err(wrong)?;
        let step = self.step.unwrap_or_else(|| Step::fitting(days.days()));
        Ok(Ask {
            period: Period::new(from, to, self.zone.clone(), step).map_err(wrong)?,
            filter: self.filter.clone(),
            by: self.by,
        })
    }
}

/// What every question takes.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `Question` reads")]
pub struct QuestionParams {
    /// The first day; 30 days up to `to` if left out.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<String>,
    /// The last day; today if left out.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<String>,
    /// The time zone whose days these are, by its IANA name.
    #[param(default = "UTC")]
    timezone: Option<String>,
    /// Agents by id, separated by commas; `none` for nobody's.
    agent: Option<String>,
    /// Teams by id, separated by commas; `none` for no team's.
    team: Option<String>,
    /// Categories, separated by commas.
    #[param(value_type = Option<Vec<schema::CategoryName>>, style = Form, explode = false)]
    category: Option<String>,
    /// Priorities, separated by commas.
    #[param(value_type = Option<Vec<schema::PriorityName>>, style = Form, explode = false)]
    priority: Option<String>,
    /// Customers by id, separated by commas.
    customer: Option<String>,
    /// What the series has a point for (`day`, `week` or `month`), and what the breakdown is by (`agent`, `team`,
    /// `category`, `priority` or `customer`); both, separated by a comma.
    group_by: Option<String>,
    /// `json`, `csv` (a table) or `svg` (a chart).
    #[param(default = "json")]
    format: Option<String>,
}

/// The same, for what rises.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `TrendingQuestion` reads")]
pub struct TrendingParams {
    /// The first day; 30 days up to `to` if left out.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<String>,
    /// The last day; today if left out.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<String>,
    /// The time zone whose days these are, by its IANA name.
    #[param(default = "UTC")]
    timezone: Option<String>,
    /// Agents by id, separated by commas; `none` for nobody's.
    agent: Option<String>,
    /// Teams by id, separated by commas; `none` for no team's.
    team: Option<String>,
    /// Categories, separated by commas.
    #[param(value_type = Option<Vec<schema::CategoryName>>, style = Form, explode = false)]
    category: Option<String>,
    /// Priorities, separated by commas.
    #[param(value_type = Option<Vec<schema::PriorityName>>, style = Form, explode = false)]
    priority: Option<String>,
    /// Customers by id, separated by commas.
    customer: Option<String>,
    /// What the series has a point for: `day`, `week` or `month`.
    group_by: Option<String>,
    /// `json`, `csv` (a table) or `svg` (a chart).
    #[param(default = "json")]
    format: Option<String>,
    /// Leave out what has fewer new tickets than that.
    #[param(minimum = 1, maximum = 1_000_000, default = 5)]
    min_count: Option<u64>,
}
