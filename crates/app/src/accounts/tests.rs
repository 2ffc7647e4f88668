use jiff::SignedDuration;
use linedesk_domain::people::{Permission, Role};
use linedesk_ports::accounts::{IdempotencyMark, KeptRequest};
use linedesk_ports::changes::Write;
use linedesk_ports::store::StoreError;

use super::doubles::{HERE, PASSWORD, World, answer, caller, user};
use super::*;
use crate::error::Kind;

async fn signed_in(world: &World, login: &str) -> Tokens {
    let who = SignIn { login: login.to_owned(), password: PASSWORD.to_owned(), address: HERE };
    sign_in(&world.app, who).await.unwrap()
}

fn refused<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), Kind::Unauthenticated, "{error}");
    error.to_string()
}

#[tokio::test]
async fn whatever_is_wrong_with_a_sign_in_it_is_checked_as_long_and_answered_alike() {
    let off = User { is_active: false, ..user(2, Role::Agent) };
    let machine = User { password_hash: None, ..user(3, Role::Service) };
    let world = World::of([user(1, Role::Agent), off, machine]);
    let tried = |login: &str, password: &str| {
        let who = SignIn { login: login.to_owned(), password: password.to_owned(), address: HERE };
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
        assert_eq!(state.verified.len(), answers.len(), "a hash was computed for each");
        assert_eq!(state.failures.len(), answers.len(), "each was counted");
        assert!(state.failures.iter().all(|failure| failure.login.len() <= 254));
    });
}

#[tokio::test]
async fn people_sign_in_by_name_or_address_in_any_case() {
    let world = World::of([user(1, Role::Agent)]);
    for login in ["agent1", "AGENT1", " mail1@Example.COM "] {
        let tokens = signed_in(&world, login).await;
        assert_eq!(authenticate(&world.app, &tokens.access).await.unwrap().user.number, 1);
    }
}

#[tokio::test]
async fn no_tokens_are_handed_out_unless_their_record_is_committed() {
    let world = World::of([user(1, Role::Agent)]);
    world.do_with(|state| state.refusals.push_back(StoreError::Unknown));
    let who = SignIn { login: "agent1".to_owned(), password: PASSWORD.to_owned(), address: HERE };
    assert_eq!(sign_in(&world.app, who).await.unwrap_err().kind(), Kind::Unavailable);
}

#[tokio::test]
async fn a_token_is_good_for_its_purpose_alone() {
    let world = World::of([user(1, Role::Agent)]);
    let tokens = signed_in(&world, "agent1").await;
    refused(authenticate(&world.app, &tokens.refresh).await);
    refused(refresh(&world.app, &tokens.access).await);
    refused(logout(&world.app, &tokens.access).await);
    let reset = request_reset(&world.app, "mail1@example.com").await.unwrap().unwrap();
    refused(authenticate(&world.app, &reset.token).await);
    refused(refresh(&world.app, &reset.token).await);
    refused(verify(&world.app, &reset.token).await);
    verify(&world.app, &tokens.access).await.unwrap();
    verify(&world.app, &tokens.refresh).await.unwrap();
}

#[tokio::test]
async fn using_a_refresh_token_again_ends_its_whole_sign_in_but_no_other() {
    let world = World::of([user(1, Role::Agent)]);
    let (first, other) = (signed_in(&world, "agent1").await, signed_in(&world, "agent1").await);
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
    assert!(matches!(world.committed().last(), Some(Write::EndSession { .. })));
}

