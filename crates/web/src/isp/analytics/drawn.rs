//! Which chart says most about an answer: lines over time, or bars where there are groups to compare.

use super::chart::{Bars, Body, Chart, Line, Panel, Unit};
use super::dto::{Answered, Point, Row, SpreadDto};
use super::figures::{
    AgentDto, ClocksDto, EffortDto, EscalationsDto, FirstContactDto, LoadDto, PatternRow,
    PerformanceDto, RatingDto, TimesDto, TrendRow,
};

/// Rows of a chart; more are left out.
const ROWS: usize = 30;

type Over<T> = Answered<T, Point<T>, Row<T>>;

/// Work that came and went.
pub fn performance(of: &Over<PerformanceDto>) -> Chart {
    let bar = |of: &PerformanceDto| vec![number(of.created), number(of.resolved)];
    if let Some(bars) = grouped(of, "Tickets", Unit::Count, &["created", "resolved"], bar) {
        return chart(of, "Tickets created and resolved", bars);
    }
    let panels = vec![
        panel(
            "Tickets a {step}",
            Unit::Count,
            of,
            vec![
                line("created", of, |of| Some(number(of.created))),
                line("resolved", of, |of| Some(number(of.resolved))),
                line("reopened", of, |of| Some(number(of.reopened))),
            ],
        ),
        panel(
            "Backlog at the end of the {step}, tickets",
            Unit::Count,
            of,
            vec![line("backlog", of, |of| Some(signed(of.backlog)))],
        ),
        panel(
            "Promises kept, of those decided",
            Unit::Share,
            of,
            vec![
                line("first response", of, |of| of.sla.first_response.attainment),
                line("next response", of, |of| of.sla.next_response.attainment),
                line("resolution", of, |of| of.sla.resolution.attainment),
            ],
        ),
    ];
    over_time(of, "Support performance", panels)
}

/// What customers think.
pub fn satisfaction(of: &Over<RatingDto>) -> Chart {
    let bar = |of: &RatingDto| vec![of.csat.unwrap_or(0.0)];
    let title = "Content customers (4 and 5 of 5), of those who answered";
    if let Some(bars) = grouped(of, title, Unit::Share, &["content"], bar) {
        return chart(of, "Customer satisfaction", bars);
    }
    let panels = vec![
        panel(
            title,
            Unit::Share,
            of,
            vec![line("content", of, |of| of.csat)],
        ),
        panel(
            "Answers a {step}",
            Unit::Count,
            of,
            vec![line("answers", of, |of| Some(number(of.responses)))],
        ),
    ];
    over_time(of, "Customer satisfaction", panels)
}

/// For how many the first contact was enough.
pub fn first_contact(of: &Over<FirstContactDto>) -> Chart {
    let bar = |of: &FirstContactDto| vec![of.first_contact_rate.unwrap_or(0.0)];
    let title = "Resolved at the first contact, of all resolutions";
    if let Some(bars) = grouped(of, title, Unit::Share, &["first contact"], bar) {
        return chart(of, "First-contact resolution", bars);
    }
    let panels = vec![
        panel(
            title,
            Unit::Share,
            of,
            vec![line("first contact", of, |of| of.first_contact_rate)],
        ),
        panel(
            "Resolutions a {step}",
            Unit::Count,
            of,
            vec![
                line("all", of, |of| Some(number(of.resolved))),
                line("at the first contact", of, |of| {
                    Some(number(of.first_contact))
                }),
            ],
        ),
    ];
    over_time(of, "First-contact resolution", panels)
}

/// How long it took.
pub fn response_times(of: &Over<TimesDto>) -> Chart {
    let half = |of: &ClocksDto| hours(of.wall_clock, |of| of.p50_seconds).unwrap_or(0.0);
    let bar = |of: &TimesDto| vec![half(&of.first_response), half(&of.resolution)];
    let names = ["first response", "resolution"];
    if let Some(bars) = grouped(of, "Median hours, wall clock", Unit::Hours, &names, bar) {
        return chart(of, "Response and resolution times", bars);
    }
    let lines = |which: fn(&TimesDto) -> &ClocksDto| {
        vec![
            line("half", of, move |of| {
                hours(which(of).wall_clock, |of| of.p50_seconds)
            }),
            line("nine of ten", of, move |of| {
                hours(which(of).wall_clock, |of| of.p90_seconds)
            }),
            line("half, business time", of, move |of| {
                hours(which(of).business, |of| of.p50_seconds)
            }),
        ]
    };
    let panels = vec![
        panel(
            "First response within, hours",
            Unit::Hours,
            of,
            lines(|of| &of.first_response),
        ),
        panel(
            "Resolution within, hours",
            Unit::Hours,
            of,
            lines(|of| &of.resolution),
        ),
    ];
    over_time(of, "Response and resolution times", panels)
}

/// How easy it was.
pub fn effort(of: &Over<EffortDto>) -> Chart {
    let bar = |of: &EffortDto| vec![of.contacts_per_resolution.unwrap_or(0.0)];
    if let Some(bars) = grouped(
        of,
        "Contacts for each resolution",
        Unit::Ratio,
        &["contacts"],
        bar,
    ) {
        return chart(of, "Customer effort", bars);
    }
    let panels = vec![
        panel(
            "Ease, from 1 (very hard) to 7 (very easy), mean",
            Unit::Score(1, 7),
            of,
            vec![line("ease", of, |of| of.mean_effort)],
        ),
        panel(
            "For each resolution",
            Unit::Ratio,
            of,
            vec![
                line("contacts", of, |of| of.contacts_per_resolution),
                line("hand-overs", of, |of| of.handovers_per_resolution),
                line("reopens", of, |of| of.reopens_per_resolution),
            ],
        ),
    ];
    over_time(of, "Customer effort", panels)
}

