//! The simple API, with and without sign-in.

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

use super::golden::Script;
use crate::http::api::{Answer, Api};
use crate::http::desk::{Desk, at};
use crate::http::program::Program;

fn new_ticket(title: &str) -> Value {
    json!({ "title": title, "description": "d", "contact_info": "c@example.com", "status": "pending" })
}

async fn made(api: &Api, title: &str) -> i64 {
    let answer = api.post("/tickets", new_ticket(title)).await.is(201);
    answer.json["id"].as_i64().expect("an id")
}

fn path(id: i64) -> String {
    format!("/tickets/{id}")
}

#[track_caller]
fn detail(answer: Answer, status: u16) -> String {
    let answer = answer.is(status);
    assert_eq!(
        answer.header("content-type"),
        "application/json",
        "{answer}"
    );
    let object = answer.json.as_object().expect("an object");
    assert_eq!(object.len(), 1, "{answer}");
    answer.str("detail")
}

/// A desk on which the simple API asks for a token.
fn with_tokens() -> Program {
    Program::new().set("dialects.simple.access", "token")
}

#[tokio::test]
async fn the_documents_exchanges_go_as_printed() {
    let program = Program::new();
    let server = program.serve();
    let exchanges = include_str!("../../../golden/simple.json");
    Script::default().replay(&server.api(), exchanges).await;
}

#[tokio::test]
async fn a_long_list_is_one_array_in_order_of_ids() {
    let program = Program::new();
    let server = program.serve();
    let api = server.api();
    assert_eq!(api.get("/tickets").await.is(200).json, json!([]));
    // More than two pages of what is read at once.
    let ids: Vec<i64> = stream::iter(0..1_100)
        .map(|n| {
            let api = api.clone();
            async move { made(&api, &format!("Ticket {n}")).await }
        })
        .buffer_unordered(32)
        .collect()
        .await;
    api.delete(&path(ids[7])).await.is(200);
    let listed = api.get("/tickets").await.is(200);
    assert_eq!(listed.header("content-type"), "application/json");
    let listed: Vec<i64> = listed
        .json
        .as_array()
        .expect("an array")
        .iter()
        .map(|it| it["id"].as_i64().expect("an id"))
        .collect();
    assert_eq!(listed.len(), 1_099);
    assert!(listed.is_sorted(), "in order of ids");
    assert!(!listed.contains(&ids[7]), "deleted");
    let page = api.get("/tickets/?anything=1").await.is(200);
    assert_eq!(
        page.json.as_array().map(Vec::len),
        Some(1_099),
        "no parameters, no pages"
    );
}

#[tokio::test]
async fn what_is_set_reads_back_whatever_it_was_before() {
    let program = Program::new();
    let server = program.serve();
    let api = &server.api();
    for before in [
        "pending",
        "in_progress",
        "resolved",
        "closed",
        "pending_customer",
        "pending_vendor",
    ] {
        for wanted in ["pending", "in_progress", "resolved", "closed"] {
            let new =
                json!({ "title": "t", "description": "d", "contact_info": "", "status": before });
            let made = api.post("/tickets", new).await.is(201);
            let id = made.json["id"].as_i64().expect("an id");
            let changed = api
                .put(&path(id), json!({ "status": wanted }))
                .await
                .is(200);
            assert_eq!(changed.str("status"), wanted, "{before}");
            assert_eq!(api.get(&path(id)).await.is(200).str("status"), wanted);
            let again = api
                .put(&path(id), json!({ "status": wanted }))
                .await
                .is(200);
            assert_eq!(
                again.header("etag"),
                changed.header("etag"),
                "nothing changes"
            );
        }
    }
    let id = made(api, "by name").await;
    for (name, shown) in [
        ("pending_vendor", "in_progress"),
        ("closed", "closed"),
        ("reopened", "pending"),
    ] {
        let changed = api.put(&path(id), json!({ "status": name })).await.is(200);
        assert_eq!(changed.str("status"), shown, "{name}");
    }
    let refused = api.put(&path(id), json!({ "status": "open" })).await;
    assert!(detail(refused, 409).contains("A ticket that is reopened cannot become open"));
}