#[tokio::test]
async fn an_end_of_session_that_could_not_be_committed_is_not_passed_over() {
    let world = World::of([user(1, Role::Agent)]);
    let first = signed_in(&world, "agent1").await;
    refresh(&world.app, &first.refresh).await.unwrap();
    world.do_with(|state| state.refusals.push_back(StoreError::Unavailable("test")));
    assert_eq!(refresh(&world.app, &first.refresh).await.unwrap_err().kind(), Kind::Unavailable);
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
async fn a_new_password_needs_the_old_one_and_ends_every_session_at_once() {
    let world = World::of([user(1, Role::Agent)]);
    let tokens = signed_in(&world, "agent1").await;
    let me = authenticate(&world.app, &tokens.access).await.unwrap();
    let wrong = set_password(&world.app, &me, "wrong", "staple battery").await.unwrap_err();
    assert_eq!(wrong.faults()[0].field, "current_password");
    let weak = set_password(&world.app, &me, PASSWORD, "agent1").await.unwrap_err();
    let codes: Vec<_> = weak.faults().into_iter().map(|fault| (fault.field, fault.code)).collect();
    assert_eq!(codes, [("new_password".to_owned(), "too_short"), ("new_password".to_owned(), "too_similar")]);

    set_password(&world.app, &me, PASSWORD, "staple battery").await.unwrap();
    refused(authenticate(&world.app, &tokens.access).await);
    refused(refresh(&world.app, &tokens.refresh).await);
    assert_eq!(world.user(me.id()).password_hash.as_deref(), Some("hash of staple battery"));
}

#[tokio::test]
async fn guessing_the_current_password_is_limited_too() {
    let world = World::of([user(1, Role::Agent)]);
    let me = caller(&user(1, Role::Agent), None);
    for _ in 0..10 {
        assert_eq!(set_password(&world.app, &me, "wrong", "x").await.unwrap_err().kind(), Kind::Invalid);
    }
    assert_eq!(set_password(&world.app, &me, PASSWORD, "x").await.unwrap_err().kind(), Kind::TooMany);
}

#[tokio::test]
async fn a_reset_works_once_for_its_own_account_and_within_half_an_hour() {
    let world = World::of([user(1, Role::Agent), user(2, Role::Agent)]);
    let [one, two] = [1, 2].map(|number| user(number, Role::Agent).id);
    let reset = request_reset(&world.app, "MAIL1@example.com").await.unwrap().unwrap();
    let confirm = |uid, new| confirm_reset(&world.app, uid, &reset.token, new);
    assert_eq!(confirm(two, "staple battery").await.unwrap_err().faults()[0].field, "token");
    assert_eq!(confirm(one, "short").await.unwrap_err().faults()[0].field, "new_password");
    confirm(one, "staple battery").await.unwrap();
    assert_eq!(confirm(one, "another battery").await.unwrap_err().faults()[0].field, "token");
    assert_eq!(world.user(one).password_hash.as_deref(), Some("hash of staple battery"));

    let late = request_reset(&world.app, "mail2@example.com").await.unwrap().unwrap();
    world.pass(SignedDuration::from_mins(30));
    let error = confirm_reset(&world.app, two, &late.token, "staple battery").await.unwrap_err();
    assert_eq!(error.faults()[0].field, "token");
}

#[tokio::test]
async fn a_reset_is_for_the_address_of_an_active_account() {
    let off = User { is_active: false, ..user(2, Role::Agent) };
    let world = World::of([user(1, Role::Agent), off]);
    for email in ["agent1", "mail2@example.com", "nobody@example.com", ""] {
        assert!(request_reset(&world.app, email).await.unwrap().is_none(), "{email}");
    }
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
async fn an_api_token_carries_its_permissions_until_it_is_withdrawn() {
    let admin = user(1, Role::Admin);
    let world = World::of([admin.clone()]);
    let admin = caller(&admin, None);
    let new = NewToken {
        name: "Portal Backend".to_owned(),
        user: None,
        permissions: vec![Permission::TicketsWrite, Permission::TicketsRead, Permission::TicketsRead],
        expires_at: None,
    };
    let (token, secret) = create_api_token(&world.app, &admin, new.clone()).await.unwrap();
    assert!(secret.starts_with("ld_") && secret.len() == 46);
    assert_eq!(world.do_with(|state| state.committed.len()), 1, "the user and the token are one change");

    let holder = authenticate(&world.app, &secret).await.unwrap();
    assert_eq!((holder.user.username.as_str(), holder.user.role), ("portal-backend", Role::Service));
    assert_eq!(holder.permissions, Some(vec![Permission::TicketsRead, Permission::TicketsWrite]));
    assert!(create_api_token(&world.app, &holder, new.clone()).await.is_err_and(|e| e.kind() == Kind::Forbidden));
    let again = create_api_token(&world.app, &admin, new).await.unwrap_err();
    assert_eq!(again.faults().iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), ["name"]);

    revoke_api_token(&world.app, &admin, token.id).await.unwrap();
    refused(authenticate(&world.app, &secret).await);
    for wrong in ["ld_", "ld_short", &secret.to_uppercase(), &format!("{secret}x")] {
        refused(authenticate(&world.app, wrong).await);
    }
}

#[tokio::test]
async fn an_api_token_stops_at_its_end() {
    let admin = user(1, Role::Admin);
    let world = World::of([admin.clone()]);
    let end = doubles::START + SignedDuration::from_millis(500);
    let new = NewToken {
        name: "script".to_owned(),
        user: Some(admin.id),
        permissions: vec![Permission::TicketsRead],
        expires_at: Some(end),
    };
    let (_, secret) = create_api_token(&world.app, &caller(&admin, None), new).await.unwrap();
    authenticate(&world.app, &secret).await.unwrap();
    world.pass(SignedDuration::from_millis(500));
    refused(authenticate(&world.app, &secret).await);
}

#[tokio::test]
async fn signing_up_makes_the_account_and_its_user_in_one_change() {
    let world = World::of([]);
    let who = Register {
        username: "example_user".to_owned(),
        email: "email@example.com".to_owned(),
        password: "staple battery".to_owned(),
    };
    let made = register(&world.app, who.clone()).await.unwrap();
    assert_eq!((made.role, made.number), (Role::Customer, 100));
    let committed = world.committed();
    let [Write::Customer(account), Write::NewUser(user)] = &committed[..] else { panic!("{committed:?}") };
    assert_eq!(user.customer, Some(account.id));

    let taken = register(&world.app, Register { username: "Example_User".to_owned(), ..who }).await.unwrap_err();
    let fields: Vec<_> = taken.faults().into_iter().map(|fault| (fault.field, fault.code)).collect();
    assert_eq!(fields, [("username".to_owned(), "unique"), ("email".to_owned(), "unique")]);
}

#[tokio::test]
async fn signing_up_names_all_faults_at_once_and_writes_nothing() {
    let world = World::of([]);
    let who = Register { username: "a b".to_owned(), email: " ".to_owned(), password: "123".to_owned() };
    let fields: Vec<_> = register(&world.app, who).await.unwrap_err().faults().into_iter().map(|f| f.field).collect();
    assert_eq!(fields, ["username", "email", "password", "password"]);
    assert!(world.committed().is_empty());
}

#[tokio::test]
async fn nobody_signs_up_where_that_is_switched_off() {
    let world = World::with([], linedesk_ports::tickets::MockTickets::new(), |s| s.open_registration = false);
    let who = Register { username: "a".to_owned(), email: "a@b.c".to_owned(), password: "staple battery".to_owned() };
    assert_eq!(register(&world.app, who).await.unwrap_err().code(), "registration_closed");
}

#[tokio::test]
async fn a_customer_sees_itself_and_nobody_else() {
    let world = World::of([user(1, Role::Customer), user(2, Role::Agent)]);
    let [customer, agent] = [user(1, Role::Customer), user(2, Role::Agent)].map(|user| caller(&user, None));
    let seen = |who, number| user_for(&world.app, who, UserKey::Number(number));
    assert_eq!(seen(&customer, 1).await.unwrap().number, 1);
    assert_eq!(seen(&agent, 1).await.unwrap().number, 1);
    assert_eq!(seen(&customer, 2).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(seen(&customer, 9).await.unwrap_err().kind(), Kind::NotFound);
}

async fn begun(world: &World, key: &str, body: u8) -> Result<Begun, Error> {
    begin(&world.app, &caller(&user(1, Role::Agent), None), key, "POST", "/api/v1/tickets", [body; 32]).await
}

fn fresh(begun: Result<Begun, Error>) -> IdempotencyMark {
    let Ok(Begun::Fresh(mark)) = begun else { panic!("{begun:?}") };
    mark
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer_for_a_day() {
    let world = World::of([]);
    let mark = fresh(begun(&world, "k", 1).await);
    assert!(mark.key.scope.ends_with("POST /api/v1/tickets"));
    finish(&world.app, mark, answer(201)).await.unwrap();
    assert_eq!(begun(&world, "k", 1).await.unwrap(), Begun::Replay(answer(201)));
    assert_eq!(begun(&world, "k", 2).await.unwrap_err().kind(), Kind::KeyReused);
    world.pass(SignedDuration::from_hours(24) + SignedDuration::from_micros(1));
    fresh(begun(&world, "k", 1).await);
}

#[tokio::test]
async fn a_request_without_an_answer_is_first_running_and_then_lost_but_never_run_again() {
    let world = World::of([]);
    world.do_with(|state| state.kept = Some(KeptRequest { fingerprint: [1; 32], at: state.now, answer: None }));
    world.pass(SignedDuration::from_millis(9_999));
    assert_eq!(begun(&world, "k", 1).await.unwrap_err().code(), "in_progress");
    world.pass(SignedDuration::from_millis(1));
    assert_eq!(begun(&world, "k", 1).await.unwrap_err().code(), "answer_lost");
}

#[tokio::test]
async fn answers_about_the_caller_or_the_server_are_not_kept() {
    let world = World::of([]);
    for status in [401, 403, 429, 500, 503] {
        finish(&world.app, fresh(begun(&world, "k", 1).await), answer(status)).await.unwrap();
    }
    finish(&world.app, fresh(begun(&world, "k", 1).await), answer(404)).await.unwrap();
    assert_eq!(begun(&world, "k", 1).await.unwrap(), Begun::Replay(answer(404)));
}

#[tokio::test]
async fn the_slower_of_two_equal_requests_does_not_replace_the_answer_of_the_faster() {
    let world = World::of([]);
    let slower = fresh(begun(&world, "k", 1).await);
    world.pass(SignedDuration::from_micros(1));
    world.do_with(|state| state.kept = Some(KeptRequest { fingerprint: [1; 32], at: state.now, answer: None }));
    finish(&world.app, slower, answer(409)).await.unwrap();
    assert_eq!(begun(&world, "k", 1).await.unwrap_err().code(), "in_progress");
}

#[tokio::test]
async fn a_key_is_1_to_255_visible_characters() {
    let world = World::of([]);
    for key in ["", "a b", "ключ", &"k".repeat(256)] {
        assert_eq!(begun(&world, key, 1).await.unwrap_err().faults()[0].field, "Idempotency-Key");
    }
    fresh(begun(&world, &"k".repeat(255), 1).await);
}