/// Escalations.
pub fn escalations(of: &Over<EscalationsDto>) -> Chart {
    let bar = |of: &EscalationsDto| {
        let levels = [
            of.by_level.level_1,
            of.by_level.level_2,
            of.by_level.level_3,
        ];
        levels.map(number).to_vec()
    };
    let names = ["level 1", "level 2", "level 3"];
    if let Some(bars) = grouped(of, "Escalations", Unit::Count, &names, bar) {
        return chart(of, "Escalations", bars);
    }
    let panels = vec![
        panel(
            "Escalations a {step}",
            Unit::Count,
            of,
            vec![
                line("level 1", of, |of| Some(number(of.by_level.level_1))),
                line("level 2", of, |of| Some(number(of.by_level.level_2))),
                line("level 3", of, |of| Some(number(of.by_level.level_3))),
            ],
        ),
        panel(
            "Time until half of them, hours",
            Unit::Hours,
            of,
            vec![line("half", of, |of| {
                hours(of.time_to_escalate, |of| of.p50_seconds)
            })],
        ),
    ];
    over_time(of, "Escalations", panels)
}

/// What each agent got done.
pub fn agents(of: &Over<AgentDto>) -> Chart {
    let rows = of.breakdown.iter().filter(|row| row.figures.handled > 0);
    let rows: Vec<_> = rows
        .map(|row| (label(row), vec![number(row.figures.handled)]))
        .collect();
    chart(
        of,
        "Agent performance",
        bars("Resolutions", Unit::Count, &["resolutions"], rows),
    )
}

/// Who has how much to do.
pub fn workload(of: &Over<LoadDto>) -> Chart {
    let agents = of.breakdown.iter().filter(|row| row.by == "agent");
    let rows: Vec<_> = agents
        .map(|row| {
            let capacity = row.figures.capacity.map_or(0.0, number);
            (label(row), vec![signed(row.figures.open), capacity])
        })
        .collect();
    let bars = bars(
        "Unresolved tickets",
        Unit::Count,
        &["unresolved", "capacity"],
        rows,
    );
    chart(of, "Workload", bars)
}

/// What rises.
pub fn trending<T, S>(of: &Answered<T, S, TrendRow>) -> Chart {
    let rows = of.breakdown.iter().map(|row| {
        let mark = if row.is_significant { "" } else { "? " };
        let name = format!("{mark}{} {}", row.kind, row.name.replace('_', " "));
        (name, vec![number(row.tickets), number(row.tickets_before)])
    });
    let rows = rows.collect();
    chart(
        of,
        "What rises",
        bars(
            "New tickets (? may be chance)",
            Unit::Count,
            &["now", "period before"],
            rows,
        ),
    )
}

/// What resolves what.
pub fn patterns<T, S>(of: &Answered<T, S, PatternRow>) -> Chart {
    let rows = of.breakdown.iter().map(|row| {
        let code = row.resolution_code.as_deref().unwrap_or("no code");
        (
            format!("{}: {code}", row.category.replace('_', " ")),
            vec![number(row.resolved)],
        )
    });
    let rows = rows.collect();
    chart(
        of,
        "What resolves what",
        bars("Resolutions", Unit::Count, &["resolutions"], rows),
    )
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
const fn number(n: u64) -> f64 {
    n as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
const fn signed(n: i64) -> f64 {
    n as f64
}

fn hours(spread: Option<SpreadDto>, of: impl Fn(SpreadDto) -> f64) -> Option<f64> {
    spread.map(|spread| of(spread) / 3_600.0)
}

fn label<T>(row: &Row<T>) -> String {
    match (&row.name, &row.id) {
        (Some(name), _) => name.replace('_', " "),
        (None, Some(id)) => id.clone(),
        (None, None) => match row.by {
            "agent" => "nobody".to_owned(),
            by => format!("no {by}"),
        },
    }
}

fn line<T>(name: &'static str, of: &Over<T>, value: impl Fn(&T) -> Option<f64>) -> Line {
    let values = of.series.iter().map(|point| value(&point.figures));
    Line {
        name,
        values: values.collect(),
    }
}

/// `{step}` in the title is what a point stands for.
fn panel<T>(title: &str, unit: Unit, of: &Over<T>, lines: Vec<Line>) -> Panel {
    Panel {
        title: title.replace("{step}", of.period.step),
        unit,
        lines,
    }
}

fn over_time<T>(of: &Over<T>, title: &str, panels: Vec<Panel>) -> Chart {
    let parts = of.series.iter().map(|point| point.from.clone()).collect();
    chart(of, title, Body::Panels { parts, panels })
}

/// Bars, where the question was for groups.
fn grouped<T>(
    of: &Over<T>,
    title: &str,
    unit: Unit,
    names: &[&'static str],
    values: impl Fn(&T) -> Vec<f64>,
) -> Option<Body> {
    let rows = of.breakdown.iter();
    let rows: Vec<_> = rows.map(|row| (label(row), values(&row.figures))).collect();
    (!rows.is_empty()).then(|| bars(title, unit, names, rows))
}

fn bars(
    title: &str,
    unit: Unit,
    names: &[&'static str],
    mut rows: Vec<(String, Vec<f64>)>,
) -> Body {
    let left_out = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    Body::Bars(Bars {
        title: title.to_owned(),
        unit,
        names: names.to_vec(),
        rows,
        left_out,
    })
}

fn chart<T, S, B>(of: &Answered<T, S, B>, title: &str, body: Body) -> Chart {
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
