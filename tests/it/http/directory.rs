//! Customers, contacts, services, teams, users.

use serde_json::{Value, json};

use super::api::each;
use super::desk::{Desk, PASSWORD, next, with};

#[tokio::test]
async fn every_directory_lists_makes_reads_changes_and_switches_off() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let customer = desk.account(json!({})).await;
    let n = next();
    let entries = [
        (
            "customers",
            json!({
                "name": "Anvil & Sons", "account_number": format!("C-{n}"), "email": "a@example.net", "phone": "+49 30 1",
                "tier": "gold", "address": "1 Forge Street"
            }),
            json!({ "tier": null, "phone": "+49 30 2" }),
        ),
        (
            "contacts",
            json!({ "customer_id": customer, "name": "Ada", "email": "ada@example.net", "phone": "1" }),
            json!({ "phone": null }),
        ),
        (
            "services",
            json!({
                "customer_id": customer, "name": "Fibre 500", "kind": "internet", "identifier": "LINE-1", "site": "Berlin", "status": "active"
            }),
            json!({ "status": "down" }),
        ),
        (
            "teams",
            json!({ "name": format!("Team {n}"), "categories": ["repair"] }),
            json!({ "categories": [] }),
        ),
        (
            "users",
            json!({
                "username": format!("user-{n}"), "email": format!("user-{n}@example.net"), "password": PASSWORD,
                "role": "agent", "skills": [], "capacity": 5, "is_available": true
            }),
            json!({ "capacity": 7, "is_available": false }),
        ),
    ];
    for (name, body, change) in entries {
        let path = format!("/api/v1/{name}");
        let made = desk.admin.post(&path, body.clone()).await.is(201);
        let holds = |json: &Value, wanted: &Value| {
            for (field, value) in wanted.as_object().expect("an object") {
                assert!(
                    field == "password" || &json[field] == value,
                    "{name} {field}: {json}"
                );
            }
        };
        holds(&made.json, &body);
        assert_eq!(made.json["is_active"], true);
        let one = format!("{path}/{}", made.str("id"));
        assert!(
            made.header("location").ends_with(&one),
            "{:?}",
            made.headers
        );
        holds(&agent.get(&one).await.is(200).json, &body);
        let changed = desk.admin.patch(&one, change.clone()).await.is(200);
        holds(&changed.json, &with(body.clone(), change));
        let list = agent.get(&format!("{path}?limit=1000")).await.is(200);
        assert!(
            each(&list.list("items"), "id").contains(&made.str("id")),
            "{list}"
        );
        assert!(
            list.json["total"].as_u64() >= Some(1)
                && list.json["limit"] == 1000
                && list.json["offset"] == 0
        );
        desk.admin.delete(&one).await.is(204);
        assert_eq!(
            agent.get(&one).await.is(200).json["is_active"],
            false,
            "{name}"
        );
        let unknown = desk
            .admin
            .patch(&one, json!({ "colour": "red" }))
            .await
            .faulty();
        assert!(unknown.contains("colour"));
        desk.admin
            .get(&format!("{path}/0190a5f0-0000-7000-8000-000000000001"))
            .await
            .problem(404, "not_found");
        assert!(
            !desk
                .admin
                .post(&path, json!({ "colour": "red" }))
                .await
                .faulty()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn names_that_have_to_be_unique_are() {
    let desk = Desk::shared().await;
    let n = next();
    let number = json!({ "name": "One", "account_number": format!("N-{n}") });
    desk.admin
        .post("/api/v1/customers", number.clone())
        .await
        .is(201);
    assert!(
        desk.admin
            .post("/api/v1/customers", number)
            .await
            .faulty()
            .contains("account_number")
    );
    let team = json!({ "name": format!("Crew {n}"), "categories": [] });
    desk.admin.post("/api/v1/teams", team).await.is(201);
    let shouted = json!({ "name": format!("CREW {n}"), "categories": [] });
    assert!(
        desk.admin
            .post("/api/v1/teams", shouted)
            .await
            .faulty()
            .contains("name")
    );
    let user = |name: String, email: String| json!({ "username": name, "email": email, "password": PASSWORD, "role": "agent" });
    desk.admin
        .post(
            "/api/v1/users",
            user(format!("u{n}"), format!("u{n}@example.net")),
        )
        .await
        .is(201);
    let faulty = desk
        .admin
        .post(
            "/api/v1/users",
            user(format!("U{n}"), format!("v{n}@example.net")),
        )
        .await
        .faulty();
    assert!(faulty.contains("username"), "{faulty:?}");
    let faulty = desk
        .admin
        .post(
            "/api/v1/users",
            user(format!("w{n}"), format!("U{n}@example.net")),
        )
        .await
        .faulty();
    assert!(faulty.contains("email"), "{faulty:?}");
}

#[tokio::test]
async fn a_user_tells_nothing_of_its_password() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    for answer in [
        agent.get(&format!("/api/v1/users/{}", agent.id)).await,
        agent.get("/api/v1/users?limit=1000").await,
    ] {
        let text = answer.is(200).text();
        assert!(
            !text.contains("password") && !text.contains("hash") && !text.contains("$2b$"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn the_five_teams_of_the_crm_are_there_from_the_start() {
    let desk = Desk::shared().await;
    let names = each(
        &desk
            .admin
            .get("/api/v1/teams?limit=1000")
            .await
            .is(200)
            .list("items"),
        "name",
    );
    for name in ["Sales", "Tech", "Finance", "Music", "Admin"] {
        assert!(names.contains(&name.to_owned()), "{names:?}");
    }
}

#[tokio::test]
async fn a_customer_user_needs_an_account_and_nobody_else_has_one() {
    let desk = Desk::shared().await;
    let n = next();
    let user = json!({ "username": format!("lost-{n}"), "email": format!("lost-{n}@example.net"), "password": PASSWORD });
    let without = with(user.clone(), json!({ "role": "customer" }));
    assert!(
        desk.admin
            .post("/api/v1/users", without)
            .await
            .faulty()
            .contains("customer_id")
    );
    let nobodys = with(
        user,
        json!({ "role": "customer", "customer_id": "0190a5f0-0000-7000-8000-000000000001" }),
    );
    assert!(
        desk.admin
            .post("/api/v1/users", nobodys)
            .await
            .faulty()
            .contains("customer_id")
    );
}

#[tokio::test]
async fn routing_gives_a_new_ticket_to_the_agent_who_has_the_skill() {
    let program = super::program::Program::new();
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let customer = desk.customer().await;
    let skilled = desk
        .person(json!({ "role": "agent", "skills": ["repair"], "capacity": 1 }))
        .await;
    let first = desk
        .ticket_with(&customer.id, json!({ "category": "repair" }))
        .await;
    assert_eq!(
        (first.str("assigned_to"), first.str("status")),
        (skilled.id.clone(), "assigned".to_owned())
    );
    let full = desk
        .ticket_with(&customer.id, json!({ "category": "repair" }))
        .await;
    assert!(
        full.json["assigned_to"].is_null(),
        "one is all that the agent can take: {full}"
    );
    let other = desk
        .ticket_with(&customer.id, json!({ "category": "complaint" }))
        .await;
    assert!(other.json["assigned_to"].is_null(), "{other}");
}
