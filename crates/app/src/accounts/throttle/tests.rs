use jiff::SignedDuration;
use linedesk_domain::people::Role;
use linedesk_ports::store::StoreError;

use super::*;
use crate::accounts::doubles::{HERE, PASSWORD, World, user};
use crate::accounts::{SignIn, sign_in};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

fn agent_and(login: &str, password: &str) -> (World, SignIn) {
    let world = World::of([user(1, Role::Agent)]);
    let who = SignIn {
        login: login.to_owned(),
        password: password.to_owned(),
        address: HERE,
    };
    (world, who)
}

async fn retry_after(world: &World, who: &SignIn) -> Option<u32> {
    match sign_in(&world.app, who.clone()).await {
        Err(Error::TooMany {
            retry_after_seconds,
            ..
        }) => Some(retry_after_seconds),
        Ok(_) | Err(Error::Unauthenticated(_)) => None,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn the_eleventh_try_is_refused_unheard_even_with_the_right_password() {
    let (world, wrong) = agent_and("agent1", "wrong");
    for _ in 0..10 {
        assert_eq!(retry_after(&world, &wrong).await, None);
    }
    let right = SignIn {
        password: PASSWORD.to_owned(),
        ..wrong
    };
    assert_eq!(retry_after(&world, &right).await, Some(300));
    assert_eq!(
        world.do_with(|state| state.verified.len()),
        10,
        "no hash is computed for nothing"
    );
}

#[tokio::test]
async fn nine_failures_still_let_the_right_password_in() {
    let (world, wrong) = agent_and("agent1", "wrong");
    for _ in 0..9 {
        assert_eq!(retry_after(&world, &wrong).await, None);
    }
    let right = SignIn {
        password: PASSWORD.to_owned(),
        ..wrong
    };
    sign_in(&world.app, right).await.unwrap();
}

#[tokio::test]
async fn the_window_ends_exactly_when_the_client_was_told() {
    let (world, wrong) = agent_and("agent1", "wrong");
    retry_after(&world, &wrong).await;
    world.pass(MINUTE);
    for _ in 0..9 {
        retry_after(&world, &wrong).await;
    }
    world.pass(SignedDuration::from_millis(500));
    let right = SignIn {
        password: PASSWORD.to_owned(),
        ..wrong
    };
    assert_eq!(
        retry_after(&world, &right).await,
        Some(240),
        "239.5 seconds are left of the oldest failure's five minutes"
    );
    world.pass(SignedDuration::from_millis(239_499));
    assert_eq!(retry_after(&world, &right).await, Some(1));
    world.pass(SignedDuration::from_millis(1));
    sign_in(&world.app, right).await.unwrap();
}

#[tokio::test]
async fn the_name_and_the_address_of_one_account_share_one_count() {
    let (world, by_name) = agent_and("AGENT1", "wrong");
    let by_email = SignIn {
        login: "Mail1@Example.com".to_owned(),
        ..by_name.clone()
    };
    for _ in 0..5 {
        assert_eq!(retry_after(&world, &by_name).await, None);
        assert_eq!(retry_after(&world, &by_email).await, None);
    }
    assert_eq!(retry_after(&world, &by_name).await, Some(300));
    assert_eq!(retry_after(&world, &by_email).await, Some(300));
}

#[tokio::test]
async fn another_address_is_not_held_up_by_one_that_guesses() {
    let (world, wrong) = agent_and("agent1", "wrong");
    for _ in 0..11 {
        retry_after(&world, &wrong).await;
    }
    let owner = SignIn {
        password: PASSWORD.to_owned(),
        address: "192.0.2.8".parse().unwrap(),
        ..wrong
    };
    sign_in(&world.app, owner).await.unwrap();
}

#[tokio::test]
async fn a_hundred_failures_under_any_names_stop_the_address() {
    let (world, _) = agent_and("", "");
    let attempt = |login: String| SignIn {
        login,
        password: "wrong".to_owned(),
        address: HERE,
    };
    for number in 0..100 {
        assert_eq!(
            retry_after(&world, &attempt(format!("nobody{number}"))).await,
            None
        );
    }
    let right = SignIn {
        password: PASSWORD.to_owned(),
        ..attempt("agent1".to_owned())
    };
    assert_eq!(retry_after(&world, &right).await, Some(300));
}

#[tokio::test]
async fn one_line_of_ipv6_is_one_address() {
    let network_of = |text: &str| network(text.parse().unwrap());
    assert_eq!(
        network_of("2001:db8:1:2:3::4"),
        network_of("2001:db8:1:2:ffff::1")
    );
    assert_ne!(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"));
    assert_eq!(network_of("::ffff:192.0.2.7"), HERE);
}

#[tokio::test]
async fn tries_that_are_still_running_count_as_failures_until_they_end() {
    let (world, _) = agent_and("", "");
    let mut running = Vec::new();
    for _ in 0..10 {
        running.push(
            sign_in_try(&world.app, "agent1".to_owned(), HERE)
                .await
                .unwrap(),
        );
    }
    let app = world.app.clone();
    let eleventh =
        tokio::spawn(async move { sign_in_try(&app, "agent1".to_owned(), HERE).await.map(drop) });
    settle().await;
    assert!(!eleventh.is_finished(), "it waits for one of the ten");

    drop(running.pop());
    settle().await;
    assert!(
        eleventh.await.unwrap().is_ok(),
        "one of the ten had the right password"
    );

    for wrong in running {
        wrong.failed(&world.app).await.unwrap();
    }
    sign_in_try(&world.app, "agent1".to_owned(), HERE)
        .await
        .unwrap()
        .failed(&world.app)
        .await
        .unwrap();
    assert!(matches!(
        sign_in_try(&world.app, "agent1".to_owned(), HERE).await,
        Err(Error::TooMany {
            retry_after_seconds: 300,
            limit: Some(_),
        })
    ));
    assert!(
        world.app.sessions.throttle.gates.lock().unwrap().is_empty(),
        "nothing is left of those that ended"
    );
}

#[tokio::test]
async fn a_failure_that_cannot_be_recorded_is_no_answer() {
    let (world, wrong) = agent_and("agent1", "wrong");
    world.do_with(|state| state.refusals.push_back(StoreError::Unavailable("test")));
    assert!(matches!(
        sign_in(&world.app, wrong).await,
        Err(Error::Store(_))
    ));
}

async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}
