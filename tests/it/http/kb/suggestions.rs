//! What may help with a ticket.

use serde_json::{Value, json};

use super::super::api::text;
use super::super::desk::{Desk, at, next};
use super::write;

const SUGGESTIONS: &str = "/api/v1/support/auto-suggestions";

fn titles(list: &Value, of: &str) -> Vec<String> {
    let items = list.as_array().expect("a list").iter();
    items.map(|one| text(&one[of]["title"])).collect()
}

#[tokio::test]
async fn a_clumsy_sentence_finds_the_article_the_ticket_and_the_template() {
    let desk = Desk::shared().await;
    let (agent, customer) = (desk.agent().await, desk.customer().await);
    // A word that no other test has, so that they do not get in each other's way.
    let thing = format!("blorp{}", "x".repeat(next() as usize % 7 + 1));
    let title = format!("Resetting the {thing}zilla converter");
    write(
        &desk.admin,
        json!({ "title": title, "body": "Hold the button of the converter for ten seconds." }),
    )
    .await;
    let body = json!({ "title": format!("My {thing}zilla converter fails"), "description": "Converter button does nothing.", "category": "equipment_issue", "priority": "high" });
    let ticket = desk.ticket_with(&customer.id, body).await.str("id");
    let resolution = json!({ "resolution": "Button held", "resolution_code": "reset" });
    desk.admin
        .post(&at(&ticket, "/resolve"), resolution)
        .await
        .is(200);
    let template = json!({ "name": format!("{thing}zilla reset"), "body": "Dear {{customer.name}}, hold the button of the converter." });
    desk.admin
        .post("/api/v1/support/resolution-templates", template)
        .await
        .is(201);

    let asked = json!({ "title": format!("hello, {thing}zila convertr"), "description": "please help, the converter buton is dead" });
    let staff = agent.post(SUGGESTIONS, asked.clone()).await.is(200);
    assert_eq!(
        titles(&staff.json["articles"], "article").first(),
        Some(&title),
        "{staff}"
    );
    let best = &staff.json["articles"][0];
    assert!(
        best["score"].as_f64().unwrap() > 0.1 && best["words"].as_array().unwrap().len() >= 2,
        "{best}"
    );
    let similar = staff.json["similar_tickets"].as_array().expect("for staff");
    let found = similar
        .iter()
        .find(|one| one["id"] == ticket.as_str())
        .expect("the resolved one");
    assert_eq!(
        (text(&found["resolution_code"]), text(&found["status"])),
        ("reset".to_owned(), "resolved".to_owned())
    );
    assert!(
        !staff.json["resolution_templates"]
            .as_array()
            .expect("for staff")
            .is_empty()
    );
    assert_eq!(staff.json["category"]["value"], "equipment_issue");
    assert!(staff.json["category"]["score"].as_f64().unwrap() < 1.0);
    assert!(
        !staff.json["priority"]["words"]
            .as_array()
            .unwrap()
            .is_empty()
    );

    let theirs = customer.post(SUGGESTIONS, asked).await.is(200);
    assert_eq!(
        titles(&theirs.json["articles"], "article").first(),
        Some(&title)
    );
    assert!(
        theirs.json.get("similar_tickets").is_none()
            && theirs.json.get("resolution_templates").is_none()
    );
}

#[tokio::test]
async fn nothing_of_others_is_suggested_to_a_customer_not_by_a_word() {
    let desk = Desk::shared().await;
    let (a, b) = (desk.customer().await, desk.customer().await);
    let word = format!("merger{}", "y".repeat(next() as usize % 9 + 3));
    let body = json!({ "title": format!("{word} of our companies"), "description": format!("Keep the {word} secret, please."), "category": "account", "priority": "emergency" });
    let ticket = desk.ticket_with(&a.id, body).await.str("id");
    desk.admin
        .post(&at(&ticket, "/resolve"), json!({}))
        .await
        .is(200);
    write(
        &desk.admin,
        json!({ "title": format!("The {word}"), "visibility": "internal" }),
    )
    .await;
    let asked = json!({ "title": word });
    let own = a.post(SUGGESTIONS, asked.clone()).await.is(200);
    assert_eq!(own.json["category"]["value"], "account");
    let others = b.post(SUGGESTIONS, asked).await.is(200);
    assert_eq!(
        (&others.json["category"], &others.json["priority"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(others.json["articles"], json!([]));
}

#[tokio::test]
async fn a_token_without_the_right_to_tickets_is_not_told_of_any() {
    let desk = Desk::shared().await;
    let asked = json!({ "title": "router restart" });
    let reader = desk.machine(&["kb:read"]).await;
    let found = reader.post(SUGGESTIONS, asked.clone()).await.is(200);
    assert!(found.json.get("similar_tickets").is_none());
    assert!(found.json["resolution_templates"].is_array());
    let both = desk.machine(&["kb:read", "tickets:read"]).await;
    assert!(both.post(SUGGESTIONS, asked).await.is(200).json["similar_tickets"].is_array());
    let faults = desk
        .admin
        .post(
            SUGGESTIONS,
            json!({ "title": "", "description": 7, "mood": "bad" }),
        )
        .await;
    assert_eq!(
        faults.faulty(),
        ["title", "description", "mood"].map(str::to_owned).into()
    );
}
