//! Passwords: what they have to be, how they change, how often one may guess.

use serde_json::json;

use super::desk::{Desk, PASSWORD, next, shared, sign_in};
use super::program::Program;

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
    assert_eq!(refused.header("ratelimit-limit"), "10");
    assert_eq!(refused.header("ratelimit-remaining"), "0");
    assert_eq!(refused.header("ratelimit-reset"), wait.to_string());
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
    let same = json!({ "current_password": PASSWORD, "new_password": PASSWORD });
    assert!(
        !agent
            .post(path, same)
            .await
            .is(400)
            .list("new_password")
            .is_empty()
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

#[tokio::test]
async fn a_password_set_by_an_admin_ends_the_sessions_of_its_owner() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let path = format!("/api/v1/users/{}", agent.id);
    let weak = desk
        .admin
        .patch(&path, json!({ "password": "12345" }))
        .await
        .faulty();
    assert!(weak.contains("password"), "{weak:?}");
    agent.get("/auth/users/me/").await.is(200);
    let changed = desk
        .admin
        .patch(&path, json!({ "password": "Copper.Lantern.88" }))
        .await
        .is(200);
    assert!(!changed.text().contains("Copper"), "{changed}");
    agent.get("/auth/users/me/").await.is(401);
    sign_in(&desk.anonymous, &agent.username, PASSWORD)
        .await
        .is(401);
    sign_in(&desk.anonymous, &agent.username, "Copper.Lantern.88")
        .await
        .is(200);
}
