//! No list, count, search or detail may read a table from end to end: every statement that these issue is recorded and
//! explained by SQLite.

mod beside_tickets;
mod ordered;
mod purging;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use diesel::connection::{Connection as _, InstrumentationEvent};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use jiff::Timestamp;
use linedesk_domain::class::{Category, Priority, Source};
use linedesk_domain::ids::{CustomerId, ServiceId, TeamId, TicketId, UserId};
use linedesk_domain::text::{Description, Tag, Title};
use linedesk_domain::workflow::Status;
use linedesk_ports::queries::{
    Cursor, DetailQuery, Part, Sort, SortKey, Start, TicketFilter, TicketQuery,
};
use linedesk_ports::store::Scope;
use linedesk_ports::tickets::{CreationKeys, TicketKey};
use tempfile::TempDir;
use uuid::Uuid;

use super::lists::{self, Asked};
use super::{
    Conn, around, book::Books, counts, creation, dashboard, load, migrate, open, rearm, threads,
};
use crate::fault::Fault;
use crate::room::Room;
use crate::statement::Statement;

/// A connection that writes down what it is asked.
struct Recorded {
    connection: Conn,
    statements: Arc<Mutex<Vec<String>>>,
    _folder: TempDir,
}

impl Recorded {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path: PathBuf = folder.path().join("plans.db");
        migrate::migrate(&path).unwrap();
        let mut connection = open::single(&path).unwrap();
        let statements = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&statements);
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                record.lock().unwrap().push(query.to_string());
            }
        });
        Self {
            connection,
            statements,
            _folder: folder,
        }
    }

    /// The recorded statements with their plans.
    fn plans(mut self) -> Vec<(String, Vec<String>)> {
        let mut statements = std::mem::take(&mut *self.statements.lock().unwrap());
        statements.sort();
        statements.dedup();
        let mut plans = Vec::new();
        for statement in statements {
            let text = statement
                .split(" -- binds")
                .next()
                .unwrap_or_default()
                .to_owned();
            if ["SELECT", "UPDATE", "DELETE"]
                .iter()
                .any(|verb| text.starts_with(verb))
            {
                let explain = format!("EXPLAIN QUERY PLAN {text}");
                let steps: Vec<(i64, i64, i64, String)> =
                    Statement::<(BigInt, BigInt, BigInt, Text)>::new(explain)
                        .load(&mut self.connection)
                        .unwrap();
                plans.push((text, steps.into_iter().map(|(.., step)| step).collect()));
            }
        }
        plans
    }
}

/// What stands in a plan where a whole table is read in no useful order.
fn is_scan(text: &str, step: &str) -> bool {
    const LARGE: [&str; 5] = ["tickets", "events", "comments", "attachments", "users"];
    let scanned = step.strip_prefix("SCAN ").unwrap_or_default();
    let table = scanned.split(' ').next().unwrap_or_default();
    if step.ends_with("USING INDEX users_with_skills") {
        // It holds those that are asked for and nobody else.
        return false;
    }
    // Walking the table, or an index, in the order of a list ends with the page.
    let walks = text.contains("LIMIT") && step.contains("USING");
    LARGE.contains(&table) && !walks
}

fn filters() -> Vec<TicketFilter> {
    let id = Uuid::from_u128(1);
    let at = Timestamp::UNIX_EPOCH;
    let plain = TicketFilter::default;
    vec![
        plain(),
        TicketFilter {
            text: Some("router off".to_owned()),
            ..plain()
        },
        TicketFilter {
            status: vec![Status::Open],
            ..plain()
        },
        TicketFilter {
            status: vec![Status::Open, Status::Assigned],
            ..plain()
        },
        TicketFilter {
            priority: vec![Priority::High],
            category: vec![Category::Repair],
            ..plain()
        },
        TicketFilter {
            assignee: vec![UserId(id)],
            ..plain()
        },
        TicketFilter {
            team: vec![TeamId(id)],
            ..plain()
        },
        TicketFilter {
            customer: vec![CustomerId(id)],
            ..plain()
        },
        TicketFilter {
            service: vec![ServiceId(id)],
            status: vec![Status::Closed],
            ..plain()
        },
        TicketFilter {
            tag: vec![Tag::parse("vip").unwrap()],
            ..plain()
        },
        TicketFilter {
            unassigned: Some(true),
            ..plain()
        },
        TicketFilter {
            unassigned: Some(false),
            sla_breach: Some(true),
            ..plain()
        },
        TicketFilter {
            overdue: Some(true),
            ..plain()
        },
        TicketFilter {
            overdue: Some(true),
            text: Some("router".to_owned()),
            ..plain()
        },
        TicketFilter {
            overdue: Some(false),
            ..plain()
        },
        TicketFilter {
            created_from: Some(at),
            created_before: Some(at),
            created_by: Some(UserId(id)),
            ..plain()
        },
        TicketFilter {
            created_from: Some(at),
            ..plain()
        },
    ]
}

fn orders() -> impl Iterator<Item = Sort> {
    let keys = [
        SortKey::CreatedAt,
        SortKey::UpdatedAt,
        SortKey::Priority,
        SortKey::Due,
    ];
    keys.into_iter()
        .flat_map(|key| [true, false].map(|descending| Sort { key, descending }))
}

fn check(recorded: Recorded, at_least: usize) {
    let plans = recorded.plans();
    assert!(plans.len() >= at_least, "only {} statements", plans.len());
    for (text, steps) in plans {
        assert!(
            !steps.iter().any(|step| is_scan(&text, step)),
            "{text}\n{steps:#?}"
        );
    }
}

