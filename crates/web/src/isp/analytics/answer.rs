//! An answer, as it was asked for.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use jiff::Timestamp;
use linedesk_app::analytics::{Load, Part, Patterned, Report, Trending, Workload};
use linedesk_domain::metrics::figures::{
    AgentFigures, EscalationFigures, FirstContact, Performance, RatingFigures, ResponseTimes, Work,
    share,
};
use linedesk_domain::metrics::replay::path_names;
use linedesk_domain::metrics::{Filter, Period};
use serde::Serialize;

use super::super::Answer;
use super::ask::{Format, Question};
use super::chart::Chart;
use super::dto::{Answered, CommentedDto, FiltersDto, PathDto, PeriodDto, Point, ReasonDto, Row};
use super::figures::{LoadDto, PatternRow, PatternTotals, TrendPoint};
use super::shapes::{self, point, row, spread};
use super::{chart, csv, drawn};
use crate::json;

/// The most of what is told beside the figures.
const MOST: usize = 50;

/// How an answer is shown.
#[derive(Debug)]
pub struct Shown<'a> {
    question: &'a Question,
}

/// What every answer begins with.
struct Head {
    period: PeriodDto,
    filters: FiltersDto,
    as_of: Timestamp,
    is_complete: bool,
}

impl<'a> Shown<'a> {
    /// As the question wants it.
    pub const fn new(question: &'a Question) -> Self {
        Self { question }
    }

    fn head<F>(&self, report: &Report<F>) -> Head {
        Head {
            period: period(&report.period),
            filters: filters(&self.question.filter),
            as_of: report.as_of,
            is_complete: report.is_complete,
        }
    }

    /// Work that came and went.
    pub fn performance(&self, report: Report<Performance>) -> Answer {
        let shaped = self.shaped(report, shapes::performance);
        self.show(
            &shaped,
            || drawn::performance(&shaped),
            shaped_row(shapes::performance),
        )
    }

    /// What customers think.
    pub fn satisfaction(&self, report: Report<RatingFigures>) -> Answer {
        let comments = report.totals.comments().into_iter().take(MOST);
        let comments = comments.map(|comment| CommentedDto {
            ticket_id: comment.ticket.0,
            agent_id: comment.agent.map(|id| id.0),
            score: comment.score,
            effort: comment.effort,
            comment: comment.text.clone(),
            created_at: Timestamp::from_second(comment.second)
                .unwrap_or(Timestamp::UNIX_EPOCH)
                .into(),
        });
        let comments = comments.collect();
        let mut shaped = self.shaped(report, shapes::rating);
        shaped.comments = Some(comments);
        self.show(
            &shaped,
            || drawn::satisfaction(&shaped),
            shaped_row(shapes::rating),
        )
    }

    /// For how many the first contact was enough.
    pub fn first_contact(&self, report: Report<FirstContact>) -> Answer {
        let shaped = self.shaped(report, shapes::first_contact);
        self.show(
            &shaped,
            || drawn::first_contact(&shaped),
            shaped_row(shapes::first_contact),
        )
    }

    /// How long it took.
    pub fn response_times(&self, report: Report<ResponseTimes>) -> Answer {
        let shaped = self.shaped(report, shapes::times);
        self.show(
            &shaped,
            || drawn::response_times(&shaped),
            shaped_row(shapes::times),
        )
    }

    /// What was got done.
    pub fn agent_performance(&self, report: Report<AgentFigures>) -> Answer {
        let shaped = self.shaped(report, shapes::agent);
        let empty = shaped_row(shapes::agent);
        self.show_rows(&shaped, || drawn::agents(&shaped), &empty)
    }

    /// How easy it was.
    pub fn effort(&self, report: Report<Work>) -> Answer {
        let shaped = self.shaped(report, shapes::effort);
        self.show(
            &shaped,
            || drawn::effort(&shaped),
            shaped_row(shapes::effort),
        )
    }

