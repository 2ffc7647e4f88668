use linedesk_domain::people::{Permission, Role};
use linedesk_ports::changes::Write;
use linedesk_ports::store::StoreError;

use super::*;
use crate::accounts::doubles::{PASSWORD, START, World, caller, user};
use crate::accounts::{SignIn, authenticate, sign_in};
use crate::directory::operator;
use crate::error::Kind;

fn faults(error: &Error) -> Vec<(String, &'static str)> {
    error
        .faults()
        .into_iter()
        .map(|fault| (fault.field, fault.code))
        .collect()
}

fn expected(faults: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    faults
        .iter()
        .map(|(field, code)| ((*field).to_owned(), *code))
        .collect()
}

fn to_role(role: Role) -> UserPatch {
    UserPatch {
        role: Some(role),
        ..UserPatch::default()
    }
}

#[tokio::test]
async fn the_last_active_admin_stays_one() {
    let (admin, off) = (
        user(1, Role::Admin),
        User {
            is_active: false,
            ..user(2, Role::Admin)
        },
    );
    let world = World::of([admin.clone(), off, user(3, Role::Lead)]);
    let me = caller(&admin, None);
    let tried = [
        update_user(&world.app, &me, admin.id, to_role(Role::Lead))
            .await
            .map(drop),
        deactivate_user(&world.app, &me, admin.id).await,
        operator::set_role(&world.app, "admin1", Role::Agent, None)
            .await
            .map(drop),
    ];
    assert_eq!(
        tried.map(|result| result.unwrap_err().code()),
        ["last_admin"; 3]
    );
    assert!(world.committed().is_empty());
    operator::set_role(&world.app, "lead3", Role::Admin, None)
        .await
        .unwrap();
    update_user(&world.app, &me, admin.id, to_role(Role::Lead))
        .await
        .unwrap();
}

#[tokio::test]
async fn two_admins_cannot_remove_each_other_at_the_same_time() {
    let (one, two) = (user(1, Role::Admin), user(2, Role::Admin));
    let world = World::of([one.clone(), two.clone()]);
    let removed = User {
        is_active: false,
        updated_at: START + jiff::SignedDuration::from_secs(1),
        ..two
    };
    world.do_with(|state| state.outrun_by = vec![removed]);
    let error = deactivate_user(&world.app, &caller(&one, None), one.id)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "last_admin");
    assert!(world.user(one.id).is_active);
}

#[tokio::test]
async fn what_touches_the_right_to_be_signed_in_ends_every_session() {
    let (admin, agent) = (caller(&user(1, Role::Admin), None), user(2, Role::Agent));
    let ending = [
        to_role(Role::Lead),
        UserPatch {
            password: Some("staple battery".to_owned()),
            ..UserPatch::default()
        },
        UserPatch {
            is_active: Some(false),
            ..UserPatch::default()
        },
    ];
    let keeping = [
        UserPatch {
            name: Patch::Set("Agent".to_owned()),
            ..UserPatch::default()
        },
        UserPatch {
            is_available: Some(false),
            capacity: Some(9),
            ..UserPatch::default()
        },
    ];
    for (patches, raised) in [(ending.as_slice(), 1), (keeping.as_slice(), 0)] {
        for patch in patches {
            let world = World::of([agent.clone()]);
            let changed = update_user(&world.app, &admin, agent.id, patch.clone())
                .await
                .unwrap();
            assert_eq!(changed.epoch, agent.epoch + raised);
            assert_eq!(world.user(agent.id), changed);
        }
    }
}

#[tokio::test]
async fn a_user_switched_off_here_is_out_with_the_next_request() {
    let world = World::of([user(1, Role::Admin), user(2, Role::Agent)]);
    let who = SignIn {
        login: "agent2".to_owned(),
        password: PASSWORD.to_owned(),
        address: [192, 0, 2, 7].into(),
    };
    let tokens = sign_in(&world.app, who).await.unwrap();
    let agent = authenticate(&world.app, &tokens.access).await.unwrap();
    deactivate_user(&world.app, &caller(&user(1, Role::Admin), None), agent.id())
        .await
        .unwrap();
    assert_eq!(
        authenticate(&world.app, &tokens.access)
            .await
            .unwrap_err()
            .kind(),
        Kind::Unauthenticated
    );
}

