//! Figures by group over HTTP: against what capacity, that no group is left out, and how tables tell what they lack.

use serde_json::{Value, json};

use super::desk::{Customer, Desk, Person, at, eventually, with};

fn path(question: &str, query: &str) -> String {
    format!("/api/v1/support/{question}?{query}")
}

/// A team with an agent who can hold four tickets, one who can hold six and is away, and a customer with two tickets: one of
/// the team's with the agent, one that the team has.
struct Shop {
    desk: Desk,
    team: String,
    agent: Person,
    away: Person,
    customer: Customer,
}

impl Shop {
    async fn new() -> Self {
        let desk = Desk::shared().await;
        let team = desk.team().await;
        let person = |more: Value| {
            let own = json!({ "role": "agent", "team_ids": [team] });
            desk.person(with(own, more))
        };
        let agent = person(json!({ "capacity": 4 })).await;
        let away = person(json!({ "capacity": 6, "is_available": false })).await;
        let customer = desk.customer().await;
        for (field, id) in [("user", &agent.id), ("team", &team)] {
            let ticket = desk.ticket(&customer.id).await;
            let to = json!({ "assigned_to": id, "assignment_type": field });
            desk.admin.post(&at(&ticket, "/assign"), to).await.is(200);
        }
        Self {
            desk,
            team,
            agent,
            away,
            customer,
        }
    }

    /// The answer, once so many tickets are in it.
    async fn workload(&self, query: &str, open: u64) -> Value {
        let path = path("workload-distribution", query);
        eventually("the figures", || async {
            let found = self.desk.admin.get(&path).await.is(200).json;
            (found["totals"]["open"] == open).then_some(found)
        })
        .await
    }

    /// The row of an id.
    fn row<'a>(found: &'a Value, id: &str) -> Option<&'a Value> {
        let mut rows = found["breakdown"].as_array().expect("rows").iter();
        rows.find(|row| row["id"] == id)
    }
}

#[tokio::test]
async fn a_team_is_measured_by_what_its_members_can_hold_who_take_tickets() {
    let shop = Shop::new().await;
    let (team, agent) = (&shop.team, &shop.agent.id);
    let found = shop.workload(&format!("team={team}"), 2).await;
    let load = |of: &Value| [&of["open"], &of["capacity"], &of["utilization"]].map(Value::clone);
    let two_of_four = [json!(2), json!(4), json!(0.5)];
    assert_eq!(load(&found["totals"]), two_of_four);
    let row = |id: &str| Shop::row(&found, id).unwrap_or_else(|| panic!("{id}: {found}"));
    assert_eq!(load(row(team)), two_of_four);
    assert_eq!(row(team)["is_available"], Value::Null);
    assert_eq!(load(row(agent)), [json!(1), json!(4), json!(0.25)]);
    assert_eq!(row(&shop.away.id)["is_available"], false);
    // The two members, nobody, and the team: nobody of another team is there.
    assert_eq!(found["breakdown_total"], 4, "{found}");

    let found = shop.workload(&format!("agent={agent}"), 1).await;
    assert_eq!(load(&found["totals"]), [json!(1), json!(4), json!(0.25)]);
    let found = shop.workload(&format!("agent=none&team={team}"), 1).await;
    assert_eq!(load(&found["totals"]), [json!(1), json!(0), Value::Null]);
    let found = shop.workload(&format!("agent={agent}&team=none"), 0).await;
    assert_eq!(load(&found["totals"]), [json!(0), json!(4), json!(0.0)]);
}

#[tokio::test]
async fn workload_is_grouped_by_what_is_asked_for() {
    let shop = Shop::new().await;
    let all = format!("customer={}", shop.customer.id);
    for (by, n) in [("priority", 1), ("customer", 1), ("category", 1)] {
        let found = shop.workload(&format!("{all}&group_by={by}"), 2).await;
        assert_eq!(found["breakdown_total"], n, "{found}");
        let row = &found["breakdown"][0];
        assert_eq!((&row["by"], &row["open"]), (&json!(by), &json!(2)));
        assert_eq!(row["capacity"], Value::Null);
    }
    for by in ["agent", "team"] {
        let found = shop.workload(&format!("{all}&group_by={by}"), 2).await;
        let rows = found["breakdown"].as_array().expect("rows");
        assert!(rows.iter().all(|row| row["by"] == by), "{found}");
    }
    // A table is of one kind of group: its column adds up to the total.
    let query = format!("team={}&format=csv", shop.team);
    let place = path("workload-distribution", &query);
    let table = shop.desk.admin.get(&place).await.is(200).text();
    let by: Vec<_> = table.lines().skip(1).map(|line| &line[..6]).collect();
    assert_eq!(by, ["agent,"; 3], "{table}");
}