    /// Escalations.
    pub fn escalations(&self, report: Report<EscalationFigures>) -> Answer {
        let reasons = report.totals.reasons().into_iter().take(MOST);
        let reasons = reasons.map(|(reason, escalations)| ReasonDto {
            reason: reason.to_owned(),
            escalations,
        });
        let reasons = reasons.collect();
        let mut shaped = self.shaped(report, shapes::escalations);
        shaped.reasons = Some(reasons);
        self.show(
            &shaped,
            || drawn::escalations(&shaped),
            shaped_row(shapes::escalations),
        )
    }

    /// Who has how much to do.
    pub fn workload(&self, found: Workload) -> Answer {
        let Workload {
            report,
            capacity,
            loads,
            all_loads,
        } = found;
        let head = self.head(&report);
        let loads = loads.into_iter().map(|load| {
            let Load {
                group,
                capacity,
                is_available,
            } = load;
            row(group, |of| self::load(of, capacity, is_available))
        });
        let shape = |of| load(of, None, None);
        let totals = load(report.totals, Some(capacity), None);
        let breakdown = (loads.collect(), all_loads);
        let shaped = answered(head, totals, points(report.series, shape), breakdown);
        let empty = Row {
            by: "agent",
            id: None,
            name: None,
            figures: load(Performance::default(), None, None),
        };
        self.show_rows(&shaped, || drawn::workload(&shaped), &empty)
    }

    /// What rises.
    pub fn trending(&self, found: Trending) -> Answer {
        let head = self.head(&found.report);
        let days = |period: &Period| period.days().unsigned_abs();
        let days = (days(&found.report.period), found.before.as_ref().map(days));
        let shape = |of: linedesk_domain::metrics::trend::Twice| TrendPoint { tickets: of.now };
        let breakdown_total = found.rising.len();
        let rising = found.rising.into_iter().take(self.question.most());
        let rows = (rising.map(shapes::trend).collect(), breakdown_total);
        let totals = shapes::trend_totals(found.report.totals, found.rise);
        let mut shaped = answered(head, totals, points(found.report.series, shape), rows);
        shaped.before = found.before.as_ref().map(period);
        let empty = super::figures::TrendRow {
            kind: "",
            name: String::new(),
            tickets: 0,
            tickets_before: 0,
            rise: None,
            p_value: 1.0,
            q_value: 1.0,
            is_significant: false,
        };
        self.show_rows(&shaped, || drawn::trending(&shaped, days), &empty)
    }

    /// What resolves what.
    pub fn patterns(&self, found: Patterned) -> Answer {
        let head = self.head(&found.report);
        let all = found.report.totals.resolved;
        let shape = |of: FirstContact| PatternTotals {
            resolved: of.resolved,
            came_back: of.came_back,
            reopen_rate: share(of.came_back, of.resolved),
        };
        let breakdown_total = found.patterns.len();
        let names = found.templates;
        let rows = found.patterns.into_iter().take(self.question.most());
        let rows = rows.map(|(pattern, of)| PatternRow {
            category: pattern.category.name(),
            resolution_code: pattern.code,
            resolution_template_id: pattern.template.map(|id| id.0),
            resolution_template: pattern.template.and_then(|id| names.get(&id).cloned()),
            resolved: of.resolved,
            share: share(of.resolved, all),
            came_back: of.came_back,
            reopen_rate: share(of.came_back, of.resolved),
            time: spread(of.times),
        });
        let paths = found
            .paths
            .into_iter()
            .take(MOST)
            .map(|(path, of)| PathDto {
                statuses: path_names(&path),
                resolved: of.resolved,
                share: share(of.resolved, all),
                time: spread(of.times),
            });
        let rows = (rows.collect(), breakdown_total);
        let series = points(found.report.series, shape);
        let mut shaped = answered(head, shape(found.report.totals), series, rows);
        shaped.paths = Some(paths.collect());
        let empty = PatternRow {
            category: "",
            resolution_code: None,
            resolution_template_id: None,
            resolution_template: None,
            resolved: 0,
            share: None,
            came_back: 0,
            reopen_rate: None,
            time: None,
        };
        self.show_rows(&shaped, || drawn::patterns(&shaped), &empty)
    }

