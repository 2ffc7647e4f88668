//! Who may do what: every route, every kind of caller.

mod dialects;
mod django;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::api::Api;
use super::desk::{Customer, Desk, PASSWORD, at, new_ticket, next, shared};

/// Callers, in the order of the letters in [`TABLE`].
const CALLERS: [&str; 8] = [
    "nobody",
    "another customer",
    "the customer",
    "an agent",
    "a lead",
    "an admin",
    "a reading machine",
    "a writing machine",
];

/// Method, path below `/api/v1`, and what each caller hears: `o` done, `u` 401, `f` 403, `n` 404, `c` 409.
const TABLE: &str = "
GET    /tickets                                     uooooooo
POST   /tickets                                     unoooofo
GET    /tickets/sla-status                          uffooooo
POST   /tickets/bulk                                ufffooff
GET    /tickets/bulk                                ufffooff
GET    /tickets/bulk/{bulk_id}                      ufffnoff
DELETE /tickets/bulk/{bulk_id}                      ufffnoff
GET    /tickets/bulk/{bulk_id}/results              ufffnoff
GET    /tickets/bulk/{bulk_id}/results.csv          ufffnoff
GET    /tickets/{ticket_id}                         unoooooo
PUT    /tickets/{ticket_id}                         unoooofo
PATCH  /tickets/{ticket_id}                         unoooofo
DELETE /tickets/{ticket_id}                         unffooff
POST   /tickets/{ticket_id}/assign                  unfooofo
POST   /tickets/{ticket_id}/escalate                unfooofo
POST   /tickets/{ticket_id}/merge                   unfooofo
POST   /tickets/{ticket_id}/resolve                 unfooofo
POST   /tickets/{ticket_id}/close                   unoooofo
POST   /tickets/{ticket_id}/reopen                  unoooofo
POST   /tickets/{ticket_id}/links                   unfooofo
POST   /tickets/{ticket_id}/satisfaction            unofffff
GET    /tickets/{ticket_id}/history                 unoooooo
GET    /tickets/{ticket_id}/comments                unoooooo
POST   /tickets/{ticket_id}/comments                unoooofo
PATCH  /tickets/{ticket_id}/comments/{comment_id}   unofooff
DELETE /tickets/{ticket_id}/comments/{comment_id}   unofooff
GET    /tickets/{ticket_id}/attachments             unoooooo
POST   /tickets/{ticket_id}/attachments             unoooofo
GET    /tickets/{ticket_id}/sla/explain             unfooooo
POST   /attachments                                 uooooofo
GET    /attachments/{attachment_id}                 unoooooo
GET    /workflow                                    uooooooo
GET    /sla/policies                                uffooooo
POST   /sla/policies                                ufffooff
GET    /sla/policies/{policy_id}                    uffooooo
PUT    /sla/policies/{policy_id}                    ufffooff
DELETE /sla/policies/{policy_id}                    ufffooff
GET    /sla/calendars                               uffooooo
POST   /sla/calendars                               ufffooff
GET    /sla/calendars/{calendar_id}                 uffooooo
PUT    /sla/calendars/{calendar_id}                 ufffooff
DELETE /sla/calendars/{calendar_id}                 ufffooff
GET    /sla/simulate                                ufffooff
POST   /sla/simulate                                ufffooff
GET    /sla/simulate/{simulation_id}                ufffooff
DELETE /sla/simulate/{simulation_id}                ufffooff
GET    /sla/simulate/{simulation_id}/tickets        ufffooff
GET    /sla/simulate/{simulation_id}/tickets.csv    ufffooff
GET    /customers                                   uffoooff
POST   /customers                                   uffffoff
GET    /customers/{customer_id}                     uffoooff
PATCH  /customers/{customer_id}                     uffffoff
PUT    /customers/{customer_id}                     uffffoff
DELETE /customers/{customer_id}                     uffffoff
GET    /contacts                                    uffoooff
POST   /contacts                                    uffffoff
GET    /contacts/{contact_id}                       uffoooff
PATCH  /contacts/{contact_id}                       uffffoff
PUT    /contacts/{contact_id}                       uffffoff
DELETE /contacts/{contact_id}                       uffffoff
GET    /services                                    uffoooff
POST   /services                                    uffffoff
GET    /services/{service_id}                       uffoooff
PATCH  /services/{service_id}                       uffffoff
PUT    /services/{service_id}                       uffffoff
DELETE /services/{service_id}                       uffffoff
GET    /teams                                       uffoooff
POST   /teams                                       uffffoff
GET    /teams/{team_id}                             uffoooff
PATCH  /teams/{team_id}                             uffffoff
PUT    /teams/{team_id}                             uffffoff
DELETE /teams/{team_id}                             uffffoff
GET    /users                                       uffoooff
POST   /users                                       uffffoff
GET    /users/{user_id}                             uffoooff
PATCH  /users/{user_id}                             uffffoff
PUT    /users/{user_id}                             uffffoff
DELETE /users/{user_id}                             uffffoff
GET    /support/metrics/performance                uffoooff
GET    /support/metrics/satisfaction               uffoooff
GET    /support/metrics/first-call-resolution      uffoooff
GET    /support/metrics/response-times             uffoooff
GET    /support/workload-distribution              uffoooff
GET    /support/agent-performance                  uffoooff
GET    /support/trending-issues                    uffoooff
GET    /support/escalation-analysis                uffoooff
GET    /support/customer-effort-score              uffoooff
GET    /support/resolution-patterns                uffoooff
GET    /tokens                                      uffffoff
POST   /tokens                                      uffffoff
GET    /tokens/{token_id}                           uffffoff
DELETE /tokens/{token_id}                           uffffoff
GET    /support/kb/articles                         ooooooff
POST   /support/kb/articles                         uffoooff
GET    /support/kb/articles/{article_id}            ooooooff
PUT    /support/kb/articles/{article_id}            uffoooff
GET    /support/kb/articles/{article_id}/versions   uffoooff
GET    /support/kb/articles/{article_id}/versions/{version} uffoooff
GET    /support/kb/articles/{article_id}/versions/{version}/diff uffoooff
GET    /support/kb/articles/{article_id}/feedback   uffoooff
POST   /support/kb/search                           ooooooff
POST   /support/kb/feedback                         uoooooff
GET    /support/kb/popular                          ooooooff
POST   /support/auto-suggestions                    uoooooff
GET    /support/resolution-templates                uffoooff
POST   /support/resolution-templates                uffoooff
GET    /support/resolution-templates/{template_id}  uffoooff
PUT    /support/resolution-templates/{template_id}  uffoooff
DELETE /support/resolution-templates/{template_id}  uffoooff
POST   /support/resolution-templates/{template_id}/render uffoooff
GET    /support/kb/categories                       ooooooff
POST   /support/kb/categories                       ufffooff
PUT    /support/kb/categories/{category_id}         ufffooff
DELETE /support/kb/categories/{category_id}         ufffooff
GET    /users/{user_id}/notifications               uffoooff
PUT    /users/{user_id}/availability                uffffoff
PUT    /users/{user_id}/notifications               uffffoff
GET    /webhooks                                    uffffoff
POST   /webhooks                                    uffffoff
GET    /webhooks/{webhook_id}                       uffffoff
PATCH  /webhooks/{webhook_id}                       uffffoff
DELETE /webhooks/{webhook_id}                       uffffoff
POST   /webhooks/{webhook_id}/secret                uffffoff
POST   /webhooks/{webhook_id}/test                  uffffoff
GET    /outbox                                      uffffoff
GET    /outbox/{message_id}                         uffffoff
POST   /outbox/{message_id}/replay                  uffffcff
DELETE /outbox/{message_id}                         uffffcff
GET    /events                                      uooooooo
";

