//! Mail.

use std::sync::{Arc, Mutex};

use serde_json::json;

use super::{Told, header, plain};
use crate::http::desk::{Desk, at};
use crate::notify::smtp::{Reply, Script, Sink, Step, Taken};

/// The one whom a mail goes to.
fn to(mail: &Taken) -> String {
    mail.to[0].trim_matches(['<', '>']).to_owned()
}

/// To whom, and which template's first words are in it.
fn brief(mail: &Taken) -> (String, String) {
    (to(mail), header(mail, "Subject"))
}

#[tokio::test]
async fn each_hears_of_what_concerns_it_and_nobody_of_internal_notes() {
    let told = Told::new().await;
    let ticket = told.ticket().await;
    let (id, label) = (ticket.str("id"), ticket.str("ticket_number"));
    told.sink.wait_for(1).await;
    let assign = json!({ "assigned_to": told.agent.id, "notify_customer": true });
    told.desk
        .admin
        .post(&at(&id, "/assign"), assign)
        .await
        .is(200);
    told.sink.wait_for(3).await;
    let note = json!({ "body": "CANARY-4711 the customer is difficult", "is_internal": true });
    told.agent.post(&at(&id, "/comments"), note).await.is(201);
    let reply = json!({ "body": "answer message" });
    told.agent.post(&at(&id, "/comments"), reply).await.is(201);
    told.sink.wait_for(4).await;
    let thanks = json!({ "body": "It is still dead" });
    told.customer
        .post(&at(&id, "/comments"), thanks)
        .await
        .is(201);
    told.sink.wait_for(5).await;
    told.agent
        .post(&at(&id, "/resolve"), json!({ "resolution": "New cable" }))
        .await
        .is(200);
    let mails = told.sink.wait_for(6).await;

    let (customer, agent) = (&told.customer.person.username, &told.agent.username);
    let (customer, agent) = (
        format!("{customer}@example.net"),
        format!("{agent}@example.net"),
    );
    let mut to: Vec<String> = mails.iter().map(|mail| brief(mail).0).collect();
    to[1..3].sort();
    let mut second = [agent.clone(), customer.clone()];
    second.sort();
    let expected = [
        customer.clone(),
        second[0].clone(),
        second[1].clone(),
        customer.clone(),
        agent,
        customer,
    ];
    assert_eq!(to, expected);
    let subject = format!("[{label}] No signal on the line");
    assert!(mails.iter().all(|mail| brief(mail).1.ends_with(&subject)));
    assert!(
        mails
            .iter()
            .all(|mail| !mail.content.contains("CANARY-4711"))
    );
    assert!(
        mails
            .iter()
            .all(|mail| mail.to.len() == 1 && mail.from.contains("desk@example.org"))
    );
    let threads: std::collections::BTreeSet<_> = mails
        .iter()
        .map(|mail| header(mail, "References"))
        .collect();
    let ids: std::collections::BTreeSet<_> = mails
        .iter()
        .map(|mail| header(mail, "Message-ID"))
        .collect();
    assert_eq!((threads.len(), ids.len()), (1, 6), "{threads:?} {ids:?}");
}

#[tokio::test]
async fn staffs_answer_reads_as_helpdesk_clients_know_it() {
    let told = Told::new().await;
    let ticket = told.ticket().await;
    told.sink.wait_for(1).await;
    let reply = json!({ "body": "answer message" });
    told.agent
        .post(&at(&ticket.str("id"), "/comments"), reply)
        .await
        .is(201);
    let mails = told.sink.wait_for(2).await;
    let number = &ticket.json["number"];
    let expected = format!(
        "Support has reply to yor ticket:\n\n\tSome message like FOO BAR BIZ\n------------------------------\n\n\
         Reply message:\n\n\tanswer message\n_____________________________\n\n\
         To check your ticket, press to link: https://desk.example.org/api/ticket/{number}"
    );
    assert_eq!(plain(&mails[1]).trim_end(), expected);
}