#[tokio::test]
async fn a_bad_id_is_404_and_a_bad_body_400() {
    let api = &Desk::shared().await.anonymous;
    for id in [
        "0",
        "-1",
        "01",
        "1.5",
        "abc",
        "99999999999999999999",
        "9223372036854775807",
    ] {
        let path = format!("/tickets/{id}");
        let body = json!({ "status": "resolved" });
        assert_eq!(
            detail(api.put(&path, body).await, 404),
            "Ticket not found",
            "{id}"
        );
        assert_eq!(
            detail(api.delete(&path).await, 404),
            "Ticket not found",
            "{id}"
        );
    }
    let id = made(api, "t").await;
    for (body, wanted) in [
        (
            json!({}),
            "title is required; description is required; contact_info is required",
        ),
        (
            json!({ "title": 1, "description": "", "contact_info": null }),
            "title must be a string",
        ),
        (
            json!({ "title": "t", "description": "d", "contact_info": "c", "status": "done" }),
            "status must be one of pending",
        ),
        (json!([]), "The body has to be a JSON object"),
    ] {
        let told = detail(api.post("/tickets", body).await, 400);
        assert!(told.contains(wanted), "{told}");
    }
    for body in [
        json!({}),
        json!({ "status": null }),
        json!({ "status": "Resolved" }),
    ] {
        assert!(detail(api.put(&path(id), body).await, 400).starts_with("status "));
    }
    let broken = api
        .ask("PUT", &path(id))
        .header("content-type", "application/json")
        .bytes("{")
        .send()
        .await;
    assert!(detail(broken, 400).starts_with("The body is not JSON"));
    detail(api.ask("POST", "/tickets").bytes("x").send().await, 415);
    detail(api.ask("PATCH", &path(id)).send().await, 405);
    detail(api.get(&format!("{}/comments", path(id))).await, 404);
}

#[tokio::test]
async fn unknown_fields_and_trailing_slashes_do_not_matter() {
    let api = &Desk::shared().await.anonymous;
    let mut new = new_ticket("t");
    new["colour"] = json!("red");
    let id = api.post("/tickets/", new).await.is(201).json["id"]
        .as_i64()
        .expect("an id");
    let whole = json!({ "id": id, "title": "other", "status": "resolved", "colour": 1 });
    let changed = api.put(&format!("{}/", path(id)), whole).await.is(200);
    assert_eq!(
        (changed.str("title"), changed.str("status")),
        ("t".to_owned(), "resolved".to_owned())
    );
    api.get(&format!("{}/", path(id))).await.is(200);
    api.delete(&format!("{}/", path(id))).await.is(200);
}

#[tokio::test]
async fn a_visitor_has_to_do_with_tickets_of_this_api_alone() {
    let desk = Desk::shared().await;
    let (customer, visitor) = (desk.customer().await, &desk.anonymous);
    let isp = desk.ticket_with(&customer.id, json!({})).await;
    let foreign = path(isp.json["number"].as_i64().expect("a number"));
    for answer in [
        visitor.get(&foreign).await,
        visitor.put(&foreign, json!({ "status": "closed" })).await,
        visitor.delete(&foreign).await,
    ] {
        assert_eq!(detail(answer, 404), "Ticket not found");
    }
    let own = made(visitor, "By a visitor").await;
    let listed = visitor.get("/tickets").await.is(200).json;
    let ids: Vec<_> = listed
        .as_array()
        .expect("an array")
        .iter()
        .map(|it| it["id"].as_i64())
        .collect();
    assert!(ids.contains(&Some(own)) && !ids.contains(&isp.json["number"].as_i64()));

    // A customer sees its own account's tickets, whichever API they came in by, and no visitor's.
    customer.get(&foreign).await.is(200);
    assert_eq!(
        detail(customer.get(&path(own)).await, 404),
        "Ticket not found"
    );
    let found = desk
        .admin
        .get("/api/v1/tickets?q=visitor&limit=1000")
        .await
        .is(200)
        .list("tickets");
    let found = found
        .iter()
        .find(|it| it["number"] == own)
        .expect("staff finds it");
    for field in ["customer_id", "created_by", "service_id", "assigned_to"] {
        assert_eq!(found[field], Value::Null, "{field}");
    }
    assert_eq!(
        (&found["source"], &found["contact_info"]),
        (&json!("simple"), &json!("c@example.com"))
    );
    let history = desk.history(found["id"].as_str().expect("an id")).await;
    assert_eq!(history[0]["actor"]["role"], "anonymous");
    // Nothing else opens.
    for path in ["/api/v1/tickets", "/maintenance", "/auth/users/me"] {
        visitor.get(path).await.is(401);
    }
    visitor
        .with_token("no.such.token")
        .get("/tickets")
        .await
        .is(401);
}

