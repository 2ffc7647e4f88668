//! Which chart says most about an answer: lines over time, or bars where there are groups to compare.

mod shaped;

use super::chart::{Body, Chart, Unit};
use super::dto::{Answered, Point, Row, SpreadDto};
use super::figures::{
    AgentDto, ClocksDto, EffortDto, EscalationsDto, FirstContactDto, LoadDto, PatternRow,
    PerformanceDto, RatingDto, TimesDto, TrendRow,
};
use shaped::{bars, chart, grouped, hours, label, line, number, over_time, panel, signed};

type Over<T> = Answered<T, Point<T>, Row<T>>;

/// Work that came and went.
pub fn performance(of: &Over<PerformanceDto>) -> Chart {
    let bar = |of: &PerformanceDto| vec![Some(number(of.created)), Some(number(of.resolved))];
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
    let bar = |of: &RatingDto| vec![of.csat];
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
    let bar = |of: &FirstContactDto| vec![of.first_contact_rate];
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

/// Of first responses, or of resolutions.
type Which = fn(&TimesDto) -> &ClocksDto;
/// What of a spread is drawn.
type At = fn(SpreadDto) -> f64;

/// How long it took.
pub fn response_times(of: &Over<TimesDto>) -> Chart {
    // Each on a scale of its own: an answer takes minutes where a resolution takes days.
    let block = |title, which: Which| {
        let rows = of.breakdown.iter().map(|row| {
            let half = hours(which(&row.figures).wall_clock, |of| of.p50_seconds);
            (label(row), vec![half])
        });
        bars(title, Unit::Hours, &["half"], rows.collect())
    };
    if !of.breakdown.is_empty() {
        let blocks = vec![
            block("First response: half of them within", |of| {
                &of.first_response
            }),
            block("Resolution: half of them within", |of| &of.resolution),
        ];
        return chart(of, "Response and resolution times", Body::Bars(blocks));
    }
    let lines = |which: Which, at: At| {
        vec![
            line("wall clock", of, move |of| hours(which(of).wall_clock, at)),
            line("business time", of, move |of| hours(which(of).business, at)),
        ]
    };
    // Those that took longest would hide all others on one scale.
    let first: Which = |of| &of.first_response;
    let last: Which = |of| &of.resolution;
    let half: At = |of| of.p50_seconds;
    let nine: At = |of| of.p90_seconds;
    let panels = [
        ("First response: half of them within", first, half),
        ("First response: nine of ten within", first, nine),
        ("Resolution: half of them within", last, half),
        ("Resolution: nine of ten within", last, nine),
    ];
    let panels = panels
        .map(|(title, which, at)| panel(title, Unit::Hours, of, lines(which, at)))
        .to_vec();
    over_time(of, "Response and resolution times", panels)
}

/// How easy it was.
pub fn effort(of: &Over<EffortDto>) -> Chart {
    let bar = |of: &EffortDto| vec![of.contacts_per_resolution];
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
        levels.map(|n| Some(number(n))).to_vec()
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
            "Time to escalate: half of them within",
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
        .map(|row| (label(row), vec![Some(number(row.figures.handled))]))
        .collect();
    chart(
        of,
        "Agent performance",
        Body::Bars(vec![bars(
            "Resolutions",
            Unit::Count,
            &["resolutions"],
            rows,
        )]),
    )
}

/// Who has how much to do.
pub fn workload(of: &Over<LoadDto>) -> Chart {
    // What nobody has yet is against no capacity, and on one scale would flatten what people have.
    let (nobody, rows): (Vec<_>, Vec<_>) = of
        .breakdown
        .iter()
        .partition(|row| row.by == "agent" && row.id.is_none());
    let title = match nobody.first() {
        Some(row) => format!(
            "Unresolved tickets ({} more are nobody's)",
            row.figures.open
        ),
        None => "Unresolved tickets".to_owned(),
    };
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let capacity = row.figures.capacity.map(number);
            (label(row), vec![Some(signed(row.figures.open)), capacity])
        })
        .collect();
    let bars = bars(&title, Unit::Count, &["unresolved", "capacity"], rows);
    chart(of, "Workload", Body::Bars(vec![bars]))
}

/// What rises. `days`: how many the period has, and the one before; where those are not as many, tickets a day are drawn.
pub fn trending<T, S>(of: &Answered<T, S, TrendRow>, days: (u64, Option<u64>)) -> Chart {
    let (now, before) = (days.0, days.1.unwrap_or(days.0));
    let (title, unit, now, before) = match days.1 {
        None => ("No days before to compare with", Unit::Count, 1, 1),
        Some(_) if now == before => ("New tickets (* hardly by chance)", Unit::Count, 1, 1),
        Some(_) => (
            "New tickets a day (* hardly by chance)",
            Unit::Ratio,
            now,
            before,
        ),
    };
    let a_day = |n: u64, days: u64| Some(number(n) / number(days));
    let rows = of.breakdown.iter().map(|row| {
        let mark = if row.is_significant { " *" } else { "" };
        let name = format!("{}: {}{mark}", row.kind, row.name.replace('_', " "));
        let bars = [a_day(row.tickets, now), a_day(row.tickets_before, before)];
        (name, bars.to_vec())
    });
    let rows = rows.collect();
    chart(
        of,
        "What rises",
        Body::Bars(vec![bars(title, unit, &["now", "period before"], rows)]),
    )
}

/// What resolves what.
pub fn patterns<T, S>(of: &Answered<T, S, PatternRow>) -> Chart {
    let rows = of.breakdown.iter().map(|row| {
        let code = row.resolution_code.as_deref().unwrap_or("no code");
        let mut name = format!("{}: {}", row.category, code).replace('_', " ");
        if let Some(template) = &row.resolution_template {
            name = format!("{name} ({template})");
        }
        (name, vec![Some(number(row.resolved))])
    });
    let rows = rows.collect();
    chart(
        of,
        "What resolves what",
        Body::Bars(vec![bars(
            "Resolutions",
            Unit::Count,
            &["resolutions"],
            rows,
        )]),
    )
}
