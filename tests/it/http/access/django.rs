//! The rows of the APIs that have Django REST's manner, and what is sent to them.

use serde_json::{Value, json};

use super::World;
use crate::http::api::Answer;
use crate::http::desk::{at, with};

/// As [`super::TABLE`], with whole paths.
pub(super) const TABLE: &str = "
GET    /crm/api/v1/tickets                                 uooooooo
POST   /crm/api/v1/tickets                                 unoooofo
GET    /crm/api/v1/tickets/stats                           uooooooo
GET    /crm/api/v1/tickets/{ticket_id}                     unoooooo
PUT    /crm/api/v1/tickets/{ticket_id}                     unoooofo
PATCH  /crm/api/v1/tickets/{ticket_id}                     unoooofo
DELETE /crm/api/v1/tickets/{ticket_id}                     unffooff
POST   /crm/api/v1/tickets/{ticket_id}/add_comment         unoooofo
POST   /crm/api/v1/tickets/{ticket_id}/assign              unfooofo
GET    /crm/api/v1/ticket-comments                         uooooooo
POST   /crm/api/v1/ticket-comments                         unoooofo
GET    /crm/api/v1/ticket-comments/{comment_id}            unoooooo
PUT    /crm/api/v1/ticket-comments/{comment_id}            unofooff
PATCH  /crm/api/v1/ticket-comments/{comment_id}            unofooff
DELETE /crm/api/v1/ticket-comments/{comment_id}            unffooff
GET    /crm/api/v1/ticket-attachments                      uooooooo
POST   /crm/api/v1/ticket-attachments                      unoooofo
GET    /crm/api/v1/ticket-attachments/{attachment_id}      unoooooo
DELETE /crm/api/v1/ticket-attachments/{attachment_id}      unffooff
GET    /crm/media/tickets/attachments/{year}/{month}/{attachment_id}/{name} unoooooo
GET    /api/ticket                                         uooooooo
POST   /api/ticket                                         uooooofo
GET    /api/ticket/{ticket_id}                             unoooooo
POST   /api/ticket/{ticket_id}/answer                      unoooofo
POST   /api/ticket/{ticket_id}/set_status                  unfooofo
GET    /api/comment/{comment_id}                           unoooooo
";

/// Asks one of the callers of `world`, with something new in each place of the path.
pub(super) async fn ask(world: &World, caller: usize, method: &str, path: &str) -> Answer {
    let placed = world.older_place(path).await;
    let ask = world.callers[caller].ask(method, &placed);
    if method == "POST" && path.ends_with("/ticket-attachments") {
        let ticket = world.desk.ticket(&world.customer.id).await;
        return ask.form("ticket", &ticket, ("a.txt", b"x")).send().await;
    }
    match world.older_body(method, path).await {
        Some(body) => ask.json(body).send().await,
        None => ask.send().await,
    }
}

impl World {
    /// An older API's path with something new in each of its places.
    async fn older_place(&self, path: &str) -> String {
        let is_helpdesk = path.starts_with("/api/");
        let mut placed = path.to_owned();
        if !placed.contains('{') {
            return placed;
        }
        // Customers of the helpdesk see the tickets that they made themselves.
        let question = json!({ "message": "The customer's own question." });
        let asked = self.customer.post("/api/ticket", question).await.is(201);
        let number = asked.json["id"].to_string();
        let found = self
            .desk
            .admin
            .get(&format!("/api/v1/tickets?q={number}"))
            .await;
        let ticket = found
            .is(200)
            .list("tickets")
            .into_iter()
            .find(|one| one["number"] == asked.json["id"]);
        let ticket = ticket.expect("the ticket")["id"]
            .as_str()
            .expect("an id")
            .to_owned();
        if placed.contains("{comment_id}") {
            let body = json!({ "message": "The customer's own words." });
            let answer = self
                .customer
                .post(&format!("/api/ticket/{number}/answer"), body)
                .await;
            let comments = self.desk.admin.get(&at(&ticket, "/comments")).await.is(200);
            let id = comments.list("comments")[0]["id"]
                .as_str()
                .expect("an id")
                .to_owned();
            let number = answer.is(201).json["id"].to_string();
            placed = placed.replace("{comment_id}", if is_helpdesk { &number } else { &id });
        }
        if placed.contains("{attachment_id}") {
            let files: [(&str, &[u8]); 1] = [("a.txt", b"x")];
            let path = at(&ticket, "/attachments");
            let uploaded = self.desk.admin.upload(&path, &files).await.is(201);
            let id = uploaded.list("attachments")[0]["id"]
                .as_str()
                .expect("an id")
                .to_owned();
            placed = placed.replace("{attachment_id}", &id);
        }
        let fixed = [("{year}", "2026"), ("{month}", "11"), ("{name}", "a.txt")];
        for (place, value) in fixed {
            placed = placed.replace(place, value);
        }
        placed.replace("{ticket_id}", if is_helpdesk { &number } else { &ticket })
    }

    /// A body that is as it should be.
    async fn older_body(&self, method: &str, path: &str) -> Option<Value> {
        let customer = &self.customer.id;
        let ticket = json!({ "subject": "Zone offline", "description": "For two hours." });
        Some(match (method, path) {
            ("GET" | "DELETE", _) => return None,
            ("POST", "/crm/api/v1/tickets") => with(ticket, json!({ "company": customer })),
            ("PUT" | "PATCH", "/crm/api/v1/tickets/{ticket_id}") => ticket,
            (_, path) if path.ends_with("/assign") => {
                json!({ "user_id": self.desk.agent().await.id })
            }
            ("POST", "/crm/api/v1/ticket-comments") => {
                json!({ "ticket": self.desk.ticket(customer).await, "text": "Row" })
            }
            (_, path) if path.contains("comment") => json!({ "text": "Row" }),
            (_, path) if path.ends_with("/set_status") => json!({ "status": "c" }),
            _ => json!({ "message": "Row" }),
        })
    }
}
