use jiff::SignedDuration;
use linedesk_domain::people::Role;
use linedesk_ports::accounts::{IdempotencyMark, KeptRequest};

use super::*;
use crate::accounts::doubles::{World, answer, caller, user};

async fn begun(world: &World, key: &str, body: u8) -> Result<Begun, Error> {
    begin(
        &world.app,
        &caller(&user(1, Role::Agent), None),
        key,
        "POST",
        "/api/v1/tickets",
        [body; 32],
    )
    .await
}

fn fresh(begun: Result<Begun, Error>) -> IdempotencyMark {
    let Ok(Begun::Fresh(mark)) = begun else {
        panic!("{begun:?}")
    };
    mark
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer_for_a_day() {
    let world = World::of([]);
    let mark = fresh(begun(&world, "k", 1).await);
    assert!(mark.key.scope.ends_with("POST /api/v1/tickets"));
    finish(&world.app, mark, answer(201)).await.unwrap();
    assert_eq!(
        begun(&world, "k", 1).await.unwrap(),
        Begun::Replay(answer(201))
    );
    assert_eq!(
        begun(&world, "k", 2).await.unwrap_err().kind(),
        Kind::KeyReused
    );
    world.pass(SignedDuration::from_hours(24) + SignedDuration::from_micros(1));
    fresh(begun(&world, "k", 1).await);
}

#[tokio::test]
async fn a_request_without_an_answer_is_first_running_and_then_lost_but_never_run_again() {
    let world = World::of([]);
    world.do_with(|state| {
        state.kept = Some(KeptRequest {
            fingerprint: [1; 32],
            at: state.now,
            answer: None,
        });
    });
    world.pass(SignedDuration::from_millis(9_999));
    assert_eq!(
        begun(&world, "k", 1).await.unwrap_err().code(),
        "in_progress"
    );
    world.pass(SignedDuration::from_millis(1));
    assert_eq!(
        begun(&world, "k", 1).await.unwrap_err().code(),
        "answer_lost"
    );
}

#[tokio::test]
async fn answers_about_the_caller_or_the_server_are_not_kept() {
    let world = World::of([]);
    for status in [401, 403, 429, 500, 503] {
        finish(
            &world.app,
            fresh(begun(&world, "k", 1).await),
            answer(status),
        )
        .await
        .unwrap();
    }
    finish(&world.app, fresh(begun(&world, "k", 1).await), answer(404))
        .await
        .unwrap();
    assert_eq!(
        begun(&world, "k", 1).await.unwrap(),
        Begun::Replay(answer(404))
    );
}

#[tokio::test]
async fn the_slower_of_two_equal_requests_does_not_replace_the_answer_of_the_faster() {
    let world = World::of([]);
    let slower = fresh(begun(&world, "k", 1).await);
    world.pass(SignedDuration::from_micros(1));
    world.do_with(|state| {
        state.kept = Some(KeptRequest {
            fingerprint: [1; 32],
            at: state.now,
            answer: None,
        });
    });
    finish(&world.app, slower, answer(409)).await.unwrap();
    assert_eq!(
        begun(&world, "k", 1).await.unwrap_err().code(),
        "in_progress"
    );
}

#[tokio::test]
async fn a_key_is_1_to_255_visible_characters() {
    let world = World::of([]);
    for key in ["", "a b", "ключ", &"k".repeat(256)] {
        assert_eq!(
            begun(&world, key, 1).await.unwrap_err().faults()[0].field,
            "Idempotency-Key"
        );
    }
    fresh(begun(&world, &"k".repeat(255), 1).await);
}
