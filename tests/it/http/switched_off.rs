//! Customer accounts that are switched off: whoever belongs to one is kept out.

use serde_json::json;

use super::api::Answer;
use super::desk::{Desk, PASSWORD, new_ticket, next, sign_in};

#[tokio::test]
async fn nobody_of_an_account_that_is_switched_off_gets_in_by_any_way() {
    let desk = Desk::shared().await;
    let (customer, other) = (desk.customer().await, desk.customer().await);
    let username = &customer.person.username;
    let tokens = sign_in(&desk.anonymous, username, PASSWORD).await.is(200);
    let body = json!({
        "name": format!("export {}", next()), "user_id": customer.person.id,
        "scopes": ["tickets:read", "tickets:write"]
    });
    let token = desk.admin.post("/api/v1/tokens", body).await.is(201);
    let export = desk.anonymous.with_token(&token.str("token"));
    let ticket = desk.ticket(&customer.id).await;
    customer.get("/api/v1/tickets").await.is(200);
    export.get("/api/v1/tickets").await.is(200);

    let account = format!("/api/v1/customers/{}", customer.id);
    desk.admin.delete(&account).await.is(204);
    let refused = sign_in(&desk.anonymous, username, PASSWORD).await.is(401);
    let wrong = sign_in(&desk.anonymous, username, "wrong").await.is(401);
    assert_eq!(refused.json["detail"], wrong.json["detail"]);
    let renew = async || -> Answer {
        let body = json!({ "refresh": tokens.str("refresh") });
        desk.anonymous.post("/auth/jwt/refresh/", body).await
    };
    renew().await.is(401);
    let verify = json!({ "token": tokens.str("access") });
    let verified = desk.anonymous.post("/auth/jwt/verify/", verify).await;
    verified.is(401);
    for api in [&*customer, &export] {
        for path in [
            "/api/v1/tickets",
            "/api/v1/events",
            "/api/v1/support/kb/articles",
            "/crm/api/v1/tickets/",
            "/api/ticket",
            "/tickets",
            "/maintenance",
            "/auth/users/me/",
        ] {
            api.get(path).await.is(401);
        }
        let new = new_ticket(&customer.id);
        api.post("/api/v1/tickets", new).await.is(401);
        api.post("/api/ticket", json!({ "message": "x" }))
            .await
            .is(401);
    }
    // Staff still sees what belongs to it, and others are not concerned.
    let kept = desk.admin.get(&format!("/api/v1/tickets/{ticket}")).await;
    assert_eq!(kept.is(200).str("customer_id"), customer.id);
    other.get("/api/v1/tickets").await.is(200);

    // Switched on again, what has not expired is good again.
    let on = json!({ "is_active": true });
    desk.admin.patch(&account, on).await.is(200);
    customer.get("/api/v1/tickets").await.is(200);
    export.get("/api/v1/tickets").await.is(200);
    renew().await.is(200);
    sign_in(&desk.anonymous, username, PASSWORD).await.is(200);
}
