//! Canned answers.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::api::each;
use super::super::desk::{Desk, at, eventually, next, with};

const TEMPLATES: &str = "/api/v1/support/resolution-templates";

#[tokio::test]
async fn a_template_is_filled_in_from_a_ticket() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let customer = desk.account(json!({ "name": "Ada & Sons {{agent.name}}", "account_number": format!("AC-{}", next()) })).await;
    let ticket = desk
        .ticket_with(&customer, json!({ "category": "billing_inquiry" }))
        .await;
    let body = json!({
        "name": "Paid", "category": "billing_inquiry", "resolution_code": "paid",
        "body": "Dear {{ customer.name }},\n{{ticket.number}} ({{ticket.category}}) is settled.{{contact.name}}\n{{agent.name}}"
    });
    let made = agent.post(TEMPLATES, body).await.is(201);
    assert_eq!(
        made.json["placeholders"],
        json!([
            "customer.name",
            "ticket.number",
            "ticket.category",
            "contact.name",
            "agent.name"
        ])
    );
    let path = format!("{TEMPLATES}/{}/render", made.str("id"));
    let filled = agent
        .post(&path, json!({ "ticket_id": ticket.str("id") }))
        .await
        .is(200);
    let wanted = format!(
        "Dear Ada & Sons {{{{agent.name}}}},\n{} (billing inquiry) is settled.\n{}",
        ticket.str("ticket_number"),
        agent.username
    );
    assert_eq!(filled.str("body"), wanted);
    assert_eq!(
        (&filled.json["missing"], filled.str("resolution_code")),
        (&json!(["contact.name"]), "paid".to_owned())
    );
    let unknown = agent
        .post(
            &path,
            json!({ "ticket_id": "01980000-0000-7000-8000-0000000000ff" }),
        )
        .await;
    assert_eq!(
        unknown.faults(),
        BTreeSet::from(["ticket_id unknown".to_owned()])
    );
}

#[tokio::test]
async fn an_unknown_placeholder_is_refused_by_name() {
    let desk = Desk::shared().await;
    let bad = json!({ "name": "Bad", "body": "Dear {{customer.nmae}}" });
    let refused = desk.admin.post(TEMPLATES, bad.clone()).await;
    assert_eq!(
        refused.faults(),
        BTreeSet::from(["body placeholder".to_owned()])
    );
    assert!(refused.text().contains("{{customer.nmae}}"), "{refused}");
    let made = desk
        .admin
        .post(
            TEMPLATES,
            with(bad.clone(), json!({ "body": "Dear customer" })),
        )
        .await
        .is(201);
    let path = format!("{TEMPLATES}/{}", made.str("id"));
    desk.admin.put(&path, bad).await.is(400);
    desk.admin
        .put(&path, json!({ "body": "{{open" }))
        .await
        .is(400);
    let faults = desk
        .admin
        .post(
            TEMPLATES,
            json!({ "name": "", "body": "x".repeat(20_001), "category": "music", "x": 1 }),
        )
        .await;
    assert_eq!(
        faults.faulty(),
        ["name", "body", "category", "x"].map(str::to_owned).into()
    );
}

#[tokio::test]
async fn templates_are_changed_listed_by_category_and_deleted() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let make = |category: Value| {
        let body = json!({ "name": format!("Template {}", next()), "body": "Done.", "category": category });
        let agent = &agent;
        async move { agent.post(TEMPLATES, body).await.is(201) }
    };
    let (any, repair, other) = (
        make(Value::Null).await,
        make(json!("repair")).await,
        make(json!("account")).await,
    );
    let listed = agent
        .get(&format!("{TEMPLATES}?category=repair"))
        .await
        .is(200);
    let ids: BTreeSet<_> = each(&listed.list("items"), "id").into_iter().collect();
    assert!(
        ids.contains(&any.str("id"))
            && ids.contains(&repair.str("id"))
            && !ids.contains(&other.str("id"))
    );
    assert_eq!(listed.json["total"], ids.len());
    let path = format!("{TEMPLATES}/{}", repair.str("id"));
    let back = with(
        repair.json.clone(),
        json!({ "category": null, "body": "Mended on {{today}}." }),
    );
    let changed = agent.put(&path, back).await.is(200);
    assert_eq!(
        (&changed.json["category"], &changed.json["placeholders"]),
        (&Value::Null, &json!(["today"]))
    );
    let forged = agent.put(&path, json!({ "placeholders": [] })).await;
    assert_eq!(
        forged.faults(),
        BTreeSet::from(["placeholders read_only".to_owned()])
    );
    agent.delete(&path).await.is(204);
    agent.delete(&path).await.is(404);
    agent.get(&path).await.is(404);
    agent.put(&path, json!({ "name": "Back" })).await.is(404);
}

