use jiff::Timestamp;
use linedesk_ports::jobs::{JobKind, JobState, NewJob, Progress};

use super::*;

fn job(input: String) -> Job {
    Job {
        new: NewJob {
            id: JobId(Uuid::from_u128(1)),
            kind: JobKind::Bulk,
            input,
            created_by: UserId(Uuid::from_u128(2)),
            created_at: Timestamp::UNIX_EPOCH,
        },
        state: JobState::Queued,
        progress: Progress::default(),
        rows: 0,
        failed: 0,
        attempts: 0,
        started_at: None,
        finished_at: None,
        result: None,
        error: None,
    }
}

#[test]
fn what_is_done_is_read_as_it_was_written() {
    let tag = |text| Tag::parse(text).unwrap();
    let actions = [
        BulkAction::Assign(AssignTo::User(UserId(Uuid::from_u128(3)))),
        BulkAction::Assign(AssignTo::Team(TeamId(Uuid::from_u128(4)))),
        BulkAction::Assign(AssignTo::TeamNamed("Field".to_owned())),
        BulkAction::Assign(AssignTo::Nobody),
        BulkAction::Assign(AssignTo::Auto),
        BulkAction::Status(Status::PendingVendor),
        BulkAction::Priority(Priority::Urgent),
        BulkAction::Tag {
            add: vec![tag("storm"), tag("north")],
            remove: Vec::new(),
        },
        BulkAction::Comment {
            body: CommentBody::parse("All \"clear\".\n\tNow.").unwrap(),
            is_internal: true,
        },
        BulkAction::Close(Resolution {
            text: Some(Note::parse("Line repaired").unwrap()),
            code: Some(Label::parse("weather").unwrap()),
            template: Some(TemplateId(Uuid::from_u128(5))),
            notify_customer: true,
        }),
        BulkAction::Close(Resolution::default()),
    ];
    for action in actions {
        for permissions in [None, Some(Permission::ALL.to_vec())] {
            let plan = Plan {
                action: action.clone(),
                permissions,
            };
            let read = read_plan(&job(write_plan(&plan).unwrap())).unwrap();
            assert_eq!(format!("{read:?}"), format!("{plan:?}"));
        }
    }
}

#[test]
fn what_means_nothing_is_corrupt() {
    for input in [
        "",
        "{}",
        r#"{"action":{"status":"lost"},"permissions":null}"#,
        r#"{"action":{"priority":"low"},"permissions":["all"]}"#,
        r#"{"action":{"tag":{"add":[""],"remove":[]}},"permissions":null}"#,
    ] {
        assert!(read_plan(&job(input.to_owned())).is_err(), "{input}");
    }
}

#[test]
fn every_outcome_is_read_as_it_was_written() {
    let id = JobId(Uuid::from_u128(1));
    let refused = |error: Error| Some(Refusal::of(&error));
    for refusal in [
        None,
        refused(Error::NotFound("ticket")),
        refused(Error::forbidden()),
        refused(Error::Stale),
        refused(Error::invalid("tags", "too_many_tags", "no more")),
        refused(Error::Conflict {
            detail: "nobody".to_owned(),
            code: "no_route",
        }),
    ] {
        let outcome = BulkOutcome {
            ticket: TicketId(Uuid::from_u128(9)),
            refusal,
        };
        let written = write_outcome(id, 7, outcome.clone()).unwrap();
        assert_eq!(written.is_failure, outcome.refusal.is_some());
        assert_eq!((written.job, written.nth), (id, 7));
        assert_eq!(read_outcome(&written).unwrap(), outcome);
    }
}
