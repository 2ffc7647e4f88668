//! A desk with people and tickets. Every test makes its own, so that tests on one server do not disturb each other.

use std::ops::Deref;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::api::{Answer, Api};
use super::program::{ADMIN, Program, Server};

/// The password of everybody but the first admin.
pub(crate) const PASSWORD: &str = "Violet.Anvil.73";

/// The server that most tests share.
pub(crate) fn shared() -> &'static Server {
    static SHARED: OnceLock<(Program, Server)> = OnceLock::new();
    let (_, server) = SHARED.get_or_init(|| {
        let program = Program::new();
        let server = program.serve();
        (program, server)
    });
    server
}

/// A number that no other test has.
pub(crate) fn next() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A desk as its admin sees it.
pub(crate) struct Desk {
    pub(crate) anonymous: Api,
    pub(crate) admin: Api,
}

/// Somebody who signed in.
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) username: String,
    api: Api,
}

impl Deref for Person {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.api
    }
}

/// A customer account and its first user.
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) person: Person,
}

impl Deref for Customer {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.person.api
    }
}

impl Desk {
    /// The desk on the shared server.
    pub(crate) async fn shared() -> Self {
        Self::on(shared()).await
    }

    /// The desk on that server.
    pub(crate) async fn on(server: &Server) -> Self {
        let anonymous = server.api();
        let tokens = sign_in(&anonymous, ADMIN.0, ADMIN.1).await.is(200);
        let admin = anonymous.with_token(&tokens.str("access"));
        Self { anonymous, admin }
    }

    /// A new customer account with a user.
    pub(crate) async fn customer(&self) -> Customer {
        let id = self.account(json!({})).await;
        let person = self
            .person(json!({ "role": "customer", "customer_id": id }))
            .await;
        Customer { id, person }
    }

    /// A new customer account, without anybody.
    pub(crate) async fn account(&self, more: Value) -> String {
        let body = with(json!({ "name": format!("Account {}", next()) }), more);
        self.admin
            .post("/api/v1/customers", body)
            .await
            .is(201)
            .str("id")
    }

    /// A new agent.
    pub(crate) async fn agent(&self) -> Person {
        self.person(json!({ "role": "agent" })).await
    }

    /// A new lead.
    pub(crate) async fn lead(&self) -> Person {
        self.person(json!({ "role": "lead" })).await
    }

    /// Somebody new who signed in.
    pub(crate) async fn person(&self, more: Value) -> Person {
        let username = format!("person-{}", next());
        let body = json!({ "username": username, "email": format!("{username}@example.net"), "password": PASSWORD });
        let made = self
            .admin
            .post("/api/v1/users", with(body, more))
            .await
            .is(201);
        let tokens = sign_in(&self.anonymous, &username, PASSWORD).await.is(200);
        Person {
            id: made.str("id"),
            username,
            api: self.anonymous.with_token(&tokens.str("access")),
        }
    }

    /// A machine with a token of those scopes.
    pub(crate) async fn machine(&self, scopes: &[&str]) -> Api {
        self.anonymous.with_token(&self.machine_token(scopes).await)
    }

    /// A token of those scopes.
    pub(crate) async fn machine_token(&self, scopes: &[&str]) -> String {
        let body = json!({ "name": format!("machine {}", next()), "scopes": scopes });
        let made = self.admin.post("/api/v1/tokens", body).await.is(201);
        made.str("token")
    }

    /// A new team.
    pub(crate) async fn team(&self) -> String {
        let body = json!({ "name": format!("Team {}", next()), "categories": [] });
        self.admin
            .post("/api/v1/teams", body)
            .await
            .is(201)
            .str("id")
    }

    /// A new service of that customer.
    pub(crate) async fn service(&self, customer: &str) -> String {
        let body = json!({ "customer_id": customer, "name": "Fibre 500", "kind": "internet" });
        self.admin
            .post("/api/v1/services", body)
            .await
            .is(201)
            .str("id")
    }

    /// A new ticket of that customer, made by the admin.
    pub(crate) async fn ticket(&self, customer: &str) -> String {
        self.ticket_with(customer, json!({})).await.str("id")
    }

    /// A new ticket with other fields.
    pub(crate) async fn ticket_with(&self, customer: &str, more: Value) -> Answer {
        self.admin
            .post("/api/v1/tickets", with(new_ticket(customer), more))
            .await
            .is(201)
    }

    /// A ticket as the admin reads it.
    pub(crate) async fn read(&self, ticket: &str) -> Answer {
        self.admin.get(&at(ticket, "")).await.is(200)
    }

    /// A ticket's history as the admin reads it.
    pub(crate) async fn history(&self, ticket: &str) -> Vec<Value> {
        self.admin
            .get(&at(ticket, "/history?limit=1000"))
            .await
            .is(200)
            .list("history")
    }
}

/// Asks for a pair of tokens.
pub(crate) async fn sign_in(api: &Api, username: &str, password: &str) -> Answer {
    api.post(
        "/auth/jwt/create/",
        json!({ "username": username, "password": password }),
    )
    .await
}

/// A body that makes a ticket.
pub(crate) fn new_ticket(customer: &str) -> Value {
    json!({
        "customer_id": customer,
        "title": "No signal on the line",
        "description": "The modem has shown no signal since this morning.",
        "category": "technical_support",
        "priority": "medium",
    })
}

/// The path of something of a ticket's.
pub(crate) fn at(ticket: &str, rest: &str) -> String {
    format!("/api/v1/tickets/{ticket}{rest}")
}

/// An object with the fields of another laid over it.
pub(crate) fn with(mut object: Value, more: Value) -> Value {
    let fields = object.as_object_mut().expect("an object");
    let Value::Object(more) = more else {
        panic!("an object")
    };
    fields.extend(more);
    object
}

/// Asks again and again until there is an answer, but not for ever.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    let asking = async {
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(super::program::PATIENCE, asking)
        .await
        .unwrap_or_else(|_| panic!("{what} never came"))
}