#[tokio::test]
async fn groups_with_any_figure_are_there_and_add_up_to_the_totals() {
    let shop = Shop::new().await;
    let (desk, customer) = (&shop.desk, &shop.customer);
    let of = format!("customer={}", customer.id);
    let list = format!(
        "/api/v1/tickets?customer_id={}&assigned_to={}",
        customer.id, shop.agent.id
    );
    let ticket = desk.admin.get(&list).await.is(200).list("tickets")[0]["id"].clone();
    let ticket = ticket.as_str().expect("an id").to_owned();
    shop.agent
        .post(&at(&ticket, "/resolve"), json!({}))
        .await
        .is(200);
    // Somebody else's only figure is a first response.
    let ticket = desk.ticket(&customer.id).await;
    let other = desk.agent().await;
    let say = json!({ "body": "We are on it." });
    other.post(&at(&ticket, "/comments"), say).await.is(201);
    shop.workload(&of, 2).await;
    let found = eventually("the figures", || async {
        let path = path("agent-performance", &of);
        let found = desk.admin.get(&path).await.is(200).json;
        (found["totals"]["first_response"]["count"] == 1).then_some(found)
    })
    .await;
    let met = |of: &Value| of["sla"]["met"].as_u64().expect("a number");
    let rows = found["breakdown"].as_array().expect("rows");
    assert_eq!(rows.len(), 2, "{found}");
    assert_eq!(rows.iter().map(met).sum::<u64>(), met(&found["totals"]));

    // Nobody rated anything: who resolved is there all the same.
    let query = format!("{of}&group_by=agent");
    let found = desk.admin.get(&path("metrics/satisfaction", &query)).await;
    let found = found.is(200).json;
    assert_eq!(found["breakdown"][0]["resolved"], 1, "{found}");

    // A table about agents is by agent also where nobody says so.
    let query = format!("{of}&format=csv");
    let table = desk.admin.get(&path("agent-performance", &query)).await;
    let table = table.is(200);
    assert_eq!(table.header("linedesk-breakdown-total"), "2");
    let text = table.text();
    let mut lines = text.lines();
    let columns = lines.next().expect("columns");
    assert!(columns.starts_with("by,id,name,"), "{columns}");
    assert!(
        columns.ends_with(",is_complete,breakdown_total"),
        "{columns}"
    );
    assert!(lines.all(|line| line.starts_with("agent,") && line.ends_with(",2")));
}

#[tokio::test]
async fn tables_say_whether_they_are_complete() {
    let desk = Desk::shared().await;
    let place = path("metrics/performance", "format=csv");
    let table = desk.admin.get(&place).await.is(200);
    assert_eq!(table.header("linedesk-is-complete"), "true");
    let text = table.text();
    let first = text.lines().next().expect("columns");
    assert!(first.ends_with(",is_complete"), "{first}");
    assert!(text.lines().skip(1).all(|line| line.ends_with(",true")));
}

#[tokio::test]
async fn what_is_reopened_is_told_apart() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let resolution = at(&ticket, "/resolve");
    let resolve = || desk.admin.post(&resolution, json!({}));
    resolve().await.is(200);
    let reason = json!({ "reason": "it is down again" });
    desk.admin
        .post(&at(&ticket, "/reopen"), reason)
        .await
        .is(200);
    resolve().await.is(200);
    let query = format!("customer={}", customer.id);
    let totals = |question: &'static str| {
        let (admin, path) = (desk.admin.clone(), path(question, &query));
        async move { admin.get(&path).await.is(200).json }
    };
    let found = eventually("the figures", || async {
        let found = totals("metrics/first-call-resolution").await;
        (found["totals"]["resolved"] == 2).then_some(found)
    })
    .await;
    // One came back, the other is what came of that: neither was done at the first contact.
    let of = |name: &str| found["totals"][name].as_u64().expect("a number");
    assert_eq!(
        ["first_contact", "several_replies", "reopened", "came_back"].map(of),
        [0, 0, 2, 1]
    );
    assert_eq!(totals("metrics/performance").await["totals"]["reopened"], 1);
    let found = totals("resolution-patterns").await;
    let row = &found["breakdown"][0];
    for of in [&found["totals"], row] {
        assert_eq!(
            (&of["came_back"], &of["reopen_rate"]),
            (&json!(1), &json!(0.5))
        );
    }
}
