//! The CRM's lists: filters, search, order, pages, counts.

use serde_json::{Value, json};

use super::crm::{TICKETS, place, zone_offline};
use crate::http::api::{Api, each};
use crate::http::desk::{Customer, Desk, Person, at, next, with};

/// A company's tickets, of which each has something of its own.
struct World {
    desk: Desk,
    customer: Customer,
    agent: Person,
    team: String,
    /// Quiet, late, mine, waiting, done: by those names.
    ids: Vec<(&'static str, String)>,
}

impl World {
    async fn new() -> Self {
        let desk = Desk::shared().await;
        let (customer, team) = (desk.customer().await, desk.team().await);
        let agent = desk
            .person(json!({ "role": "agent", "team_ids": [team] }))
            .await;
        let mut ids = Vec::new();
        for (name, more) in [
            ("quiet", json!({ "priority": "low", "category": "billing" })),
            (
                "late",
                json!({ "priority": "urgent", "due_date": "2026-01-01T00:00:00Z" }),
            ),
            (
                "mine",
                json!({ "priority": "high", "assigned_to": agent.id, "due_date": "2040-01-01T00:00:00Z" }),
            ),
            (
                "waiting",
                json!({ "priority": "urgent", "status": "pending" }),
            ),
            ("done", json!({ "priority": "low", "status": "closed" })),
        ] {
            let subject = json!({ "subject": format!("Zone {name}") });
            let body = with(with(zone_offline(&customer.id), subject), more);
            let made = desk.admin.post(TICKETS, body).await.is(201);
            ids.push((name, made.str("id")));
        }
        let emergency = json!({ "priority": "emergency" });
        let late = ids[1].1.clone();
        desk.admin.patch(&at(&late, ""), emergency).await.is(200);
        Self {
            desk,
            customer,
            agent,
            team,
            ids,
        }
    }

    /// The names of the tickets that a list answers.
    async fn list(&self, api: &Api, query: &str) -> Vec<&'static str> {
        let path = format!("{TICKETS}?company={}&{query}", self.customer.id);
        let page = api.get(&path).await.is(200);
        let ids = each(&page.list("results"), "id");
        let name = |id: &String| {
            self.ids
                .iter()
                .find(|(_, one)| one == id)
                .map(|(name, _)| *name)
        };
        ids.iter().filter_map(name).collect()
    }
}

#[tokio::test]
async fn filters_ask_in_the_words_that_tickets_are_shown_in() {
    let world = World::new().await;
    let agent = &*world.agent;
    let team = &world.team;
    let team_name = world
        .desk
        .admin
        .get(&format!("/api/v1/teams/{team}"))
        .await
        .is(200)
        .str("name");
    for (query, names) in [
        ("", &["done", "waiting", "mine", "late", "quiet"][..]),
        ("status=new", &["late", "quiet"]),
        ("status=pending", &["waiting"]),
        ("status=new,closed", &["done", "late", "quiet"]),
        ("priority=urgent", &["waiting", "late"]),
        ("category=technical", &["done", "waiting", "mine", "late"]),
        ("priority=low&category=billing", &["quiet"]),
        ("open=true", &["waiting", "mine", "late", "quiet"]),
        ("open=true&status=closed", &[]),
        (
            "open=false&unassigned=",
            &["done", "waiting", "mine", "late", "quiet"],
        ),
        ("unassigned=true&open=true", &["waiting", "late", "quiet"]),
        ("my_tickets=true&open=true", &["mine"]),
        (
            "status=&priority=&ordering=&search=&page=2",
            &["done", "waiting", "mine", "late", "quiet"],
        ),
        (&format!("assigned_to={}", world.agent.id), &["mine"]),
        (&format!("assigned_team={team}"), &["mine"]),
        (
            &format!("assigned_team={}", team_name.replace(' ', "%20")),
            &["mine"],
        ),
        ("assigned_team=No%20Such%20Team", &[]),
    ] {
        assert_eq!(world.list(agent, query).await, names, "{query}");
    }
    let own = world
        .customer
        .get(&format!("{TICKETS}?my_tickets=true"))
        .await
        .is(200);
    assert_eq!(own.json["count"], 0, "the admin made them");
    let refused = agent
        .get(&format!("{TICKETS}?status=open&company=x&offset=1000001"))
        .await
        .is(400);
    let fields: Vec<_> = refused.json.as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields, ["company", "offset", "status"]);
}

#[tokio::test]
async fn search_looks_at_numbers_subjects_descriptions_and_companies() {
    let world = World::new().await;
    let (agent, n) = (&*world.agent, next());
    let name = format!("Pattaya{n} Hilton");
    let path = format!("/api/v1/customers/{}", world.customer.id);
    world
        .desk
        .admin
        .patch(&path, json!({ "name": name }))
        .await
        .is(200);
    let all = ["done", "waiting", "mine", "late", "quiet"];
    assert_eq!(world.list(agent, "search=offline").await, all);
    assert_eq!(world.list(agent, &format!("search=pattaya{n}")).await, all);
    assert_eq!(
        world
            .list(agent, &format!("search=Pattaya{n}%20quiet"))
            .await,
        ["quiet"]
    );
    assert!(
        world
            .list(agent, &format!("search=pattaya{n}%20nowhere{n}"))
            .await
            .is_empty()
    );
    let number = agent
        .get(&place(&world.ids[0].1, ""))
        .await
        .is(200)
        .str("ticket_number");
    assert_eq!(
        world.list(agent, &format!("search={number}")).await,
        ["quiet"]
    );
    assert_eq!(
        world
            .list(agent, &format!("search={}", &number[..10]))
            .await,
        all
    );
    // A customer's own name is no secret, and others' are not looked at.
    assert_eq!(
        world
            .list(&world.customer, &format!("search=pattaya{n}"))
            .await,
        all
    );
    let other = world.desk.customer().await;
    let found = other
        .get(&format!("{TICKETS}?search=pattaya{n}"))
        .await
        .is(200);
    assert_eq!(found.json["count"], 0);
}

