//! Parts of charts out of parts of answers.

use jiff::civil::Date;

use super::super::chart::{Bars, Body, Chart, Line, Panel, Unit};
use super::super::dto::{Answered, Row, SpreadDto};
use super::Over;

/// Rows of a chart; more are left out.
const ROWS: usize = 30;

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(super) const fn number(n: u64) -> f64 {
    n as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(super) const fn signed(n: i64) -> f64 {
    n as f64
}

pub(super) fn hours(spread: Option<SpreadDto>, of: impl Fn(SpreadDto) -> f64) -> Option<f64> {
    spread.map(|spread| of(spread) / 3_600.0)
}

pub(super) fn label<T>(row: &Row<T>) -> String {
    match (&row.name, &row.id) {
        (Some(name), _) => name.replace('_', " "),
        (None, Some(id)) => id.clone(),
        (None, None) => match row.by {
            "agent" => "nobody".to_owned(),
            by => format!("no {by}"),
        },
    }
}

pub(super) fn line<T>(name: &'static str, of: &Over<T>, value: impl Fn(&T) -> Option<f64>) -> Line {
    let values = of.series.iter().map(|point| value(&point.figures));
    Line {
        name,
        values: values.collect(),
    }
}

/// `{step}` in the title is what a point stands for.
pub(super) fn panel<T>(title: &str, unit: Unit, of: &Over<T>, lines: Vec<Line>) -> Panel {
    Panel {
        title: title.replace("{step}", of.period.step),
        unit,
        lines,
    }
}

pub(super) fn over_time<T>(of: &Over<T>, title: &str, panels: Vec<Panel>) -> Chart {
    let starts = of.series.iter().map(|point| point.from.as_str());
    let parts = named(starts.collect(), of.period.step);
    chart(of, title, Body::Panels { parts, panels })
}

/// Parts by the days on which they begin: `23 Oct`, with the year where that is not the same for all, and months without a day.
fn named(starts: Vec<&str>, step: &str) -> Vec<String> {
    let year = |day: &str| day.split('-').next().map(str::to_owned);
    let is_one_year = starts.windows(2).all(|pair| year(pair[0]) == year(pair[1]));
    let shape = match step {
        "month" => "%b %Y",
        _ if is_one_year => "%-d %b",
        _ => "%-d %b %Y",
    };
    let name = |start: &str| match start.parse::<Date>() {
        Ok(day) => day.strftime(shape).to_string(),
        Err(_) => start.to_owned(),
    };
    starts.into_iter().map(name).collect()
}

/// Bars, where the question was for groups.
pub(super) fn grouped<T>(
    of: &Over<T>,
    title: &str,
    unit: Unit,
    names: &[&'static str],
    values: impl Fn(&T) -> Vec<Option<f64>>,
) -> Option<Body> {
    let rows = of.breakdown.iter();
    let rows: Vec<_> = rows.map(|row| (label(row), values(&row.figures))).collect();
    (!rows.is_empty()).then(|| Body::Bars(vec![bars(title, unit, names, rows)]))
}

pub(super) fn bars(
    title: &str,
    unit: Unit,
    names: &[&'static str],
    mut rows: Vec<(String, Vec<Option<f64>>)>,
) -> Bars {
    if names.len() == 1 {
        // By what is shown, which need not be what groups are weighed by.
        let shown = |row: &(String, Vec<Option<f64>>)| row.1[0].unwrap_or(f64::NEG_INFINITY);
        rows.sort_by(|a, b| shown(b).total_cmp(&shown(a)));
    }
    let left_out = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    Bars {
        title: title.to_owned(),
        unit,
        names: names.to_vec(),
        rows,
        left_out,
    }
}

pub(super) fn chart<T, S, B>(of: &Answered<T, S, B>, title: &str, mut body: Body) -> Chart {
    if let Body::Bars(blocks) = &mut body {
        let cut = of.breakdown_total.saturating_sub(of.breakdown.len());
        for bars in blocks {
            bars.left_out += cut;
        }
    }
    let filters = &of.filters;
    let mut subtitle = format!(
        "{} to {}, {}",
        of.period.from, of.period.to, of.period.timezone
    );
    let narrowed = [
        (filters.agent.len(), "agent", "agents"),
        (filters.team.len(), "team", "teams"),
        (filters.customer.len(), "customer", "customers"),
    ];
    let words = filters.category.iter().chain(&filters.priority);
    for word in words {
        subtitle.push_str(" · ");
        subtitle.push_str(&word.replace('_', " "));
    }
    for (n, one, many) in narrowed.into_iter().filter(|(n, ..)| *n > 0) {
        let noun = if n == 1 { one } else { many };
        subtitle = format!("{subtitle} · {n} {noun}");
    }
    if !of.is_complete {
        subtitle.push_str(" · not complete yet");
    }
    Chart {
        title: title.to_owned(),
        subtitle,
        body,
    }
}
