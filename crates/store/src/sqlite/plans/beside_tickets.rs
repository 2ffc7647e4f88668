//! The knowledge base, figures, jobs, messages and the log.

use jiff::Timestamp;
use linedesk_domain::ids::{ArticleId, UserId};
use linedesk_domain::knowledge::words::terms;
use linedesk_domain::knowledge::{Article, Content, Language, Publication, Slug, Visibility};
use linedesk_domain::people::Role;
use linedesk_domain::text::{ArticleBody, Tag, Title};
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::directory::User;
use linedesk_ports::knowledge::{ArticleText, KnowledgeWrite};
use linedesk_ports::outbox::{Channel, NewMessage};
use uuid::Uuid;

use super::super::exercised::{self, There};
use super::super::{Conn, apply, batch, outbox};
use super::{Recorded, insert_one};

/// Whether a step reads a table, or an index, from end to end: not so where it ends with a page, and where the table is
/// small by its own limits.
fn is_end_to_end(text: &str, step: &str) -> bool {
    // At most a thousand categories and canned answers; policies and calendars; one row, or one for each of a few words; what
    // a page was put into.
    const SMALL: [&str; 9] = [
        "kb_shelves",
        "resolution_templates",
        "sequences",
        "log_cursors",
        "analytics_state",
        "policy_versions",
        "calendar_versions",
        "CONSTANT",
        "waiting",
    ];
    let Some(scanned) = step.strip_prefix("SCAN ") else {
        return false;
    };
    let table = scanned.split(' ').next().unwrap_or_default();
    let is_page = text.contains("LIMIT") && step.contains("USING");
    // Articles are counted, but not read: an index holds all that they are filtered by.
    let is_count = table == "kb_articles" && step.contains("USING COVERING INDEX");
    // What is unfinished is few.
    let is_unfinished = step.contains("USING INDEX jobs_due");
    let is_named = ["(", "json_each"]
        .iter()
        .any(|start| table.starts_with(start));
    !(SMALL.contains(&table) || is_page || is_count || is_unfinished || is_named)
}

#[test]
fn nothing_beside_tickets_reads_a_table_from_end_to_end() {
    let mut recorded = Recorded::new();
    let there = some(&mut recorded.connection);
    recorded.statements.lock().unwrap().clear();
    for (what, run) in exercised::all() {
        if let Err(error) = run(&mut recorded.connection, &there) {
            panic!("{what}: {error:?}");
        }
    }
    let plans = recorded.plans();
    for table in [
        "kb_articles",
        "kb_tags",
        "kb_versions",
        "kb_days",
        "kb_readers",
        "kb_feedback",
        "jobs",
        "job_rows",
        "outbox",
        "analytics_rows",
        "analytics_days",
        "events",
    ] {
        assert!(
            plans.iter().any(|(text, _)| text.contains(table)),
            "{table}"
        );
    }
    let bad: Vec<_> = plans
        .iter()
        .filter(|(text, steps)| steps.iter().any(|step| is_end_to_end(text, step)))
        .collect();
    assert!(bad.is_empty(), "{bad:#?}");
}

/// A ticket, a user, an article and messages.
fn some(connection: &mut Conn) -> There {
    let ticket = insert_one(connection).unwrap();
    let now = Timestamp::UNIX_EPOCH;
    let user = UserId(Uuid::from_u128(2));
    let article = ArticleId(Uuid::from_u128(3));
    let slug = Slug::of("Restart", article);
    let content = Content {
        title: Title::parse("Restart").unwrap(),
        body: ArticleBody::parse("The router").unwrap(),
        shelf: None,
        tags: vec![Tag::parse("tag7").unwrap()],
        language: Language::english(),
        publication: Publication::Published,
        visibility: Visibility::Public,
    };
    let text = ArticleText {
        plain: "The router".to_owned(),
        terms: terms(
            "Restart",
            ["tag7"],
            "The router",
            content.language.endings(),
        ),
    };
    let made = Article::create(article, slug.clone(), content, user, now);
    let write = KnowledgeWrite::Article {
        article: Box::new(made),
        text,
        by: user,
        expected: None,
    };
    let user_row = User {
        id: user,
        number: 0,
        username: "ada".to_owned(),
        email: None,
        name: None,
        password_hash: None,
        role: Role::Agent,
        customer: None,
        teams: Vec::new(),
        skills: Vec::new(),
        capacity: 1,
        is_active: true,
        is_available: true,
        epoch: 0,
        created_at: now,
        updated_at: now,
    };
    let writes = vec![Write::NewUser(user_row), Write::Knowledge(write)];
    let mut batch = batch::Batch::default();
    apply::apply(connection, &mut batch, Changes { writes, mark: None }).unwrap();
    batch.keep();
    batch.flush(connection).unwrap();
    let place = place(connection);
    for n in 1..=18 {
        let message = NewMessage {
            event: Some(n),
            ticket: None,
            channel: Channel::ALL[usize::try_from(n).unwrap() % 3],
            receiver: "r7".to_owned(),
            payload: "{}".to_owned(),
        };
        outbox::put(connection, None, &message).unwrap();
    }
    There {
        user,
        article,
        slug,
        ticket,
        place,
        now,
    }
}

fn place(connection: &mut Conn) -> i64 {
    use diesel::prelude::*;

    use crate::schema::tickets;
    let place = tickets::table.select(tickets::place);
    place.get_result(connection).unwrap()
}
