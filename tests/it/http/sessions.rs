//! Tokens of people: made, renewed, checked, withdrawn, forged.

use serde_json::{Value, json};

use super::api::{Answer, Api};
use super::desk::{Desk, PASSWORD, sign_in};

async fn refresh(api: &Api, token: &str) -> Answer {
    api.post("/auth/jwt/refresh/", json!({ "refresh": token }))
        .await
}

async fn verify(api: &Api, token: &str) -> u16 {
    api.post("/auth/jwt/verify/", json!({ "token": token }))
        .await
        .status
}

/// The middle part of a token, readable by anybody.
fn claims(token: &str) -> Value {
    let middle = token.split('.').nth(1).expect("three parts");
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for letter in middle.bytes() {
        let value = alphabet
            .iter()
            .position(|known| *known == letter)
            .expect("base64url");
        bits = bits << 6 | u32::try_from(value).expect("six bits");
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).expect("eight bits"));
        }
    }
    serde_json::from_slice(&bytes).expect("claims are JSON")
}

#[tokio::test]
async fn signing_in_answers_a_pair_of_tokens_that_say_what_they_are() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let tokens = sign_in(&desk.anonymous, &agent.username, PASSWORD)
        .await
        .is(200);
    let names: Vec<_> = tokens
        .json
        .as_object()
        .expect("an object")
        .keys()
        .cloned()
        .collect();
    assert_eq!(names.len(), 2, "{tokens}");
    let me = agent.get("/auth/users/me/").await.is(200);
    for kind in ["access", "refresh"] {
        let claims = claims(&tokens.str(kind));
        assert_eq!(claims["token_type"], kind);
        assert_eq!(claims["user_id"], me.json["id"]);
        assert!(
            claims["exp"].as_i64() > claims["iat"].as_i64() && claims["jti"].is_string(),
            "{claims}"
        );
    }
}

#[tokio::test]
async fn a_refresh_token_works_once_and_its_second_use_ends_the_family() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let first = sign_in(&desk.anonymous, &agent.username, PASSWORD)
        .await
        .is(200)
        .str("refresh");
    let elsewhere = sign_in(&desk.anonymous, &agent.username, PASSWORD)
        .await
        .is(200)
        .str("refresh");
    let second = refresh(&desk.anonymous, &first).await.is(200);
    assert_ne!(second.str("refresh"), first);
    desk.anonymous
        .with_token(&second.str("access"))
        .get("/auth/users/me/")
        .await
        .is(200);

    refresh(&desk.anonymous, &first).await.is(401);
    refresh(&desk.anonymous, &second.str("refresh"))
        .await
        .is(401);
    desk.anonymous
        .with_token(&second.str("access"))
        .get("/auth/users/me/")
        .await
        .is(401);
    refresh(&desk.anonymous, &elsewhere).await.is(200);
}

#[tokio::test]
async fn of_parallel_uses_of_a_refresh_token_at_most_one_succeeds() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let token = sign_in(&desk.anonymous, &agent.username, PASSWORD)
        .await
        .is(200)
        .str("refresh");
    let uses: Vec<_> = (0..8)
        .map(|_| {
            let (api, token) = (desk.anonymous.clone(), token.clone());
            tokio::spawn(async move { refresh(&api, &token).await.status })
        })
        .collect();
    let mut succeeded = 0;
    for attempt in uses {
        succeeded += usize::from(attempt.await.expect("an answer") == 200);
    }
    assert!(succeeded <= 1, "{succeeded} pairs for one token");
}

#[tokio::test]
async fn verify_tells_good_tokens_from_bad_ones() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let tokens = sign_in(&desk.anonymous, &agent.username, PASSWORD)
        .await
        .is(200);
    let answer = desk
        .anonymous
        .post(
            "/auth/jwt/verify/",
            json!({ "token": tokens.str("access") }),
        )
        .await
        .is(200);
    assert_eq!(answer.json, json!({}));
    assert_eq!(verify(&desk.anonymous, &tokens.str("refresh")).await, 200);
    for bad in ["", "x", "a.b.c", &format!("{}x", tokens.str("access"))] {
        assert!(
            [400, 401].contains(&verify(&desk.anonymous, bad).await),
            "{bad}"
        );
    }
}

