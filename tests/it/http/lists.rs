//! Lists of tickets: filters, totals, summaries, orders.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::api::{Answer, each, text};
use super::desk::{Customer, Desk, at};

/// One customer with tickets of many kinds, by name.
struct Shelf {
    desk: Desk,
    customer: Customer,
    agent: String,
    team: String,
    service: String,
}

impl Shelf {
    async fn filled() -> Self {
        let desk = Desk::shared().await;
        let (customer, agent, team) =
            (desk.customer().await, desk.agent().await, desk.team().await);
        let service = desk.service(&customer.id).await;
        let make = |title: &str, more: Value| {
            let body = super::desk::with(json!({ "title": title }), more);
            let (desk, customer) = (&desk, &customer.id);
            async move { desk.ticket_with(customer, body).await.str("id") }
        };
        make(
            "plain one",
            json!({ "priority": "low", "category": "repair" }),
        )
        .await;
        make(
            "tagged one",
            json!({ "priority": "high", "tags": ["vip", "fibre"], "service_id": service }),
        )
        .await;
        make(
            "tagged two",
            json!({ "priority": "urgent", "tags": ["vip"], "category": "complaint" }),
        )
        .await;
        make("overdue one", json!({ "due_date": "2020-01-01T00:00:00Z" })).await;
        let assigned = make("assigned one", json!({})).await;
        desk.admin
            .post(
                &at(&assigned, "/assign"),
                json!({ "assigned_to": agent.id }),
            )
            .await
            .is(200);
        let teamed = make("teamed one", json!({ "priority": "critical" })).await;
        let to_team = json!({ "assigned_to": team, "assignment_type": "team" });
        desk.admin
            .post(&at(&teamed, "/assign"), to_team)
            .await
            .is(200);
        let closed = make("closed one", json!({ "due_date": "2020-01-01T00:00:00Z" })).await;
        desk.admin
            .post(&at(&closed, "/close"), json!({}))
            .await
            .is(200);
        let agent = agent.id.clone();
        Self {
            desk,
            customer,
            agent,
            team,
            service,
        }
    }

    async fn ask(&self, query: &str) -> Answer {
        self.desk
            .admin
            .get(&format!(
                "/api/v1/tickets?customer_id={}&{query}",
                self.customer.id
            ))
            .await
            .is(200)
    }

    async fn titles(&self, query: &str) -> BTreeSet<String> {
        let answer = self.ask(query).await;
        let titles = each(&answer.list("tickets"), "title");
        assert_eq!(answer.json["total"], titles.len(), "{query}: {answer}");
        assert_eq!(answer.json["total_is_exact"], true);
        titles.into_iter().collect()
    }
}

fn set(titles: &[&str]) -> BTreeSet<String> {
    titles.iter().map(|title| (*title).to_owned()).collect()
}

#[tokio::test]
async fn every_filter_finds_what_it_says_and_nothing_else() {
    let shelf = Shelf::filled().await;
    let all = set(&[
        "plain one",
        "tagged one",
        "tagged two",
        "overdue one",
        "assigned one",
        "teamed one",
        "closed one",
    ]);
    let team = &shelf
        .desk
        .admin
        .get(&format!("/api/v1/teams/{}", shelf.team))
        .await
        .is(200)
        .str("name");
    let (agent, team_id, service) = (&shelf.agent, &shelf.team, &shelf.service);
    let team_name = team.to_uppercase().replace(' ', "%20");
    let cases: Vec<(String, &[&str])> = vec![
        (
            "status=open".into(),
            &["plain one", "tagged one", "tagged two", "overdue one"],
        ),
        (
            "status=closed,assigned".into(),
            &["closed one", "assigned one", "teamed one"],
        ),
        ("status=reopened".into(), &[]),
        ("priority=low".into(), &["plain one"]),
        (
            "priority=urgent,critical,emergency".into(),
            &["tagged two", "teamed one"],
        ),
        (
            "category=repair,complaint".into(),
            &["plain one", "tagged two"],
        ),
        (format!("assigned_to={agent}"), &["assigned one"]),
        (format!("assigned_team={team_id}"), &["teamed one"]),
        (format!("assigned_team={team_name}"), &["teamed one"]),
        ("assigned_team=no%20such%20team".into(), &[]),
        (format!("service_id={service}"), &["tagged one"]),
        ("tag=vip".into(), &["tagged one", "tagged two"]),
        ("tag=VIP,fibre".into(), &["tagged one"]),
        ("unassigned=false".into(), &["assigned one"]),
        ("overdue=true".into(), &["overdue one"]),
        ("sla_breach=true".into(), &[]),
        (
            "status=open&priority=high,urgent&tag=vip&category=complaint".into(),
            &["tagged two"],
        ),
        ("q=tagged%20one".into(), &["tagged one"]),
        ("created_to=2020-01-01".into(), &[]),
        ("created_from=2099-01-01".into(), &[]),
    ];
    for (query, wanted) in cases {
        assert_eq!(shelf.titles(&query).await, set(wanted), "{query}");
    }
    assert_eq!(shelf.titles("").await, all);
    assert_eq!(shelf.titles("sla_breach=false").await, all);
    assert_eq!(shelf.titles("unassigned=true").await.len(), all.len() - 1);
    assert_eq!(shelf.titles("overdue=false").await.len(), all.len() - 1);
}