#[tokio::test]
async fn after_a_commit_with_unknown_outcome_the_user_is_read_anew() {
    let world = World::of([user(1, Role::Admin), user(2, Role::Agent)]);
    let who = SignIn {
        login: "agent2".to_owned(),
        password: PASSWORD.to_owned(),
        address: [192, 0, 2, 7].into(),
    };
    let tokens = sign_in(&world.app, who).await.unwrap();
    let agent = authenticate(&world.app, &tokens.access).await.unwrap();
    world.do_with(|state| {
        state.refusals.push_back(StoreError::Unknown);
        state.users[1].is_active = false;
    });
    let renamed = UserPatch {
        name: Patch::Set("A".to_owned()),
        ..UserPatch::default()
    };
    let result = update_user(
        &world.app,
        &caller(&user(1, Role::Admin), None),
        agent.id(),
        renamed,
    )
    .await;
    assert_eq!(result.unwrap_err().code(), "outcome_unknown");
    assert_eq!(
        authenticate(&world.app, &tokens.access)
            .await
            .unwrap_err()
            .kind(),
        Kind::Unauthenticated
    );
}

#[tokio::test]
async fn a_change_that_was_outrun_is_decided_anew_and_loses_nothing() {
    let agent = user(2, Role::Agent);
    let world = World::of([agent.clone()]);
    let theirs = User {
        name: Some("Theirs".to_owned()),
        updated_at: START + jiff::SignedDuration::from_secs(5),
        ..agent.clone()
    };
    world.do_with(|state| state.outrun_by = vec![theirs]);
    let patch = UserPatch {
        capacity: Some(9),
        ..UserPatch::default()
    };
    let changed = update_user(
        &world.app,
        &caller(&user(1, Role::Admin), None),
        agent.id,
        patch,
    )
    .await
    .unwrap();
    assert_eq!(
        (changed.name.as_deref(), changed.capacity),
        (Some("Theirs"), 9)
    );
    assert!(
        changed.updated_at > START + jiff::SignedDuration::from_secs(5),
        "the clock stood still, the version did not"
    );
}

#[tokio::test]
async fn a_token_for_the_directory_gives_no_rights_to_staff() {
    let (service, admin) = (user(1, Role::Service), user(2, Role::Admin));
    let world = World::of([service.clone(), admin.clone(), user(3, Role::Customer)]);
    let machine = caller(
        &service,
        Some(&[Permission::DirectoryWrite, Permission::DirectoryRead]),
    );
    let password = UserPatch {
        password: Some("staple battery".to_owned()),
        ..UserPatch::default()
    };
    let denied = [
        create_user(&world.app, &machine, NewUser::of("eve", Role::Admin))
            .await
            .map(drop),
        update_user(&world.app, &machine, admin.id, password.clone())
            .await
            .map(drop),
        update_user(
            &world.app,
            &machine,
            user(3, Role::Customer).id,
            to_role(Role::Agent),
        )
        .await
        .map(drop),
        deactivate_user(&world.app, &machine, admin.id).await,
    ];
    assert_eq!(
        denied.map(|result| result.unwrap_err().kind()),
        [Kind::Forbidden; 4]
    );
    update_user(&world.app, &machine, user(3, Role::Customer).id, password)
        .await
        .unwrap();
}

#[tokio::test]
async fn only_admins_write_and_customers_do_not_even_read() {
    let world = World::of([user(1, Role::Agent)]);
    for role in [Role::Customer, Role::Agent, Role::Lead] {
        let who = caller(&user(5, role), None);
        let error = create_user(&world.app, &who, NewUser::of("eve", Role::Agent))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), Kind::Forbidden);
    }
    let customer = caller(&user(5, Role::Customer), None);
    let error = get_user(&world.app, &customer, user(1, Role::Agent).id)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Forbidden);
}

