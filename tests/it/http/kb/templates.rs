//! Canned answers.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::api::each;
use super::super::desk::{Desk, next, with};

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
