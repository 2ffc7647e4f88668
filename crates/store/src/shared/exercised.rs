//! Everything that is asked beside tickets: the knowledge base, figures, jobs, messages, the log. Tests look at how each is
//! read.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use linedesk_domain::ids::{ArticleId, CustomerId, JobId, ShelfId, TeamId, TicketId, UserId};
use linedesk_domain::knowledge::index::{Filter, Finding};
use linedesk_domain::knowledge::{Audience, Language, Publication, Slug, Visibility};
use linedesk_domain::metrics::{GroupKey, Part};
use linedesk_domain::text::Tag;
use linedesk_ports::analytics::{FactQuery, Fold, Kept, Refolded, Sealed, Which};
use linedesk_ports::jobs::{JobClaim, JobKind, JobOutcome, NewJob, Outcomes, Progress};
use linedesk_ports::knowledge::{
    ArticleFilter, ArticleKey, Days, Feedback, KnowledgeWrite, Search, Slice,
};
use linedesk_ports::outbox::{Channel, Claim, Lane, LogReader, MessageState, NewMessage, Reach};
use linedesk_ports::periods::Period;
use linedesk_ports::store::Scope;
use uuid::Uuid;

use super::book::Books;
use super::{Conn, analytics, items, jobs, knowledge, outbox, periods, position};
use crate::fault::Fault;

const LONG: Duration = Duration::from_mins(10);
const PAGE: Slice = Slice {
    limit: 20,
    offset: 5,
};

/// Things that are there.
#[derive(Debug, Clone)]
pub(crate) struct There {
    pub(crate) user: UserId,
    pub(crate) article: ArticleId,
    pub(crate) slug: Slug,
    pub(crate) ticket: TicketId,
    /// The ticket's place.
    pub(crate) place: i64,
    pub(crate) now: Timestamp,
}

/// Something that is asked or done; what is written need not stay.
pub(crate) type Job = Box<dyn Fn(&mut Conn, &There) -> Result<(), Fault>>;

fn job<T>(run: impl Fn(&mut Conn, &There) -> Result<T, Fault> + 'static) -> Job {
    Box::new(move |connection, there| run(connection, there).map(|_| ()))
}

/// All of it.
pub(crate) fn all() -> Vec<(&'static str, Job)> {
    let mut all = articles();
    all.extend(readers());
    all.extend(figures());
    all.extend(long_work());
    all.extend(messages());
    all
}

fn filters() -> Vec<ArticleFilter> {
    let plain = ArticleFilter::default;
    let of = |of: Filter| ArticleFilter { of, ..plain() };
    let shelf = ShelfId(Uuid::from_u128(1));
    vec![
        plain(),
        of(Filter {
            shelves: Some(vec![shelf]),
            ..Filter::default()
        }),
        of(Filter {
            tags: vec![Tag::parse("tag7").unwrap()],
            ..Filter::default()
        }),
        of(Filter {
            language: Some(Language::english()),
            ..Filter::default()
        }),
        ArticleFilter {
            publication: vec![Publication::Draft, Publication::Archived],
            ..plain()
        },
        ArticleFilter {
            visibility: vec![Visibility::Internal],
            ..plain()
        },
    ]
}

fn articles() -> Vec<(&'static str, Job)> {
    let mut all = Vec::new();
    for audience in [Audience::Anybody, Audience::Customers, Audience::Staff] {
        for filter in filters() {
            all.push((
                "articles",
                job(move |c, _| knowledge::articles::articles(c, audience, &filter, PAGE)),
            ));
        }
        all.push((
            "an article",
            job(move |c, there| {
                let id = ArticleKey::Id(there.article);
                knowledge::articles::article(c, audience, &id)?;
                let slug = ArticleKey::Slug(there.slug.clone());
                knowledge::articles::article(c, audience, &slug)?;
                knowledge::articles::articles_of(c, audience, &[there.article])
            }),
        ));
        all.push((
            "categories",
            job(move |c, _| knowledge::shelves::shelves(c, audience)),
        ));
        all.push((
            "a search",
            job(move |c, _| {
                let search = Search {
                    text: "router".to_owned(),
                    finding: Finding::Search,
                    filter: Filter::default(),
                    slice: PAGE,
                };
                let indexed = knowledge::Indexed::default();
                indexed.search(c, audience, &search)?;
                indexed.search(c, audience, &search)
            }),
        ));
    }
    all.push((
        "versions",
        job(|c, there| {
            knowledge::articles::versions(c, there.article, PAGE)?;
            knowledge::articles::version(c, there.article, 1)
        }),
    ));
    all
}

