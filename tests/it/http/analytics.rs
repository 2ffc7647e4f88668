//! The desk's figures over HTTP: what is in them, how they are written, who reads them, and what is refused.

use serde_json::{Value, json};

use super::api::{Answer, Api};
use super::desk::{Customer, Desk, at, eventually};

/// Every question.
const QUESTIONS: [&str; 10] = [
    "metrics/performance",
    "metrics/satisfaction",
    "metrics/first-call-resolution",
    "metrics/response-times",
    "workload-distribution",
    "agent-performance",
    "trending-issues",
    "escalation-analysis",
    "customer-effort-score",
    "resolution-patterns",
];

fn path(question: &str, query: &str) -> String {
    format!("/api/v1/support/{question}?{query}")
}

/// A customer with three tickets: one resolved with a code after an answer and rated, one reopened, one open and escalated.
async fn past(desk: &Desk) -> Customer {
    let customer = desk.customer().await;
    let title = json!({ "title": "Flickering lamp on the modem", "tags": ["flicker"], "category": "outage_report" });
    let mut tickets = Vec::new();
    for _ in 0..3 {
        tickets.push(
            desk.ticket_with(&customer.id, title.clone())
                .await
                .str("id"),
        );
    }
    let [rated, reopened, open] = tickets.try_into().expect("three tickets");
    let say = json!({ "body": "We are on it." });
    desk.admin.post(&at(&rated, "/comments"), say).await.is(201);
    let how = json!({ "resolution_code": "replaced" });
    desk.admin.post(&at(&rated, "/resolve"), how).await.is(200);
    let rating = json!({ "score": 4, "effort": 6, "comment": "quick, \"really\"" });
    customer
        .post(&at(&rated, "/satisfaction"), rating)
        .await
        .is(201);
    desk.admin
        .post(&at(&reopened, "/resolve"), json!({}))
        .await
        .is(200);
    let reason = json!({ "reason": "it is down again" });
    customer
        .post(&at(&reopened, "/reopen"), reason.clone())
        .await
        .is(200);
    desk.admin
        .post(&at(&open, "/escalate"), reason)
        .await
        .is(200);
    customer
}

/// The answer, once it tells of so many new tickets of the customer.
async fn told(api: &Api, customer: &Customer, created: u64) -> Answer {
    let path = path("metrics/performance", &format!("customer={}", customer.id));
    eventually("the figures", || async {
        let answer = api.get(&path).await.is(200);
        (answer.json["totals"]["created"] == created && answer.json["totals"]["backlog"] == 2)
            .then_some(answer)
    })
    .await
}

#[tokio::test]
async fn what_happens_to_tickets_is_in_the_figures_a_moment_later() {
    let desk = Desk::shared().await;
    let customer = past(&desk).await;
    let agent = desk.agent().await;
    let found = told(&agent, &customer, 3).await.json;
    let totals = &found["totals"];
    assert_eq!(
        [
            &totals["created"],
            &totals["resolved"],
            &totals["reopened"],
            &totals["backlog"]
        ],
        [3, 2, 1, 2]
    );
    assert_eq!(found["filters"], json!({ "customer": [customer.id] }));
    assert_eq!(found["period"]["step"], "day");
    assert_eq!(found["series"].as_array().map(Vec::len), Some(30));
    assert_eq!(found["series"][29]["created"], 3);
    assert_eq!(
        totals["sla"]["first_response"],
        json!({ "met": 1, "missed": 0, "attainment": 1.0 })
    );

    let of = |question: &'static str, more: &'static str| {
        let (agent, id) = (Api::clone(&agent), customer.id.clone());
        async move {
            let path = path(question, &format!("customer={id}{more}"));
            agent.get(&path).await.is(200).json
        }
    };
    let found = of("metrics/satisfaction", "").await;
    assert_eq!(found["totals"]["csat"], 1.0);
    assert_eq!(found["totals"]["distribution"]["4"], 1);
    assert_eq!(found["comments"][0]["comment"], "quick, \"really\"");
    let found = of("metrics/first-call-resolution", "").await;
    assert_eq!(
        [
            &found["totals"]["resolved"],
            &found["totals"]["first_contact"]
        ],
        [2, 1]
    );
    let found = of("metrics/response-times", "&group_by=team").await;
    assert_eq!(found["totals"]["first_response"]["wall_clock"]["count"], 1);
    assert_eq!(found["totals"]["resolution"]["business"]["count"], 2);
    assert_eq!(found["breakdown"][0]["by"], "team");
    let found = of("workload-distribution", "").await;
    assert_eq!(found["totals"]["open"], 2);
    let found = of("agent-performance", "").await;
    assert_eq!(found["breakdown"][0]["by"], "agent");
    assert_eq!(found["totals"]["handled"], 2);
    let found = of("trending-issues", "&min_count=3").await;
    assert_eq!(found["totals"]["tickets"], 3);
    let found = of("escalation-analysis", "").await;
    assert_eq!(found["totals"]["by_level"]["level_1"], 1);
    assert_eq!(found["reasons"][0]["reason"], "it is down again");
    assert_eq!(found["totals"]["outcomes"]["open"], 1);
    let found = of("customer-effort-score", "").await;
    assert_eq!(found["totals"]["mean_effort"], 6.0);
    assert_eq!(found["totals"]["reopens_per_resolution"], 0.0);
    let found = of("resolution-patterns", "").await;
    let codes: Vec<&Value> = found["breakdown"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| &row["resolution_code"])
        .collect();
    assert!(
        codes.contains(&&json!("replaced")) && codes.contains(&&Value::Null),
        "{found}"
    );
    assert_eq!(found["paths"][0]["statuses"], json!(["open", "resolved"]));
}

