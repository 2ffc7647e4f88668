//! Signing up and signing in.

use serde_json::json;

use super::desk::{Desk, PASSWORD, next, shared, sign_in};
use super::program::Program;

#[tokio::test]
async fn registration_answers_the_user_and_nothing_else() {
    let api = shared().api();
    let name = format!("newcomer-{}", next());
    let body =
        json!({ "username": name, "email": format!("{name}@example.org"), "password": PASSWORD });
    let answer = api.post("/auth/users/", body).await.is(201);
    let id = answer.json["id"].as_i64().expect("an integer id");
    let wanted = json!({
        "id": id, "username": name, "email": format!("{name}@example.org"), "is_active": true, "tickets": []
    });
    assert_eq!(answer.json, wanted);
    sign_in(&api, &name, PASSWORD).await.is(200);
}

#[tokio::test]
async fn a_registered_user_has_an_account_of_its_own_and_makes_tickets_without_naming_it() {
    let api = shared().api();
    let name = format!("newcomer-{}", next());
    let body =
        json!({ "username": name, "email": format!("{name}@example.org"), "password": PASSWORD });
    api.post("/auth/users/", body).await.is(201);
    let tokens = sign_in(&api, &name, PASSWORD).await.is(200);
    let api = api.with_token(&tokens.str("access"));
    let ticket = json!({
        "title": "No signal", "description": "Nothing since this morning.", "category": "outage_report"
    });
    let made = api.post("/api/v1/tickets", ticket).await.is(201);
    let me = api.get("/auth/users/me/").await.is(200);
    assert_eq!(made.json["customer_id"], me.json["customer_id"], "{me}");
    assert!(made.json["customer_id"].is_string());
}

#[tokio::test]
async fn registration_tells_everything_that_is_wrong_at_once() {
    let api = shared().api();
    let body = json!({ "username": "a b", "email": "nowhere", "password": "123" });
    let answer = api.post("/auth/users/", body).await.is(400);
    for field in ["username", "email", "password"] {
        assert!(!answer.list(field).is_empty(), "{answer}");
    }
    assert!(
        answer.list("password").len() >= 2,
        "too short and only digits: {answer}"
    );
    let nothing = api.post("/auth/users/", json!({})).await.is(400);
    for field in ["username", "email", "password"] {
        assert!(!nothing.list(field).is_empty(), "{nothing}");
    }
}

#[tokio::test]
async fn names_and_addresses_are_unique_without_regard_to_case() {
    let api = shared().api();
    let name = format!("Twice-{}", next());
    let body =
        |name: &str, email: &str| json!({ "username": name, "email": email, "password": PASSWORD });
    api.post("/auth/users/", body(&name, &format!("{name}@example.org")))
        .await
        .is(201);
    let same_name = body(&name.to_uppercase(), "somebody.else@example.org");
    assert!(
        !api.post("/auth/users/", same_name)
            .await
            .is(400)
            .list("username")
            .is_empty()
    );
    let same_address = body(
        &format!("other-{}", next()),
        &format!("{}@EXAMPLE.org", name.to_uppercase()),
    );
    assert!(
        !api.post("/auth/users/", same_address)
            .await
            .is(400)
            .list("email")
            .is_empty()
    );
}

#[tokio::test]
async fn registration_can_be_switched_off() {
    let program = Program::new().set("auth.open_registration", "false");
    let server = program.serve();
    let body = json!({ "username": "newcomer", "email": "n@example.org", "password": PASSWORD });
    server.api().post("/auth/users/", body).await.is(403);
}

#[tokio::test]
async fn a_wrong_user_and_a_wrong_password_get_the_same_answer() {
    let desk = Desk::shared().await;
    let somebody = desk.agent().await;
    let idle = desk.person(json!({ "role": "agent" })).await;
    let path = format!("/api/v1/users/{}", idle.id);
    desk.admin
        .patch(&path, json!({ "is_active": false }))
        .await
        .is(200);
    let nobody = sign_in(&desk.anonymous, &format!("nobody-{}", next()), PASSWORD)
        .await
        .is(401);
    let wrong = sign_in(&desk.anonymous, &somebody.username, "Not.The.Password.1")
        .await
        .is(401);
    let inactive = sign_in(&desk.anonymous, &idle.username, PASSWORD)
        .await
        .is(401);
    assert_eq!(nobody.json, wrong.json);
    assert_eq!(nobody.json, inactive.json);
    let names = |answer: &super::api::Answer| {
        let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort();
        names
    };
    assert_eq!(names(&nobody), names(&wrong));
}

#[tokio::test]
async fn one_signs_in_by_name_or_address_in_any_case() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    sign_in(&desk.anonymous, &agent.username.to_uppercase(), PASSWORD)
        .await
        .is(200);
    sign_in(
        &desk.anonymous,
        &format!("{}@Example.NET", agent.username),
        PASSWORD,
    )
    .await
    .is(200);
}

#[tokio::test]
async fn people_see_themselves_and_staff_sees_everybody() {
    let desk = Desk::shared().await;
    let (one, two, agent) = (
        desk.customer().await,
        desk.customer().await,
        desk.agent().await,
    );
    let me = one.get("/auth/users/me/").await.is(200);
    assert_eq!(me.json["username"], one.person.username);
    assert_eq!(me.json["customer_id"], one.id);
    let own = format!("/auth/users/{}/", me.json["id"]);
    assert_eq!(
        one.get(&own).await.is(200).json["username"],
        one.person.username
    );
    assert_eq!(
        agent.get(&own).await.is(200).json["username"],
        one.person.username
    );
    two.get(&own).await.is(404);
    desk.anonymous.get(&own).await.is(401);
    let text = me.text();
    assert!(!text.contains("hash") && !text.contains("$2"), "{me}");
}

#[tokio::test]
async fn nobody_registers_as_more_than_a_customer_of_a_new_account() {
    let desk = Desk::shared().await;
    let victim = desk.customer().await;
    let name = format!("climber-{}", next());
    let body = json!({
        "username": name, "email": format!("{name}@example.org"), "password": PASSWORD, "id": 1, "role": "admin",
        "is_staff": true, "is_superuser": true, "customer_id": victim.id, "is_active": true, "team_ids": []
    });
    desk.anonymous.post("/auth/users/", body).await.is(201);
    let tokens = sign_in(&desk.anonymous, &name, PASSWORD).await.is(200);
    let me = desk
        .anonymous
        .with_token(&tokens.str("access"))
        .get("/auth/users/me/")
        .await
        .is(200);
    assert_eq!(
        (&me.json["role"], &me.json["is_staff"]),
        (&json!("customer"), &json!(false))
    );
    assert_ne!(me.json["customer_id"], victim.id);
}

#[tokio::test]
async fn nobody_passes_for_the_program_or_for_somebody_else() {
    let api = shared().api();
    for name in [
        "System",
        "ANONYMOUS",
        "linedesk",
        "аdmin",
        "müller",
        "a\u{202E}b",
    ] {
        let email = format!("{}@example.org", next());
        let body = json!({ "username": name, "email": email, "password": PASSWORD });
        let refused = api.post("/auth/users/", body).await.is(400);
        assert!(!refused.list("username").is_empty(), "{name}: {refused}");
    }
    let name = format!("newcomer-{}", next());
    let body = json!({ "username": name, "email": format!("{name}@example.org"), "password": "            " });
    let refused = api.post("/auth/users/", body).await.is(400);
    assert!(!refused.list("password").is_empty(), "{refused}");
}
