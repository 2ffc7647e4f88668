use jiff::SignedDuration;
use linedesk_domain::people::Role;
use linedesk_ports::changes::Write;

use super::*;
use crate::accounts::doubles::{PASSWORD, World, caller, user};

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_every_session_at_once() {
    let world = World::of([user(1, Role::Agent)]);
    let tokens = signed_in(&world, "agent1").await;
    let me = authenticate(&world.app, &tokens.access).await.unwrap();
    let wrong = set_password(&world.app, &me, "wrong", "staple battery")
        .await
        .unwrap_err();
    assert_eq!(wrong.faults()[0].field, "current_password");
    let weak = set_password(&world.app, &me, PASSWORD, "agent1")
        .await
        .unwrap_err();
    let codes: Vec<_> = weak
        .faults()
        .into_iter()
        .map(|fault| (fault.field, fault.code))
        .collect();
    assert_eq!(
        codes,
        [
            ("new_password".to_owned(), "too_short"),
            ("new_password".to_owned(), "too_similar")
        ]
    );

    set_password(&world.app, &me, PASSWORD, "staple battery")
        .await
        .unwrap();
    refused(authenticate(&world.app, &tokens.access).await);
    refused(refresh(&world.app, &tokens.refresh).await);
    assert_eq!(
        world.user(me.id()).password_hash.as_deref(),
        Some("hash of staple battery")
    );
}

#[tokio::test]
async fn a_new_password_differs_from_the_old_one() {
    let world = World::of([user(1, Role::Agent)]);
    let me = caller(&user(1, Role::Agent), None);
    let error = set_password(&world.app, &me, PASSWORD, PASSWORD)
        .await
        .unwrap_err();
    let [fault] = error.faults().try_into().unwrap();
    assert_eq!(
        (fault.field.as_str(), fault.code),
        ("new_password", "unchanged")
    );
    assert!(world.committed().is_empty());
}

#[tokio::test]
async fn as_much_is_signed_for_an_unknown_address_as_for_a_known_one() {
    let world = World::of([user(1, Role::Agent)]);
    for (email, signed) in [("mail1@example.com", 1), ("nobody@example.com", 2)] {
        request_reset(&world.app, email).await.unwrap();
        assert_eq!(world.do_with(|state| state.signed.len()), signed);
    }
}

#[tokio::test]
async fn guessing_the_current_password_is_limited_too() {
    let world = World::of([user(1, Role::Agent)]);
    let me = caller(&user(1, Role::Agent), None);
    for _ in 0..10 {
        assert_eq!(
            set_password(&world.app, &me, "wrong", "x")
                .await
                .unwrap_err()
                .kind(),
            Kind::Invalid
        );
    }
    assert_eq!(
        set_password(&world.app, &me, PASSWORD, "x")
            .await
            .unwrap_err()
            .kind(),
        Kind::TooMany
    );
}

#[tokio::test]
async fn a_reset_works_once_for_its_own_account_and_within_half_an_hour() {
    let world = World::of([user(1, Role::Agent), user(2, Role::Agent)]);
    let [one, two] = [1, 2].map(|number| user(number, Role::Agent).id);
    let reset = request_reset(&world.app, "MAIL1@example.com")
        .await
        .unwrap()
        .unwrap();
    let confirm = |uid, new| confirm_reset(&world.app, uid, &reset.token, new);
    assert_eq!(
        confirm(two, "staple battery").await.unwrap_err().faults()[0].field,
        "token"
    );
    assert_eq!(
        confirm(one, "short").await.unwrap_err().faults()[0].field,
        "new_password"
    );
    confirm(one, "staple battery").await.unwrap();
    assert_eq!(
        confirm(one, "another battery").await.unwrap_err().faults()[0].field,
        "token"
    );
    assert_eq!(
        world.user(one).password_hash.as_deref(),
        Some("hash of staple battery")
    );

    let late = request_reset(&world.app, "mail2@example.com")
        .await
        .unwrap()
        .unwrap();
    world.pass(SignedDuration::from_mins(30));
    let error = confirm_reset(&world.app, two, &late.token, "staple battery")
        .await
        .unwrap_err();
    assert_eq!(error.faults()[0].field, "token");
}

#[tokio::test]
async fn a_reset_is_for_the_address_of_an_active_account() {
    let off = User {
        is_active: false,
        ..user(2, Role::Agent)
    };
    let world = World::of([user(1, Role::Agent), off]);
    for email in ["agent1", "mail2@example.com", "nobody@example.com", ""] {
        assert!(
            request_reset(&world.app, email).await.unwrap().is_none(),
            "{email}"
        );
    }
}

#[tokio::test]
async fn the_letter_waits_without_the_token() {
    let world = World::of([user(1, Role::Agent)]);
    mail_reset(&world.app, "mail1@example.com").await.unwrap();
    let letter = loop {
        // It is posted in the background.
        tokio::task::yield_now().await;
        let committed = world.do_with(|state| state.committed.clone());
        let mut writes = committed.into_iter().flat_map(|changes| changes.writes);
        if let Some(Write::Message(letter)) = writes.next() {
            break letter;
        }
    };
    assert_eq!(letter.receiver, "mail1@example.com");
    let stored: serde_json::Value = serde_json::from_str(&letter.payload).unwrap();
    assert!(stored["letter"]["link"].is_null(), "{stored}");
    // What is in it signs nothing by itself: the one token that there is was signed when it was asked for.
    assert_eq!(stored["pass"]["user"], user(1, Role::Agent).id.to_string());
    assert_eq!(world.do_with(|state| state.signed.len()), 1);
}
