//! No list, count, search or detail may read a large table from end to end: with realistic tables and statistics the
//! database itself tells how often it did.

mod postgres_only {
    mod beside_tickets;
    mod counters;
    mod ordered;
    mod purging;

    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;
    use diesel::sql_types::{BigInt, Text};
    use jiff::Timestamp;
    use linedesk_domain::class::{Category, Priority, Source};
    use linedesk_domain::ids::{CustomerId, ServiceId, TeamId, UserId};
    use linedesk_domain::sla::SlaState;
    use linedesk_domain::text::Tag;
    use linedesk_domain::workflow::Status;
    use linedesk_ports::queries::{
        Cursor, DetailQuery, Part, Sort, SortKey, Start, TicketFilter, TicketQuery,
    };
    use linedesk_ports::store::Scope;
    use linedesk_ports::tickets::{CreationKeys, TicketKey};
    use uuid::Uuid;

    use super::super::lists::{self, Asked};
    use super::super::{
        Conn, around, book::Books, counts, creation, dashboard, load, migrate, threads,
    };
    use crate::codes::Coded;
    use crate::fault::Fault;
    use crate::room::Room;
    use crate::statement::Statement;

    /// A database of its own, dropped in the end.
    struct Database {
        server: String,
        name: String,
    }

    impl Database {
        fn new(name: &str) -> Self {
            let server = std::env::var_os("LINEDESK_TEST_POSTGRES")
                .expect("LINEDESK_TEST_POSTGRES names the server that these tests use");
            let server = server.into_string().unwrap();
            let name = format!("linedesk_{name}_{}", std::process::id());
            let mut maintenance = Conn::establish(&format!("{server}/postgres")).unwrap();
            maintenance
                .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                .unwrap();
            maintenance
                .batch_execute(&format!("CREATE DATABASE {name}"))
                .unwrap();
            Self { server, name }
        }

        fn filled(name: &str) -> (Self, Conn) {
            let database = Self::new(name);
            let url = format!("{}/{}", database.server, database.name);
            migrate::migrate(&url).unwrap();
            let mut connection = Conn::establish(&url).unwrap();
            connection
                .batch_execute(include_str!("plans/fill.sql"))
                .unwrap();
            connection.batch_execute("VACUUM ANALYZE").unwrap();
            (database, connection)
        }
    }

    impl Drop for Database {
        fn drop(&mut self) {
            let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
            if let Ok(mut maintenance) = Conn::establish(&format!("{}/postgres", self.server)) {
                let _ = maintenance.batch_execute(&drop);
            }
        }
    }

    /// Runs a job in a transaction, and makes sure that it has read no large table from end to end.
    fn checked<T>(
        connection: &mut Conn,
        what: &dyn std::fmt::Debug,
        job: impl FnOnce(&mut Conn) -> Result<T, Fault>,
    ) -> T {
        let run = |connection: &mut Conn| {
            let before = scans(connection)?;
            let outcome = job(connection)?;
            let after = scans(connection)?;
            assert_eq!(
                before, after,
                "a table was read from end to end for {what:#?}"
            );
            Ok::<_, Fault>(outcome)
        };
        connection.build_transaction().read_only().run(run).unwrap()
    }

    /// How often this session has read each large table from end to end since it last told the server.
    fn scans(connection: &mut Conn) -> QueryResult<Vec<(String, i64)>> {
        Statement::<(Text, BigInt)>::new(
            "SELECT relname::text, seq_scan FROM pg_stat_xact_user_tables WHERE seq_scan > 0 AND relname IN \
             ('tickets', 'ticket_search', 'events', 'comments', 'attachments', 'links') ORDER BY 1",
        )
        .load(connection)
    }

    fn user(n: u32) -> UserId {
        UserId(id('u', n))
    }

    /// The id that the tables were filled with.
    fn id(kind: char, n: u32) -> Uuid {
        IDS.iter()
            .find(|(one, number, _)| (*one, *number) == (kind, n))
            .map(|(.., id)| Uuid::parse_str(id).unwrap())
            .unwrap()
    }

