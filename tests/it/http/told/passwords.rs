//! Whoever forgot a password sets a new one on a page behind the link in the mail, out of the box.

use serde_json::json;

use super::{page, plain, program};
use crate::http::api::{Answer, Api};
use crate::http::desk::{Desk, PASSWORD, sign_in};
use crate::notify::smtp::{Script, Sink};

const NEW: &str = "Copper.Lantern.88";

/// Asks for a new password, and takes the path of the link from the `count`th mail.
async fn link(sink: &Sink, api: &Api, username: &str, count: usize) -> String {
    let wanted = json!({ "email": format!("{username}@example.net") });
    api.post("/auth/users/reset_password/", wanted)
        .await
        .is(204);
    let mails = sink.wait_for(count).await;
    let text = plain(&mails[count - 1]);
    let (_, link) = text.split_once("http://").expect("a link");
    let link = link.split_whitespace().next().unwrap_or_default();
    let (_, path) = link.split_once('/').expect("a path");
    format!("/{path}")
}

/// Sends the form, typed in as a browser would send it.
async fn fill(api: &Api, link: &str, new: &str, again: &str) -> Answer {
    let (_, secrets) = link.split_once('?').expect("what the link carries");
    let ask = api.ask("POST", "/password");
    let ask = ask.header("content-type", "application/x-www-form-urlencoded");
    let form = format!("{secrets}&new_password={new}&again={again}");
    page(ask.bytes(form).send().await)
}

#[tokio::test]
async fn the_link_in_the_mail_leads_to_a_page_that_sets_the_password_once() {
    let sink = Sink::start(Script::default()).await;
    let program = program(&sink).set("log.level", "debug");
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let (agent, api) = (desk.agent().await, server.api());
    let link = link(&sink, &api, &agent.username, 1).await;
    assert!(link.starts_with("/password?uid="), "{link}");
    // Looking at it uses nothing up.
    for _ in 0..2 {
        let form = page(api.get(&link).await).is(200).text();
        assert!(form.contains("type=\"password\"") && !form.contains("<script"));
        assert!(!form.contains(&agent.username), "{form}");
    }

    let typo = fill(&api, &link, NEW, "Copper.Lantern.89").await.is(400);
    assert!(typo.text().contains("are not the same"), "{typo}");
    assert!(!typo.text().contains("Copper"), "{typo}");
    let weak = fill(&api, &link, "1234", "1234").await.is(400).text();
    assert!(weak.contains("at least 8 characters") && weak.contains("digits alone"));
    assert!(weak.contains("<form"), "one may try again: {weak}");
    agent.get("/auth/users/me/").await.is(200);

    let set = fill(&api, &link, NEW, NEW).await.is(200).text();
    assert!(set.contains("Your password is set"), "{set}");
    sign_in(&api, &agent.username, NEW).await.is(200);
    sign_in(&api, &agent.username, PASSWORD).await.is(401);
    agent.get("/auth/users/me/").await.is(401);

    for used in [
        fill(&api, &link, "Another.Lantern.9", "Another.Lantern.9").await,
        fill(&api, &link, "1234", "1234").await,
        fill(&api, &link, "1234", "5678").await,
        page(api.get(&link).await),
    ] {
        let used = used.is(400).text();
        assert!(used.contains("does not work any more"), "{used}");
        assert!(
            !used.contains("<form") && !used.contains("digits alone"),
            "{used}"
        );
    }
    sign_in(&api, &agent.username, NEW).await.is(200);

    let (_, token) = link.split_once("token=").expect("a token");
    let figures = desk.admin.get("/metrics").await.text();
    assert!(!figures.contains(token) && !server.log().contains(token));
    assert!(!server.log().contains(NEW));
}

#[tokio::test]
async fn a_link_that_is_none_sets_nothing() {
    let sink = Sink::start(Script::default()).await;
    let program = program(&sink);
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let (agent, other, api) = (desk.agent().await, desk.agent().await, server.api());
    let link = link(&sink, &api, &agent.username, 1).await;
    let others = link.replace(&agent.id, &other.id);
    assert_ne!(link, others);
    let cut = &link[..link.len() - 1];
    for wrong in [
        others.as_str(),
        cut,
        "/password?uid=x&token=y",
        "/password?",
    ] {
        page(api.get(wrong).await).is(400);
        let refused = fill(&api, wrong, NEW, NEW).await.is(400).text();
        assert!(refused.contains("does not work any more"), "{refused}");
    }
    sign_in(&api, &other.username, PASSWORD).await.is(200);
    sign_in(&api, &agent.username, PASSWORD).await.is(200);
    let json = api.post("/password", json!({ "token": "x" })).await;
    assert_eq!(json.status, 415, "{json}");
}

#[tokio::test]
async fn a_portal_may_have_a_page_of_its_own() {
    let sink = Sink::start(Script::default()).await;
    let program = program(&sink).set(
        "notifications.password_url",
        "http://portal.example.org/mine?who={uid}&token={token}",
    );
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let (agent, api) = (desk.agent().await, server.api());
    let link = link(&sink, &api, &agent.username, 1).await;
    let (head, token) = link.split_once("&token=").expect("a token");
    assert_eq!(head, format!("/mine?who={}", agent.id));
    let confirm = json!({ "uid": agent.id, "token": token, "new_password": NEW });
    api.post("/auth/users/reset_password_confirm/", confirm)
        .await
        .is(204);
    sign_in(&api, &agent.username, NEW).await.is(200);
}
