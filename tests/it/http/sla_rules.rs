//! Policies and calendars: versions, and what they apply to.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::api::text;
use super::desk::{Desk, at, next, with};

const POLICIES: &str = "/api/v1/sla/policies";
const CALENDARS: &str = "/api/v1/sla/calendars";

fn for_tier(tier: &str, minutes: u32) -> Value {
    json!({
        "name": format!("Policy for {tier}"), "position": 1, "conditions": { "customer_tiers": [tier] },
        "targets": { "first_response": minutes, "next_response": null, "resolution": minutes * 10 }
    })
}

/// A tier that only one test knows, so that its policies touch no other test's tickets.
fn tier() -> String {
    format!("tier-{}", next())
}

async fn versions(desk: &Desk, path: &str, id: &str) -> Vec<Value> {
    let list = desk.admin.get(path).await.is(200).list("items");
    list.into_iter()
        .filter(|version| version["id"] == id)
        .collect()
}

#[tokio::test]
async fn a_new_installation_has_five_policies_and_a_calendar() {
    let desk = Desk::shared().await;
    let policies = desk.admin.get(POLICIES).await.is(200).list("items");
    let names: BTreeSet<_> = policies
        .iter()
        .map(|policy| text(&policy["name"]))
        .collect();
    for name in ["Emergency and critical", "Urgent", "High", "Medium", "Low"] {
        assert!(names.contains(name), "{names:?}");
    }
    let low = policies
        .iter()
        .find(|policy| policy["name"] == "Low")
        .expect("it is there");
    assert_eq!(
        low["targets"],
        json!({ "first_response": 480.0, "next_response": 480.0, "resolution": 4_800.0 })
    );
    assert_eq!(
        (&low["pause_statuses"], &low["warning_percent"]),
        (&json!(["pending_customer"]), &json!(75))
    );
    let calendars = desk.admin.get(CALENDARS).await.is(200).list("items");
    let hours = calendars
        .iter()
        .find(|calendar| calendar["id"] == low["calendar_id"])
        .expect("the calendar");
    assert_eq!(
        (&hours["timezone"], &hours["hours"]["monday"]),
        (&json!("UTC"), &json!([["08:00", "18:00"]]))
    );
}

#[tokio::test]
async fn a_change_is_a_new_version_and_the_old_one_stays_readable() {
    let desk = Desk::shared().await;
    let lead = desk.lead().await;
    let tier = tier();
    let made = lead.post(POLICIES, for_tier(&tier, 30)).await.is(201);
    let id = made.str("id");
    assert_eq!(
        (
            &made.json["version"],
            &made.json["targets"]["next_response"]
        ),
        (&json!(1), &Value::Null)
    );
    assert_eq!(made.json["conditions"]["customer_tiers"], json!([tier]));
    let path = format!("{POLICIES}/{id}");
    let changed = lead.put(&path, for_tier(&tier, 20)).await.is(200);
    assert_eq!(changed.json["version"], 2);
    let both = versions(&desk, POLICIES, &id).await;
    let targets: Vec<_> = both
        .iter()
        .map(|version| version["targets"]["first_response"].as_f64())
        .collect();
    assert_eq!(targets, [Some(30.0), Some(20.0)]);
    assert!(
        both.iter()
            .all(|version| version["effective_from"].is_string())
    );
    assert!(text(&both[0]["effective_from"]) < text(&both[1]["effective_from"]));
    lead.delete(&path).await.is(204);
    lead.delete(&path).await.is(204);
    assert_eq!(lead.put(&path, for_tier(&tier, 10)).await.status, 409);
    assert_eq!(
        versions(&desk, POLICIES, &id)
            .await
            .last()
            .expect("versions")["retired"],
        true
    );
}

#[tokio::test]
async fn a_new_version_judges_new_tickets_or_all_that_are_open() {
    let desk = Desk::shared().await;
    let tier = tier();
    let customer = desk.account(json!({ "tier": tier })).await;
    let id = desk
        .admin
        .post(POLICIES, for_tier(&tier, 60))
        .await
        .is(201)
        .str("id");
    let path = format!("{POLICIES}/{id}");
    let (open, done) = (desk.ticket(&customer).await, desk.ticket(&customer).await);
    desk.admin
        .post(&at(&done, "/resolve"), json!({}))
        .await
        .is(200);
    let version = |ticket: String| {
        let desk = &desk;
        async move { desk.read(&ticket).await.json["sla"]["policy"]["version"].clone() }
    };
    assert_eq!(version(open.clone()).await, 1);

    desk.admin.put(&path, for_tier(&tier, 50)).await.is(200);
    let newer = desk.ticket(&customer).await;
    assert_eq!(
        (version(open.clone()).await, version(newer.clone()).await),
        (json!(1), json!(2))
    );

    desk.admin
        .put(
            &path,
            with(for_tier(&tier, 40), json!({ "apply_to": "open" })),
        )
        .await
        .is(200);
    super::desk::eventually("the open tickets' new judge", || async {
        (version(open.clone()).await == 3 && version(newer.clone()).await == 3).then_some(())
    })
    .await;
    assert_eq!(
        version(done).await,
        1,
        "what is resolved is not judged again"
    );
}

