//! Charts as SVG: what there is to draw, and how it looks.

mod bars;
mod panels;
mod paper;

use actix_web::http::StatusCode;
use plotters::style::RGBColor;

use crate::failure::Failure;

/// A chart.
#[derive(Debug, Clone)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// Of which time and which tickets.
    pub subtitle: String,
    /// The drawing.
    pub body: Body,
}

/// What is drawn.
#[derive(Debug, Clone)]
pub enum Body {
    /// Lines over time, one panel below the other.
    Panels {
        /// What the parts of the period are called.
        parts: Vec<String>,
        /// The panels.
        panels: Vec<Panel>,
    },
    /// Bars beside names, one block below the other.
    Bars(Vec<Bars>),
}

/// Lines over time.
#[derive(Debug, Clone)]
pub struct Panel {
    /// What it shows, with its unit.
    pub title: String,
    /// How its values are written.
    pub unit: Unit,
    /// The lines.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its name.
    pub name: &'static str,
    /// A value for each part; `None` where there is none.
    pub values: Vec<Option<f64>>,
}

/// Bars beside names.
#[derive(Debug, Clone)]
pub struct Bars {
    /// What the values are, with their unit.
    pub title: String,
    /// How they are written.
    pub unit: Unit,
    /// What the bars of a row are.
    pub names: Vec<&'static str>,
    /// Names with a value for each bar; `None` where there is none.
    pub rows: Vec<(String, Vec<Option<f64>>)>,
    /// How many more there are.
    pub left_out: usize,
}

/// How values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Whole things.
    Count,
    /// A share, from 0 to 1, as percent.
    Share,
    /// Times in hours; written in minutes, hours or days, whatever is short.
    Hours,
    /// A score or a ratio, from a lowest to a highest value.
    Score(u8, u8),
    /// A ratio without an upper bound.
    Ratio,
}

/// One colour for each line, far apart also for people who see few colours (after Okabe and Ito).
const COLOURS: [RGBColor; 5] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
];

/// The chart as SVG.
///
/// # Errors
/// When the library cannot draw it, which is a bug.
pub fn draw(chart: &Chart) -> Result<String, Failure> {
    let drawn = match &chart.body {
        Body::Panels { parts, panels } => panels::draw(chart, parts, panels),
        Body::Bars(of) => bars::draw(chart, of),
    };
    drawn.map_err(|error| {
        tracing::error!(%error, "a chart could not be drawn");
        Failure::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "bug",
            "the chart could not be drawn",
        )
    })
}

impl Unit {
    /// A value as text.
    fn text(self, value: f64) -> String {
        match self {
            Self::Count => grouped(value),
            Self::Share => format!("{} %", trimmed(value * 100.0, 1)),
            Self::Hours => Time::fitting(value).text(value),
            Self::Score(..) | Self::Ratio => trimmed(value, 2),
        }
    }

    /// A value on an axis that has to hold up to `most`, as text: all of them in one unit.
    fn tick(self, value: f64, most: f64) -> String {
        match self {
            Self::Hours => Time::fitting(most).text(value),
            Self::Count | Self::Share | Self::Score(..) | Self::Ratio => self.text(value),
        }
    }

    /// The lowest and the highest value of an axis that has to hold up to `most`, and how far its lines lie apart.
    fn axis(self, most: f64) -> (f64, f64, f64) {
        match self {
            Self::Share => (0.0, 1.0, 0.25),
            Self::Score(low, high) => (f64::from(low), f64::from(high), 1.0),
            Self::Count => {
                let step = round_step(most.max(1.0) / 4.0).max(1.0);
                (0.0, (most.max(1.0) / step).ceil() * step, step)
            }
            Self::Hours | Self::Ratio => {
                let unit = match self {
                    Self::Hours => Time::fitting(most).hours,
                    _ => 1.0,
                };
                let most = if most > 0.0 { most / unit } else { 1.0 };
                let step = round_step(most / 4.0);
                (0.0, (most / step).ceil() * step * unit, step * unit)
            }
        }
    }
}

/// A unit of time.
struct Time {
    /// How long it is.
    hours: f64,
    name: &'static str,
}

impl Time {
    /// The unit that so many hours are told in.
    fn fitting(hours: f64) -> Self {
        let (hours, name) = match hours {
            hours if hours > 0.0 && hours < 2.0 => (1.0 / 60.0, "min"),
            hours if hours < 96.0 => (1.0, "h"),
            _ => (24.0, "days"),
        };
        Self { hours, name }
    }

    fn text(&self, hours: f64) -> String {
        let value = hours / self.hours;
        let value = if value < 100.0 {
            trimmed(value, 1)
        } else {
            grouped(value)
        };
        format!("{value} {}", self.name)
    }
}

/// 1, 2 or 5 times a power of ten, not below `step`.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let times = step / power;
    let round = match times {
        t if t <= 1.0 + 1e-9 => 1.0,
        t if t <= 2.0 + 1e-9 => 2.0,
        t if t <= 5.0 + 1e-9 => 5.0,
        _ => 10.0,
    };
    round * power
}

/// A whole number in groups of three digits.
fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value <= -0.5 {
        format!("-{text}")
    } else {
        text
    }
}

/// With so many decimals at most.
fn trimmed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        let text = text.trim_end_matches('0').trim_end_matches('.');
        text.to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests;
