//! What people write on tickets.

use serde_json::{Value, json};

use super::api::each;
use super::desk::{Customer, Desk, at};

fn says(body: &str) -> Value {
    json!({ "body": body })
}

#[tokio::test]
async fn comments_are_answered_and_listed_oldest_first() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let ticket = desk.ticket(&customer.id).await;
    let first = customer
        .post(
            &at(&ticket, "/comments"),
            says("  It is <b>still</b> dark.\nHelp!  "),
        )
        .await
        .is(201);
    assert_eq!(first.str("body"), "It is <b>still</b> dark.\nHelp!");
    assert_eq!(first.json["is_internal"], false);
    assert_eq!(first.json["author"]["id"], customer.person.id);
    assert_eq!(first.json["author"]["role"], "customer");
    agent
        .post(&at(&ticket, "/comments"), says("On our way."))
        .await
        .is(201);
    let list = customer.get(&at(&ticket, "/comments")).await.is(200);
    assert_eq!(
        each(&list.list("comments"), "body"),
        ["It is <b>still</b> dark.\nHelp!", "On our way."]
    );
    assert_eq!(list.json["total"], 2);
    let page = customer
        .get(&at(&ticket, "/comments?limit=1&offset=1"))
        .await
        .is(200);
    assert_eq!(each(&page.list("comments"), "body"), ["On our way."]);
}

#[tokio::test]
async fn the_first_public_word_of_staff_is_the_first_response() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let ticket = desk.ticket(&customer.id).await;
    let path = at(&ticket, "/comments");
    customer.post(&path, says("Hello?")).await.is(201);
    agent
        .post(&path, json!({ "body": "Looks bad.", "is_internal": true }))
        .await
        .is(201);
    assert!(desk.read(&ticket).await.json["first_response_at"].is_null());
    let answered = agent.post(&path, says("Hello!")).await.is(201);
    let first = desk.read(&ticket).await;
    assert_eq!(first.json["first_response_at"], answered.json["created_at"]);
    assert_eq!(
        first.json["sla"]["targets"]["first_response"]["met_at"],
        answered.json["created_at"]
    );
    agent.post(&path, says("And another thing.")).await.is(201);
    assert_eq!(
        desk.read(&ticket).await.json["first_response_at"],
        first.json["first_response_at"]
    );
}

#[tokio::test]
async fn a_customers_word_takes_up_what_waited_for_it_and_reopens_what_was_done() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let steps: [(&[&str], bool, &str); 9] = [
        (&[], false, "open"),
        (&["pending_customer"], false, "in_progress"),
        (&["pending_customer"], true, "assigned"),
        (&["in_progress", "pending_customer"], true, "in_progress"),
        (&["in_progress"], false, "in_progress"),
        (&["pending_vendor"], false, "pending_vendor"),
        (&["resolved"], false, "reopened"),
        (&["closed"], false, "reopened"),
        (&["resolved", "reopened"], false, "reopened"),
    ];
    for (steps, assigned, wanted) in steps {
        let ticket = desk.ticket(&customer.id).await;
        if assigned {
            desk.admin
                .post(&at(&ticket, "/assign"), json!({ "assigned_to": agent.id }))
                .await
                .is(200);
        }
        for status in steps {
            desk.admin
                .put(&at(&ticket, ""), json!({ "status": status }))
                .await
                .is(200);
        }
        let before = desk.history(&ticket).await.len();
        customer
            .post(&at(&ticket, "/comments"), says("Here I am."))
            .await
            .is(201);
        assert_eq!(
            desk.read(&ticket).await.str("status"),
            wanted,
            "{steps:?} {assigned}"
        );
        let history = desk.history(&ticket).await;
        assert_eq!(
            history.len(),
            before + 1,
            "one action is one entry: {history:?}"
        );
    }
}

#[tokio::test]
async fn a_word_of_staff_or_a_note_changes_no_status() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    for status in ["pending_customer", "resolved", "closed"] {
        let ticket = desk.ticket(&customer.id).await;
        desk.admin
            .put(&at(&ticket, ""), json!({ "status": status }))
            .await
            .is(200);
        agent
            .post(&at(&ticket, "/comments"), says("For the record."))
            .await
            .is(201);
        agent
            .post(
                &at(&ticket, "/comments"),
                json!({ "body": "Hm.", "is_internal": true }),
            )
            .await
            .is(201);
        assert_eq!(desk.read(&ticket).await.str("status"), status);
    }
}

