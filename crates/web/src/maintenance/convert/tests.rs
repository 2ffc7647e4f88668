use serde_json::json;

use super::*;
use crate::extract::body::parse as read;

fn sent<B: Body>(body: &serde_json::Value) -> Result<B::Command, Vec<String>> {
    let failure = match read::<B>(body.to_string().as_bytes()) {
        Ok(command) => return Ok(command),
        Err(failure) => failure,
    };
    Err(failure.faults.into_iter().map(|it| it.field).collect())
}

#[test]
fn every_status_is_called_as_in_isp_both_ways() {
    for status in Status::ALL {
        let body = json!({ "status": status.name() });
        assert_eq!(sent::<NewStatus>(&body), Ok(status));
    }
    assert_eq!(
        sent::<NewStatus>(&json!({})),
        Err(vec!["status".to_owned()])
    );
}

#[test]
fn each_purpose_takes_its_part_of_the_whole_object() {
    let whole = json!({
        "id": "anything", "owner": 1, "messages": {}, "created_at": null, "status": 7, "staff_message": [],
        "title": "No heating", "description": "The radiator stays cold.", "priority": "high", "message": "Hello?"
    });
    let new = sent::<NewTicket>(&whole).unwrap();
    assert_eq!(
        (new.title.as_str(), new.priority),
        ("No heating", Priority::High)
    );
    let edit = sent::<OwnersEdit>(&whole).unwrap();
    assert_eq!(edit.priority, Some(Priority::High));
    assert_eq!(sent::<NewMessage>(&whole).unwrap().body.as_str(), "Hello?");
    assert_eq!(sent::<NewStatus>(&whole), Err(vec!["status".to_owned()]));
    let wrong = Err(vec!["staff_message".to_owned()]);
    assert_eq!(sent::<NewStaffMessage>(&whole), wrong);
}

#[test]
fn an_edit_changes_what_it_names_and_clears_nothing() {
    let priority = Some(Priority::Low);
    let edit = OwnEdit {
        priority,
        ..OwnEdit::default()
    };
    assert_eq!(sent::<OwnersEdit>(&json!({ "priority": "low" })), Ok(edit));
    let nulls = json!({ "title": null, "description": "", "priority": "pressing" });
    let fields = ["title", "description", "priority"].map(str::to_owned);
    assert_eq!(sent::<OwnersEdit>(&nulls), Err(fields.to_vec()));
}

#[test]
fn a_staff_message_is_taken_back_by_null_and_by_nothing() {
    for empty in [json!(null), json!(""), json!("  ")] {
        assert_eq!(
            sent::<NewStaffMessage>(&json!({ "staff_message": empty })),
            Ok(None)
        );
    }
    assert!(sent::<NewStaffMessage>(&json!({})).is_err(), "left out");
}

#[test]
fn days_are_whole_ones_in_utc() {
    let mut query = QueryReader::new("from=2026-03-01&to=2026-03-01&status=open,closed");
    let ListQuery(asked) = ListQuery::read(&mut query).unwrap();
    let day = |text: &str| Some(text.parse::<Timestamp>().unwrap());
    assert_eq!(asked.filter.created_from, day("2026-03-01T00:00:00Z"));
    assert_eq!(asked.filter.created_before, day("2026-03-02T00:00:00Z"));
    assert_eq!(asked.filter.status, [Status::Open, Status::Closed]);
    assert!(midnight_after("9999-12-31".to_owned()).is_err());
}