#[tokio::test]
async fn days_are_inclusive_and_in_the_time_zone_that_is_named() {
    let shelf = Shelf::filled().await;
    let made = text(&shelf.ask("limit=1").await.list("tickets")[0]["created_at"]);
    let instant: jiff::Timestamp = made.parse().expect("an instant");
    for zone in [
        "UTC",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "Europe/Berlin",
    ] {
        let day = instant
            .to_zoned(jiff::tz::TimeZone::get(zone).expect("a zone"))
            .date();
        let (before, after) = (
            day.yesterday().expect("a day"),
            day.tomorrow().expect("a day"),
        );
        let count = |from: jiff::civil::Date, to: jiff::civil::Date| {
            let query = format!("created_from={from}&created_to={to}&timezone={zone}");
            let shelf = &shelf;
            async move { shelf.titles(&query).await.len() }
        };
        // All were made within a second or two: at most one midnight lies between them.
        assert!(
            count(day, day).await + count(after, after).await + count(before, before).await == 7,
            "{zone}"
        );
        assert_eq!(count(before, after).await, 7, "{zone}");
    }
    let faulty = shelf
        .desk
        .admin
        .get("/api/v1/tickets?created_from=yesterday&timezone=Moon/Base")
        .await
        .faulty();
    assert_eq!(faulty, set(&["created_from", "timezone"]));
}

#[tokio::test]
async fn the_summary_counts_by_every_filter_but_status_and_breach() {
    let shelf = Shelf::filled().await;
    let wanted = json!({
        "open": 4, "assigned": 2, "in_progress": 0, "pending_customer": 0, "pending_vendor": 0, "resolved": 0,
        "closed": 1, "reopened": 0, "overdue": 1, "sla_breach": 0
    });
    for query in [
        "",
        "status=closed",
        "sla_breach=true",
        "limit=1&offset=5",
        "status=open,assigned&limit=2",
    ] {
        assert_eq!(shelf.ask(query).await.json["summary"], wanted, "{query}");
    }
    let tagged = shelf.ask("tag=vip&status=closed").await;
    assert_eq!(
        (&tagged.json["summary"]["open"], &tagged.json["total"]),
        (&json!(2), &json!(0))
    );
    // The same numbers, counted one by one.
    let all = shelf.ask("").await.list("tickets");
    for status in ["open", "assigned", "closed"] {
        let counted = all
            .iter()
            .filter(|ticket| ticket["status"] == status)
            .count();
        assert_eq!(wanted[status], counted, "{status}");
    }
}