#[tokio::test]
async fn customers_neither_write_nor_read_notes() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let ticket = desk.ticket(&customer.id).await;
    let path = at(&ticket, "/comments");
    customer
        .post(&path, json!({ "body": "psst", "is_internal": true }))
        .await
        .is(403);
    let note = agent
        .post(&path, json!({ "body": "psst", "is_internal": true }))
        .await
        .is(201)
        .str("id");
    let list = customer.get(&path).await.is(200);
    assert_eq!(
        (list.list("comments").len(), &list.json["total"]),
        (0, &json!(0))
    );
    let one = at(&ticket, &format!("/comments/{note}"));
    customer
        .patch(&one, says("mine"))
        .await
        .problem(404, "not_found");
    customer.delete(&one).await.problem(404, "not_found");
    assert_eq!(
        each(&agent.get(&path).await.is(200).list("comments"), "body"),
        ["psst"]
    );
}

async fn comment_of(person: &Customer, ticket: &str) -> String {
    let comment = person
        .post(&at(ticket, "/comments"), says("before"))
        .await
        .is(201)
        .str("id");
    at(ticket, &format!("/comments/{comment}"))
}

#[tokio::test]
async fn authors_and_leads_rewrite_a_comment_and_staff_reads_what_stood_there() {
    let desk = Desk::shared().await;
    let (customer, agent, lead) = (desk.customer().await, desk.agent().await, desk.lead().await);
    let ticket = desk.ticket(&customer.id).await;
    let path = comment_of(&customer, &ticket).await;
    agent
        .patch(&path, says("not mine"))
        .await
        .problem(403, "forbidden");
    let edited = customer.patch(&path, says("after")).await.is(200);
    assert_eq!(edited.str("body"), "after");
    assert_eq!(edited.json["author"]["id"], customer.person.id);
    lead.patch(&path, says("moderated")).await.is(200);
    lead.patch(&path, says("moderated")).await.is(200);
    let history = desk.history(&ticket).await;
    assert_eq!(
        each(&history, "action"),
        ["created", "commented", "comment_edited", "comment_edited"]
    );
    assert_eq!(
        history[2]["changes"],
        json!([{ "field": "comment", "from": "before", "to": "after" }])
    );
    let seen = customer.get(&at(&ticket, "/history")).await.is(200).text();
    assert!(!seen.contains("before"), "{seen}");
    let list = customer
        .get(&at(&ticket, "/comments"))
        .await
        .is(200)
        .list("comments");
    assert_eq!(each(&list, "body"), ["moderated"]);
    assert_eq!(each(&list, "id").len(), 1);
}

#[tokio::test]
async fn authors_and_leads_take_a_comment_back() {
    let desk = Desk::shared().await;
    let (customer, agent, lead) = (desk.customer().await, desk.agent().await, desk.lead().await);
    let ticket = desk.ticket(&customer.id).await;
    let (one, two) = (
        comment_of(&customer, &ticket).await,
        comment_of(&customer, &ticket).await,
    );
    agent.delete(&one).await.problem(403, "forbidden");
    customer.delete(&one).await.is(204);
    lead.delete(&two).await.is(204);
    for gone in [&one, &two] {
        lead.delete(gone).await.problem(404, "not_found");
        lead.patch(gone, says("back"))
            .await
            .problem(404, "not_found");
    }
    assert!(desk.read(&ticket).await.list("comments").is_empty());
    let history = desk.history(&ticket).await;
    assert_eq!(history[3]["changes"][0]["from"], "before");
}

