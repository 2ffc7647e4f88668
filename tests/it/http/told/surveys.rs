//! Customers are asked how content they were, by a link that needs no signing in.

use serde_json::{Value, json};

use super::{Told, page, plain};
use crate::http::api::Answer;
use crate::http::desk::at;
use crate::notify::smtp::{Sink, Taken};

/// The token in a mail's link to the survey.
fn token(mail: &Taken) -> Option<String> {
    let text = plain(mail);
    let (_, link) = text.split_once("/survey?token=")?;
    link.split_whitespace().next().map(str::to_owned)
}

impl Told {
    /// Resolves a ticket, and takes the token from the `count`th mail, which tells of that.
    async fn resolve(&self, ticket: &str, count: usize) -> String {
        let how = json!({ "resolution": "New cable" });
        self.agent.post(&at(ticket, "/resolve"), how).await.is(200);
        let mails = self.sink.wait_for(count).await;
        token(&mails[count - 1]).expect("a link to the survey")
    }

    /// The form behind a link.
    async fn form(&self, token: &str) -> Answer {
        let path = format!("/survey?token={token}");
        page(self.desk.anonymous.get(&path).await)
    }

    /// Sends the form.
    async fn fill(&self, body: &str) -> Answer {
        let ask = self.desk.anonymous.ask("POST", "/survey");
        let ask = ask.header("content-type", "application/x-www-form-urlencoded");
        page(ask.bytes(body.to_owned()).send().await)
    }

    async fn satisfaction(&self, ticket: &str) -> Value {
        let detail = self.customer.get(&at(ticket, "")).await.is(200);
        detail.json["satisfaction"].clone()
    }
}

#[tokio::test]
async fn each_resolution_is_asked_about_once_by_a_link_in_its_mail() {
    let told = Told::new().await;
    let ticket = told.ticket().await;
    let (id, label) = (ticket.str("id"), ticket.str("ticket_number"));
    told.sink.wait_for(1).await;
    let first = told.resolve(&id, 2).await;

    // Looking at it, as often as anybody likes, is no answer.
    for _ in 0..2 {
        let form = told.form(&first).await.is(200).text();
        assert!(form.contains(&label) && form.contains("No signal on the line"));
        assert!(!form.contains("FOO BAR BIZ") && !form.contains("New cable"));
    }
    assert!(told.satisfaction(&id).await.is_null());

    // What is forgotten can be mended; what was written stays.
    let half = told
        .fill(&format!("token={first}&comment=Nice+%26+quick"))
        .await
        .is(400);
    assert!(half.text().contains("Nice &amp; quick"), "{half}");
    assert!(half.text().contains("Please choose how satisfied you are."));
    let filled = format!("token={first}&score=4&effort=6&comment=Nice+%26+quick");
    assert!(
        told.fill(&filled)
            .await
            .is(200)
            .text()
            .contains("Thank you")
    );
    let kept = told.satisfaction(&id).await;
    assert_eq!(
        (&kept["score"], &kept["effort"], &kept["comment"]),
        (&json!(4), &json!(6), &json!("Nice & quick"))
    );
    let history = told
        .customer
        .get(&at(&id, "/history"))
        .await
        .list("history");
    let rated = history.last().expect("an entry");
    assert_eq!(rated["action"], "rated");
    assert_eq!(rated["actor"]["id"], told.customer.person.id.as_str());

    // Once.
    let again = told.fill(&format!("token={first}&score=1")).await.is(409);
    assert!(again.text().contains("answered already"), "{again}");
    told.form(&first).await.is(409);
    let answer = json!({ "token": first, "score": 1 });
    let survey = "/api/v1/survey";
    let repeat = told.desk.anonymous.post(survey, answer.clone()).await;
    repeat.problem(409, "already_rated");
    assert_eq!(told.satisfaction(&id).await["score"], 4);

    // Taken up again and resolved again: that is another question.
    let reason = json!({ "reason": "It is dead again" });
    told.customer
        .post(&at(&id, "/reopen"), reason)
        .await
        .is(200);
    let reopened = told.form(&first).await.is(409);
    assert!(reopened.text().contains("not done yet"), "{reopened}");
    let late = told.desk.anonymous.post(survey, answer).await;
    late.problem(409, "survey_void");
    let second = told.resolve(&id, 3).await;
    assert_ne!(first, second);
    told.fill(&format!("token={first}&score=1")).await.is(409);
    let answer = json!({ "token": second, "score": 5 });
    let kept = told.desk.anonymous.post(survey, answer).await.is(201);
    assert_eq!(
        (&kept.json["score"], &kept.json["effort"]),
        (&json!(5), &Value::Null)
    );
    assert_eq!(told.satisfaction(&id).await["score"], 5);

    // Closing what is resolved asks nothing anew.
    told.agent.post(&at(&id, "/close"), json!({})).await.is(200);
    let mails = told.sink.wait_for(4).await;
    assert_eq!(token(&mails[3]), None, "{}", mails[3].content);
}

