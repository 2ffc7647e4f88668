//! The rows of the older APIs, and what is sent to them.

use serde_json::{Value, json};

use super::World;
use crate::http::api::Answer;
use crate::http::desk::next;

/// As `super::TABLE`, with whole paths. The ticket is the customer's, made through `isp`: to somebody who did not sign in,
/// `simple` shows only tickets that were made there.
pub(super) const TABLE: &str = "
GET    /tickets                                     oooooooo
POST   /tickets                                     oooooofo
GET    /tickets/{ticket_id}                         nnoooooo
PUT    /tickets/{ticket_id}                         nnoooofo
DELETE /tickets/{ticket_id}                         nnffooff
GET    /maintenance                                 uooooooo
POST   /maintenance                                 uooooofo
GET    /maintenance/{ticket_id}                     unoooooo
PUT    /maintenance/{ticket_id}                     unofffff
GET    /maintenance/{ticket_id}/staff               unoooooo
PUT    /maintenance/{ticket_id}/staff               unfooofo
POST   /maintenance/{ticket_id}/status              unoooofo
GET    /maintenance/{ticket_id}/messages            unoooooo
POST   /maintenance/{ticket_id}/messages            unoooofo
";

/// Asks one of the callers of `world`, with something new in each place of the path.
pub(super) async fn ask(world: &World, caller: usize, method: &str, path: &str) -> Answer {
    let placed = place(world, path).await;
    let ask = world.callers[caller].ask(method, &placed);
    match body(method, path) {
        Some(body) => ask.json(body).send().await,
        None => ask.send().await,
    }
}

async fn place(world: &World, path: &str) -> String {
    if !path.contains("{ticket_id}") {
        return path.to_owned();
    }
    let ticket = world.desk.ticket_with(&world.customer.id, json!({})).await;
    path.replace("{ticket_id}", &ticket.json["number"].to_string())
}

/// A body that is as it should be.
fn body(method: &str, path: &str) -> Option<Value> {
    let name = format!("Row {}", next());
    Some(match (method, path) {
        ("GET" | "DELETE", _) => return None,
        ("POST", "/tickets") => {
            json!({ "title": name, "description": name, "contact_info": name, "status": "pending" })
        }
        (_, "/tickets/{ticket_id}" | "/maintenance/{ticket_id}/status") => {
            json!({ "status": "closed" })
        }
        (_, "/maintenance/{ticket_id}/messages") => json!({ "message": name }),
        (_, "/maintenance/{ticket_id}/staff") => json!({ "staff_message": name }),
        _ => json!({ "title": name, "description": name }),
    })
}
