use jiff::SignedDuration;
use linedesk_domain::people::Role;
use linedesk_ports::changes::Write;
use linedesk_ports::store::StoreError;

use super::*;
use crate::accounts::doubles::{HERE, PASSWORD, World, user};

#[tokio::test]
async fn whatever_is_wrong_with_a_sign_in_it_is_checked_as_long_and_answered_alike() {
    let off = User {
        is_active: false,
        ..user(2, Role::Agent)
    };
    let machine = User {
        password_hash: None,
        ..user(3, Role::Service)
    };
    let world = World::of([user(1, Role::Agent), off, machine]);
    let tried = |login: &str, password: &str| {
        let who = SignIn {
            login: login.to_owned(),
            password: password.to_owned(),
            address: HERE,
        };
        sign_in(&world.app, who)
    };
    let answers = [
        refused(tried("agent1", "wrong").await),
        refused(tried("nobody", PASSWORD).await),
        refused(tried("agent2", PASSWORD).await),
        refused(tried("service3", PASSWORD).await),
        refused(tried("agent1", &"x".repeat(73)).await),
        refused(tried("", "").await),
        refused(tried(&"x".repeat(100_000), "").await),
    ];
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    world.do_with(|state| {
        assert_eq!(
            state.verified.len(),
            answers.len(),
            "a hash was computed for each"
        );
        assert_eq!(state.failures.len(), answers.len(), "each was counted");
        assert!(
            state
                .failures
                .iter()
                .all(|failure| failure.login.len() <= 254)
        );
    });
}

#[tokio::test]
async fn people_sign_in_by_name_or_address_in_any_case() {
    let world = World::of([user(1, Role::Agent)]);
    for login in ["agent1", "AGENT1", " mail1@Example.COM "] {
        let tokens = signed_in(&world, login).await;
        assert_eq!(
            authenticate(&world.app, &tokens.access)
                .await
                .unwrap()
                .user
                .number,
            1
        );
    }
}

#[tokio::test]
async fn no_tokens_are_handed_out_unless_their_record_is_committed() {
    let world = World::of([user(1, Role::Agent)]);
    world.do_with(|state| state.refusals.push_back(StoreError::Unknown));
    let who = SignIn {
        login: "agent1".to_owned(),
        password: PASSWORD.to_owned(),
        address: HERE,
    };
    assert_eq!(
        sign_in(&world.app, who).await.unwrap_err().kind(),
        Kind::Unavailable
    );
}

#[tokio::test]
async fn a_token_is_good_for_its_purpose_alone() {
    let world = World::of([user(1, Role::Agent)]);
    let tokens = signed_in(&world, "agent1").await;
    refused(authenticate(&world.app, &tokens.refresh).await);
    refused(refresh(&world.app, &tokens.access).await);
    refused(logout(&world.app, &tokens.access).await);
    let reset = request_reset(&world.app, "mail1@example.com")
        .await
        .unwrap()
        .unwrap();
    refused(authenticate(&world.app, &reset.token).await);
    refused(refresh(&world.app, &reset.token).await);
    refused(verify(&world.app, &reset.token).await);
    verify(&world.app, &tokens.access).await.unwrap();
    verify(&world.app, &tokens.refresh).await.unwrap();
}

#[tokio::test]
async fn using_a_refresh_token_again_ends_its_whole_sign_in_but_no_other() {
    let world = World::of([user(1, Role::Agent)]);
    let (first, other) = (
        signed_in(&world, "agent1").await,
        signed_in(&world, "agent1").await,
    );
    let second = refresh(&world.app, &first.refresh).await.unwrap();
    refused(verify(&world.app, &first.refresh).await);
    refused(refresh(&world.app, &first.refresh).await);
    refused(refresh(&world.app, &second.refresh).await);
    refused(verify(&world.app, &second.refresh).await);
    refresh(&world.app, &other.refresh).await.unwrap();
}

#[tokio::test]
async fn of_two_who_refresh_at_once_the_later_commit_ends_the_sign_in() {
    let world = World::of([user(1, Role::Agent)]);
    let first = signed_in(&world, "agent1").await;
    world.do_with(|state| state.refusals.push_back(StoreError::Stale));
    refused(refresh(&world.app, &first.refresh).await);
    assert!(matches!(
        world.committed().last(),
        Some(Write::EndSession { .. })
    ));
}

#[tokio::test]
async fn an_end_of_session_that_could_not_be_committed_is_not_passed_over() {
    let world = World::of([user(1, Role::Agent)]);
    let first = signed_in(&world, "agent1").await;
    refresh(&world.app, &first.refresh).await.unwrap();
    world.do_with(|state| state.refusals.push_back(StoreError::Unavailable("test")));
    assert_eq!(
        refresh(&world.app, &first.refresh)
            .await
            .unwrap_err()
            .kind(),
        Kind::Unavailable
    );
}

