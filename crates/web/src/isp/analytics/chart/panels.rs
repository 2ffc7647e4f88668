//! Lines over time, one panel below the other.

use plotters::backend::SVGBackend;
use plotters::drawing::IntoDrawingArea as _;
use plotters::element::{Circle, PathElement, Text};
use plotters::style::Color as _;
use plotters::style::text_anchor::{HPos, VPos};

use super::paper::{
    Area, FAINT, GRID, HEAD, INK, WIDTH, Wrong, begin, bold, key, nothing, style, width,
};
use super::{COLOURS, Chart, Line, Panel, Unit};

/// Height of a panel, with its title and the names of its parts.
const PANEL: u32 = 236;
const ABOVE: i32 = 38;
const BELOW: i32 = 40;
const LEFT: i32 = 84;
const RIGHT: i32 = 28;
/// More parts than these have no dot each.
const DOTS: usize = 62;

/// Draws it.
pub(super) fn draw(chart: &Chart, parts: &[String], panels: &[Panel]) -> Result<String, Wrong> {
    let mut svg = String::new();
    let height = HEAD + PANEL * u32::try_from(panels.len())? + 8;
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        begin(&area, &chart.title, &chart.subtitle)?;
        for (place, panel) in panels.iter().enumerate() {
            let top = HEAD + PANEL * u32::try_from(place)?;
            let below = area.clone().shrink((0, top), (WIDTH, PANEL));
            draw_panel(&below, parts, panel)?;
        }
        area.present()?;
    }
    Ok(svg)
}

/// Where values lie on the paper.
struct Scale {
    low: f64,
    high: f64,
    parts: usize,
}

impl Scale {
    /// The middle of a part: parts share the width evenly.
    fn x(&self, part: usize) -> i32 {
        let inside = f64::from(i32::try_from(WIDTH).unwrap_or(0) - LEFT - RIGHT);
        let place = (count(part) + 0.5) / count(self.parts.max(1));
        LEFT + rounded(inside * place)
    }

