//! Bars beside names, the largest first.

use plotters::backend::SVGBackend;
use plotters::drawing::IntoDrawingArea as _;
use plotters::element::{PathElement, Rectangle, Text};
use plotters::style::Color as _;
use plotters::style::text_anchor::{HPos, VPos};

use super::paper::{
    Area, FAINT, GRID, HEAD, INK, WIDTH, Wrong, begin, bold, fitted, key, nothing, style, width,
};
use super::{Bars, COLOURS, Chart};

/// Room for names, at least and at most.
const NAMES: (i32, i32) = (120, 440);
/// Room for values beside the longest bar.
const VALUES: i32 = 96;
const BAR: i32 = 14;
/// Between rows.
const GAP: i32 = 10;
/// The title of the values, and the key.
const ABOVE: i32 = 44;
const BELOW: i32 = 36;

/// Draws it.
pub(super) fn draw(chart: &Chart, blocks: &[Bars]) -> Result<String, Wrong> {
    let mut svg = String::new();
    let heights = blocks.iter().map(height).collect::<Result<Vec<_>, _>>()?;
    let all = HEAD + heights.iter().sum::<u32>();
    // Names have one margin, and their letters may be wider than they are taken to be.
    let names = blocks.iter().flat_map(|block| &block.rows);
    let widest = names.map(|(name, _)| width(name, 13)).max();
    let left = 40 + (widest.unwrap_or(0) * 6 / 5).clamp(NAMES.0, NAMES.1);
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH, all)).into_drawing_area();
        begin(&area, &chart.title, &chart.subtitle)?;
        let mut top = HEAD;
        for (block, height) in blocks.iter().zip(heights) {
            let below = area.clone().shrink((0, top), (WIDTH, height));
            draw_block(&below, block, left, i32::try_from(height)?)?;
            top += height;
        }
        area.present()?;
    }
    Ok(svg)
}

/// Of a row, with the space below it.
fn each(bars: &Bars) -> Result<i32, Wrong> {
    Ok(BAR * i32::try_from(bars.names.len().max(1))? + GAP)
}

fn height(bars: &Bars) -> Result<u32, Wrong> {
    let rows = i32::try_from(bars.rows.len().max(3))?;
    Ok(u32::try_from(ABOVE + rows * each(bars)? + BELOW)?)
}

fn draw_block(area: &Area<'_>, bars: &Bars, left: i32, height: i32) -> Result<(), Wrong> {
    let right = i32::try_from(WIDTH)? - 24;
    let title = bold(14, INK, (HPos::Left, VPos::Center));
    area.draw(&Text::new(bars.title.clone(), (24, 16), title))?;
    key(area, &bars.names, right, 16, false)?;

    let values = bars.rows.iter().flat_map(|(_, values)| values);
    let most = values.copied().flatten().fold(0.0, f64::max);
    let (low, high, step) = bars.unit.axis(most);
    let room = f64::from(right - VALUES - left);
    let x = |value: f64| left + rounded(room * (value - low).max(0.0) / (high - low));
    let (top, bottom) = (ABOVE - 6, height - BELOW);
    let mut line = low;
    while line <= high + step / 2.0 {
        let ink = if line <= low { FAINT } else { GRID };
        let path = [(x(line), top), (x(line), bottom)];
        area.draw(&PathElement::new(path, ink.stroke_width(1)))?;
        let under = style(12, FAINT, (HPos::Center, VPos::Top));
        let text = bars.unit.tick(line, most);
        area.draw(&Text::new(text, (x(line), bottom + 6), under))?;
        line += step;
    }
    let each = each(bars)?;
    for (place, row) in (0_i32..).zip(&bars.rows) {
        draw_row(area, bars, row, (left, ABOVE + place * each), x)?;
    }
    if bars.rows.is_empty() {
        nothing(area, (left.midpoint(right), top.midpoint(bottom)))?;
    }
    if bars.left_out > 0 {
        let more = format!("and {} more", bars.left_out);
        let before = style(12, FAINT, (HPos::Right, VPos::Top));
        area.draw(&Text::new(more, (left - 10, bottom + 6), before))?;
    }
    Ok(())
}

fn draw_row(
    area: &Area<'_>,
    bars: &Bars,
    (name, values): &(String, Vec<Option<f64>>),
    (left, y): (i32, i32),
    x: impl Fn(f64) -> i32,
) -> Result<(), Wrong> {
    let middle = y + (each(bars)? - GAP) / 2;
    let before = style(13, INK, (HPos::Right, VPos::Center));
    let name = fitted(name, 13, left - 40);
    area.draw(&Text::new(name, (left - 10, middle), before))?;
    for (bar, (value, colour)) in (0_i32..).zip(values.iter().zip(COLOURS)) {
        let y = y + bar * BAR;
        let (end, text, ink) = match value {
            Some(value) => (x(*value), bars.unit.text(*value), INK),
            None => (left, "–".to_owned(), FAINT),
        };
        if value.is_some_and(|value| value > 0.0) {
            let corners = [(left, y + 1), (end.max(left + 1), y + BAR - 1)];
            area.draw(&Rectangle::new(corners, colour.filled()))?;
        }
        let behind = style(12, ink, (HPos::Left, VPos::Center));
        area.draw(&Text::new(text, (end + 6, y + BAR / 2), behind))?;
    }
    Ok(())
}

#[expect(clippy::cast_possible_truncation, reason = "a place on the paper")]
fn rounded(place: f64) -> i32 {
    place.round() as i32
}
