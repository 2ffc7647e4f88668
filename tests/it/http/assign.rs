//! Giving tickets to people and teams.

use serde_json::json;

use super::desk::{Desk, at};

#[tokio::test]
async fn a_ticket_goes_to_a_person_and_to_that_persons_team() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let team = desk.team().await;
    let agent = desk
        .person(json!({ "role": "agent", "team_ids": [team] }))
        .await;
    let ticket = desk.ticket(&customer.id).await;
    let body = json!({
        "assigned_to": agent.id, "assignment_type": "user", "priority_change": "urgent", "notes": "Please call",
        "notify_customer": false
    });
    let given = agent.post(&at(&ticket, "/assign"), body).await.is(200);
    assert_eq!(given.json["assigned_to"], agent.id);
    assert_eq!(given.json["assigned_team"], team);
    assert_eq!(
        (given.str("status"), given.str("priority")),
        ("assigned".to_owned(), "urgent".to_owned())
    );
    assert_eq!(desk.history(&ticket).await[1]["note"], "Please call");
}

#[tokio::test]
async fn a_ticket_given_to_a_team_has_no_person_any_more() {
    let desk = Desk::shared().await;
    let (customer, agent, team) = (desk.customer().await, desk.agent().await, desk.team().await);
    let ticket = desk.ticket(&customer.id).await;
    desk.admin
        .post(&at(&ticket, "/assign"), json!({ "assigned_to": agent.id }))
        .await
        .is(200);
    let to_team = json!({ "assigned_to": team, "assignment_type": "team" });
    let given = desk
        .admin
        .post(&at(&ticket, "/assign"), to_team.clone())
        .await
        .is(200);
    assert_eq!(
        (&given.json["assigned_to"], &given.json["assigned_team"]),
        (&json!(null), &json!(team))
    );
    assert_eq!(given.str("status"), "assigned");
    desk.admin
        .post(&at(&ticket, "/assign"), to_team)
        .await
        .problem(409, "already_assigned");
}

#[tokio::test]
async fn taking_a_ticket_back_opens_it() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let back = json!({ "assigned_to": null });
    for status in ["assigned", "in_progress"] {
        let ticket = desk.ticket(&customer.id).await;
        desk.admin
            .post(&at(&ticket, "/assign"), json!({ "assigned_to": agent.id }))
            .await
            .is(200);
        desk.admin
            .put(&at(&ticket, ""), json!({ "status": status }))
            .await
            .is(200);
        let taken = desk
            .admin
            .post(&at(&ticket, "/assign"), back.clone())
            .await
            .is(200);
        assert_eq!(
            (&taken.json["assigned_to"], &taken.json["assigned_team"]),
            (&json!(null), &json!(null))
        );
        assert_eq!(taken.str("status"), "open");
    }
    let ticket = desk.ticket(&customer.id).await;
    desk.admin
        .post(&at(&ticket, "/assign"), json!({ "assigned_to": agent.id }))
        .await
        .is(200);
    desk.admin
        .put(&at(&ticket, ""), json!({ "status": "pending_vendor" }))
        .await
        .is(200);
    assert_eq!(
        desk.admin
            .post(&at(&ticket, "/assign"), back.clone())
            .await
            .is(200)
            .str("status"),
        "pending_vendor"
    );
    desk.admin
        .post(&at(&ticket, "/assign"), back)
        .await
        .problem(409, "already_assigned");
}

#[tokio::test]
async fn a_pending_ticket_stays_pending_when_it_is_given_away() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    for status in ["pending_customer", "pending_vendor"] {
        let ticket = desk.ticket(&customer.id).await;
        desk.admin
            .put(&at(&ticket, ""), json!({ "status": status }))
            .await
            .is(200);
        let given = desk
            .admin
            .post(&at(&ticket, "/assign"), json!({ "assigned_to": agent.id }))
            .await
            .is(200);
        assert_eq!(
            (given.str("status"), given.str("assigned_to")),
            (status.to_owned(), agent.id.clone())
        );
    }
}

#[tokio::test]
async fn what_is_assigned_so_already_or_done_is_refused() {
    let desk = Desk::shared().await;
    let (customer, agent, other) = (
        desk.customer().await,
        desk.agent().await,
        desk.agent().await,
    );
    let to = |person: &super::desk::Person| json!({ "assigned_to": person.id });
    let ticket = desk.ticket(&customer.id).await;
    desk.admin
        .post(&at(&ticket, "/assign"), to(&agent))
        .await
        .is(200);
    desk.admin
        .post(&at(&ticket, "/assign"), to(&agent))
        .await
        .problem(409, "already_assigned");
    desk.admin
        .post(&at(&ticket, "/assign"), to(&other))
        .await
        .is(200);
    desk.admin
        .post(&at(&ticket, "/resolve"), json!({}))
        .await
        .is(200);
    desk.admin
        .post(&at(&ticket, "/assign"), to(&agent))
        .await
        .problem(409, "ticket_done");
    desk.admin
        .post(&at(&ticket, "/close"), json!({}))
        .await
        .is(200);
    desk.admin
        .post(&at(&ticket, "/assign"), to(&agent))
        .await
        .problem(409, "ticket_done");
    assert_eq!(desk.read(&ticket).await.str("assigned_to"), other.id);
}

