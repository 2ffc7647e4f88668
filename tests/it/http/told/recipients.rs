//! At which address a customer is told.

use serde_json::{Value, json};

use super::header;
use crate::http::desk::{Desk, at, eventually, new_ticket, with};
use crate::notify::receiver::{Answer, Receiver};
use crate::notify::smtp::{Script, Sink};

/// The address that the mail about a ticket with these fields goes to.
async fn told_of(desk: &Desk, sink: &Sink, account: &str, more: Value) -> String {
    let before = sink.mails().len();
    desk.ticket_with(account, more).await;
    let mails = sink.wait_for(before + 1).await;
    assert!(header(&mails[before], "Subject").contains("No signal"));
    mails[before].to[0].trim_matches(['<', '>']).to_owned()
}

#[tokio::test]
async fn the_contact_is_told_before_the_maker_and_the_maker_before_the_account() {
    let sink = Sink::start(Script::default()).await;
    let program = super::program(&sink);
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let account = desk
        .account(json!({ "email": "account@example.net" }))
        .await;
    let contact = json!({ "customer_id": account, "name": "Ada", "email": "ada@example.net" });
    let contact = desk
        .admin
        .post("/api/v1/contacts", contact)
        .await
        .is(201)
        .str("id");
    let plain = told_of(&desk, &sink, &account, json!({})).await;
    assert_eq!(plain, "account@example.net");
    let with_contact = json!({ "contact_id": contact });
    let named = told_of(&desk, &sink, &account, with_contact.clone()).await;
    assert_eq!(named, "ada@example.net");

    let own = json!({ "role": "customer", "customer_id": account });
    let maker = desk.person(own).await;
    let wish =
        json!({ "title": "No signal", "description": "Since this morning", "category": "repair" });
    for (more, expected) in [
        (json!({}), format!("{}@example.net", maker.username)),
        (with_contact, "ada@example.net".to_owned()),
    ] {
        let before = sink.mails().len();
        let ticket = maker
            .post("/api/v1/tickets", with(wish.clone(), more))
            .await;
        let ticket = ticket.is(201).str("id");
        let receipt = sink.wait_for(before + 1).await;
        assert!(
            receipt[before].to[0].contains(&maker.username),
            "the receipt is the maker's"
        );
        desk.admin
            .post(&at(&ticket, "/comments"), json!({ "body": "Hello" }))
            .await
            .is(201);
        let mails = sink.wait_for(before + 2).await;
        assert_eq!(mails[before + 1].to[0].trim_matches(['<', '>']), expected);
    }
}

#[tokio::test]
async fn whoever_wants_to_be_called_gets_an_sms_where_there_is_a_number() {
    let sink = Sink::start(Script::default()).await;
    let gateway = Receiver::start(|_| Answer::Status(200)).await;
    let program = super::program(&sink)
        .set("sms.url", &gateway.url("/send"))
        .set("sms.auth", "none");
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let reached = json!({ "email": "account@example.net", "phone": "+49 89 1234567" });
    let account = desk.account(reached).await;
    let by_phone = json!({ "contact_method": "phone" });
    desk.ticket_with(&account, by_phone.clone()).await;
    let sent = gateway.wait_for(1).await;
    let sent = String::from_utf8_lossy(&sent[0].body).into_owned();
    assert!(
        sent.contains("+49891234567") && sent.contains("T-"),
        "{sent}"
    );
    // Another wish, or no number: by mail. Nothing has come by mail before.
    let by_mail = told_of(&desk, &sink, &account, json!({ "contact_method": "email" })).await;
    assert_eq!(by_mail, "account@example.net");
    let other = desk.account(json!({ "email": "other@example.net" })).await;
    assert_eq!(
        told_of(&desk, &sink, &other, by_phone).await,
        "other@example.net"
    );
    assert_eq!((gateway.requests().len(), sink.mails().len()), (1, 2));
}

#[tokio::test]
async fn whoever_made_a_ticket_and_went_to_another_account_hears_no_more_of_it() {
    let sink = Sink::start(Script::default()).await;
    let program = super::program(&sink);
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let [from, to] = [
        desk.account(json!({ "email": "from@example.net" })).await,
        desk.account(json!({ "email": "to@example.net" })).await,
    ];
    let maker = json!({ "role": "customer", "customer_id": from });
    let maker = desk.person(maker).await;
    let ticket = maker.post("/api/v1/tickets", new_ticket(&from)).await;
    let ticket = ticket.is(201).str("id");
    sink.wait_for(1).await;
    let moved = json!({ "customer_id": to });
    let user = format!("/api/v1/users/{}", maker.id);
    desk.admin.patch(&user, moved).await.is(200);
    let words = json!({ "body": "Between us" });
    let comments = at(&ticket, "/comments");
    desk.admin.post(&comments, words).await.is(201);
    let mails = sink.wait_for(2).await;
    assert_eq!(mails[1].to, ["<from@example.net>"]);
}

#[tokio::test]
async fn nobody_of_an_account_that_is_switched_off_is_told_by_mail_or_phone() {
    let sink = Sink::start(Script::default()).await;
    let gateway = Receiver::start(|_| Answer::Status(200)).await;
    let program = super::program(&sink)
        .set("sms.url", &gateway.url("/send"))
        .set("sms.auth", "none");
    let server = program.serve();
    let desk = Desk::on(&server).await;
    let reached = json!({ "email": "account@example.net", "phone": "+49 89 1234567" });
    let account = desk.account(reached).await;
    let contact = json!({
        "customer_id": account, "name": "Ada", "email": "ada@example.net", "phone": "+49 89 7654321"
    });
    let contact = desk.admin.post("/api/v1/contacts", contact).await;
    let contact = contact.is(201).str("id");
    let maker = json!({ "role": "customer", "customer_id": account });
    let maker = desk.person(maker).await;
    let mut tickets = Vec::new();
    for more in [
        json!({}),
        json!({ "contact_method": "phone" }),
        json!({ "contact_id": contact }),
        json!({ "contact_id": contact, "contact_method": "phone" }),
    ] {
        let made = maker.post("/api/v1/tickets", with(new_ticket(&account), more));
        tickets.push(made.await.is(201).str("id"));
    }
    // The receipts.
    sink.wait_for(4).await;
    let off = format!("/api/v1/customers/{account}");
    desk.admin.delete(&off).await.is(204);
    for ticket in &tickets {
        let words = json!({ "body": "Is anybody there?" });
        let comments = at(ticket, "/comments");
        desk.admin.post(&comments, words).await.is(201);
    }
    // What comes after all that has come before anything that was told of it.
    let other = desk
        .account(json!({ "email": "other@example.net", "phone": "+49 89 5555555" }))
        .await;
    desk.ticket_with(&other, json!({ "contact_method": "phone" }))
        .await;
    desk.ticket(&other).await;
    let (mails, sent) = (sink.wait_for(5).await, gateway.wait_for(1).await);
    eventually("an empty outbox", || async {
        let pending = desk.admin.get("/api/v1/outbox?state=pending").await;
        pending.is(200).list("items").is_empty().then_some(())
    })
    .await;
    assert_eq!((sink.mails().len(), gateway.requests().len()), (5, 1));
    assert_eq!(mails[4].to, ["<other@example.net>"]);
    let sent = String::from_utf8_lossy(&sent[0].body).into_owned();
    assert!(sent.contains("+49895555555"), "{sent}");
}