#[tokio::test]
async fn nobody_is_told_of_what_it_did_itself_or_does_not_want_to_hear() {
    let told = Told::new().await;
    let ticket = told.ticket().await.str("id");
    told.sink.wait_for(1).await;
    let wishes = format!("/api/v1/users/{}/notifications", told.agent.id);
    let muted = json!({ "muted": ["customer_replied"] });
    let answer = told.agent.put(&wishes, muted.clone()).await.is(200);
    assert_eq!(
        answer.json,
        json!({ "email": true, "muted": ["customer_replied"] })
    );
    assert_eq!(told.agent.get(&wishes).await.is(200).json, answer.json);
    // By itself: no mail. What the customer writes: muted. What the agent answers: the customer hears of it.
    let own = json!({ "assigned_to": told.agent.id, "notify_customer": false });
    told.agent.post(&at(&ticket, "/assign"), own).await.is(200);
    told.customer
        .post(&at(&ticket, "/comments"), json!({ "body": "Hello?" }))
        .await
        .is(201);
    told.agent
        .post(&at(&ticket, "/comments"), json!({ "body": "Yes" }))
        .await
        .is(201);
    let mails = told.sink.wait_for(2).await;
    assert_eq!(mails.len(), 2);
    assert!(mails[1].content.contains("Yes"));
    assert_eq!(
        to(&mails[1]),
        format!("{}@example.net", told.customer.person.username)
    );
}

