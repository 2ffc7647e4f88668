//! Charts of everything and of nothing.

use super::*;

fn panels(parts: usize, value: impl Fn(usize) -> Option<f64>) -> Chart {
    let values = (0..parts).map(value).collect();
    Chart {
        title: "Title <&> \"quoted\"".to_owned(),
        subtitle: "2026-03-01 to 2026-03-31, UTC".to_owned(),
        body: Body::Panels {
            parts: (0..parts).map(|n| format!("2026-03-{n:02}")).collect(),
            panels: vec![Panel {
                title: "Tickets a day".to_owned(),
                unit: Unit::Count,
                lines: vec![Line {
                    name: "created",
                    values,
                }],
            }],
        },
    }
}

/// Whether it reads as XML: every tag is closed, and nothing is left of what has to be escaped.
fn is_sound(svg: &str) -> bool {
    svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>") && !svg.contains("<&>")
}

#[test]
fn charts_are_drawn_of_nothing_of_one_day_and_of_a_year() {
    for parts in [0, 1, 7, 30, 365] {
        let number = |n: usize| Some(f64::from(u32::try_from(n).unwrap() % 17));
        let full = draw(&panels(parts, number)).unwrap();
        assert!(is_sound(&full), "{parts}");
        let empty = draw(&panels(parts, |_| None)).unwrap();
        assert!(is_sound(&empty) && empty.contains("nothing in this period"));
    }
}

#[test]
fn a_value_between_gaps_is_a_dot_and_lines_break_at_gaps() {
    let lonely = draw(&panels(100, |n| (n == 50).then_some(3.0))).unwrap();
    assert_eq!(lonely.matches("<circle").count(), 1);
    let broken = draw(&panels(100, |n| (n != 50).then_some(3.0))).unwrap();
    assert_eq!(broken.matches("stroke-width=\"2\"").count(), 2, "{broken}");
}

#[test]
fn long_names_are_cut_and_names_are_no_markup() {
    let rows = vec![
        ("<b>&".repeat(3), vec![Some(3.0)]),
        (
            "a very long name of somebody or something ".repeat(4),
            vec![None],
        ),
    ];
    let chart = Chart {
        title: "Bars".to_owned(),
        subtitle: String::new(),
        body: Body::Bars(vec![Bars {
            title: "Tickets".to_owned(),
            unit: Unit::Count,
            names: vec!["tickets"],
            rows,
            left_out: 3,
        }]),
    };
    let svg = draw(&chart).unwrap();
    assert!(svg.contains('…') && svg.contains("and 3 more") && svg.contains('–'));
    assert!(!svg.contains("<b>"), "{svg}");
}

#[test]
fn axes_have_round_numbers_and_hold_every_value() {
    for most in [0.0, 0.4, 1.0, 3.0, 7.0, 99.0, 101.0, 12_345.0] {
        for unit in [Unit::Count, Unit::Hours, Unit::Ratio] {
            let (low, high, step) = unit.axis(most);
            assert!(low <= 0.0 && high >= most && high > low, "{unit:?} {most}");
            let lines = (high - low) / step;
            assert!((1.0..=6.0).contains(&lines) && (lines - lines.round()).abs() < 1e-6);
        }
    }
    assert_eq!(Unit::Count.text(1_234_567.0), "1,234,567");
    assert_eq!(Unit::Share.text(0.255), "25.5 %");
    for (hours, text) in [
        (0.0, "0 h"),
        (0.6, "36 min"),
        (2.0, "2 h"),
        (95.96, "96 h"),
        (100.0, "4.2 days"),
        (60_000.0, "2,500 days"),
    ] {
        assert_eq!(Unit::Hours.text(hours), text);
    }
    // All lines of an axis are in one unit, in round numbers.
    let (_, high, step) = Unit::Hours.axis(99.0);
    let ticks = [step, high].map(|value| Unit::Hours.tick(value, 99.0));
    assert_eq!(ticks, ["2 days", "6 days"]);
    assert_eq!(Unit::Hours.tick(1.0, 1.9), "60 min");
}

#[test]
fn the_values_of_a_single_part_stand_beside_their_dots() {
    let mut one = panels(1, |_| Some(62.0));
    let Body::Panels { panels, .. } = &mut one.body else {
        unreachable!()
    };
    panels[0].lines.push(Line {
        name: "resolved",
        values: vec![Some(61.0)],
    });
    let svg = draw(&one).unwrap();
    assert!(svg.contains("\n62\n") && svg.contains("\n61\n"), "{svg}");
}