#[tokio::test]
async fn a_ticket_tells_staff_what_canned_answer_it_was_resolved_with() {
    let desk = Desk::shared().await;
    let (agent, customer) = (desk.agent().await, desk.customer().await);
    let answer = json!({ "name": "Paid", "body": "Paid.", "resolution_code": "paid" });
    let template = agent.post(TEMPLATES, answer).await.is(201).str("id");
    let how = json!({ "resolution_template_id": template });
    let [resolved, closed, by_code] = [
        desk.ticket_with(&customer.id, json!({})).await.str("id"),
        desk.ticket_with(&customer.id, json!({})).await.str("id"),
        desk.ticket_with(&customer.id, json!({})).await.str("id"),
    ];

    let unknown = json!({ "resolution_template_id": "01980000-0000-7000-8000-0000000000ff" });
    for way in ["/resolve", "/close"] {
        let refused = agent.post(&at(&resolved, way), unknown.clone()).await;
        let fault = "resolution_template_id unknown".to_owned();
        assert_eq!(refused.faults(), BTreeSet::from([fault]));
    }
    customer
        .post(&at(&resolved, "/close"), how.clone())
        .await
        .is(403);

    let done = agent
        .post(&at(&resolved, "/resolve"), how.clone())
        .await
        .is(200);
    assert_eq!(
        (
            done.str("resolution_template_id"),
            done.str("resolution_code")
        ),
        (template.clone(), "paid".to_owned())
    );
    let own = with(how.clone(), json!({ "resolution_code": "else" }));
    let done = agent.post(&at(&by_code, "/resolve"), own).await.is(200);
    assert_eq!(done.str("resolution_code"), "else");
    agent
        .post(&at(&closed, "/close"), how.clone())
        .await
        .is(200);

    // The whole object that was read can be sent back; the answer itself is not changed so.
    let read = agent.get(&at(&resolved, "")).await.is(200);
    agent.put(&at(&resolved, ""), read.json).await.is(200);
    let forged = json!({ "resolution_template_id": null });
    let refused = agent.put(&at(&resolved, ""), forged).await;
    let fault = "resolution_template_id read_only".to_owned();
    assert_eq!(refused.faults(), BTreeSet::from([fault]));

    // It is staff's alone, in the history too.
    let fields = |history: &Value| {
        let entries = history["history"].as_array().expect("entries").iter();
        let changes = entries.flat_map(|entry| entry["changes"].as_array().expect("changes"));
        let names = changes.map(|change| change["field"].as_str().expect("a name").to_owned());
        names.collect::<BTreeSet<_>>()
    };
    let path = at(&resolved, "/history");
    assert!(fields(&agent.get(&path).await.is(200).json).contains("resolution_template_id"));
    let told = fields(&customer.get(&path).await.is(200).json);
    assert!(told.contains("resolution_code") && !told.contains("resolution_template_id"));
    let read = customer.get(&at(&resolved, "")).await.is(200);
    assert_eq!(read.json.get("resolution_template_id"), None);

    // The report tells how long such resolutions last.
    let reason = json!({ "reason": "still not paid" });
    let back = customer.post(&at(&resolved, "/reopen"), reason).await;
    back.is(200);
    let read = agent.get(&at(&resolved, "")).await.is(200);
    assert_eq!(read.json["resolution_template_id"], Value::Null);
    let path = format!(
        "/api/v1/support/resolution-patterns?customer={}",
        customer.id
    );
    let row = eventually("the report", || async {
        let found = agent.get(&path).await.is(200).list("breakdown");
        let row = found.into_iter().find(|row| row["resolved"] == 2);
        row.filter(|row| row["reopen_rate"] == 0.5)
    })
    .await;
    assert_eq!(
        [
            &row["resolution_code"],
            &row["resolution_template_id"],
            &row["resolution_template"]
        ],
        [&json!("paid"), &json!(template), &json!("Paid")]
    );
    let table = agent
        .get(&format!("{path}&format=csv"))
        .await
        .is(200)
        .text();
    assert!(
        table.contains(&format!(",paid,{template},Paid,")),
        "{table}"
    );
}
