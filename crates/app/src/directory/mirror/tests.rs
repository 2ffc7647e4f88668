//! A backend that keeps the people itself, and the desk beside it.

use std::sync::Mutex;

use jiff::SignedDuration;
use linedesk_ports::changes::MockCommit;
use linedesk_ports::directory::MockDirectory;
use linedesk_ports::elsewhere::MockPeople;
use linedesk_ports::store::Unique;
use linedesk_ports::system::MockClock;
use uuid::Uuid;

use super::*;
use crate::accounts::doubles::{START, World, caller, user};
use crate::accounts::{Register, authenticate, register, set_password};
use crate::directory::operator::bootstrap_admin;
use crate::directory::users::{
    NewUser, UserPatch, create_user, deactivate_user, set_availability, update_user,
};
use crate::directory::{NewCustomer, create_customer};
use crate::error::Kind;

type Staff = Arc<Mutex<Vec<Person>>>;

fn anna() -> Person {
    Person {
        id: UserId(Uuid::from_u128(77)),
        username: "anna".to_owned(),
        email: Some("Anna@example.net".to_owned()),
        name: Some("Anna Meier".to_owned()),
        password_hash: None,
        role: Role::Agent,
        customer: None,
        is_active: true,
    }
}

/// A backend with those people, in which the token `session of anna` is hers, as long as the backend has her.
fn backend(staff: &Staff) -> Arc<MockPeople> {
    let mut mock = MockPeople::new();
    let people = Arc::clone(staff);
    let find = move |is_it: &dyn Fn(&Person) -> bool| {
        people
            .lock()
            .unwrap()
            .iter()
            .find(|one| is_it(one))
            .cloned()
    };
    let by_id = find.clone();
    mock.expect_person()
        .returning(move |id| Ok(by_id(&|one| one.id == id)));
    let by_login = find.clone();
    mock.expect_person_by_login()
        .returning(move |login| Ok(by_login(&|one| one.username == login)));
    mock.expect_account().returning(|_| Ok(None));
    mock.expect_holder().returning(move |token| {
        let login = token.strip_prefix("session of ");
        let holder = login.and_then(|login| find(&|one| one.username == login));
        Ok(holder.map(|person| person.id))
    });
    Arc::new(mock)
}

fn beside(staff: &Staff, users: impl IntoIterator<Item = User>) -> World {
    World::beside(backend(staff), users)
}

#[tokio::test]
async fn whoever_holds_the_backends_token_is_a_caller_and_has_a_copy_from_then_on() {
    let staff: Staff = Arc::new(Mutex::new(vec![anna()]));
    let world = beside(&staff, []);
    let caller = authenticate(&world.app, "session of anna").await.unwrap();
    let copy = world.user(anna().id);
    assert_eq!((caller.id(), caller.user.number), (copy.id, copy.number));
    assert_eq!(
        (copy.username.as_str(), copy.email.as_deref(), copy.role),
        ("anna", Some("Anna@example.net"), Role::Agent)
    );
    world.pass(SignedDuration::from_secs(5));
    authenticate(&world.app, "session of anna").await.unwrap();
    assert_eq!(world.committed().len(), 1);
    let nobody = authenticate(&world.app, "session of otto").await;
    assert_eq!(nobody.unwrap_err().kind(), Kind::Unauthenticated);
}

#[tokio::test]
async fn a_copy_follows_the_backend_but_not_in_how_the_agent_works() {
    let staff: Staff = Arc::new(Mutex::new(vec![anna()]));
    let copy = User {
        skills: vec!["fibre".to_owned()],
        is_available: false,
        ..copied(&anna(), START)
    };
    let world = beside(&staff, [copy]);
    staff.lock().unwrap()[0].role = Role::Lead;
    let user = world.app.directory.user(anna().id).await.unwrap().unwrap();
    assert_eq!((user.role, user.epoch), (Role::Lead, 1));
    assert_eq!(user.skills, ["fibre"]);
    assert!(user.is_active && !user.is_available);
    assert_eq!(world.user(anna().id), user);
}

#[tokio::test]
async fn whoever_left_the_backend_is_switched_off_with_every_session() {
    let staff: Staff = Arc::new(Mutex::new(vec![anna()]));
    let machine = user(5, Role::Service);
    let world = beside(&staff, [machine.clone()]);
    authenticate(&world.app, "session of anna").await.unwrap();
    staff.lock().unwrap().clear();
    world.pass(SignedDuration::from_secs(5));
    let gone = world.app.directory.user_by_login("anna").await.unwrap();
    assert_eq!(gone, None);
    let gone = world.app.directory.user(anna().id).await.unwrap().unwrap();
    assert_eq!((gone.is_active, gone.epoch), (false, 1));
    assert_eq!(world.user(anna().id), gone);
    let kept = world.app.directory.user(machine.id).await.unwrap();
    assert_eq!(kept, Some(machine), "the desk's own machines stay");
}

