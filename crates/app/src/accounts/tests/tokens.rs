use jiff::SignedDuration;
use linedesk_domain::people::{Permission, Role};

use super::*;
use crate::accounts::doubles::{START, World, caller, user};

#[tokio::test]
async fn an_api_token_carries_its_permissions_until_it_is_withdrawn() {
    let admin = user(1, Role::Admin);
    let world = World::of([admin.clone()]);
    let admin = caller(&admin, None);
    let new = NewToken {
        name: "Portal Backend".to_owned(),
        user: None,
        permissions: vec![
            Permission::TicketsWrite,
            Permission::TicketsRead,
            Permission::TicketsRead,
        ],
        expires_at: None,
    };
    let (token, secret) = create_api_token(&world.app, &admin, new.clone())
        .await
        .unwrap();
    assert!(secret.starts_with("ld_") && secret.len() == 46);
    assert_eq!(
        world.do_with(|state| state.committed.len()),
        1,
        "the user and the token are one change"
    );

    let holder = authenticate(&world.app, &secret).await.unwrap();
    assert_eq!(
        (holder.user.username.as_str(), holder.user.role),
        ("portal-backend", Role::Service)
    );
    assert_eq!(
        holder.permissions,
        Some(vec![Permission::TicketsRead, Permission::TicketsWrite])
    );
    assert!(
        create_api_token(&world.app, &holder, new.clone())
            .await
            .is_err_and(|e| e.kind() == Kind::Forbidden)
    );
    let again = create_api_token(&world.app, &admin, new).await.unwrap_err();
    assert_eq!(
        again
            .faults()
            .iter()
            .map(|fault| fault.field.as_str())
            .collect::<Vec<_>>(),
        ["name"]
    );

    revoke_api_token(&world.app, &admin, token.id)
        .await
        .unwrap();
    refused(authenticate(&world.app, &secret).await);
    for wrong in [
        "ld_",
        "ld_short",
        &secret.to_uppercase(),
        &format!("{secret}x"),
    ] {
        refused(authenticate(&world.app, wrong).await);
    }
}

#[tokio::test]
async fn an_api_token_stops_at_its_end() {
    let admin = user(1, Role::Admin);
    let world = World::of([admin.clone()]);
    let end = START + SignedDuration::from_millis(500);
    let new = NewToken {
        name: "script".to_owned(),
        user: Some(admin.id),
        permissions: vec![Permission::TicketsRead],
        expires_at: Some(end),
    };
    let (_, secret) = create_api_token(&world.app, &caller(&admin, None), new)
        .await
        .unwrap();
    authenticate(&world.app, &secret).await.unwrap();
    world.pass(SignedDuration::from_millis(500));
    refused(authenticate(&world.app, &secret).await);
}
