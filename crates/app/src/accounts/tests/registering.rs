use linedesk_domain::people::Role;
use linedesk_ports::changes::Write;
use linedesk_ports::tickets::MockTickets;

use super::*;
use crate::accounts::doubles::{World, caller, user};

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
    let [Write::Customer(account), Write::NewUser(user)] = &committed[..] else {
        panic!("{committed:?}")
    };
    assert_eq!(user.customer, Some(account.id));

    let taken = register(
        &world.app,
        Register {
            username: "Example_User".to_owned(),
            ..who
        },
    )
    .await
    .unwrap_err();
    let fields: Vec<_> = taken
        .faults()
        .into_iter()
        .map(|fault| (fault.field, fault.code))
        .collect();
    assert_eq!(
        fields,
        [
            ("username".to_owned(), "unique"),
            ("email".to_owned(), "unique")
        ]
    );
}

#[tokio::test]
async fn signing_up_names_all_faults_at_once_and_writes_nothing() {
    let world = World::of([]);
    let who = Register {
        username: "a b".to_owned(),
        email: " ".to_owned(),
        password: "123".to_owned(),
    };
    let fields: Vec<_> = register(&world.app, who)
        .await
        .unwrap_err()
        .faults()
        .into_iter()
        .map(|f| f.field)
        .collect();
    assert_eq!(fields, ["username", "email", "password", "password"]);
    assert!(world.committed().is_empty());
}

#[tokio::test]
async fn nobody_signs_up_where_that_is_switched_off() {
    let world = World::with([], MockTickets::new(), |s| {
        s.open_registration = false;
    });
    let who = Register {
        username: "a".to_owned(),
        email: "a@b.c".to_owned(),
        password: "staple battery".to_owned(),
    };
    assert_eq!(
        register(&world.app, who).await.unwrap_err().code(),
        "registration_closed"
    );
}

#[tokio::test]
async fn a_customer_sees_itself_and_nobody_else() {
    let world = World::of([user(1, Role::Customer), user(2, Role::Agent)]);
    let [customer, agent] =
        [user(1, Role::Customer), user(2, Role::Agent)].map(|user| caller(&user, None));
    let seen = |who, number| user_for(&world.app, who, UserKey::Number(number));
    assert_eq!(seen(&customer, 1).await.unwrap().number, 1);
    assert_eq!(seen(&agent, 1).await.unwrap().number, 1);
    assert_eq!(seen(&customer, 2).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(seen(&customer, 9).await.unwrap_err().kind(), Kind::NotFound);
}