/// Routes that anybody may ask for without signing in, each for its reason.
const OPEN: [(&str, &str); 12] = [
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/api/v1/openapi.json"),
    ("POST", "/auth/users"),
    ("POST", "/auth/users/reset_password"),
    ("POST", "/auth/users/reset_password_confirm"),
    ("POST", "/auth/jwt/create"),
    ("POST", "/auth/jwt/refresh"),
    ("POST", "/auth/jwt/verify"),
    ("POST", "/auth/jwt/logout"),
    ("POST", "/api/v1/survey"),
];

/// Routes about oneself; `accounts.rs` has what they answer.
const ONESELF: [(&str, &str); 3] = [
    ("GET", "/auth/users/me"),
    ("GET", "/auth/users/{user_id}"),
    ("POST", "/auth/users/set_password"),
];

/// Where the paths of [`TABLE`] are.
const ISP: &str = "/api/v1";

/// Method, whole path and letters of every row.
fn rows() -> Vec<(&'static str, String, &'static str)> {
    let tables = [(ISP, TABLE), ("", dialects::TABLE), ("", django::TABLE)];
    let lines = tables.into_iter().flat_map(|(mount, table)| {
        let lines = table.lines().filter(|line| !line.is_empty());
        lines.map(move |line| (mount, line))
    });
    lines
        .map(|(mount, line)| {
            let mut words = line.split_whitespace();
            let mut word = || words.next().expect("three words");
            (word(), format!("{mount}{}", word()), word())
        })
        .collect()
}