#[tokio::test]
async fn people_are_neither_made_nor_changed_at_the_desk() {
    let staff: Staff = Arc::new(Mutex::new(vec![anna()]));
    let admin = user(1, Role::Admin);
    let world = beside(&staff, [admin.clone(), copied(&anna(), START)]);
    let (app, admin) = (&world.app, caller(&admin, None));
    let made = bootstrap_admin(app, "admin", None, None).await.unwrap();
    assert!(made.is_none());
    let new = Register {
        username: "otto".to_owned(),
        email: "otto@example.net".to_owned(),
        password: "Violet.Anvil.73".to_owned(),
    };
    let refused = register(app, new).await.unwrap_err();
    assert_eq!(refused.code(), "registration_closed");
    let codes = [
        create_user(app, &admin, NewUser::of("otto", Role::Agent))
            .await
            .unwrap_err(),
        create_customer(app, &admin, NewCustomer::default())
            .await
            .unwrap_err(),
        deactivate_user(app, &admin, anna().id).await.unwrap_err(),
        update_user(
            app,
            &admin,
            anna().id,
            UserPatch {
                role: Some(Role::Admin),
                ..UserPatch::default()
            },
        )
        .await
        .unwrap_err(),
    ]
    .map(|error| error.code());
    assert_eq!(codes, ["kept_elsewhere"; 4]);
    let patch = UserPatch {
        skills: Some(vec!["fibre".to_owned()]),
        ..UserPatch::default()
    };
    let changed = update_user(app, &admin, anna().id, patch).await.unwrap();
    assert_eq!(changed.skills, ["fibre"]);
    set_availability(app, &admin, anna().id, false)
        .await
        .unwrap();
    assert!(!world.user(anna().id).is_available);
    let machine = NewUser::of("exporter", Role::Service);
    create_user(app, &admin, machine).await.unwrap();
}

#[tokio::test]
async fn a_password_that_the_backend_gave_is_not_changed_at_the_desk() {
    use crate::accounts::doubles::PASSWORD;
    let person = Person {
        password_hash: Some(format!("hash of {PASSWORD}")),
        ..anna()
    };
    let staff: Staff = Arc::new(Mutex::new(vec![person]));
    let world = beside(&staff, []);
    let caller = authenticate(&world.app, "session of anna").await.unwrap();
    let set = set_password(&world.app, &caller, PASSWORD, "Violet.Anvil.73").await;
    assert_eq!(set.unwrap_err().code(), "kept_elsewhere");
}

/// A mirror over a store that does what the test says.
fn over(people: MockPeople, copies: MockDirectory, commit: MockCommit) -> Mirror {
    let mut clock = MockClock::new();
    clock.expect_now().return_const(START);
    Mirror {
        people: Arc::new(people),
        copies: Arc::new(copies),
        commit: Arc::new(commit),
        clock: Arc::new(clock),
    }
}

fn account(is_active: bool) -> Account {
    Account {
        id: CustomerId(Uuid::from_u128(9)),
        name: "Hotel Seeblick".to_owned(),
        account_number: Some("C-1001".to_owned()),
        email: None,
        phone: None,
        tier: Some("gold".to_owned()),
        address: None,
        is_active,
    }
}

#[tokio::test]
async fn an_account_is_copied_before_the_first_of_its_users() {
    let mut people = MockPeople::new();
    let person = Person {
        role: Role::Customer,
        customer: Some(account(true).id),
        ..anna()
    };
    people
        .expect_person()
        .returning(move |_| Ok(Some(person.clone())));
    people
        .expect_account()
        .returning(|_| Ok(Some(account(true))));
    let mut copies = MockDirectory::new();
    copies.expect_user().returning(|_| Ok(None));
    copies.expect_customer().returning(|_| Ok(None));
    let mut commit = MockCommit::new();
    let written = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&written);
    commit.expect_commit().returning(move |changes| {
        noted.lock().unwrap().extend(changes.writes);
        Ok(Committed::default())
    });
    let mirror = over(people, copies, commit);
    mirror.user(anna().id).await.unwrap().unwrap();
    let written = written.lock().unwrap();
    assert!(
        matches!(&written[..], [Write::Customer(customer), Write::NewUser(user)]
            if customer.tier.as_deref() == Some("gold") && user.customer == Some(customer.id)),
        "{written:?}"
    );
}

#[tokio::test]
async fn an_account_that_the_backend_has_no_more_is_switched_off_once() {
    for copy in [true, false] {
        let mut people = MockPeople::new();
        people.expect_account().returning(|_| Ok(None));
        let mut copies = MockDirectory::new();
        copies
            .expect_customer()
            .returning(move |_| Ok(Some(customer_like(account(copy), START, START))));
        let mut commit = MockCommit::new();
        commit
            .expect_commit()
            .times(usize::from(copy))
            .returning(|_| Ok(Committed::default()));
        let mirror = over(people, copies, commit);
        let found = mirror.customer(account(true).id).await.unwrap().unwrap();
        assert!(!found.is_active);
    }
}

#[tokio::test]
async fn a_name_that_somebody_else_has_is_an_error_and_one_that_another_server_copied_is_not() {
    for other_server in [false, true] {
        let mut people = MockPeople::new();
        people.expect_person().returning(|_| Ok(Some(anna())));
        let mut copies = MockDirectory::new();
        let looks = Mutex::new(0);
        copies.expect_user().returning(move |_| {
            let mut looks = looks.lock().unwrap();
            *looks += 1;
            Ok((other_server && *looks > 1).then(|| copied(&anna(), START)))
        });
        let mut commit = MockCommit::new();
        commit
            .expect_commit()
            .times(1)
            .returning(|_| Err(StoreError::Duplicate(Unique::Username)));
        let found = over(people, copies, commit).user(anna().id).await;
        if other_server {
            assert_eq!(found.unwrap(), Some(copied(&anna(), START)));
        } else {
            assert_eq!(found, Err(StoreError::Duplicate(Unique::Username)));
        }
    }
}