fn readers() -> Vec<(&'static str, Job)> {
    let today = jiff::civil::date(2026, 3, 1);
    let days = Days {
        from: today,
        to: jiff::civil::date(2026, 3, 30),
    };
    vec![
        (
            "what is popular",
            job(move |c, _| {
                let filter = ArticleFilter::default();
                knowledge::standing::read_on(c, Audience::Anybody, &filter, days)
            }),
        ),
        (
            "feedback",
            job(|c, there| {
                knowledge::standing::feedback(c, there.article, there.user)?;
                knowledge::standing::all_feedback(c, there.article, PAGE)
            }),
        ),
        (
            "a reading",
            job(move |c, there| {
                let viewer = Uuid::from_u128(7);
                knowledge::standing::is_counted(c, there.article, viewer, today)?;
                let article = there.article;
                let view = KnowledgeWrite::View {
                    article,
                    viewer,
                    day: today,
                };
                knowledge::write(c, view)
            }),
        ),
        (
            "a voice",
            job(|c, there| {
                let feedback = Feedback {
                    article: there.article,
                    user: there.user,
                    helpful: true,
                    comment: None,
                    created_at: there.now,
                    updated_at: there.now,
                };
                knowledge::write(c, KnowledgeWrite::Feedback(feedback))
            }),
        ),
    ]
}

fn figures() -> Vec<(&'static str, Job)> {
    vec![
        (
            "how far figures are",
            job(|c, _| {
                analytics::progress(c)?;
                analytics::highest(c)?;
                analytics::span(c)
            }),
        ),
        (
            "histories",
            job(|c, there| {
                let books = Books::default();
                let of = Which::Of(vec![there.ticket]);
                analytics::histories(c, &books, &of)?;
                let place = there.place - 1;
                let behind = Which::Behind { place, limit: 5 };
                analytics::histories(c, &books, &behind)
            }),
        ),
        ("days to be sealed", job(|c, _| analytics::unsealed(c, 16))),
        (
            "facts",
            job(|c, _| {
                let query = FactQuery {
                    parts: Part::ALL.to_vec(),
                    first: 20_000,
                    last: 20_030,
                    with_backlog: true,
                };
                analytics::scan(c, &query, Box::new(|_, _| Ok(())))
            }),
        ),
        (
            "folding and sealing",
            job(|c, there| {
                let from = analytics::progress(c)?;
                let (day, facts) = (20_010, vec![0; 5]);
                let kept = vec![Kept { day, facts }];
                let fold = Fold {
                    from,
                    to: from,
                    tickets: vec![Refolded {
                        place: there.place,
                        kept,
                    }],
                    changed: vec![(Part::Flow, day), (Part::Sla, day)],
                };
                analytics::fold(c, &fold)?;
                let (part, facts) = (Part::Flow, vec![0; 5]);
                let sealed = [Sealed { part, day, facts }];
                analytics::seal(c, from, &sealed)
            }),
        ),
        (
            "names",
            job(|c, there| {
                let one = Uuid::from_u128(1);
                let keys = [
                    GroupKey::Agent(Some(there.user)),
                    GroupKey::Team(Some(TeamId(one))),
                    GroupKey::Customer(Some(CustomerId(one))),
                ];
                analytics::names(c, &keys)
            }),
        ),
        (
            "a period's tickets",
            job(|c, there| {
                let period = Period {
                    from: there.now - SignedDuration::from_hours(48),
                    until: there.now,
                    customer: None,
                };
                periods::count(c, Scope::Everything, period)?;
                periods::tickets(c, Scope::Everything, period, None, 50)
            }),
        ),
    ]
}