#[tokio::test]
async fn all_faults_of_a_new_user_come_at_once() {
    let world = World::of([user(1, Role::Agent)]);
    let new = NewUser {
        email: Some("MAIL1@example.com".to_owned()),
        password: Some("Password1".to_owned()),
        customer: Some(CustomerId(uuid::Uuid::nil())),
        teams: vec![TeamId(uuid::Uuid::nil())],
        skills: vec!["dns".to_owned(), String::new()],
        capacity: 1_000_000,
        ..NewUser::of("two words", Role::Agent)
    };
    let error = create_user(&world.app, &caller(&user(2, Role::Admin), None), new)
        .await
        .unwrap_err();
    let all = [
        ("username", "invalid"),
        ("skills[1]", "required"),
        ("capacity", "too_large"),
        ("customer_id", "not_allowed"),
        ("customer_id", "unknown"),
        ("team_ids[0]", "unknown"),
        ("email", "unique"),
        ("password", "too_common"),
    ];
    assert_eq!(faults(&error), expected(&all));
    assert!(world.committed().is_empty());
}

#[tokio::test]
async fn a_user_name_is_nobody_elses_address() {
    let world = World::of([]);
    let admin = caller(&user(2, Role::Admin), None);
    let error = create_user(
        &world.app,
        &admin,
        NewUser::of("victim@example.com", Role::Agent),
    )
    .await
    .unwrap_err();
    assert_eq!(faults(&error), expected(&[("username", "invalid")]));
    let own = NewUser {
        email: Some("Me@example.com".to_owned()),
        ..NewUser::of("me@example.com", Role::Agent)
    };
    create_user(&world.app, &admin, own).await.unwrap();
}

#[tokio::test]
async fn a_name_taken_between_check_and_commit_is_a_fault_of_its_field() {
    let world = World::of([]);
    world.do_with(|state| {
        state
            .refusals
            .push_back(StoreError::Duplicate(linedesk_ports::store::Unique::Email));
    });
    let new = NewUser {
        email: Some("a@example.com".to_owned()),
        ..NewUser::of("a", Role::Agent)
    };
    let error = create_user(&world.app, &caller(&user(2, Role::Admin), None), new)
        .await
        .unwrap_err();
    assert_eq!(faults(&error), expected(&[("email", "unique")]));
}

#[tokio::test]
async fn the_first_admin_is_made_once_and_its_made_up_password_is_good() {
    let world = World::of([]);
    let first = operator::bootstrap_admin(&world.app, "admin", None, None)
        .await
        .unwrap()
        .unwrap();
    let password = first.password.unwrap();
    assert_eq!(operator::password_faults(&password, "admin", None), []);
    assert!(matches!(&world.committed()[..], [Write::NewUser(user)] if user.role == Role::Admin));
    assert!(
        operator::bootstrap_admin(&world.app, "admin", None, None)
            .await
            .unwrap()
            .is_none()
    );

    let weak = operator::bootstrap_admin(&World::of([]).app, "admin", None, Some("admin"))
        .await
        .unwrap_err();
    assert_eq!(
        faults(&weak),
        expected(&[("password", "too_short"), ("password", "too_similar")])
    );
}

#[tokio::test]
async fn the_operator_makes_a_customer_user_only_with_an_account() {
    let world = World::of([user(1, Role::Agent)]);
    let error = operator::set_role(&world.app, "agent1", Role::Customer, None)
        .await
        .unwrap_err();
    assert_eq!(faults(&error), expected(&[("customer_id", "required")]));
    let changed = operator::set_password(&world.app, "MAIL1@example.com", "staple battery")
        .await
        .unwrap();
    assert_eq!(changed.epoch, user(1, Role::Agent).epoch + 1);
}