#[test]
fn no_list_or_count_reads_a_table_from_end_to_end() {
    let mut recorded = Recorded::new();
    let connection = &mut recorded.connection;
    let now = Timestamp::UNIX_EPOCH;
    let scopes = [
        Scope::Everything,
        Scope::Account(CustomerId(Uuid::from_u128(1))),
        Scope::MadeBy {
            account: CustomerId(Uuid::from_u128(1)),
            maker: UserId(Uuid::from_u128(1)),
        },
        Scope::Visitors(Source::Simple),
    ];
    for scope in scopes {
        for filter in filters() {
            let Some(asked) = Asked::new(connection, scope, filter.clone(), now).unwrap() else {
                continue;
            };
            counts::totals(connection, &asked).unwrap();
            for sort in orders() {
                for start in [
                    Start::Offset(0),
                    Start::Offset(9),
                    Start::After(Cursor {
                        value: 5,
                        number: 5,
                    }),
                ] {
                    let filter = filter.clone();
                    let query = TicketQuery {
                        filter,
                        sort,
                        start,
                        limit: 50,
                        counts: false,
                        now,
                    };
                    lists::list(connection, &asked, &query, &mut Room::default()).unwrap();
                    lists::every_way(connection, &asked, &query).unwrap();
                }
            }
        }
    }
    check(recorded, 100);
}

#[test]
fn no_detail_sweep_or_dashboard_reads_a_table_from_end_to_end() {
    let mut recorded = Recorded::new();
    let id = insert_one(&mut recorded.connection).unwrap();
    let connection = &mut recorded.connection;
    let books = Books::default();
    let (scope, key) = (Scope::Everything, TicketKey::Id(id));
    for internal in [true, false] {
        let want = DetailQuery {
            internal,
            history: Some(9),
            comments: Some(9),
        };
        assert!(
            around::detail(connection, &books, scope, key, want)
                .unwrap()
                .is_some()
        );
        for part in [
            Part::Last(5),
            Part::From {
                offset: 5,
                limit: 5,
            },
        ] {
            around::comments(connection, scope, key, internal, part).unwrap();
            around::history(connection, scope, key, internal, part).unwrap();
            around::files(connection, scope, key, internal, part).unwrap();
        }
    }
    load::ticket(connection, &books, scope, TicketKey::Number(1)).unwrap();
    load::due(connection, &books, Timestamp::UNIX_EPOCH, 5).unwrap();
    load::orphans(connection, Timestamp::UNIX_EPOCH, 5).unwrap();
    let rearming = rearm::standing(connection).unwrap();
    rearm::advance(connection, rearming, rearming, 5, Timestamp::UNIX_EPOCH).unwrap();
    creation::creation(connection, &books, &CreationKeys::default()).unwrap();
    dashboard::dashboard(connection, &books, 5, 5).unwrap();
    check(recorded, 25);
}

#[test]
fn lists_by_number_are_read_off_an_index_and_messages_by_ticket() {
    let mut recorded = Recorded::new();
    let connection = &mut recorded.connection;
    let id = insert_one(connection).unwrap();
    let account = Scope::Account(CustomerId(Uuid::from_u128(1)));
    for scope in [Scope::Everything, account, Scope::Visitors(Source::Simple)] {
        threads::by_number(connection, scope, 5, 50).unwrap();
        threads::threads(connection, scope, &[id], 50).unwrap();
    }
    let plans = recorded.plans();
    let lists = plans.iter().filter(|(text, _)| text.contains("ORDER BY"));
    let lists: Vec<_> = lists.flat_map(|(_, steps)| steps.clone()).collect();
    // The unique number's index has no name of its own.
    let indexes = [
        "sqlite_autoindex_tickets_1",
        "tickets_by_customer_number",
        "tickets_of_visitors",
        "comments_by_ticket",
    ];
    for index in indexes {
        assert!(
            lists.iter().any(|step| step.contains(index)),
            "{index} {lists:#?}"
        );
    }
    for (text, steps) in &plans {
        assert!(
            !steps.iter().any(|step| is_scan(text, step)),
            "{text}\n{steps:#?}"
        );
    }
}

/// A ticket with a service, so that everything around it is asked for.
fn insert_one(connection: &mut Conn) -> Result<TicketId, Fault> {
    use linedesk_domain::class::ContactMethod;
    use linedesk_domain::people::Actor;
    use linedesk_domain::sla::SlaBook;
    use linedesk_domain::ticket::create::NewTicket;
    use linedesk_domain::ticket::{Act, DEFAULT_REOPEN_WINDOW, Ticket};
    use linedesk_ports::changes::{Changes, Write};

    let (at, book) = (Timestamp::UNIX_EPOCH, SlaBook::default());
    let act = Act {
        by: Actor::System,
        at,
        book: &book,
        tier: None,
        reopen_window: DEFAULT_REOPEN_WINDOW,
    };
    let id = TicketId(Uuid::from_u128(1));
    let new = NewTicket {
        id,
        customer: None,
        title: Title::parse("One").unwrap(),
        description: Description::parse("One").unwrap(),
        category: Category::Repair,
        priority: Priority::High,
        service: None,
        contact: None,
        contact_method: ContactMethod::Portal,
        preferred_contact_time: None,
        contact_info: None,
        tags: Vec::new(),
        due_date: None,
        source: Source::Isp,
        attachments: Vec::new(),
        route: None,
    };
    let data = Ticket::create(&act, new).unwrap().ticket.into_data();
    let writes = vec![Write::NewTicket {
        data: Box::new(data),
        day: jiff::civil::date(1970, 1, 1),
    }];
    let mut batch = super::batch::Batch::default();
    super::apply::apply(connection, &mut batch, Changes { writes, mark: None })?;
    batch.keep();
    batch.flush(connection)?;
    Ok(id)
}
