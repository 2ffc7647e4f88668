//! What every chart has: white paper, a title, a key to the colours; and how wide text is.

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::{Circle, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color as _, FontFamily, FontStyle, IntoFont as _, RGBColor, TextStyle, WHITE,
};

use super::COLOURS;

/// All of a chart, or a part of it.
pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
/// What goes wrong in drawing.
pub(super) type Wrong = Box<dyn std::error::Error>;

/// Of every chart.
pub(super) const WIDTH: u32 = 960;
/// Above the drawing.
pub(super) const HEAD: u32 = 74;
pub(super) const INK: RGBColor = RGBColor(33, 37, 41);
pub(super) const FAINT: RGBColor = RGBColor(108, 117, 125);
pub(super) const GRID: RGBColor = RGBColor(222, 226, 230);
/// Of a letter, as a share of its height: sans-serif letters are half as wide as high on average.
const LETTER: f64 = 0.5;

/// Text of a size and a colour, where `at` says what of it lies at its place.
pub(super) fn style(size: u32, colour: RGBColor, at: (HPos, VPos)) -> TextStyle<'static> {
    (FontFamily::SansSerif, size)
        .into_font()
        .color(&colour)
        .pos(Pos::new(at.0, at.1))
}

/// The same, bold.
pub(super) fn bold(size: u32, colour: RGBColor, at: (HPos, VPos)) -> TextStyle<'static> {
    (FontFamily::SansSerif, size)
        .into_font()
        .style(FontStyle::Bold)
        .color(&colour)
        .pos(Pos::new(at.0, at.1))
}

/// How wide a text is, about.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a few hundred pixels"
)]
pub(super) fn width(text: &str, size: u32) -> i32 {
    (text.chars().count() as f64 * f64::from(size) * LETTER).ceil() as i32
}

/// A text that is no wider than that, its end left out if need be.
pub(super) fn fitted(text: &str, size: u32, most: i32) -> String {
    if width(text, size) <= most {
        return text.to_owned();
    }
    let mut short: String = text.to_owned();
    while !short.is_empty() && width(&short, size) + width("…", size) > most {
        short.pop();
    }
    format!("{}…", short.trim_end())
}

/// White paper with title and subtitle.
pub(super) fn begin(area: &Area<'_>, title: &str, subtitle: &str) -> Result<(), Wrong> {
    area.fill(&WHITE)?;
    let left = (HPos::Left, VPos::Top);
    let most = i32::try_from(WIDTH)? - 48;
    area.draw(&Text::new(
        fitted(title, 22, most),
        (24, 16),
        bold(22, INK, left),
    ))?;
    area.draw(&Text::new(
        fitted(subtitle, 14, most),
        (24, 46),
        style(14, FAINT, left),
    ))?;
    Ok(())
}

/// A key to the colours, ending at `right`. Nothing where there is only one.
pub(super) fn key(
    area: &Area<'_>,
    names: &[&str],
    right: i32,
    middle: i32,
    is_round: bool,
) -> Result<(), Wrong> {
    if names.len() < 2 {
        return Ok(());
    }
    let mut x = right - names.iter().map(|name| width(name, 13) + 34).sum::<i32>();
    for (name, colour) in names.iter().zip(COLOURS) {
        if is_round {
            area.draw(&Circle::new((x + 6, middle), 5, colour.filled()))?;
        } else {
            let corners = [(x, middle - 6), (x + 12, middle + 6)];
            area.draw(&Rectangle::new(corners, colour.filled()))?;
        }
        let beside = style(13, INK, (HPos::Left, VPos::Center));
        area.draw(&Text::new((*name).to_owned(), (x + 18, middle), beside))?;
        x += width(name, 13) + 34;
    }
    Ok(())
}

/// What a chart without a single value says.
pub(super) fn nothing(area: &Area<'_>, at: (i32, i32)) -> Result<(), Wrong> {
    let middle = style(15, FAINT, (HPos::Center, VPos::Center));
    area.draw(&Text::new("nothing in this period".to_owned(), at, middle))?;
    Ok(())
}