/// Method and path of everything that the API's document tells of, without trailing slashes.
async fn documented() -> BTreeSet<(String, String)> {
    let document = shared()
        .api()
        .get("/api/v1/openapi.json")
        .await
        .is(200)
        .json;
    let mut found = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let methods = ["get", "post", "put", "patch", "delete"]
            .into_iter()
            .filter(|method| item.get(method).is_some());
        found.extend(
            methods.map(|method| (method.to_uppercase(), path.trim_end_matches('/').to_owned())),
        );
    }
    found
}

#[tokio::test]
async fn every_route_is_in_the_table_or_open_for_a_reason() {
    let documented = documented().await;
    let mut known: BTreeSet<(String, String)> = rows()
        .into_iter()
        .map(|(method, path, _)| (method.to_owned(), path))
        .collect();
    known.extend(
        OPEN.into_iter()
            .chain(ONESELF)
            .map(|(method, path)| (method.to_owned(), path.to_owned())),
    );
    let missing: Vec<_> = documented.difference(&known).collect();
    assert!(missing.is_empty(), "routes without a row: {missing:?}");
    let gone: Vec<_> = known.difference(&documented).collect();
    assert!(gone.is_empty(), "rows without a route: {gone:?}");
}

#[tokio::test]
async fn open_routes_answer_nobody_in_particular() {
    let api = shared().api();
    for (method, path) in OPEN {
        let answer = if method == "GET" {
            api.get(path).await
        } else {
            api.post(path, json!({})).await
        };
        let wanted = if method == "GET" { 200 } else { 400 };
        answer.is(wanted);
    }
    for (method, path) in ONESELF {
        api.ask(method, &path.replace("{user_id}", "1"))
            .send()
            .await
            .is(401);
    }
}

/// What the table is about: the customer's things, made anew for each question.
struct World {
    desk: Desk,
    customer: Customer,
    callers: Vec<Api>,
}

impl World {
    async fn new() -> Self {
        let desk = Desk::shared().await;
        let (customer, other) = (desk.customer().await, desk.customer().await);
        let callers = vec![
            desk.anonymous.clone(),
            Api::clone(&other),
            Api::clone(&customer),
            Api::clone(&*desk.agent().await),
            Api::clone(&*desk.lead().await),
            desk.admin.clone(),
            desk.machine(&["tickets:read"]).await,
            desk.machine(&["tickets:read", "tickets:write"]).await,
        ];
        Self {
            desk,
            customer,
            callers,
        }
    }

    /// The path with something new in each of its places.
    async fn place(&self, method: &str, path: &str) -> String {
        let mut placed = format!("/api/v1{path}");
        if placed.contains("{ticket_id}") {
            let ticket = self.desk.ticket(&self.customer.id).await;
            if placed.contains("{comment_id}") {
                let body = json!({ "body": "The customer's own words." });
                let comment = self
                    .customer
                    .post(&at(&ticket, "/comments"), body)
                    .await
                    .is(201)
                    .str("id");
                placed = placed.replace("{comment_id}", &comment);
            }
            if path.ends_with("/reopen") || path.ends_with("/satisfaction") {
                self.desk
                    .admin
                    .post(&at(&ticket, "/close"), json!({}))
                    .await
                    .is(200);
            }
            return placed.replace("{ticket_id}", &ticket);
        }
        if placed.contains("{attachment_id}") {
            let ticket = self.desk.ticket(&self.customer.id).await;
            let files = self
                .desk
                .admin
                .upload(&at(&ticket, "/attachments"), &[("a.txt", b"x")])
                .await
                .is(201);
            return placed.replace(
                "{attachment_id}",
                files.json["attachments"][0]["id"].as_str().expect("an id"),
            );
        }
        // The version of every article that has just been made.
        placed = placed.replace("{version}", "1");
        if placed.contains("{webhook_id}") {
            let id = self.webhook().await;
            return placed.replace("{webhook_id}", &id);
        }
        if placed.contains("{message_id}") {
            return placed.replace("{message_id}", &self.message().await);
        }
        if placed.contains("{simulation_id}") {
            return placed.replace("{simulation_id}", self.simulation().await);
        }
        if placed.contains("{bulk_id}") {
            return placed.replace("{bulk_id}", self.bulk_job().await);
        }
        let Some(begins) = placed.find("/{") else {
            return placed;
        };
        let collection = placed[..begins].to_owned();
        let body = self
            .body("POST", collection.trim_start_matches("/api/v1"))
            .await
            .expect("a body");
        let id = self
            .desk
            .admin
            .post(&collection, body)
            .await
            .is(201)
            .str("id");
        let is_posted_below = path.ends_with("/render");
        assert!(
            method != "POST" || is_posted_below,
            "nothing is posted below {collection}"
        );
        let ends = placed.find('}').expect("a name between braces") + 1;
        format!("{collection}/{id}{}", &placed[ends..])
    }