    /// MD5 of kind and number, as in `fill.sql`.
    const IDS: [(char, u32, &str); 4] = [
        ('u', 12, "e2dba064904f7c6d8d2984bc722ebc9b"),
        ('c', 8, "7cd1d2b54911b95b06b1c423bd551f2f"),
        ('s', 8, "3e8d88fdd85d7153525e0647cdd97686"),
        ('t', 9, "82f696175c08fe04cd4bf22182d109f6"),
    ];

    #[expect(clippy::too_many_lines, reason = "a list")]
    fn filters() -> Vec<TicketFilter> {
        let at: Timestamp = "2026-10-01T00:00:00Z".parse().unwrap();
        let team = TeamId(Uuid::parse_str("01980000-0000-7000-8000-00000000000b").unwrap());
        let plain = TicketFilter::default;
        let text = |text: &str| TicketFilter {
            text: Some(text.to_owned()),
            ..plain()
        };
        vec![
            plain(),
            text("router off"),
            text("of"),
            text("seldom"),
            text("old"),
            text("x77"),
            text("T-20260101-00007"),
            text("nowhere"),
            TicketFilter {
                status: vec![Status::Open],
                ..text("router")
            },
            TicketFilter {
                priority: vec![Priority::Low, Priority::High],
                assignee: vec![user(12)],
                team: vec![team],
                unassigned: Some(false),
                ..text("router")
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
                assignee: vec![user(12)],
                ..plain()
            },
            TicketFilter {
                team: vec![team],
                ..plain()
            },
            TicketFilter {
                customer: vec![CustomerId(id('c', 8))],
                ..plain()
            },
            TicketFilter {
                service: vec![ServiceId(id('s', 8))],
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
                priority: vec![Priority::High],
                ..plain()
            },
            TicketFilter {
                overdue: Some(true),
                customer: vec![CustomerId(id('c', 8))],
                ..plain()
            },
            TicketFilter {
                overdue: Some(true),
                ..text("router")
            },
            TicketFilter {
                overdue: Some(false),
                ..plain()
            },
            TicketFilter {
                created_from: Some(at),
                created_before: Some(at + jiff::SignedDuration::from_hours(240)),
                created_by: Some(user(12)),
                ..plain()
            },
            TicketFilter {
                created_from: Some(at),
                ..plain()
            },
            TicketFilter {
                created_before: Some(at),
                ..text("router")
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

    #[test]
    fn no_list_or_count_reads_a_table_from_end_to_end_and_every_way_finds_the_same() {
        let (_database, mut connection) = Database::filled("lists");
        let connection = &mut connection;
        let now: Timestamp = "2026-10-20T00:00:00Z".parse().unwrap();
        let scopes = [
            Scope::Everything,
            Scope::Account(CustomerId(id('c', 8))),
            Scope::Visitors(Source::Simple),
        ];
        for scope in scopes {
            for filter in filters() {
                let asked = checked(connection, &filter, |connection| {
                    Asked::new(connection, scope, filter.clone(), now)
                });
                let Some(asked) = asked else { continue };
                checked(connection, &filter, |connection| {
                    counts::totals(connection, &asked)
                });
                // A scope is one more filter: two orders show that it is there.
                let some = if scope == Scope::Everything { 8 } else { 2 };
                for sort in orders().take(some) {
                    let start = |start| TicketQuery {
                        filter: filter.clone(),
                        sort,
                        start,
                        limit: 50,
                        counts: false,
                        now,
                    };
                    let mut query = start(Start::Offset(0));
                    let (_, next) = page(connection, &asked, &query);
                    query = start(Start::Offset(9));
                    page(connection, &asked, &query);
                    if let Some(cursor) = next {
                        query = start(Start::After(cursor));
                        page(connection, &asked, &query);
                    }
                }
            }
        }
    }

    fn page(connection: &mut Conn, asked: &Asked, query: &TicketQuery) -> (usize, Option<Cursor>) {
        let (items, next) = checked(connection, query, |connection| {
            lists::list(connection, asked, query, &mut Room::default())
        });
        lists::every_way(connection, asked, query).unwrap();
        (items.len(), next)
    }

    #[test]
    fn no_list_by_number_and_no_thread_reads_a_table_from_end_to_end() {
        let (_database, mut connection) = Database::filled("threads");
        let account = Scope::Account(CustomerId(id('c', 8)));
        for scope in [Scope::Everything, account, Scope::Visitors(Source::Simple)] {
            checked(&mut connection, &scope, |connection| {
                let page = threads::by_number(connection, scope, 5, 50)?;
                let ids: Vec<_> = page.items.iter().map(|stored| stored.data.id).collect();
                threads::threads(connection, scope, &ids, 50)
            });
        }
    }

    #[test]
    fn no_detail_sweep_or_dashboard_reads_a_table_from_end_to_end() {
        let (_database, mut connection) = Database::filled("details");
        let connection = &mut connection;
        let books = Books::default();
        let ticket = linedesk_domain::ids::TicketId(id('t', 9));
        let (scope, key) = (Scope::Everything, TicketKey::Id(ticket));
        let now: Timestamp = "2026-10-20T00:00:00Z".parse().unwrap();
        for internal in [true, false] {
            let want = DetailQuery {
                internal,
                history: Some(9),
                comments: Some(9),
            };
            let found = checked(connection, &"detail", |connection| {
                around::detail(connection, &books, scope, key, want)
            });
            assert!(found.is_some());
            let parts = [
                Part::Last(5),
                Part::From {
                    offset: 5,
                    limit: 5,
                },
            ];
            for part in parts {
                checked(connection, &"parts", |connection| {
                    around::comments(connection, scope, key, internal, part)?;
                    around::history(connection, scope, key, internal, part)?;
                    around::files(connection, scope, key, internal, part)
                });
            }
        }
        checked(connection, &"work", |connection| {
            load::ticket(connection, &books, scope, TicketKey::Number(1))?;
            load::due(connection, &books, now, 5)?;
            load::orphans(connection, now, 5)?;
            creation::creation(connection, &books, &CreationKeys::default())?;
            dashboard::dashboard(connection, &books, 0, 5)?;
            dashboard::dashboard(connection, &books, 5_000, 5)
        });
    }

    #[test]
    fn what_words_find_is_counted_in_one_look_as_one_by_one() {
        let (_database, mut connection) = Database::filled("gathered");
        let now: Timestamp = "2026-10-20T00:00:00Z".parse().unwrap();
        for (text, least) in [("w1", 6_000), ("x7", 2_000), ("x77 w1", 1), ("nowhere", 0)] {
            let filter = TicketFilter {
                text: Some(text.to_owned()),
                ..TicketFilter::default()
            };
            let asked = Asked::new(&mut connection, Scope::Everything, filter, now);
            let asked = asked.unwrap().unwrap();
            let words = asked.text.as_ref().unwrap().query.clone();
            let (total, summary) = counts::totals(&mut connection, &asked).unwrap();
            let count = |which: &'static str| {
                let all = "SELECT count(*) FROM ticket_search WHERE words @@ ";
                let counting = Statement::<BigInt>::new(all).bind(words.as_str());
                let counting = counting.sql("::text::tsquery").sql(which);
                let n: i64 = counting.get_result(&mut connection).unwrap();
                n.unsigned_abs()
            };
            assert!(total.is_exact && summary.overdue.is_exact && total.n >= least);
            let found = [
                total.n,
                summary.by_status.iter().map(|part| part.n).sum(),
                summary.by_status.first().unwrap().n,
                summary.sla_breach.n,
                summary.overdue.n,
            ];
            let late = " AND status NOT IN (6, 7) AND due_at < '2026-10-20Z'";
            let counted = ["", "", " AND status = 1", " AND sla_state = 4", late];
            assert_eq!(found, counted.map(count));
        }
    }
}