#[tokio::test]
async fn logging_out_ends_that_session_alone() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let tokens = sign_in(&desk.anonymous, &agent.username, PASSWORD)
        .await
        .is(200);
    let one = tokens.str("refresh");
    let open = desk.anonymous.with_token(&tokens.str("access"));
    open.get("/auth/users/me/").await.is(200);
    let two = sign_in(&desk.anonymous, &agent.username, PASSWORD)
        .await
        .is(200)
        .str("refresh");
    let out = desk
        .anonymous
        .post("/auth/jwt/logout/", json!({ "refresh": one }))
        .await;
    out.is(204);
    open.get("/auth/users/me/").await.is(401);
    assert_eq!(verify(&desk.anonymous, &tokens.str("access")).await, 401);
    agent.get("/auth/users/me/").await.is(200);
    refresh(&desk.anonymous, &one).await.is(401);
    assert_eq!(verify(&desk.anonymous, &one).await, 401);
    refresh(&desk.anonymous, &two).await.is(200);
}

#[tokio::test]
async fn a_refresh_token_opens_nothing_and_an_access_token_renews_nothing() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let tokens = sign_in(&desk.anonymous, &agent.username, PASSWORD)
        .await
        .is(200);
    desk.anonymous
        .with_token(&tokens.str("refresh"))
        .get("/api/v1/tickets")
        .await
        .is(401);
    refresh(&desk.anonymous, &tokens.str("access"))
        .await
        .is(401);
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let token = sign_in(&desk.anonymous, &agent.username, PASSWORD)
        .await
        .is(200)
        .str("access");
    let parts: Vec<&str> = token.split('.').collect();
    // {"alg":"none","typ":"JWT"}, {"alg":"None"}, {"alg":"HS256"}
    let headers = [
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0",
        "eyJhbGciOiJOb25lIn0",
        "eyJhbGciOiJIUzI1NiJ9",
    ];
    let mut forged: Vec<String> = headers
        .iter()
        .map(|header| format!("{header}.{}.", parts[1]))
        .collect();
    forged.extend(
        headers
            .iter()
            .map(|header| format!("{header}.{}.{}", parts[1], "A".repeat(43))),
    );
    forged.push(format!("{}.{}.", parts[0], parts[1]));
    forged.push(format!("{}.{}", parts[0], parts[1]));
    let turned: String = parts[2].chars().rev().collect();
    forged.push(format!("{}.{}.{turned}", parts[0], parts[1]));
    forged.push(format!("{token}.x"));
    for token in forged {
        desk.anonymous
            .with_token(&token)
            .get("/api/v1/tickets")
            .await
            .problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn whoever_is_switched_off_is_out_at_once() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    agent.get("/api/v1/tickets?limit=1").await.is(200);
    desk.admin
        .delete(&format!("/api/v1/users/{}", agent.id))
        .await
        .is(204);
    agent.get("/api/v1/tickets?limit=1").await.is(401);
    sign_in(&desk.anonymous, &agent.username, PASSWORD)
        .await
        .is(401);
}

#[tokio::test]
async fn a_new_role_counts_at_once() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    agent.delete(&super::desk::at(&ticket, "")).await.is(403);
    desk.admin
        .patch(
            &format!("/api/v1/users/{}", agent.id),
            json!({ "role": "lead" }),
        )
        .await
        .is(200);
    let answer = agent.delete(&super::desk::at(&ticket, "")).await;
    // Either the token goes on with the new role, or it is void and the next one has it.
    if answer.status == 401 {
        let tokens = sign_in(&desk.anonymous, &agent.username, PASSWORD)
            .await
            .is(200);
        let again = desk.anonymous.with_token(&tokens.str("access"));
        again.delete(&super::desk::at(&ticket, "")).await.is(204);
    } else {
        answer.is(204);
    }
}

#[tokio::test]
async fn tokens_end_when_their_time_is_over() {
    let program = super::program::Program::new()
        .set("auth.access_lifetime", "1s")
        .set("auth.refresh_lifetime", "2s");
    let server = program.serve();
    let api = server.api();
    let admin = super::program::ADMIN;
    let tokens = sign_in(&api, admin.0, admin.1).await.is(200);
    let signed_in = api.with_token(&tokens.str("access"));
    super::desk::eventually("the end of the access token", || async {
        (signed_in.get("/auth/users/me/").await.status == 401).then_some(())
    })
    .await;
    assert_eq!(verify(&api, &tokens.str("access")).await, 401);
    super::desk::eventually("the end of the refresh token", || async {
        (verify(&api, &tokens.str("refresh")).await == 401).then_some(())
    })
    .await;
    refresh(&api, &tokens.str("refresh")).await.is(401);
}