#[tokio::test]
async fn signing_out_ends_the_sign_in_and_does_no_harm_twice() {
    let world = World::of([user(1, Role::Agent)]);
    let tokens = signed_in(&world, "agent1").await;
    logout(&world.app, &tokens.refresh).await.unwrap();
    logout(&world.app, &tokens.refresh).await.unwrap();
    refused(refresh(&world.app, &tokens.refresh).await);
}

#[tokio::test]
async fn a_user_is_read_once_a_second_and_anew_after_a_change_made_here() {
    let world = World::of([user(1, Role::Agent)]);
    let tokens = signed_in(&world, "agent1").await;
    for _ in 0..5 {
        authenticate(&world.app, &tokens.access).await.unwrap();
    }
    assert_eq!(world.do_with(|state| state.users_read), 1);
    world.do_with(|state| state.users[0].epoch += 1);
    world.pass(SignedDuration::from_millis(999));
    authenticate(&world.app, &tokens.access).await.unwrap();
    world.pass(SignedDuration::from_millis(1));
    refused(authenticate(&world.app, &tokens.access).await);
}

#[tokio::test]
async fn a_token_signed_by_another_server_after_a_new_password_is_good_at_once() {
    let world = World::of([user(1, Role::Agent)]);
    let before = signed_in(&world, "agent1").await;
    authenticate(&world.app, &before.access).await.unwrap();
    world.do_with(|state| state.users[0].epoch += 1);
    let after = signed_in(&world, "agent1").await;
    authenticate(&world.app, &after.access).await.unwrap();
    refused(authenticate(&world.app, &before.access).await);
}

#[tokio::test]
async fn an_ended_sign_in_opens_nothing_any_more_but_others_go_on() {
    let world = World::of([user(1, Role::Agent)]);
    let (one, stolen, other) = (
        signed_in(&world, "agent1").await,
        signed_in(&world, "agent1").await,
        signed_in(&world, "agent1").await,
    );
    let next = refresh(&world.app, &stolen.refresh).await.unwrap();
    for token in [&one.access, &stolen.access, &next.access, &other.access] {
        authenticate(&world.app, token).await.unwrap();
    }
    logout(&world.app, &one.refresh).await.unwrap();
    refused(authenticate(&world.app, &one.access).await);
    refused(verify(&world.app, &one.access).await);
    refused(refresh(&world.app, &stolen.refresh).await);
    refused(authenticate(&world.app, &stolen.access).await);
    refused(authenticate(&world.app, &next.access).await);
    authenticate(&world.app, &other.access).await.unwrap();
}

#[tokio::test]
async fn a_sign_in_that_another_server_ended_is_noticed_within_a_second() {
    let world = World::of([user(1, Role::Agent)]);
    let tokens = signed_in(&world, "agent1").await;
    for _ in 0..5 {
        authenticate(&world.app, &tokens.access).await.unwrap();
    }
    assert_eq!(world.do_with(|state| state.sessions_read), 1);
    world.do_with(|state| state.refresh_tokens[0].revoked_at = Some(state.now));
    world.pass(SignedDuration::from_millis(999));
    authenticate(&world.app, &tokens.access).await.unwrap();
    world.pass(SignedDuration::from_millis(1));
    refused(authenticate(&world.app, &tokens.access).await);
}

#[tokio::test]
async fn whoever_belongs_to_an_account_that_is_switched_off_is_kept_out_while_it_is() {
    let customer = user(1, Role::Customer);
    let account = customer.customer.unwrap();
    let world = World::of([customer, user(2, Role::Agent)]);
    let theirs = signed_in(&world, "customer1").await;
    let staff = signed_in(&world, "agent2").await;
    assert!(authenticate(&world.app, &theirs.access).await.is_ok());
    world.do_with(|state| state.closed_accounts.push(account));
    // As another server learns of it.
    world.pass(SignedDuration::from_secs(1));
    refused(authenticate(&world.app, &theirs.access).await);
    refused(refresh(&world.app, &theirs.refresh).await);
    let who = SignIn {
        login: "customer1".to_owned(),
        password: PASSWORD.to_owned(),
        address: HERE,
    };
    refused(sign_in(&world.app, who).await);
    let reset = request_reset(&world.app, "mail1@example.com").await;
    assert!(reset.unwrap().is_none());
    assert!(authenticate(&world.app, &staff.access).await.is_ok());
    world.do_with(|state| state.closed_accounts.clear());
    world.app.sessions.forget_account(account);
    assert!(authenticate(&world.app, &theirs.access).await.is_ok());
}
