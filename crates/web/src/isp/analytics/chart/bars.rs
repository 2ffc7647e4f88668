//! Bars beside names, the largest first.

use plotters::backend::SVGBackend;
use plotters::drawing::IntoDrawingArea as _;
use plotters::element::{PathElement, Rectangle, Text};
use plotters::style::Color as _;
use plotters::style::text_anchor::{HPos, VPos};

use super::paper::{
    FAINT, GRID, HEAD, INK, WIDTH, Wrong, begin, bold, fitted, key, nothing, style, width,
};
use super::{Bars, COLOURS, Chart};

/// Room for names.
const NAMES: i32 = 290;
/// Room for values beside the longest bar.
const VALUES: i32 = 96;
const BAR: i32 = 14;
/// Between rows.
const GAP: i32 = 10;
/// The title of the values, and the key.
const ABOVE: i32 = 44;
const BELOW: i32 = 36;

/// Draws it.
pub(super) fn draw(chart: &Chart, bars: &Bars) -> Result<String, Wrong> {
    let mut svg = String::new();
    let each = BAR * i32::try_from(bars.names.len().max(1))? + GAP;
    let rows = i32::try_from(bars.rows.len().max(3))?;
    let head = i32::try_from(HEAD)?;
    let height = head + ABOVE + rows * each + BELOW;
    let right = i32::try_from(WIDTH)? - 24;
    {
        let size = (WIDTH, u32::try_from(height)?);
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        begin(&area, &chart.title, &chart.subtitle)?;
        let title = bold(14, INK, (HPos::Left, VPos::Center));
        area.draw(&Text::new(bars.title.clone(), (24, head + 16), title))?;
        key(&area, &bars.names, right, head + 16, false)?;

        let values = bars.rows.iter().flat_map(|(_, values)| values);
        let most = values.copied().fold(0.0, f64::max);
        let (low, high, step) = bars.unit.axis(most);
        let room = f64::from(right - VALUES - NAMES);
        let x = |value: f64| NAMES + rounded(room * (value - low).max(0.0) / (high - low));
        let (top, bottom) = (head + ABOVE - 6, height - BELOW);
        let mut line = low;
        while line <= high + step / 2.0 {
            let ink = if line <= low { FAINT } else { GRID };
            let path = [(x(line), top), (x(line), bottom)];
            area.draw(&PathElement::new(path, ink.stroke_width(1)))?;
            let under = style(12, FAINT, (HPos::Center, VPos::Top));
            area.draw(&Text::new(
                bars.unit.text(line),
                (x(line), bottom + 6),
                under,
            ))?;
            line += step;
        }
        for (place, (name, values)) in (0_i32..).zip(&bars.rows) {
            let y = head + ABOVE + place * each;
            let middle = y + (each - GAP) / 2;
            let before = style(13, INK, (HPos::Right, VPos::Center));
            let name = fitted(name, 13, NAMES - 34);
            area.draw(&Text::new(name, (NAMES - 10, middle), before))?;
            for (bar, (value, colour)) in (0_i32..).zip(values.iter().zip(COLOURS)) {
                let y = y + bar * BAR;
                let corners = [(NAMES, y + 1), (x(*value).max(NAMES + 1), y + BAR - 1)];
                area.draw(&Rectangle::new(corners, colour.filled()))?;
                let behind = style(12, INK, (HPos::Left, VPos::Center));
                let at = (x(*value) + 6, y + BAR / 2);
                area.draw(&Text::new(bars.unit.text(*value), at, behind))?;
            }
        }
        if bars.rows.is_empty() {
            nothing(&area, (NAMES.midpoint(right), top.midpoint(bottom)))?;
        }
        if bars.left_out > 0 {
            let more = format!("and {} more", bars.left_out);
            let at = (NAMES - 10, bottom + 6);
            let before = style(12, FAINT, (HPos::Right, VPos::Top));
            let more = fitted(&more, 12, NAMES - width("0", 12));
            area.draw(&Text::new(more, at, before))?;
        }
        area.present()?;
    }
    Ok(svg)
}

#[expect(clippy::cast_possible_truncation, reason = "a place on the paper")]
fn rounded(place: f64) -> i32 {
    place.round() as i32
}
