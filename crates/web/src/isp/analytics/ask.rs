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
/// The most groups in an answer that people or charts read.
const MOST_GROUPS: usize = 200;
/// The most groups in a table.
const MOST_ROWS: usize = 10_000;
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

/// A question whose groups cannot be chosen.
#[derive(Debug, Clone)]
pub struct SeriesQuestion(pub Question);

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

impl FromQuery for SeriesQuestion {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let question = Question::read(query)?;
        if question.by.is_some() {
            let message = "must be day, week or month: what this answer is grouped by is fixed";
            query.faults.push("group_by", "not_allowed", message);
        }
        Some(Self(question))
    }
}

impl FromQuery for TrendingQuestion {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let least = query.number("min_count", 1, 1_000_000).unwrap_or(LEAST);
        let SeriesQuestion(question) = SeriesQuestion::read(query)?;
        Some(Self { question, least })
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
    /// The same, by that unless by something else, where it is answered by a table or a chart: those are of one kind of group.
    pub fn of_one_kind(&self, by: Dimension) -> Self {
        let of_many = self.format == Format::Json;
        Self {
            by: self.by.or((!of_many).then_some(by)),
            ..self.clone()
        }
    }

    /// The most groups that are answered.
    pub const fn most(&self) -> usize {
        match self.format {
            Format::Csv => MOST_ROWS,
            Format::Json | Format::Svg => MOST_GROUPS,
        }
    }

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
            match error {
                PeriodError::EndsBefore if self.to.is_none() => {
                    Error::invalid(field, "in_future", "must not be in future")
                }
                PeriodError::EndsBefore => Error::invalid(field, "backwards", error.to_string()),
                error => Error::invalid(field, "out_of_range", error.to_string()),
            }
        };
        // Days first, to know which parts fit.
        let days = Period::new(from, to, self.zone.clone(), Step::Month).map_err(wrong)?;
        let step = self.step.unwrap_or_else(|| Step::fitting(days.days()));
        Ok(Ask {
            period: Period::new(from, to, self.zone.clone(), step).map_err(wrong)?,
            filter: self.filter.clone(),
            by: self.by,
            most: self.most(),
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
    /// `json`, `csv` (a table) or `svg` (a chart).
    #[param(default = "json")]
    format: Option<String>,
}

/// By what a question is answered.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `Question` reads")]
pub struct GroupParams {
    /// What the series has a point for (`day`, `week` or `month`), and what the breakdown is by (`agent`, `team`,
    /// `category`, `priority` or `customer`); both, separated by a comma.
    group_by: Option<String>,
}

/// By what a question is answered that has groups of its own.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `SeriesQuestion` reads")]
pub struct SeriesParams {
    /// What the series has a point for: `day`, `week` or `month`.
    group_by: Option<String>,
}

/// What is too rare to be told of.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `TrendingQuestion` reads")]
pub struct LeastParams {
    /// Leave out what has fewer new tickets than that.
    #[param(minimum = 1, maximum = 1_000_000, default = 5)]
    min_count: Option<u64>,
}
