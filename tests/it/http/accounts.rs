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
async fn weak_passwords_are_refused_each_for_its_reason() {
    let api = shared().api();
    let name = format!("margarete-{}", next());
    let long = "ä".repeat(37);
    for (password, why) in [
        ("Ab3$xyz", "too short"),
        ("4711081547110815", "only digits"),
        ("password123", "common"),
        (name.as_str(), "like the user name"),
        ("long.lost.uncle", "like the address"),
        (long.as_str(), "74 bytes"),
    ] {
        let body = json!({ "username": name, "email": "long.lost.uncle@example.org", "password": password });
        let answer = api.post("/auth/users/", body).await;
        assert_eq!(answer.status, 400, "{why}: {answer}");
        assert!(!answer.list("password").is_empty(), "{why}: {answer}");
    }
    let longest = format!("{}Zz", "ä".repeat(35));
    let body = json!({ "username": name, "email": "x@example.org", "password": longest });
    api.post("/auth/users/", body).await.is(201);
    sign_in(&api, &name, &longest).await.is(200);
    // bcrypt reads 72 bytes; a longer password with the same beginning is still another one.
    sign_in(&api, &name, &format!("{longest}x")).await.is(401);
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
async fn after_ten_failures_even_the_right_password_has_to_wait() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let other = desk.agent().await;
    for _ in 0..10 {
        sign_in(&desk.anonymous, &agent.username, "Not.The.Password.1")
            .await
            .is(401);
    }
    let refused = sign_in(&desk.anonymous, &agent.username, PASSWORD)
        .await
        .is(429);
    let wait: u32 = refused
        .header("retry-after")
        .parse()
        .expect("seconds to wait");
    assert!((1..=300).contains(&wait), "{refused}");
    sign_in(
        &desk.anonymous,
        &format!("{}@example.net", agent.username),
        PASSWORD,
    )
    .await
    .is(429);
    sign_in(&desk.anonymous, &other.username, PASSWORD)
        .await
        .is(200);
    agent.get("/auth/users/me/").await.is(200);
}

#[tokio::test]
async fn parallel_guesses_get_no_more_than_ten_tries() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let guesses = (0..40).map(|n| {
        let (api, name) = (desk.anonymous.clone(), agent.username.clone());
        tokio::spawn(async move {
            sign_in(&api, &name, &format!("Guess.Number.{n}"))
                .await
                .status
        })
    });
    let mut answers = Vec::new();
    for guess in guesses.collect::<Vec<_>>() {
        answers.push(guess.await.expect("an answer"));
    }
    let tried = answers.iter().filter(|status| **status == 401).count();
    assert!(tried <= 10, "{answers:?}");
    assert!(
        answers.iter().all(|status| [401, 429].contains(status)),
        "{answers:?}"
    );
    sign_in(&desk.anonymous, &agent.username, PASSWORD)
        .await
        .is(429);
}

#[tokio::test]
async fn a_new_password_ends_every_session() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let other = sign_in(&desk.anonymous, &agent.username, PASSWORD)
        .await
        .is(200);
    let new = "Copper.Lantern.88";
    let path = "/auth/users/set_password/";
    let wrong = json!({ "current_password": "Not.The.Password.1", "new_password": new });
    assert!(
        !agent
            .post(path, wrong)
            .await
            .is(400)
            .list("current_password")
            .is_empty()
    );
    let weak = json!({ "current_password": PASSWORD, "new_password": "1234" });
    assert!(
        agent
            .post(path, weak)
            .await
            .is(400)
            .list("new_password")
            .len()
            >= 2
    );
    agent
        .post(
            path,
            json!({ "current_password": PASSWORD, "new_password": new }),
        )
        .await
        .is(204);

    agent.get("/auth/users/me/").await.is(401);
    desk.anonymous
        .with_token(&other.str("access"))
        .get("/auth/users/me/")
        .await
        .is(401);
    let refresh = json!({ "refresh": other.json["refresh"] });
    desk.anonymous
        .post("/auth/jwt/refresh/", refresh)
        .await
        .is(401);
    sign_in(&desk.anonymous, &agent.username, PASSWORD)
        .await
        .is(401);
    sign_in(&desk.anonymous, &agent.username, new).await.is(200);
}

#[tokio::test]
async fn asking_for_a_reset_never_tells_whether_there_is_such_an_account() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    for email in [
        format!("{}@example.net", agent.username),
        "nobody@example.net".to_owned(),
    ] {
        let answer = desk
            .anonymous
            .post("/auth/users/reset_password/", json!({ "email": email }))
            .await
            .is(204);
        assert!(answer.bytes.is_empty());
    }
    let forged = json!({ "uid": agent.id, "token": "forged", "new_password": "Copper.Lantern.88" });
    desk.anonymous
        .post("/auth/users/reset_password_confirm/", forged)
        .await
        .is(400);
    sign_in(&desk.anonymous, &agent.username, PASSWORD)
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
async fn guesses_at_many_accounts_from_one_address_are_stopped_and_no_header_hides_them() {
    let program = Program::new().set("limits.login_address_failures", "12");
    let server = program.serve();
    let guess = |name: String, claimed: String| {
        let body = json!({ "username": name, "password": "Not.The.Password.1" });
        let ask = server.api().ask("POST", "/auth/jwt/create/");
        ask.header("X-Forwarded-For", &claimed).json(body).send()
    };
    for n in 0..12 {
        guess(format!("somebody-{n}"), format!("10.0.0.{n}"))
            .await
            .is(401);
    }
    guess("nobody".to_owned(), "10.0.1.1".to_owned())
        .await
        .is(429);
    let right = sign_in(
        &server.api(),
        super::program::ADMIN.0,
        super::program::ADMIN.1,
    )
    .await;
    assert!(!right.is(429).header("retry-after").is_empty());
}