    fn shaped<F, T>(
        &self,
        report: Report<F>,
        shape: impl Fn(F) -> T + Copy,
    ) -> Answered<T, Point<T>, Row<T>> {
        let head = self.head(&report);
        let groups = report.groups.into_iter().map(|group| row(group, shape));
        let groups = (groups.collect(), report.all_groups);
        answered(
            head,
            shape(report.totals),
            points(report.series, shape),
            groups,
        )
    }

    /// As it was asked for: the table is of groups where there was to be some, else of parts of the period.
    fn show<T: Serialize>(
        &self,
        shaped: &Answered<T, Point<T>, Row<T>>,
        draw: impl FnOnce() -> Chart,
        empty: Row<T>,
    ) -> Answer {
        if self.question.format == Format::Csv && self.question.by.is_none() {
            let empty = Point {
                from: String::new(),
                to: String::new(),
                figures: empty.figures,
            };
            let last = [("is_complete", shaped.is_complete.to_string())];
            return Ok(table(csv::table(&shaped.series, &empty, &last), &last));
        }
        self.show_rows(shaped, draw, &empty)
    }

    fn show_rows<T: Serialize, S: Serialize, B: Serialize>(
        &self,
        shaped: &Answered<T, S, B>,
        draw: impl FnOnce() -> Chart,
        empty: &B,
    ) -> Answer {
        Ok(match self.question.format {
            Format::Json => json::ok(shaped),
            Format::Csv => {
                let last = [
                    ("is_complete", shaped.is_complete.to_string()),
                    ("breakdown_total", shaped.breakdown_total.to_string()),
                ];
                table(csv::table(&shaped.breakdown, empty, &last), &last)
            }
            Format::Svg => text("image/svg+xml", chart::draw(&draw())?.into_bytes()),
        })
    }
}

/// The groups' columns, also where there are no groups.
fn shaped_row<F: Default, T>(shape: impl Fn(F) -> T) -> Row<T> {
    Row {
        by: "",
        id: None,
        name: None,
        figures: shape(F::default()),
    }
}

fn points<F, T>(series: Vec<Part<F>>, shape: impl Fn(F) -> T + Copy) -> Vec<Point<T>> {
    series.into_iter().map(|part| point(part, shape)).collect()
}

/// An answer of these figures, with nothing beside them.
fn answered<T, S, B>(
    head: Head,
    totals: T,
    series: Vec<S>,
    (breakdown, breakdown_total): (Vec<B>, usize),
) -> Answered<T, S, B> {
    Answered {
        period: head.period,
        filters: head.filters,
        as_of: head.as_of.into(),
        is_complete: head.is_complete,
        totals,
        series,
        breakdown,
        breakdown_total,
        comments: None,
        reasons: None,
        paths: None,
        before: None,
    }
}

fn load(of: Performance, capacity: Option<u64>, is_available: Option<bool>) -> LoadDto {
    let open = of.backlog();
    LoadDto {
        open,
        capacity,
        utilization: capacity.and_then(|capacity| share(open.unsigned_abs(), capacity)),
        is_available,
        created: of.created,
        resolved: of.resolved,
    }
}

fn period(period: &Period) -> PeriodDto {
    PeriodDto {
        from: period.from().to_string(),
        to: period.to().to_string(),
        timezone: period.zone().iana_name().unwrap_or("UTC").to_owned(),
        step: period.step().name(),
    }
}

fn filters(filter: &Filter) -> FiltersDto {
    FiltersDto {
        agent: filter.agents.iter().map(|id| id.map(|id| id.0)).collect(),
        team: filter.teams.iter().map(|id| id.map(|id| id.0)).collect(),
        category: filter.categories.iter().map(|one| one.name()).collect(),
        priority: filter.priorities.iter().map(|one| one.name()).collect(),
        customer: filter.customers.iter().map(|id| id.0).collect(),
    }
}

/// A table. What its last columns say is in the head too, where a table without rows says it.
fn table(body: Vec<u8>, last: &[(&str, String)]) -> HttpResponse {
    let mut answer = text("text/csv; charset=utf-8", body);
    for (name, value) in last {
        let name = format!("linedesk-{}", name.replace('_', "-"));
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

fn text(kind: &'static str, body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind))
        .body(body)
}