fn long_work() -> Vec<(&'static str, Job)> {
    const KIND: JobKind = JobKind::SlaSimulation;
    let id = JobId(Uuid::from_u128(77));
    let holder = Uuid::from_u128(78);
    let claim = JobClaim {
        id,
        holder,
        attempt: 1,
    };
    vec![
        (
            "jobs",
            job(move |c, there| {
                jobs::list(c, KIND, None, 20, 5)?;
                jobs::list(c, KIND, Some(there.user), 20, 5)?;
                jobs::unfinished(c, KIND)?;
                jobs::rows(c, id, 50, 100)?;
                items::tickets(c, id, 1_500)?;
                for failures in [false, true] {
                    let which = Outcomes {
                        failures,
                        after: 5,
                        until: 99,
                    };
                    items::outcomes(c, id, which, 50, 100)?;
                    items::count(c, id, which)?;
                }
                jobs::job(c, KIND, id)
            }),
        ),
        (
            "a job's life",
            job(move |c, there| {
                let new = NewJob {
                    id,
                    kind: KIND,
                    input: "{}".to_owned(),
                    created_by: there.user,
                    created_at: there.now,
                };
                jobs::add(c, &new)?;
                jobs::is_due(c, KIND)?;
                jobs::inherit(c, holder)?;
                jobs::take(c, KIND, holder, LONG, there.now)?;
                let rows = ["{}".to_owned()];
                jobs::report(c, claim, Progress::default(), &rows, LONG)?;
                items::settle(c, claim, 9, &[], LONG)?;
                jobs::clear(c, claim)?;
                jobs::finish(c, claim, &JobOutcome::Done("{}".to_owned()), there.now)?;
                jobs::give_back(c, claim)?;
                jobs::cancel(c, id, there.now)
            }),
        ),
        (
            "forgetting jobs",
            job(|c, there| jobs::forget(c, there.now + SignedDuration::from_hours(1))),
        ),
    ]
}

fn messages() -> Vec<(&'static str, Job)> {
    let holder = Uuid::from_u128(78);
    let webhook = || Lane {
        channel: Channel::Webhook,
        receiver: Some("r7".to_owned()),
    };
    let mut all = vec![
        (
            "messages",
            job(|c, _| {
                for state in MessageState::ALL {
                    outbox::messages(c, state, 20, 10)?;
                }
                outbox::message(c, 5)?;
                outbox::discard(c, 5)?;
                outbox::replay(c, 6)?;
                outbox::waiting(c, 1_000)
            }),
        ),
        (
            "putting a message",
            job(|c, there| {
                let message = NewMessage {
                    event: Some(1),
                    ticket: Some(there.ticket),
                    channel: Channel::Email,
                    receiver: "ada@example.net".to_owned(),
                    payload: "{}".to_owned(),
                };
                outbox::put(c, Some(there.place), &message)
            }),
        ),
        (
            "a receiver that is no more",
            job(|c, _| outbox::forget(c, Channel::Webhook, "r8")),
        ),
        (
            "how far readers of the log are",
            job(|c, _| {
                position::end(c)?;
                position::position(c, LogReader::Analytics)
            }),
        ),
    ];
    for lane in [Channel::Email.into(), Channel::Sms.into(), webhook()] {
        all.push((
            "a message's life",
            job(move |c, _| {
                let claimed = outbox::claim(c, holder, &lane, 6, LONG)?;
                for (n, message) in claimed.iter().enumerate() {
                    let claim = message.claim(holder);
                    finish(c, n, claim)?;
                }
                Ok(())
            }),
        ));
    }
    all
}

fn finish(connection: &mut Conn, n: usize, claim: Claim) -> Result<bool, Fault> {
    match n % 5 {
        0 => outbox::done(connection, claim),
        1 => outbox::park(connection, claim, "no"),
        2 => outbox::retry(connection, claim, LONG, "no", Reach::Ticket),
        3 => outbox::retry(connection, claim, LONG, "no", Reach::Receiver),
        _ => outbox::postpone(connection, claim, LONG),
    }
}
