use std::sync::Arc;

use jiff::SignedDuration;
use linedesk_domain::ids::CalendarId;
use linedesk_domain::people::Role;
use linedesk_domain::sla::{CalendarSpec, PolicySpec, PolicyVersion, SlaBook};
use linedesk_domain::workflow::Status;
use linedesk_ports::store::Unique;
use linedesk_ports::tickets::MockTickets;

use super::*;
use crate::accounts::doubles::{START, World, caller, user};
use crate::caller::Caller;
use crate::error::Kind;

fn lead() -> Caller {
    caller(&user(1, Role::Lead), None)
}

fn shipped_book() -> SlaBook {
    let mut number = 0;
    let (policies, calendars) = linedesk_domain::sla::shipped(START, || {
        number += 1;
        Uuid::from_u128(number)
    });
    SlaBook::new(policies, calendars).unwrap()
}

/// A world whose tickets know `book`.
fn world(book: SlaBook) -> World {
    let book = Arc::new(book);
    let mut tickets = MockTickets::new();
    tickets
        .expect_book()
        .returning(move || Ok(Arc::clone(&book)));
    World::with([], tickets, |_| {})
}

fn first_policy(book: &SlaBook) -> PolicyVersion {
    book.policies()
        .min_by_key(|version| version.spec.position)
        .cloned()
        .unwrap()
}

fn faults(error: &Error) -> Vec<(String, &'static str)> {
    error
        .faults()
        .into_iter()
        .map(|fault| (fault.field, fault.code))
        .collect()
}

#[tokio::test]
async fn an_edit_makes_the_next_version_and_leaves_the_tickets_alone() {
    let book = shipped_book();
    let present = first_policy(&book);
    let world = world(book);
    world.pass(SignedDuration::from_secs(60));
    let spec = PolicySpec {
        name: "  Sooner ".to_owned(),
        ..present.spec.clone()
    };
    let next = update_policy(&world.app, &lead(), present.policy, spec, ApplyTo::New)
        .await
        .unwrap();
    assert_eq!(
        (next.policy, next.version, next.applies_to_open),
        (present.policy, 2, false)
    );
    assert_eq!(
        (next.effective_from, next.spec.name.as_str()),
        (START + SignedDuration::from_secs(60), "Sooner")
    );
    assert_ne!(next.id, present.id);
    assert_eq!(world.committed(), [Write::Policy(next)]);
}

#[tokio::test]
async fn an_edit_for_open_tickets_says_so_and_is_answered_before_any_of_them_is_looked_at() {
    let book = shipped_book();
    let present = first_policy(&book);
    let world = world(book);
    let next = update_policy(
        &world.app,
        &lead(),
        present.policy,
        present.spec,
        ApplyTo::Open,
    )
    .await
    .unwrap();
    assert!(next.applies_to_open);
    assert_eq!(world.committed(), [Write::Policy(next)]);
}

#[tokio::test]
async fn a_version_never_takes_effect_before_the_one_that_it_follows() {
    let book = shipped_book();
    let present = first_policy(&book);
    let world = world(book);
    world.pass(SignedDuration::from_secs(-60));
    let next = update_policy(
        &world.app,
        &lead(),
        present.policy,
        present.spec,
        ApplyTo::New,
    )
    .await
    .unwrap();
    assert_eq!(next.effective_from, START);
}

#[tokio::test]
async fn a_version_number_taken_by_somebody_else_is_tried_again() {
    let book = shipped_book();
    let present = first_policy(&book);
    let world = world(book);
    world.do_with(|state| {
        state
            .refusals
            .push_back(StoreError::Duplicate(Unique::Other));
    });
    update_policy(
        &world.app,
        &lead(),
        present.policy,
        present.spec,
        ApplyTo::New,
    )
    .await
    .unwrap();
    assert_eq!(world.committed().len(), 1);
}

#[tokio::test]
async fn all_faults_of_a_policy_come_at_once_and_nothing_is_written() {
    let world = world(shipped_book());
    let mut spec = first_policy(&shipped_book()).spec;
    spec.name = " ".to_owned();
    spec.conditions.customer_tiers = vec!["gold".to_owned(), " ".to_owned()];
    spec.targets.resolution = Some(SignedDuration::ZERO);
    spec.pause_statuses = vec![Status::Closed];
    spec.warning_percent = 100;
    spec.calendar = Some(CalendarId(Uuid::max()));
    let error = create_policy(&world.app, &lead(), spec).await.unwrap_err();
    let expected = [
        ("name", "required"),
        ("conditions.customer_tiers[1]", "required"),
        ("targets.resolution", "too_small"),
        ("pause_statuses[0]", "not_allowed"),
        ("warning_percent", "out_of_range"),
        ("calendar_id", "unknown"),
    ];
    assert_eq!(
        faults(&error),
        expected.map(|(field, code)| (field.to_owned(), code))
    );
    assert!(world.committed().is_empty());
}