#[tokio::test]
async fn a_deleted_ticket_is_in_no_figure_any_more() {
    let desk = Desk::shared().await;
    let customer = past(&desk).await;
    told(&desk.admin, &customer, 3).await;
    let path = format!(
        "/api/v1/tickets?customer_id={}&status=resolved",
        customer.id
    );
    let ticket = desk.admin.get(&path).await.is(200).list("tickets")[0]["id"].clone();
    let ticket = ticket.as_str().expect("an id").to_owned();
    desk.admin.delete(&at(&ticket, "")).await.is(204);
    let found = told(&desk.admin, &customer, 2).await.json;
    assert_eq!(found["totals"]["resolved"], 1);
}

#[tokio::test]
async fn every_answer_has_the_same_shape_also_without_a_ticket() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    for question in QUESTIONS {
        for group in [
            "month",
            "agent",
            "day,team",
            "category",
            "week,priority",
            "customer",
        ] {
            let has_own = ["trending-issues", "resolution-patterns"].contains(&question);
            if has_own && group != "month" {
                continue;
            }
            let query = format!(
                "customer={}&group_by={group}&from=2026-01-01&to=2026-03-31",
                customer.id
            );
            let answer = desk.admin.get(&path(question, &query)).await.is(200);
            for field in [
                "period",
                "filters",
                "as_of",
                "is_complete",
                "totals",
                "series",
                "breakdown",
            ] {
                assert!(answer.json.get(field).is_some(), "{field}: {answer}");
            }
            if group == "month" {
                assert_eq!(answer.list("series").len(), 3, "{answer}");
            }
        }
    }
}

#[tokio::test]
async fn tables_and_charts_are_made_of_every_answer() {
    let desk = Desk::shared().await;
    let customer = past(&desk).await;
    told(&desk.admin, &customer, 3).await;
    for question in QUESTIONS {
        for query in [
            "",
            "group_by=agent",
            "customer=0190a5f0-0000-7000-8000-00000000dead",
        ] {
            let has_own = ["trending-issues", "resolution-patterns"].contains(&question);
            if has_own && query.starts_with("group_by") {
                continue;
            }
            let table = desk
                .admin
                .get(&path(question, &format!("{query}&format=csv")))
                .await
                .is(200);
            assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
            let text = table.text();
            let columns = text.lines().next().expect("a line").split(',').count();
            assert!(columns > 2, "{text}");
            let chart = desk
                .admin
                .get(&path(question, &format!("{query}&format=svg")))
                .await
                .is(200);
            assert_eq!(chart.header("content-type"), "image/svg+xml");
            assert!(chart.text().starts_with("<svg"), "{chart}");
        }
    }
    let query = format!("customer={}&format=csv&group_by=week", customer.id);
    let table = desk
        .admin
        .get(&path("metrics/performance", &query))
        .await
        .is(200)
        .text();
    let mut lines = table.split("\r\n");
    assert!(
        lines
            .next()
            .expect("columns")
            .starts_with("from,to,created,backlog,"),
        "{table}"
    );
    assert!(table.contains(",3,2,"), "{table}");
}

#[tokio::test]
async fn figures_are_for_staff_and_for_machines_that_may_read_them() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let machine = desk.machine(&["analytics:read"]).await;
    let other = desk.machine(&["tickets:read", "tickets:write"]).await;
    for question in QUESTIONS {
        let path = path(question, "");
        desk.anonymous
            .get(&path)
            .await
            .problem(401, "unauthenticated");
        customer.get(&path).await.problem(403, "forbidden");
        other.get(&path).await.problem(403, "forbidden");
        machine.get(&path).await.is(200);
    }
}

#[tokio::test]
async fn every_fault_of_a_question_is_told() {
    let desk = Desk::shared().await;
    let faults = |question: &'static str, query: &'static str| {
        let admin = desk.admin.clone();
        async move {
            let faults = admin.get(&path(question, query)).await.faults();
            faults.into_iter().collect::<Vec<_>>()
        }
    };
    let wrong = "from=yesterday&timezone=Moon&agent=me&team=none,7&category=x&priority=y&customer=z&group_by=hour&format=pdf&colour=red";
    assert_eq!(
        faults("metrics/performance", wrong).await,
        [
            "agent not_a_uuid",
            "category unknown_value",
            "colour unknown_parameter",
            "customer not_a_uuid",
            "format unknown_value",
            "from not_a_date",
            "group_by unknown_value",
            "priority unknown_value",
            "team not_a_uuid",
            "timezone unknown_value",
        ]
    );
    let back = "from=2026-03-02&to=2026-03-01";
    assert_eq!(faults("agent-performance", back).await, ["to backwards"]);
    let long = "from=2001-01-01&to=2026-03-01";
    assert_eq!(faults("agent-performance", long).await, ["to out_of_range"]);
    assert_eq!(
        faults("agent-performance", "from=9999-01-01").await,
        ["from in_future"]
    );
    for (question, query) in [
        ("resolution-patterns", "group_by=agent"),
        ("trending-issues", "group_by=week,category"),
    ] {
        let refused = faults(question, query).await;
        assert_eq!(refused, ["group_by not_allowed"], "{question}");
    }
    let two = "group_by=day,week,agent,team";
    assert_eq!(
        faults("metrics/satisfaction", two).await,
        ["group_by contradiction"]
    );
    assert_eq!(
        faults("trending-issues", "min_count=0").await,
        ["min_count out_of_range"]
    );
}
