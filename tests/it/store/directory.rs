//! Customers, contacts, services, teams, users.

use linedesk_domain::class::Category;
use linedesk_domain::ids::{ContactId, CustomerId, TeamId, UserId};
use linedesk_domain::people::Role;
use linedesk_ports::changes::Write;
use linedesk_ports::directory::{Contact, DirectoryFilter, Team};
use linedesk_ports::store::{StoreError, Unique};
use linedesk_ports::tickets::CreationKeys;

use super::desk::{Desk, customer, minute, noon, user};

fn all() -> DirectoryFilter {
    DirectoryFilter {
        limit: 100,
        ..DirectoryFilter::default()
    }
}

#[tokio::test]
async fn five_teams_exist_from_the_start() {
    let desk = Desk::open().await;
    let teams = desk.store.teams(all()).await.unwrap();
    let names: Vec<_> = teams.items.iter().map(|team| team.name.as_str()).collect();
    assert_eq!(names, ["Admin", "Finance", "Music", "Sales", "Tech"]);
    assert_eq!(teams.total, 5);
    let facts = desk.store.creation(CreationKeys {
        category: Some(Category::Repair),
        ..CreationKeys::default()
    });
    let facts = facts.await.unwrap();
    assert_eq!(
        facts
            .teams
            .iter()
            .map(|team| team.name.as_str())
            .collect::<Vec<_>>(),
        ["Tech"]
    );
}

#[tokio::test]
async fn a_customer_is_found_by_words_and_changes_with_its_row() {
    let desk = Desk::open().await;
    let mut ada = customer(CustomerId(desk.uuid()), "Ada Lovelace");
    ada.account_number = Some("AC-77".to_owned());
    ada.tier = Some("gold".to_owned());
    let bob = customer(CustomerId(desk.uuid()), "bob");
    desk.write([Write::Customer(ada.clone()), Write::Customer(bob.clone())])
        .await
        .unwrap();
    assert_eq!(
        desk.store.customer(ada.id).await.unwrap(),
        Some(ada.clone())
    );
    let page = desk.store.customers(all()).await.unwrap();
    assert_eq!((page.items, page.total), (vec![ada.clone(), bob], 2));

    let named = |text: &str| DirectoryFilter {
        text: Some(text.to_owned()),
        ..all()
    };
    for text in ["love", "AC-77", "ada lovelace", " ADA "] {
        assert_eq!(
            desk.store.customers(named(text)).await.unwrap().total,
            1,
            "{text}"
        );
    }
    assert_eq!(desk.store.customers(named("\"*")).await.unwrap().total, 0);
    ada.name = "Ada King".to_owned();
    ada.is_active = false;
    ada.updated_at = minute(1);
    desk.write([Write::Customer(ada.clone())]).await.unwrap();
    assert_eq!(
        desk.store.customers(named("lovelace")).await.unwrap().total,
        0
    );
    assert_eq!(
        desk.store.customers(named("king")).await.unwrap().items,
        [ada]
    );
    let active = DirectoryFilter {
        is_active: Some(true),
        ..all()
    };
    assert_eq!(desk.store.customers(active).await.unwrap().total, 1);
}

#[tokio::test]
async fn what_must_be_unique_is_named() {
    let desk = Desk::open().await;
    let mut ada = customer(CustomerId(desk.uuid()), "Ada");
    ada.account_number = Some("7".to_owned());
    let other = linedesk_ports::directory::Customer {
        id: CustomerId(desk.uuid()),
        ..ada.clone()
    };
    desk.write([Write::Customer(ada)]).await.unwrap();
    assert_eq!(
        desk.write([Write::Customer(other)]).await,
        Err(StoreError::Duplicate(Unique::AccountNumber))
    );
    let team = Team {
        id: TeamId(desk.uuid()),
        name: "SALES".to_owned(),
        categories: vec![Category::Complaint],
        is_active: true,
        created_at: noon(),
        updated_at: noon(),
    };
    assert_eq!(
        desk.write([Write::Team(team.clone())]).await,
        Err(StoreError::Duplicate(Unique::TeamName))
    );
    let team = Team {
        name: "Night".to_owned(),
        ..team
    };
    desk.write([Write::Team(team.clone())]).await.unwrap();
    assert_eq!(desk.store.team(team.id).await.unwrap(), Some(team));
}

#[tokio::test]
async fn a_contact_belongs_to_a_customer_that_exists() {
    let desk = Desk::open().await;
    let ada = desk.customer("Ada").await;
    let contact = |customer| Contact {
        id: ContactId(desk.uuid()),
        customer,
        name: "Charles".to_owned(),
        email: Some("c@example.net".to_owned()),
        phone: None,
        is_active: true,
        created_at: noon(),
        updated_at: noon(),
    };
    let charles = contact(ada);
    desk.write([Write::Contact(charles.clone())]).await.unwrap();
    assert_eq!(
        desk.write([Write::Contact(contact(CustomerId(desk.uuid())))])
            .await,
        Err(StoreError::Dangling)
    );
    let of = |customer| DirectoryFilter {
        customer: Some(customer),
        ..all()
    };
    assert_eq!(desk.store.contacts(of(ada)).await.unwrap().items, [charles]);
    assert_eq!(
        desk.store
            .contacts(of(CustomerId(desk.uuid())))
            .await
            .unwrap()
            .total,
        0
    );
}

#[tokio::test]
async fn users_are_found_by_login_number_and_role() {
    let desk = Desk::open().await;
    let mut ada = user(UserId(desk.uuid()), "Ada", Role::Lead);
    ada.email = Some("ada@example.net".to_owned());
    ada.skills = vec!["fibre".to_owned()];
    ada.capacity = 4;
    let number = desk
        .write([Write::NewUser(ada.clone())])
        .await
        .unwrap()
        .users[0];
    desk.user("bob", Role::Customer).await;
    ada.number = number;
    for login in ["ada", "ADA", "Ada@Example.NET"] {
        assert_eq!(
            desk.store.user_by_login(login).await.unwrap(),
            Some(ada.clone()),
            "{login}"
        );
    }
    assert_eq!(desk.store.user_by_login("eve").await.unwrap(), None);
    assert_eq!(
        desk.store.user_by_number(number).await.unwrap(),
        Some(ada.clone())
    );
    let leads = DirectoryFilter {
        role: Some(Role::Lead),
        ..all()
    };
    assert_eq!(desk.store.users(leads).await.unwrap().items, [ada.clone()]);
    let page = DirectoryFilter {
        limit: 1,
        offset: 1,
        ..DirectoryFilter::default()
    };
    let page = desk.store.users(page).await.unwrap();
    assert_eq!((page.items.len(), page.total), (1, 2));

    let agents = desk
        .store
        .creation(CreationKeys::default())
        .await
        .unwrap()
        .agents;
    assert_eq!(agents.len(), 1);
    assert_eq!(
        (agents[0].user, agents[0].capacity, agents[0].load),
        (ada.id, 4, 0)
    );
}