#[tokio::test]
async fn a_withdrawn_policy_is_withdrawn_once_and_not_edited() {
    let book = shipped_book();
    let present = first_policy(&book);
    let before = world(book);
    retire_policy(&before.app, &lead(), present.policy)
        .await
        .unwrap();
    let committed = before.committed();
    let [Write::Policy(retired)] = &committed[..] else {
        panic!("{committed:?}")
    };
    assert!(retired.retired && retired.version == 2 && retired.spec == present.spec);

    let after = world(SlaBook::new(vec![retired.clone()], Vec::new()).unwrap());
    retire_policy(&after.app, &lead(), present.policy)
        .await
        .unwrap();
    let error = update_policy(
        &after.app,
        &lead(),
        present.policy,
        present.spec,
        ApplyTo::New,
    )
    .await
    .unwrap_err();
    assert_eq!(error.code(), "retired");
    assert!(after.committed().is_empty());
}

#[tokio::test]
async fn a_withdrawn_calendar_serves_the_policy_that_names_it_but_no_new_one() {
    let shipped = shipped_book();
    let mut calendar = shipped.calendars().next().cloned().unwrap();
    let policies: Vec<_> = shipped.policies().cloned().collect();
    let policy = policies
        .iter()
        .find(|version| version.spec.calendar.is_some())
        .cloned()
        .unwrap();
    calendar.retired = true;
    let world = world(SlaBook::new(policies, vec![calendar]).unwrap());
    update_policy(
        &world.app,
        &lead(),
        policy.policy,
        policy.spec.clone(),
        ApplyTo::New,
    )
    .await
    .unwrap();
    let error = create_policy(&world.app, &lead(), policy.spec)
        .await
        .unwrap_err();
    assert_eq!(faults(&error), [("calendar_id".to_owned(), "unknown")]);
}

#[tokio::test]
async fn all_faults_of_a_calendar_come_at_once() {
    let world = world(SlaBook::default());
    let mut spec = CalendarSpec::always_open("Bell\u{7}");
    spec.always_open = false;
    spec.timezone = "Mars/Olympus".to_owned();
    let error = create_calendar(&world.app, &lead(), spec)
        .await
        .unwrap_err();
    let expected = [
        ("name", "control_characters"),
        ("timezone", "unknown"),
        ("hours", "required"),
    ];
    assert_eq!(
        faults(&error),
        expected.map(|(field, code)| (field.to_owned(), code))
    );
}

#[tokio::test]
async fn leads_write_agents_read_and_customers_do_neither() {
    let world = world(shipped_book());
    let spec = CalendarSpec::always_open("Always");
    let may_write = async |role| {
        create_calendar(&world.app, &caller(&user(1, role), None), spec.clone())
            .await
            .is_ok()
    };
    let may_read = async |role| {
        list_policies(&world.app, &caller(&user(1, role), None))
            .await
            .is_ok()
    };
    let mut drawn = Vec::new();
    for role in [Role::Customer, Role::Agent, Role::Lead, Role::Admin] {
        drawn.push((may_read(role).await, may_write(role).await));
    }
    assert_eq!(
        drawn,
        [(false, false), (true, false), (true, true), (true, true)]
    );
}

#[tokio::test]
async fn lists_show_every_version_in_the_order_in_which_policies_are_tried() {
    let book = shipped_book();
    let present = first_policy(&book);
    let second = PolicyVersion {
        id: linedesk_domain::ids::PolicyVersionId(Uuid::max()),
        version: 2,
        ..present.clone()
    };
    let policies = book.policies().cloned().chain([second]).collect();
    let world = world(SlaBook::new(policies, book.calendars().cloned().collect()).unwrap());
    let listed = list_policies(&world.app, &lead()).await.unwrap();
    let drawn: Vec<_> = listed
        .iter()
        .map(|version| (version.spec.position, version.version))
        .collect();
    assert_eq!(
        drawn,
        [(10, 1), (10, 2), (20, 1), (30, 1), (40, 1), (50, 1)]
    );
    assert_eq!(
        policy(&world.app, &lead(), present.policy)
            .await
            .unwrap()
            .len(),
        2
    );
    let missing = policy(
        &world.app,
        &lead(),
        linedesk_domain::ids::PolicyId(Uuid::max()),
    )
    .await;
    assert_eq!(missing.unwrap_err().kind(), Kind::NotFound);
}

#[tokio::test]
async fn the_shipped_policies_are_installed_once() {
    let empty = world(SlaBook::default());
    assert!(install_shipped(&empty.app).await.unwrap());
    assert_eq!(empty.do_with(|state| state.committed.len()), 1);
    assert_eq!(empty.committed().len(), 6);
    empty.do_with(|state| {
        state
            .refusals
            .push_back(StoreError::Duplicate(Unique::Other));
    });
    assert!(
        !install_shipped(&empty.app).await.unwrap(),
        "another server did"
    );
    let full = world(shipped_book());
    assert!(!install_shipped(&full.app).await.unwrap());
}