#[tokio::test]
async fn lists_are_ordered_by_several_fields_by_rank_with_nothing_last() {
    let world = World::new().await;
    let agent = &*world.agent;
    for (ordering, names) in [
        ("created_at", ["quiet", "late", "mine", "waiting", "done"]),
        (
            "-ticket_number",
            ["done", "waiting", "mine", "late", "quiet"],
        ),
        (
            "priority,created_at",
            ["quiet", "done", "mine", "waiting", "late"],
        ),
        (
            "-priority,-created_at",
            ["late", "waiting", "mine", "done", "quiet"],
        ),
        (
            "status,-created_at",
            ["late", "quiet", "mine", "waiting", "done"],
        ),
        (
            "-status,created_at",
            ["done", "waiting", "mine", "quiet", "late"],
        ),
        ("due_date", ["late", "mine", "done", "waiting", "quiet"]),
        (
            "-due_date,created_at",
            ["mine", "late", "quiet", "waiting", "done"],
        ),
        (
            "colour,-colour,created_at",
            ["quiet", "late", "mine", "waiting", "done"],
        ),
    ] {
        let query = format!("ordering={ordering}");
        assert_eq!(world.list(agent, &query).await, names, "{ordering}");
    }
}

#[tokio::test]
async fn pages_have_a_count_and_links_on_the_servers_own_address() {
    let world = World::new().await;
    let path = format!(
        "{TICKETS}?company={}&ordering=created_at",
        world.customer.id
    );
    let ask = world
        .agent
        .ask("GET", &format!("{path}&limit=2"))
        .header("host", "evil.example");
    let first = ask.send().await.is(200);
    assert_eq!(
        (first.json["count"].clone(), first.json["previous"].clone()),
        (json!(5), Value::Null)
    );
    let mut next = first.str("next");
    assert!(
        !next.contains("evil") && next.contains("/crm/api/v1/tickets/?limit=2&offset=2"),
        "{next}"
    );
    let mut subjects = each(&first.list("results"), "subject");
    let mut previous = Vec::new();
    loop {
        let at = next.find("/crm/").expect("a path");
        let page = world.agent.get(&next[at..]).await.is(200);
        subjects.extend(each(&page.list("results"), "subject"));
        previous.push(page.str("previous"));
        match page.json["next"].as_str() {
            Some(link) => next = link.to_owned(),
            None => break,
        }
    }
    assert_eq!(
        subjects,
        [
            "Zone quiet",
            "Zone late",
            "Zone mine",
            "Zone waiting",
            "Zone done"
        ]
    );
    assert!(
        previous[1].contains("offset=2") && !previous[0].contains("offset="),
        "{previous:?}"
    );
    let beyond = world.agent.get(&format!("{path}&offset=900")).await.is(200);
    assert_eq!(
        (beyond.json["count"].clone(), beyond.list("results").len()),
        (json!(5), 0)
    );
    let page = world.agent.get(&format!("{path}&limit=1000")).await.is(200);
    let one = &page.list("results")[0];
    assert!(
        one.get("comments").is_none(),
        "lists have no comments, but their number"
    );
    assert_eq!(
        (
            one["comments_count"].clone(),
            one["internal_notes_count"].clone()
        ),
        (json!(0), json!(0))
    );
}

#[tokio::test]
async fn stats_count_what_the_caller_may_see() {
    let world = World::new().await;
    let stats = world
        .customer
        .get("/crm/api/v1/tickets/stats/")
        .await
        .is(200);
    assert_eq!(
        stats.json,
        json!({
            "total": 5,
            "by_status": { "new": 2, "assigned": 1, "in_progress": 0, "pending": 1, "resolved": 0, "closed": 1 },
            "by_priority": { "low": 2, "medium": 0, "high": 1, "urgent": 2 },
            "my_open_tickets": 0, "unassigned": 3, "overdue": 1
        })
    );
    let body = json!({ "subject": "Mine", "description": "Mine." });
    world.customer.post(TICKETS, body).await.is(201);
    let stats = world
        .customer
        .get("/crm/api/v1/tickets/stats")
        .await
        .is(200);
    assert_eq!(
        (
            stats.json["total"].clone(),
            stats.json["my_open_tickets"].clone()
        ),
        (json!(6), json!(1))
    );
    let stats = world.agent.get("/crm/api/v1/tickets/stats").await.is(200);
    assert_eq!(stats.json["my_open_tickets"], 1);
    assert!(stats.json["total"].as_u64() >= Some(6) && stats.json["overdue"].as_u64() >= Some(1));
    world
        .agent
        .post("/crm/api/v1/tickets/stats", json!({}))
        .await
        .is(405);
}