    /// A webhook whose receiver is nowhere.
    async fn webhook(&self) -> String {
        let body = json!({ "url": "https://nowhere.invalid/hooks", "events": ["ticket.deleted"] });
        let made = self.desk.admin.post("/api/v1/webhooks", body).await;
        made.is(201).str("id")
    }

    /// A simulation, one for all questions: only a few may wait at a time.
    async fn simulation(&self) -> &'static str {
        static ONE: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
        let ask = || async {
            let body = self.body("POST", "/sla/simulate").await.expect("a body");
            let made = self.desk.admin.post("/api/v1/sla/simulate", body).await;
            made.is(202).str("id")
        };
        ONE.get_or_init(ask).await
    }

    /// A bulk job of the admin's, one for all questions.
    async fn bulk_job(&self) -> &'static str {
        static ONE: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
        let ask = || async {
            let body = self.body("POST", "/tickets/bulk").await.expect("a body");
            let ask = self.desk.admin.ask("POST", "/api/v1/tickets/bulk");
            let ask = ask.header("Prefer", "respond-async").json(body);
            ask.send().await.is(202).str("id")
        };
        ONE.get_or_init(ask).await
    }

    /// A message that is on its way.
    async fn message(&self) -> String {
        let (webhook, admin) = (self.webhook().await, &self.desk.admin);
        let test = format!("/api/v1/webhooks/{webhook}/test");
        admin.post(&test, json!({})).await.is(202);
        let waiting = admin.get("/api/v1/outbox?state=pending&limit=1000").await;
        let waiting = waiting.is(200).list("items");
        let message = waiting
            .iter()
            .find(|one| one["receiver"] == webhook.as_str());
        message.expect("it waits")["id"].to_string()
    }

    /// A body that is as it should be.
    async fn body(&self, method: &str, path: &str) -> Option<Value> {
        let (n, desk, customer) = (next(), &self.desk, &self.customer.id);
        let name = format!("Row {n}");
        let user = json!({ "username": format!("row-{n}"), "email": format!("row-{n}@example.net"), "password": PASSWORD, "role": "agent" });
        // Conditions that no ticket of any test fulfils.
        let policy = json!({ "name": name, "position": 900, "conditions": { "customer_tiers": [name] }, "targets": { "resolution": 60 } });
        Some(match (method, path) {
            ("GET" | "DELETE", _) => return None,
            ("POST", "/tickets") => new_ticket(customer),
            ("POST", "/tickets/bulk") => {
                json!({ "ticket_ids": [desk.ticket(customer).await], "action": "priority", "priority": "high" })
            }
            ("PUT" | "PATCH", "/tickets/{ticket_id}") => json!({ "title": name }),
            (_, "/tickets/{ticket_id}/assign") => json!({ "assigned_to": desk.agent().await.id }),
            (_, "/tickets/{ticket_id}/escalate" | "/tickets/{ticket_id}/reopen") => {
                json!({ "reason": name })
            }
            (_, "/tickets/{ticket_id}/merge") => {
                json!({ "ticket_ids": [desk.ticket(customer).await] })
            }
            (_, "/tickets/{ticket_id}/links") => {
                json!({ "ticket_id": desk.ticket(customer).await, "relation": "blocks" })
            }
            (_, "/tickets/{ticket_id}/resolve" | "/tickets/{ticket_id}/close") => json!({}),
            (_, "/tickets/{ticket_id}/satisfaction") => json!({ "score": 5 }),
            (_, path) if path.contains("/comments") => json!({ "body": name }),
            (_, "/support/kb/search") => json!({ "query": name }),
            (_, "/support/auto-suggestions") => json!({ "title": name }),
            (_, "/support/kb/feedback") => {
                let body = json!({ "title": name, "body": name, "status": "published", "visibility": "public" });
                let article = desk
                    .admin
                    .post("/api/v1/support/kb/articles", body)
                    .await
                    .is(201);
                json!({ "article_id": article.str("id"), "helpful": true })
            }
            (_, "/support/resolution-templates/{template_id}/render") => {
                json!({ "ticket_id": desk.ticket(customer).await })
            }
            (_, path) if path.starts_with("/support/resolution-templates") => {
                json!({ "name": name, "body": "Dear {{customer.name}}" })
            }
            (_, path) if path.starts_with("/support/kb/articles") => {
                json!({ "title": name, "body": name, "status": "published", "visibility": "public" })
            }
            (_, path) if path.starts_with("/sla/policies") => policy,
            ("POST", "/sla/simulate") => {
                json!({ "from": "2026-01-01", "to": "2026-01-02", "policy": policy })
            }
            (_, path) if path.starts_with("/sla/calendars") => {
                json!({ "name": name, "timezone": "UTC", "always_open": true })
            }
            (_, "/users/{user_id}/availability") => json!({ "is_available": false }),
            (_, "/users/{user_id}/notifications") => json!({ "muted": ["sla_warning"] }),
            ("POST", "/webhooks") => {
                json!({ "url": "https://nowhere.invalid/hooks", "events": ["ticket.deleted"] })
            }
            ("POST", path) if path.starts_with("/webhooks") || path.starts_with("/outbox") => {
                return None;
            }
            ("PATCH", "/webhooks/{webhook_id}") => json!({ "is_active": false }),
            ("POST", "/contacts" | "/services") => json!({ "customer_id": customer, "name": name }),
            ("POST", "/users") => user,
            ("POST", "/tokens") => json!({ "name": name, "scopes": ["tickets:read"] }),
            ("PUT" | "PATCH", path) if path.starts_with("/users") => {
                json!({ "is_available": false })
            }
            _ => json!({ "name": name }),
        })
    }

    async fn ask(&self, caller: usize, method: &str, path: &str) -> super::api::Answer {
        let Some(path) = path.strip_prefix(ISP).filter(|path| path.starts_with('/')) else {
            return if path.starts_with("/crm/") || path.starts_with("/api/") {
                django::ask(self, caller, method, path).await
            } else {
                dialects::ask(self, caller, method, path).await
            };
        };
        let placed = self.place(method, path).await;
        let ask = self.callers[caller].ask(method, &placed);
        if method == "POST" && path.ends_with("/attachments") {
            return ask.files(&[("a.txt", b"x")]).send().await;
        }
        match self.body(method, path).await {
            Some(body) => ask.json(body).send().await,
            None => ask.send().await,
        }
    }
}

fn wanted(letter: char, status: u16) -> bool {
    match letter {
        'o' => (200..300).contains(&status),
        'u' => status == 401,
        'f' => status == 403,
        'n' => status == 404,
        'c' => status == 409,
        _ => panic!("no such letter: {letter}"),
    }
}

async fn check(part: usize, parts: usize) {
    let world = World::new().await;
    let documented = documented().await;
    let mut wrong = BTreeMap::new();
    for (row, (method, path, letters)) in rows().into_iter().enumerate() {
        assert_eq!(letters.len(), CALLERS.len(), "{method} {path}");
        if row % parts != part || !documented.contains(&(method.to_owned(), path.clone())) {
            continue;
        }
        for (caller, letter) in letters.chars().enumerate() {
            let answer = world.ask(caller, method, &path).await;
            if !wanted(letter, answer.status) {
                wrong.insert(
                    format!("{method} {path} by {}", CALLERS[caller]),
                    format!("{letter} was wanted: {answer}"),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn every_caller_hears_what_the_table_says_first_half() {
    check(0, 2).await;
}

#[tokio::test]
async fn every_caller_hears_what_the_table_says_second_half() {
    check(1, 2).await;
}