#[tokio::test]
async fn an_sla_breach_reaches_the_assignee_and_the_lead() {
    let told = Told::new().await;
    let lead = told.desk.lead().await;
    let policy = json!({
        "name": "At once", "position": 0, "conditions": { "categories": ["repair"] },
        "targets": { "first_response": 0.02 },
    });
    told.desk
        .admin
        .post("/api/v1/sla/policies", policy)
        .await
        .is(201);
    let ticket = json!({ "category": "repair" });
    let ticket = told
        .desk
        .ticket_with(&told.customer.id, ticket)
        .await
        .str("id");
    let assign = json!({ "assigned_to": told.agent.id, "notify_customer": false });
    told.desk
        .admin
        .post(&at(&ticket, "/assign"), assign)
        .await
        .is(200);
    let breaches = |mails: &[Taken]| -> Vec<String> {
        let breaches = mails
            .iter()
            .filter(|mail| mail.content.contains("first response"));
        let mut to: Vec<_> = breaches.map(to).collect();
        to.sort();
        to.dedup();
        to
    };
    let mut expected = [&told.agent, &lead].map(|one| format!("{}@example.net", one.username));
    expected.sort();
    crate::http::desk::eventually("the mails of a breach", async || {
        (breaches(&told.sink.mails()) == expected).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_link_in_a_mail() {
    let told = Told::new().await;
    let address = format!("{}@example.net", told.agent.username);
    for email in [address.as_str(), "nobody@example.net"] {
        let asked = told
            .desk
            .anonymous
            .post("/auth/users/reset_password/", json!({ "email": email }));
        asked.await.is(204);
    }
    let mails = told.sink.wait_for(1).await;
    assert_eq!(to(&mails[0]), address);
    let text = plain(&mails[0]);
    let (_, link) = text.split_once("uid=").expect("a link");
    let (uid, rest) = link.split_once("&token=").expect("a token");
    let token = rest.split_whitespace().next().expect("a token");
    let body = json!({ "uid": uid, "token": token, "new_password": "Quite-Another-77" });
    let set = told
        .desk
        .anonymous
        .post("/auth/users/reset_password_confirm/", body)
        .await;
    set.is(204);
    let signed_in = crate::http::desk::sign_in(
        &told.desk.anonymous,
        &told.agent.username,
        "Quite-Another-77",
    );
    signed_in.await.is(200);
    // Whoever asks on and on fills nobody's mailbox: three in five minutes, then the next thing that is sent is another one.
    for _ in 0..6 {
        let asked = json!({ "email": to(&mails[0]) });
        let asked = told
            .desk
            .anonymous
            .post("/auth/users/reset_password/", asked);
        asked.await.is(204);
    }
    told.sink.wait_for(3).await;
    told.ticket().await;
    let mails = told.sink.wait_for(4).await;
    assert!(header(&mails[3], "Subject").contains("No signal"));
}

#[tokio::test]
async fn mail_waits_for_a_mail_server_that_is_down_and_goes_in_order() {
    let down = Arc::new(Mutex::new(true));
    let is_down = Arc::clone(&down);
    let script = Script::replying(move |step| match step {
        Step::Greeting if *is_down.lock().unwrap() => Reply::Say("421 not now"),
        _ => Reply::Usual,
    });
    let told = Told::by(script).await;
    let ticket = told.ticket().await.str("id");
    for n in 0..3 {
        let reply = json!({ "body": format!("answer {n}") });
        told.agent
            .post(&at(&ticket, "/comments"), reply)
            .await
            .is(201);
    }
    let path = "/api/v1/outbox?state=pending";
    crate::http::desk::eventually("a failed attempt", async || {
        let waiting = told.desk.admin.get(path).await.is(200).list("items");
        let failed = waiting.iter().any(|one| one["last_error"].is_string());
        (waiting.len() == 4 && failed).then_some(())
    })
    .await;
    *down.lock().unwrap() = false;
    let mails = told.sink.wait_for(4).await;
    for (n, mail) in mails[1..].iter().enumerate() {
        assert!(mail.content.contains(&format!("answer {n}")), "{n}");
    }
    crate::http::desk::eventually("an empty outbox", async || {
        let waiting = told.desk.admin.get(path).await.is(200).list("items");
        waiting.is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn without_a_mail_server_mails_are_files() {
    let program = crate::http::program::Program::new();
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let customer = desk.customer().await;
    let body =
        json!({ "title": "No signal", "description": "Since this morning", "category": "repair" });
    customer.post("/api/v1/tickets", body).await.is(201);
    let folder = program.data().join("mail");
    let file = crate::http::desk::eventually("a file", async || {
        let files = std::fs::read_dir(&folder).ok()?.filter_map(Result::ok);
        files
            .map(|file| file.path())
            .find(|path| path.extension().is_some_and(|end| end == "eml"))
    })
    .await;
    let mail = std::fs::read_to_string(file).unwrap();
    let address = format!("<{}@example.net>", customer.person.username);
    assert!(
        mail.contains(&address) && mail.contains("Since this morning"),
        "{mail}"
    );
}

mod sqlite_only {
    use super::*;

    /// Elsewhere another server takes a dead one's messages when their hold is over, which takes a minute.
    #[tokio::test]
    async fn a_mail_whose_server_died_before_the_answer_comes_again_as_the_same() {
        let (seen, held) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(true)));
        let (noting, holding) = (Arc::clone(&seen), Arc::clone(&held));
        let script = Script::replying(move |step| match step {
            Step::Content(content) => {
                noting.lock().unwrap().push(content.to_owned());
                if *holding.lock().unwrap() {
                    Reply::Silence
                } else {
                    Reply::Usual
                }
            }
            _ => Reply::Usual,
        });
        let sink = Sink::start(script).await;
        let program = super::super::program(&sink);
        let server = program.serve();
        let desk = Desk::on(&server).await;
        let customer = desk.customer().await;
        let body = json!({ "title": "No signal", "description": "Since this morning", "category": "repair" });
        customer.post("/api/v1/tickets", body).await.is(201);
        crate::http::desk::eventually("the first attempt", async || {
            (seen.lock().unwrap().len() == 1).then_some(())
        })
        .await;
        server.kill();
        *held.lock().unwrap() = false;
        let _server = program.serve();
        crate::http::desk::eventually("the second attempt", async || {
            (seen.lock().unwrap().len() == 2).then_some(())
        })
        .await;
        let seen = seen.lock().unwrap();
        let id = |content: &str| {
            let line = content
                .lines()
                .find(|line| line.starts_with("Message-ID: "));
            line.map(str::to_owned)
        };
        assert!(id(&seen[0]).is_some());
        assert_eq!(id(&seen[0]), id(&seen[1]));
    }
}