#[tokio::test]
async fn a_retired_policy_judges_no_new_ticket() {
    let desk = Desk::shared().await;
    let tier = tier();
    let customer = desk.account(json!({ "tier": tier })).await;
    let id = desk
        .admin
        .post(POLICIES, for_tier(&tier, 60))
        .await
        .is(201)
        .str("id");
    let before = desk.ticket(&customer).await;
    desk.admin.delete(&format!("{POLICIES}/{id}")).await.is(204);
    let after = desk.ticket(&customer).await;
    assert_eq!(desk.read(&before).await.json["sla"]["policy"]["id"], id);
    assert_eq!(
        desk.read(&after).await.json["sla"]["policy"]["name"],
        "Medium"
    );
}

#[tokio::test]
async fn calendars_have_versions_too() {
    let desk = Desk::shared().await;
    let body = json!({
        "name": format!("Shop {}", next()), "timezone": "Europe/Berlin",
        "hours": { "monday": [["08:00", "12:00"], ["13:00", "18:00"]], "saturday": [["09:00", "13:00"]] },
        "holidays": [{ "date": "2026-12-25", "name": "Christmas" }]
    });
    let made = desk.admin.post(CALENDARS, body.clone()).await.is(201);
    let id = made.str("id");
    assert_eq!(made.json["hours"]["monday"], body["hours"]["monday"]);
    assert_eq!(made.json["holidays"], body["holidays"]);
    assert_eq!(made.json["always_open"], false);
    let changed = with(body, json!({ "hours": { "sunday": [["00:00", "24:00"]] } }));
    assert_eq!(
        desk.admin
            .put(&format!("{CALENDARS}/{id}"), changed)
            .await
            .is(200)
            .json["version"],
        2
    );
    assert_eq!(versions(&desk, CALENDARS, &id).await.len(), 2);
    desk.admin
        .delete(&format!("{CALENDARS}/{id}"))
        .await
        .is(204);
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_rule_is_told_at_once() {
    let desk = Desk::shared().await;
    let faulty = desk.admin.post(POLICIES, json!({
        "name": "", "position": "first", "conditions": { "priorities": ["x"], "colour": 1 },
        "targets": { "first_response": 0.001, "resolution": -5 }, "calendar_id": "x", "pause_statuses": ["resting"],
        "warning_percent": 101, "colour": "red"
    })).await.faulty();
    for field in [
        "name",
        "position",
        "calendar_id",
        "warning_percent",
        "colour",
    ] {
        assert!(faulty.contains(field), "{field}: {faulty:?}");
    }
    for part in ["conditions", "targets", "pause_statuses"] {
        assert!(
            faulty.iter().any(|field| field.starts_with(part)),
            "{part}: {faulty:?}"
        );
    }
    let tiny = with(
        for_tier("x", 1),
        json!({ "targets": { "resolution": 0.001 } }),
    );
    assert!(
        desk.admin
            .post(POLICIES, tiny)
            .await
            .faulty()
            .iter()
            .any(|field| field.starts_with("targets"))
    );
    let faulty = desk.admin.post(CALENDARS, json!({
        "name": "", "timezone": "Moon/Base", "hours": { "monday": [["18:00", "08:00"]], "someday": [] },
        "holidays": [{ "date": "2026-02-30" }], "colour": "red"
    })).await.faulty();
    for part in ["name", "timezone", "hours", "holidays", "colour"] {
        assert!(
            faulty.iter().any(|field| field.starts_with(part)),
            "{part}: {faulty:?}"
        );
    }
    let nobody = with(
        for_tier("x", 1),
        json!({ "calendar_id": "0190a5f0-0000-7000-8000-000000000001" }),
    );
    assert!(
        desk.admin
            .post(POLICIES, nobody)
            .await
            .faulty()
            .contains("calendar_id")
    );
}