#[tokio::test]
async fn nobody_who_is_not_there_or_not_staff_gets_a_ticket() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let idle = desk.agent().await;
    desk.admin
        .delete(&format!("/api/v1/users/{}", idle.id))
        .await
        .is(204);
    let ticket = desk.ticket(&customer.id).await;
    let path = at(&ticket, "/assign");
    agent
        .post(
            &path,
            json!({ "assigned_to": "0190a5f0-0000-7000-8000-000000000001" }),
        )
        .await
        .problem(404, "not_found");
    for (who, kind) in [
        (&customer.person.id, "user"),
        (&idle.id, "user"),
        (&agent.id, "team"),
    ] {
        let answer = agent
            .post(
                &path,
                json!({ "assigned_to": who, "assignment_type": kind }),
            )
            .await;
        assert!([400, 404, 409].contains(&answer.status), "{answer}");
    }
    let faulty = agent
        .post(
            &path,
            json!({ "assignment_type": "dog", "priority_change": "x", "notes": 1, "colour": 1 }),
        )
        .await
        .faulty();
    for field in [
        "assigned_to",
        "assignment_type",
        "priority_change",
        "notes",
        "colour",
    ] {
        assert!(faulty.contains(field), "{field}: {faulty:?}");
    }
    assert_eq!(desk.read(&ticket).await.json["version"], 1);
}

mod routing {
    use serde_json::{Value, json};

    use crate::http::desk::{Desk, Person, at};
    use crate::http::program::Program;

    /// Of the desk's agents, one who repairs.
    async fn repairer(desk: &Desk, capacity: u32) -> Person {
        let skilled = json!({ "role": "agent", "skills": ["repair"], "capacity": capacity });
        desk.person(skilled).await
    }

    /// Says that somebody is away.
    async fn away(who: &crate::http::api::Api, of: &str) -> crate::http::api::Answer {
        let path = format!("/api/v1/users/{of}/availability");
        who.put(&path, json!({ "is_available": false })).await
    }

    #[tokio::test]
    async fn the_freest_who_can_takes_the_ticket_and_history_says_why() {
        let program = Program::new();
        let server = program.serve();
        let desk = Desk::on(&server).await;
        let customer = desk.customer().await;
        let repair = async || {
            let wish = json!({ "category": "repair" });
            desk.ticket_with(&customer.id, wish).await
        };
        let plain = repair().await;
        assert_eq!(
            plain.json["assigned_to"],
            Value::Null,
            "nobody has skills yet"
        );
        let (small, large) = (repairer(&desk, 1).await, repairer(&desk, 3).await);
        // One of one for the first; then the other has the smaller share.
        let first = repair().await;
        let auto = json!({ "assignment_type": "auto", "notes": "Please hurry" });
        let given = desk
            .admin
            .post(&at(&plain.str("id"), "/assign"), auto)
            .await;
        assert_ne!(given.is(200).json["assigned_to"], first.json["assigned_to"]);
        let reason = desk.history(&plain.str("id")).await[1]["note"].clone();
        let reason = reason.as_str().unwrap_or_default();
        assert!(reason.contains("skill repair") && reason.ends_with("Please hurry"));
        let history = desk.history(&first.str("id")).await;
        assert!(history[0]["note"].to_string().contains("skill repair"));
        // How busy somebody is, customers do not read.
        let seen = customer
            .get(&at(&first.str("id"), "/history"))
            .await
            .is(200);
        assert_eq!(seen.list("history")[0]["note"], Value::Null);
        // Away, and full: the one who is left takes it; when nobody is left, the category's team does.
        away(&small, &small.id).await.is(200);
        away(&small, &large.id).await.is(403);
        away(&customer, &customer.person.id).await.is(403);
        for _ in 0..2 {
            assert_eq!(repair().await.json["assigned_to"], large.id.as_str());
        }
        let full = repair().await;
        assert_eq!(full.json["assigned_to"], Value::Null);
        assert!(full.json["assigned_team"].is_string(), "Tech takes repairs");
    }

    #[tokio::test]
    async fn where_nobody_can_be_chosen_nobody_is() {
        let program = Program::new();
        let server = program.serve();
        let desk = Desk::on(&server).await;
        let customer = desk.customer().await;
        let agent = repairer(&desk, 1).await;
        let wish = json!({ "category": "general_inquiry" });
        let other = desk.ticket_with(&customer.id, wish).await.str("id");
        let auto = json!({ "assignment_type": "auto" });
        let refused = desk.admin.post(&at(&other, "/assign"), auto).await;
        refused.problem(409, "no_route");
        let both = json!({ "assignment_type": "auto", "assigned_to": agent.id });
        desk.admin.post(&at(&other, "/assign"), both).await.is(400);
    }
}