    fn y(&self, value: f64) -> i32 {
        let inside = f64::from(i32::try_from(PANEL).unwrap_or(0) - ABOVE - BELOW);
        let place = (value - self.low) / (self.high - self.low);
        ABOVE + rounded(inside * (1.0 - place.clamp(0.0, 1.0)))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand parts at most")]
const fn count(parts: usize) -> f64 {
    parts as f64
}

#[expect(clippy::cast_possible_truncation, reason = "a place on the paper")]
fn rounded(place: f64) -> i32 {
    place.round() as i32
}

fn draw_panel(area: &Area<'_>, parts: &[String], panel: &Panel) -> Result<(), Wrong> {
    let values = panel.lines.iter().flat_map(|line| &line.values);
    let most = values.flatten().copied().fold(0.0, f64::max);
    let (low, high, step) = panel.unit.axis(most);
    let scale = Scale {
        low,
        high,
        parts: parts.len(),
    };
    let title = bold(14, INK, (HPos::Left, VPos::Center));
    area.draw(&Text::new(panel.title.clone(), (24, 16), title))?;
    let right = i32::try_from(WIDTH)? - RIGHT;
    let names: Vec<&str> = panel.lines.iter().map(|line| line.name).collect();
    key(area, &names, right, 16, true)?;
    draw_grid(area, &scale, panel.unit, (most, step))?;
    draw_parts(area, &scale, parts)?;
    let is_empty = panel.lines.iter().all(|line| {
        let mut values = line.values.iter().flatten();
        values.all(|value| *value <= 0.0)
    });
    if is_empty {
        let middle = LEFT.midpoint(right);
        return nothing(area, (middle, scale.y(f64::midpoint(low, high))));
    }
    for (line, colour) in panel.lines.iter().zip(COLOURS) {
        draw_line(area, &scale, line, colour)?;
    }
    if parts.len() == 1 {
        draw_values(area, &scale, panel)?;
    }
    Ok(())
}

/// What the dots of a single part stand for, beside them, one below the other.
fn draw_values(area: &Area<'_>, scale: &Scale, panel: &Panel) -> Result<(), Wrong> {
    const LINE: i32 = 15;
    let lines = panel.lines.iter().zip(COLOURS);
    let mut values: Vec<_> = lines
        .filter_map(|(line, colour)| Some((*line.values.first()?.as_ref()?, colour)))
        .collect();
    values.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let lowest = i32::try_from(PANEL)? - BELOW - 8;
    let mut free = ABOVE - LINE;
    for (place, (value, colour)) in (1_i32..).zip(&values) {
        // Those that follow need their lines as well.
        let rest = i32::try_from(values.len())? - place;
        let y = scale.y(*value).min(lowest - rest * LINE).max(free + LINE);
        free = y;
        let beside = bold(13, *colour, (HPos::Left, VPos::Center));
        let at = (scale.x(0) + 12, y);
        area.draw(&Text::new(panel.unit.text(*value), at, beside))?;
    }
    Ok(())
}

fn draw_grid(
    area: &Area<'_>,
    scale: &Scale,
    unit: Unit,
    (most, step): (f64, f64),
) -> Result<(), Wrong> {
    let right = i32::try_from(WIDTH)? - RIGHT;
    let mut value = scale.low;
    while value <= scale.high + step / 2.0 {
        let y = scale.y(value);
        let ink = if value <= scale.low { FAINT } else { GRID };
        area.draw(&PathElement::new(
            [(LEFT, y), (right, y)],
            ink.stroke_width(1),
        ))?;
        let before = style(12, FAINT, (HPos::Right, VPos::Center));
        area.draw(&Text::new(unit.tick(value, most), (LEFT - 8, y), before))?;
        value += step;
    }
    Ok(())
}

/// The names of as many parts as have room.
fn draw_parts(area: &Area<'_>, scale: &Scale, parts: &[String]) -> Result<(), Wrong> {
    let y = i32::try_from(PANEL)? - BELOW;
    let widest = parts.iter().map(|part| width(part, 12)).max().unwrap_or(0) + 18;
    let room = i32::try_from(WIDTH)? - LEFT - RIGHT;
    let fit = usize::try_from((room / widest.max(1)).max(1))?;
    let every = parts.len().div_ceil(fit).max(1);
    for (place, part) in parts.iter().enumerate().step_by(every) {
        let x = scale.x(place);
        area.draw(&PathElement::new(
            [(x, y), (x, y + 5)],
            FAINT.stroke_width(1),
        ))?;
        let half = width(part, 12) / 2;
        // The outermost ones stay on the paper.
        let x = x.clamp(half + 4, i32::try_from(WIDTH)? - half - 4);
        let under = style(12, FAINT, (HPos::Center, VPos::Top));
        area.draw(&Text::new(part.clone(), (x, y + 9), under))?;
    }
    Ok(())
}

/// A line, broken where there is no value; a value between two gaps is a dot.
fn draw_line(
    area: &Area<'_>,
    scale: &Scale,
    line: &Line,
    colour: plotters::style::RGBColor,
) -> Result<(), Wrong> {
    let mut run: Vec<(i32, i32)> = Vec::new();
    let places = line.values.iter().enumerate();
    let dots = line.values.len() <= DOTS;
    for (place, value) in places.chain([(line.values.len(), &None)]) {
        if let Some(value) = value {
            run.push((scale.x(place), scale.y(*value)));
            continue;
        }
        if dots || run.len() == 1 {
            for dot in &run {
                area.draw(&Circle::new(*dot, 3, colour.filled()))?;
            }
        }
        if run.len() > 1 {
            // Many parts lie close together.
            let stroke = if line.values.len() > 2 * DOTS { 1 } else { 2 };
            let path = PathElement::new(std::mem::take(&mut run), colour.stroke_width(stroke));
            area.draw(&path)?;
        }
        run.clear();
    }
    Ok(())
}
