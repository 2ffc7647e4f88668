//! Whose a ticket is in the CRM's API: a user's, a team's, or nobody's.

use serde_json::{Value, json};

use super::crm::{TICKETS, place, zone_offline};
use crate::http::api::Answer;
use crate::http::desk::{Customer, Desk, Person, with};

/// A new ticket that a team has, and nobody in it.
async fn with_team(agent: &Person, customer: &Customer) -> String {
    let body = with(
        zone_offline(&customer.id),
        json!({ "assigned_team": "Tech" }),
    );
    let made = agent.post(TICKETS, body).await.is(201);
    assert_eq!(
        whose(&made),
        (Value::Null, json!("Tech"), "assigned".into())
    );
    made.str("id")
}

fn whose(answer: &Answer) -> (Value, Value, String) {
    let (user, team) = (&answer.json["assigned_to"], &answer.json["assigned_team"]);
    (user.clone(), team.clone(), answer.str("status"))
}

#[tokio::test]
async fn a_ticket_is_taken_back_from_a_team_as_well() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let nobody = (Value::Null, Value::Null, "new".to_owned());
    let id = with_team(&agent, &customer).await;
    let none = json!({ "user_id": null });
    let taken = agent
        .post(&place(&id, "assign"), none.clone())
        .await
        .is(200);
    assert_eq!(whose(&taken), nobody);
    let again = agent.post(&place(&id, "assign"), none).await.is(200);
    assert_eq!(
        taken.header("etag"),
        again.header("etag"),
        "nothing changes"
    );

    let id = with_team(&agent, &customer).await;
    // It was shown that no user has it: to say so changes nothing, as with every other word.
    let form = json!({ "assigned_to": null });
    let left = agent.patch(&place(&id, ""), form).await.is(200);
    let team = (Value::Null, json!("Tech"), "assigned".to_owned());
    assert_eq!(whose(&left), team);
    let taken = agent
        .patch(&place(&id, ""), json!({ "assigned_team": null }))
        .await;
    assert_eq!(whose(&taken.is(200)), nobody);
}

#[tokio::test]
async fn what_names_its_team_leaves_it_to_the_team() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let id = with_team(&agent, &customer).await;
    let team = (Value::Null, json!("Tech"), "assigned".to_owned());
    // A client that sends back all that it read.
    let mut read = agent.get(&place(&id, "")).await.is(200);
    let etag = read.header("etag");
    read = agent.put(&place(&id, ""), read.json).await.is(200);
    assert_eq!((whose(&read), read.header("etag")), (team.clone(), etag));

    let give = json!({ "user_id": agent.id });
    let given = agent.post(&place(&id, "assign"), give).await.is(200);
    assert_eq!(given.json["assigned_to"], json!(agent.id));
    let body = json!({ "assigned_to": null, "assigned_team": "Tech" });
    let left = agent.patch(&place(&id, ""), body).await.is(200);
    assert_eq!(whose(&left), team);
}

#[tokio::test]
async fn who_has_what_is_over_stays_as_it_was() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let id = with_team(&agent, &customer).await;
    let closed = json!({ "status": "closed" });
    agent.patch(&place(&id, ""), closed).await.is(200);
    let none = json!({ "user_id": null });
    let refused = agent.post(&place(&id, "assign"), none).await.is(400);
    assert!(refused.json["user_id"].is_array(), "{refused}");
    let form = json!({ "subject": "Zones offline", "assigned_to": null });
    let edited = agent.patch(&place(&id, ""), form).await.is(200);
    assert_eq!(
        whose(&edited),
        (Value::Null, json!("Tech"), "closed".to_owned())
    );
}