#[tokio::test]
async fn a_new_ticket_that_is_resolved_has_both_in_its_history() {
    let desk = Desk::shared().await;
    let mut new = new_ticket("resolved at once");
    new["status"] = json!("resolved");
    let made = desk.anonymous.post("/tickets", new).await.is(201);
    assert_eq!(made.header("etag"), "\"2\"");
    assert_eq!(
        made.header("location"),
        format!("/tickets/{}", made.json["id"])
    );
    let found = desk
        .admin
        .get("/api/v1/tickets?q=resolved&status=resolved&limit=1000")
        .await
        .is(200)
        .list("tickets");
    let found = found
        .iter()
        .find(|it| it["number"] == made.json["id"])
        .expect("it is there");
    let actions = desk.history(found["id"].as_str().expect("an id")).await;
    let actions: Vec<_> = actions
        .iter()
        .map(|entry| entry["action"].clone())
        .collect();
    assert_eq!(actions, [json!("created"), json!("resolved")]);
}

#[tokio::test]
async fn keys_and_entity_tags_work_for_visitors_too() {
    let api = &Desk::shared().await.anonymous;
    let key = format!("visit-{}", crate::http::desk::next());
    let ask = |title: &'static str| {
        api.ask("POST", "/tickets")
            .header("idempotency-key", &key)
            .json(new_ticket(title))
    };
    let first = ask("Once").send().await.is(201);
    let again = ask("Once").send().await.is(201);
    assert_eq!(
        (&first.json, again.header("idempotency-replayed").as_str()),
        (&again.json, "true")
    );
    detail(ask("Twice").send().await, 422);
    let id = first.json["id"].as_i64().expect("an id");
    let put = |tag: &str| {
        api.ask("PUT", &path(id))
            .header("if-match", tag)
            .json(json!({ "status": "closed" }))
    };
    detail(put("\"7\", \"8\"").send().await, 412);
    put("\"1\", \"8\"").send().await.is(200);
    detail(put("\"1\"").send().await, 412);
}

#[tokio::test]
async fn with_tokens_customers_make_list_close_and_reopen() {
    let program = with_tokens();
    let server = program.serve();
    let desk = Desk::on(&server).await;
    assert_eq!(
        detail(desk.anonymous.get("/tickets").await, 401),
        "No token was sent"
    );
    detail(desk.anonymous.post("/tickets", new_ticket("t")).await, 401);
    let (customer, other) = (desk.customer().await, desk.customer().await);
    let id = made(&customer, "Mine").await;
    assert_eq!(customer.get("/tickets").await.json[0]["id"], id);
    assert_eq!(other.get("/tickets").await.is(200).json, json!([]));
    let status = |status: &str| json!({ "status": status });
    for wanted in ["in_progress", "resolved"] {
        let told = detail(customer.put(&path(id), status(wanted)).await, 403);
        assert_eq!(told, "status may be changed by staff only");
    }
    customer.put(&path(id), status("pending")).await.is(200);
    customer.put(&path(id), status("closed")).await.is(200);
    let reopened = customer.put(&path(id), status("pending")).await.is(200);
    assert_eq!(reopened.str("status"), "pending");
    for answer in [
        other.get(&path(id)).await,
        other.put(&path(id), status("resolved")).await,
        other.delete(&path(id)).await,
    ] {
        assert_eq!(detail(answer, 404), "Ticket not found");
    }
    detail(customer.delete(&path(id)).await, 403);
    detail(desk.agent().await.delete(&path(id)).await, 403);
    desk.agent()
        .await
        .put(&path(id), status("resolved"))
        .await
        .is(200);
    assert_eq!(
        desk.lead().await.delete(&path(id)).await.is(200).json["id"],
        id
    );
    let mut resolved = new_ticket("Resolved by a customer");
    resolved["status"] = json!("resolved");
    detail(customer.post("/tickets", resolved).await, 403);
    // A machine that serves people without accounts.
    let machine = desk.machine(&["tickets:read", "tickets:write"]).await;
    let id = made(&machine, "From a form").await;
    machine.get(&path(id)).await.is(200);
    assert_eq!(
        detail(customer.get(&path(id)).await, 404),
        "Ticket not found"
    );
    let isp = desk.admin.get(&at("x", "")).await;
    isp.problem(404, "not_found");
}