#[tokio::test]
async fn a_comment_belongs_to_its_ticket() {
    let desk = Desk::shared().await;
    let (customer, other) = (desk.customer().await, desk.customer().await);
    let (ticket, foreign) = (
        desk.ticket(&customer.id).await,
        desk.ticket(&other.id).await,
    );
    let path = comment_of(&other, &foreign).await;
    let comment = path.rsplit('/').next().expect("an id");
    let elsewhere = at(&ticket, &format!("/comments/{comment}"));
    for person in [&desk.admin, &customer] {
        person
            .patch(&elsewhere, says("moved"))
            .await
            .problem(404, "not_found");
        person.delete(&elsewhere).await.problem(404, "not_found");
    }
    customer
        .patch(&path, says("moved"))
        .await
        .problem(404, "not_found");
    assert_eq!(
        each(&desk.read(&foreign).await.list("comments"), "body"),
        ["before"]
    );
}

#[tokio::test]
async fn empty_and_endless_comments_are_refused() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let ticket = desk.ticket(&customer.id).await;
    let path = at(&ticket, "/comments");
    for body in [
        json!(""),
        json!(" \n "),
        json!("x".repeat(65_537)),
        json!("a\u{0}b"),
        json!(7),
        json!(null),
    ] {
        assert!(
            customer
                .post(&path, json!({ "body": body }))
                .await
                .faulty()
                .contains("body")
        );
    }
    customer
        .post(&path, json!({ "body": "x".repeat(65_536) }))
        .await
        .is(201);
    let faulty = customer
        .post(
            &path,
            json!({ "is_internal": "no", "attachments": [1], "colour": "red" }),
        )
        .await
        .faulty();
    for field in ["body", "is_internal", "attachments[0]", "colour"] {
        assert!(faulty.contains(field), "{field}: {faulty:?}");
    }
}

#[tokio::test]
async fn the_files_of_a_deleted_comment_are_for_staff_alone() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let ticket = desk.ticket(&customer.id).await;
    let mut answered = Vec::new();
    for name in ["yours.pdf", "somebody-elses.pdf"] {
        let files = agent
            .upload("/api/v1/attachments", &[(name, b"%PDF-1.7 invoice")])
            .await
            .is(201)
            .list("attachments");
        let body = json!({ "body": "Your invoice.", "attachments": each(&files, "id") });
        let comment = agent.post(&at(&ticket, "/comments"), body).await.is(201);
        answered.push((comment.str("id"), each(&files, "id").remove(0)));
    }
    let [(_, right), (comment, wrong)] = answered.try_into().expect("two comments");
    // Every way to files that there is.
    let seen = async |who: &super::api::Api| {
        let detail = who.get(&at(&ticket, "")).await.is(200);
        let listed = who.get(&at(&ticket, "/attachments")).await.is(200);
        assert_eq!(listed.json["total"], listed.list("attachments").len());
        let files = format!("/crm/api/v1/ticket-attachments/?ticket={ticket}");
        let crm = who.get(&files).await.is(200);
        assert_eq!(crm.json["count"], crm.list("results").len());
        let ids = each(&listed.list("attachments"), "id");
        assert_eq!(each(&detail.list("attachments"), "id"), ids);
        assert_eq!(each(&crm.list("results"), "id"), ids);
        let paths = each(&crm.list("results"), "file");
        (ids, paths)
    };
    let (ids, paths) = seen(&customer).await;
    assert_eq!(ids, [right.clone(), wrong.clone()]);
    let ways = [
        format!("/api/v1/attachments/{wrong}"),
        format!("/crm/api/v1/ticket-attachments/{wrong}/"),
        paths[1].clone(),
    ];
    for way in &ways {
        customer.get(way).await.is(200);
    }

    let path = at(&ticket, &format!("/comments/{comment}"));
    agent.delete(&path).await.is(204);
    assert_eq!(seen(&customer).await.0, std::slice::from_ref(&right));
    for way in &ways {
        customer.get(way).await.is(404);
        agent.get(way).await.is(200);
    }
    assert_eq!(seen(&agent).await.0, [right.clone(), wrong.clone()]);
    let all = customer
        .get("/crm/api/v1/ticket-attachments/")
        .await
        .is(200);
    assert_eq!(each(&all.list("results"), "id"), [right]);
    let kept = agent.get(&at(&ticket, "/attachments")).await.is(200);
    assert_eq!(kept.list("attachments")[1]["is_internal"], true);
}
