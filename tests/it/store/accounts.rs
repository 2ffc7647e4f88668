//! Tokens, failed sign-ins, idempotency keys.

use std::net::{IpAddr, Ipv4Addr};

use jiff::SignedDuration;
use linedesk_domain::ids::{CustomerId, SessionId, TokenId, UserId};
use linedesk_domain::people::{Permission, Role};
use linedesk_ports::accounts::{
    ApiToken, IdempotencyKey, IdempotencyMark, KeptAnswer, LoginFailure, RefreshToken,
};
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::store::{StoreError, Unique};
use uuid::Uuid;

use super::desk::{Desk, customer, minute, noon, user};

fn refresh_token(n: u128, user: UserId, session: u128) -> RefreshToken {
    RefreshToken {
        id: Uuid::from_u128(n),
        session: SessionId(Uuid::from_u128(session)),
        user,
        expires_at: minute(100),
        used_at: None,
        revoked_at: None,
    }
}

#[tokio::test]
async fn a_refresh_token_is_used_once_and_ends_with_its_session() {
    let desk = Desk::open().await;
    let ada = desk.user("ada", Role::Agent).await;
    let (first, second) = (refresh_token(1, ada, 9), refresh_token(2, ada, 9));
    desk.write([
        Write::NewRefreshToken(first.clone()),
        Write::NewRefreshToken(second.clone()),
    ])
    .await
    .unwrap();
    assert_eq!(
        desk.store.refresh_token(first.id).await.unwrap(),
        Some(first.clone())
    );

    assert!(!desk.store.session_ended(first.session).await.unwrap());
    let spend = || {
        [Write::UseRefreshToken {
            id: first.id,
            at: minute(1),
        }]
    };
    desk.write(spend()).await.unwrap();
    assert_eq!(desk.write(spend()).await, Err(StoreError::Stale));
    desk.write([Write::EndSession {
        session: first.session,
        at: minute(2),
    }])
    .await
    .unwrap();
    assert!(desk.store.session_ended(first.session).await.unwrap());
    let other = SessionId(Uuid::from_u128(10));
    assert!(!desk.store.session_ended(other).await.unwrap());
    let ended = desk.store.refresh_token(second.id).await.unwrap().unwrap();
    assert_eq!((ended.used_at, ended.revoked_at), (None, Some(minute(2))));
    assert_eq!(
        desk.write([Write::UseRefreshToken {
            id: second.id,
            at: minute(3)
        }])
        .await,
        Err(StoreError::Stale)
    );
    assert_eq!(
        desk.store.refresh_token(Uuid::from_u128(3)).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn an_api_token_is_found_by_its_hash() {
    let desk = Desk::open().await;
    let user = desk.user("monitor", Role::Service).await;
    let token = ApiToken {
        id: TokenId(desk.uuid()),
        name: "monitoring".to_owned(),
        user,
        hash: [7; 32],
        permissions: vec![Permission::TicketsRead, Permission::TicketsWrite],
        created_at: noon(),
        expires_at: Some(minute(9)),
        revoked_at: None,
    };
    desk.write([Write::NewApiToken(token.clone())])
        .await
        .unwrap();
    assert_eq!(
        desk.store.api_token([7; 32]).await.unwrap(),
        Some(token.clone())
    );
    assert_eq!(desk.store.api_token([8; 32]).await.unwrap(), None);
    desk.write([Write::RevokeApiToken {
        id: token.id,
        at: minute(1),
    }])
    .await
    .unwrap();
    let all = desk.store.api_tokens().await.unwrap();
    assert_eq!(
        all,
        [ApiToken {
            revoked_at: Some(minute(1)),
            ..token
        }]
    );
}

#[tokio::test]
async fn failures_count_against_the_name_from_there_and_against_the_address() {
    let desk = Desk::open().await;
    let (here, there) = (
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V4(Ipv4Addr::BROADCAST),
    );
    let tries = [
        ("ada", here, 0),
        ("ada", here, 5),
        ("bob", here, 6),
        ("ada", there, 7),
    ];
    let failure = |(login, address, at): (&str, _, _)| {
        Write::LoginFailure(LoginFailure {
            login: login.to_owned(),
            address,
            at: minute(at),
        })
    };
    desk.write(tries.map(failure)).await.unwrap();
    let count = desk
        .store
        .login_failures("ada", here, minute(-10))
        .await
        .unwrap();
    assert_eq!((count.of_login, count.of_address), (2, 3));
    assert_eq!(
        (count.oldest_of_login, count.oldest_of_address),
        (Some(noon()), Some(noon()))
    );
    let count = desk
        .store
        .login_failures("ada", here, minute(1))
        .await
        .unwrap();
    assert_eq!(
        (count.of_login, count.of_address, count.oldest_of_address),
        (1, 2, Some(minute(5)))
    );
}

fn mark(key: &str, minutes: i64) -> IdempotencyMark {
    let key = IdempotencyKey {
        scope: "ada POST /tickets".to_owned(),
        key: key.to_owned(),
    };
    IdempotencyMark {
        key,
        fingerprint: [1; 32],
        at: minute(minutes),
    }
}

#[tokio::test]
async fn a_key_speaks_for_one_effect_and_keeps_its_answer() {
    let desk = Desk::open().await;
    let marked = |minutes, name: &str| Changes {
        writes: vec![Write::Customer(customer(CustomerId(desk.uuid()), name))],
        mark: Some(mark("k", minutes)),
    };
    desk.store.commit(marked(0, "first")).await.unwrap();
    let again = desk.store.commit(marked(1, "second")).await;
    assert_eq!(again, Err(StoreError::Duplicate(Unique::IdempotencyKey)));
    let key = mark("k", 0).key;
    let kept = desk
        .store
        .kept_request(&key, noon())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((kept.at, kept.answer), (noon(), None));

    let answer = KeptAnswer {
        status: 201,
        headers: vec![("location".to_owned(), "/x".to_owned())],
        body: vec![0, 159, 146, 150],
    };
    desk.store
        .keep_answer(mark("k", 0), answer.clone())
        .await
        .unwrap();
    desk.store
        .keep_answer(mark("other", 0), answer.clone())
        .await
        .unwrap();
    assert_eq!(
        desk.store
            .kept_request(&key, noon())
            .await
            .unwrap()
            .unwrap()
            .answer,
        Some(answer)
    );
    assert_eq!(
        desk.store.kept_request(&key, minute(1)).await.unwrap(),
        None,
        "older than asked for"
    );
    desk.store
        .commit(marked(25 * 60, "a day later"))
        .await
        .unwrap();
    assert_eq!(
        desk.store
            .kept_request(&key, noon())
            .await
            .unwrap()
            .unwrap()
            .answer,
        None
    );
}

#[tokio::test]
async fn what_has_expired_is_forgotten() {
    let desk = Desk::open().await;
    let ada = desk.user("ada", Role::Agent).await;
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let failure = |at| {
        Write::LoginFailure(LoginFailure {
            login: "ada".to_owned(),
            address,
            at,
        })
    };
    desk.write([
        Write::NewRefreshToken(refresh_token(1, ada, 9)),
        failure(noon()),
        failure(minute(9)),
    ])
    .await
    .unwrap();
    desk.store
        .commit(Changes {
            writes: Vec::new(),
            mark: Some(mark("k", 0)),
        })
        .await
        .unwrap();
    assert_eq!(
        desk.store
            .forget(minute(5), minute(5), minute(5))
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        desk.store
            .forget(minute(5), minute(5), minute(5))
            .await
            .unwrap(),
        0
    );
    let later = noon() + SignedDuration::from_hours(3);
    assert_eq!(desk.store.forget(later, later, later).await.unwrap(), 2);
}

#[tokio::test]
async fn names_and_addresses_of_users_are_unique_without_regard_to_case() {
    let desk = Desk::open().await;
    let mut ada = user(UserId(desk.uuid()), "Ada", Role::Agent);
    ada.email = Some("ada@example.net".to_owned());
    let mut bob = user(UserId(desk.uuid()), "bob", Role::Agent);
    let numbers = desk
        .write([Write::NewUser(ada.clone()), Write::NewUser(bob.clone())])
        .await
        .unwrap()
        .users;
    assert_eq!(numbers, [1, 2]);

    let namesake = user(UserId(desk.uuid()), "ADA", Role::Customer);
    assert_eq!(
        desk.write([Write::NewUser(namesake)]).await,
        Err(StoreError::Duplicate(Unique::Username))
    );
    bob.email = Some("Ada@Example.net".to_owned());
    let changed = [Write::User {
        user: bob.clone(),
        expected: noon(),
    }];
    assert_eq!(
        desk.write(changed).await,
        Err(StoreError::Duplicate(Unique::Email))
    );
    (bob.email, bob.updated_at) = (None, minute(1));
    desk.write([Write::User {
        user: bob.clone(),
        expected: noon(),
    }])
    .await
    .unwrap();
    let late = desk
        .write([Write::User {
            user: bob,
            expected: noon(),
        }])
        .await;
    assert_eq!(late, Err(StoreError::Stale));
}