#[tokio::test]
async fn lists_come_in_the_order_that_is_asked_for() {
    let shelf = Shelf::filled().await;
    let newest = each(&shelf.ask("").await.list("tickets"), "title");
    assert_eq!(newest.first().map(String::as_str), Some("closed one"));
    let mut oldest = each(&shelf.ask("sort=created_at").await.list("tickets"), "title");
    oldest.reverse();
    assert_eq!(newest, oldest);
    let ranks = ["low", "medium", "high", "urgent", "critical", "emergency"];
    let rank = |name: &String| ranks.iter().position(|known| known == name);
    let rising = each(
        &shelf.ask("sort=priority").await.list("tickets"),
        "priority",
    );
    assert!(rising.iter().map(rank).is_sorted(), "{rising:?}");
    let falling = each(
        &shelf.ask("sort=-priority").await.list("tickets"),
        "priority",
    );
    assert!(falling.iter().rev().map(rank).is_sorted(), "{falling:?}");
    let updated = each(
        &shelf.ask("sort=-updated_at").await.list("tickets"),
        "updated_at",
    );
    assert!(updated.iter().rev().is_sorted(), "{updated:?}");
    let due = each(
        &shelf.ask("sort=due&status=open").await.list("tickets"),
        "title",
    );
    assert_eq!(
        due.first().map(String::as_str),
        Some("overdue one"),
        "{due:?}"
    );
}

#[tokio::test]
async fn wrong_parameters_are_told_all_at_once() {
    let desk = Desk::shared().await;
    let query = "status=open,lost&priority=x&category=y&assigned_to=1&customer_id=z&unassigned=1&overdue=no\
                 &sla_breach=maybe&sort=colour&limit=0&offset=-1&cursor=x&created_from=1&service_id=q&colour=red";
    let faulty = desk
        .admin
        .get(&format!("/api/v1/tickets?{query}"))
        .await
        .problem(400, "invalid")
        .faulty();
    for field in [
        "status",
        "priority",
        "category",
        "assigned_to",
        "customer_id",
        "unassigned",
        "overdue",
        "sla_breach",
        "sort",
        "limit",
        "offset",
        "cursor",
        "created_from",
        "service_id",
        "colour",
    ] {
        assert!(faulty.contains(field), "{field} is missing: {faulty:?}");
    }
    let twice = desk
        .admin
        .get("/api/v1/tickets?limit=1&limit=2")
        .await
        .faulty();
    assert_eq!(twice, set(&["limit"]));
    let injected = desk
        .admin
        .get("/api/v1/tickets?sort=created_at;DROP%20TABLE%20tickets")
        .await
        .faulty();
    assert_eq!(injected, set(&["sort"]));
}

#[tokio::test]
async fn a_customer_lists_its_own_tickets_whatever_it_asks_for() {
    let shelf = Shelf::filled().await;
    let other = shelf.desk.customer().await;
    let own = shelf.desk.ticket(&other.id).await;
    let list = other.get("/api/v1/tickets").await.is(200);
    assert_eq!(each(&list.list("tickets"), "id"), [own.as_str()]);
    assert_eq!(
        (&list.json["total"], &list.json["summary"]["open"]),
        (&json!(1), &json!(1))
    );
    let foreign = other
        .get(&format!(
            "/api/v1/tickets?customer_id={}",
            shelf.customer.id
        ))
        .await
        .is(200);
    assert_eq!(
        (&foreign.json["total"], foreign.list("tickets").len()),
        (&json!(0), 0)
    );
    assert_eq!(foreign.json["summary"]["open"], 0);
    let both = format!(
        "/api/v1/tickets?customer_id={},{}",
        shelf.customer.id, other.id
    );
    assert_eq!(
        each(&other.get(&both).await.is(200).list("tickets"), "id"),
        [own]
    );
    assert!(
        list.list("tickets")
            .iter()
            .all(|ticket| ticket.get("escalation_level").is_none())
    );
}

#[tokio::test]
async fn the_id_that_nobody_has_finds_and_counts_nothing() {
    let shelf = Shelf::filled().await;
    for filter in ["assigned_to", "assigned_team", "customer_id"] {
        let path = format!("/api/v1/tickets?{filter}=00000000-0000-0000-0000-000000000000");
        let found = shelf.desk.admin.get(&path).await.is(200);
        assert_eq!(found.json["tickets"], json!([]), "{filter}");
        assert_eq!(found.json["total"], json!(0), "{filter}");
        assert_eq!(found.json["summary"]["open"], json!(0), "{filter}");
    }
}