#[tokio::test]
async fn whatever_is_wrong_with_a_token_the_answer_is_the_same() {
    let told = Told::new().await;
    let ticket = told.ticket().await.str("id");
    told.sink.wait_for(1).await;
    let good = told.resolve(&ticket, 2).await;
    let forged = good.replacen(&good[..1], if good.starts_with('B') { "C" } else { "B" }, 1);
    let gone = {
        let ticket = told.ticket().await.str("id");
        told.sink.wait_for(3).await;
        let token = told.resolve(&ticket, 4).await;
        told.desk.admin.delete(&at(&ticket, "")).await.is(204);
        token
    };
    let unknown = told.form("").await.is(404).text();
    assert!(unknown.contains("does not work"), "{unknown}");
    for token in ["x", &good[..70], &forged, &gone] {
        assert_eq!(told.form(token).await.is(404).text(), unknown);
        let filled = format!("token={token}&score=5");
        assert_eq!(told.fill(&filled).await.is(404).text(), unknown);
        let answer = json!({ "token": token, "score": 5 });
        let refused = told.desk.anonymous.post("/api/v1/survey", answer).await;
        let refused = refused.problem(404, "not_found");
        assert_eq!(refused.json["detail"], "survey not found");
    }
    let nonsense = json!({ "score": 9, "stars": 5 });
    let faults = told.desk.anonymous.post("/api/v1/survey", nonsense).await;
    let wanted = [
        "score out_of_range",
        "stars unknown_field",
        "token required",
    ];
    assert!(faults.faults().iter().eq(wanted), "{faults}");
    assert!(told.satisfaction(&ticket).await.is_null());
}

#[tokio::test]
async fn who_answers_for_an_account_without_users_stays_nameless() {
    let told = Told::new().await;
    let email = format!("office-{}@example.org", crate::http::desk::next());
    let account = json!({ "name": "Nobody signs in here", "email": email });
    let account = told.desk.admin.post("/api/v1/customers", account).await;
    let ticket = told.desk.ticket(&account.is(201).str("id")).await;
    told.sink.wait_for(1).await;
    let token = told.resolve(&ticket, 2).await;
    told.fill(&format!("token={token}&score=2&effort=&comment="))
        .await
        .is(200);
    let detail = told.desk.read(&ticket).await;
    assert_eq!(detail.json["satisfaction"]["score"], 2);
    let history = told
        .agent
        .get(&at(&ticket, "/history"))
        .await
        .list("history");
    let rated = history.last().expect("an entry");
    assert_eq!(rated["actor"]["role"], "anonymous", "{rated}");
}

#[tokio::test]
async fn a_portal_may_ask_on_its_own_page_and_an_operator_not_at_all() {
    let sink = Sink::start(crate::notify::smtp::Script::default()).await;
    let own = super::program(&sink).set(
        "notifications.survey_url",
        "https://portal.example.org/how?t={token}",
    );
    let silent_sink = Sink::start(crate::notify::smtp::Script::default()).await;
    let silent = super::program(&silent_sink).set("notifications.survey", "false");
    for (program, sink, asks) in [(own, sink, true), (silent, silent_sink, false)] {
        let server = program.serve();
        let desk = crate::http::desk::Desk::on(&server).await;
        let customer = desk.customer().await;
        let body = json!({ "title": "No signal", "description": "Since this morning", "category": "repair" });
        let made = customer.post("/api/v1/tickets", body).await;
        let ticket = made.is(201).str("id");
        sink.wait_for(1).await;
        desk.admin
            .post(&at(&ticket, "/resolve"), json!({}))
            .await
            .is(200);
        let mails = sink.wait_for(2).await;
        let text = plain(&mails[1]);
        assert_eq!(text.contains("https://portal.example.org/how?t="), asks);
        assert!(!text.contains("/survey?"), "{text}");
    }
}
