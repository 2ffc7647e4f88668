//! A ticket made through any API can be worked through every other.

use serde_json::{Value, json};

use crate::http::api::{Answer, Api};
use crate::http::desk::{Customer, Desk, next};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Isp,
    Crm,
    Helpdesk,
    Simple,
    Maintenance,
}

/// What is done to a ticket's status.
#[derive(Debug, Clone, Copy)]
enum Move {
    Wait,
    Resolve,
    Reopen,
}

/// A ticket by both of its identities.
struct Ticket {
    number: i64,
    id: String,
}

impl Dialect {
    const ALL: [Self; 5] = [
        Self::Isp,
        Self::Crm,
        Self::Helpdesk,
        Self::Simple,
        Self::Maintenance,
    ];

    async fn make(self, customer: &Customer, title: &str) -> Ticket {
        let (path, body) = match self {
            Self::Isp => (
                "/api/v1/tickets",
                json!({ "title": title, "description": "It does not work.", "category": "repair" }),
            ),
            Self::Crm => (
                "/crm/api/v1/tickets/",
                json!({ "subject": title, "description": "It does not work.", "priority": "high" }),
            ),
            Self::Helpdesk => ("/api/ticket", json!({ "message": title })),
            Self::Simple => (
                "/tickets",
                json!({ "title": title, "description": "It does not work.", "contact_info": "c", "status": "pending" }),
            ),
            Self::Maintenance => (
                "/maintenance/",
                json!({ "title": title, "description": "It does not work." }),
            ),
        };
        customer.post(path, body).await.is(201);
        let newest = customer.get("/api/v1/tickets?limit=1").await.is(200);
        let newest = &newest.list("tickets")[0];
        assert_eq!(newest["title"], title, "{self:?}");
        Ticket {
            number: newest["number"].as_i64().expect("a number"),
            id: newest["id"].as_str().expect("an id").to_owned(),
        }
    }

    fn place(self, ticket: &Ticket) -> String {
        let Ticket { number, id } = ticket;
        match self {
            Self::Isp => format!("/api/v1/tickets/{id}"),
            Self::Crm => format!("/crm/api/v1/tickets/{id}/"),
            Self::Helpdesk => format!("/api/ticket/{number}"),
            Self::Simple => format!("/tickets/{number}"),
            Self::Maintenance => format!("/maintenance/{number}"),
        }
    }

    async fn read(self, reader: &Api, ticket: &Ticket) -> Answer {
        reader.get(&self.place(ticket)).await.is(200)
    }

    /// The word for a status after a move.
    const fn word(self, moved: Move) -> &'static str {
        match (self, moved) {
            (Self::Isp | Self::Maintenance, Move::Wait) => "pending_customer",
            (Self::Crm, Move::Wait) | (Self::Simple, Move::Reopen) => "pending",
            (Self::Helpdesk, Move::Wait) => "f",
            (Self::Simple, Move::Wait) => "in_progress",
            (Self::Helpdesk, Move::Resolve) => "c",
            (_, Move::Resolve) => "resolved",
            (Self::Isp | Self::Maintenance, Move::Reopen) => "reopened",
            (Self::Crm, Move::Reopen) => "new",
            (Self::Helpdesk, Move::Reopen) => "u",
        }
    }

    async fn do_move(self, staff: &Api, ticket: &Ticket, moved: Move) {
        let place = self.place(ticket);
        let status = json!({ "status": self.word(moved) });
        let answer = match (self, moved) {
            (Self::Isp, Move::Resolve) => staff.post(&format!("{place}/resolve"), json!({})).await,
            (Self::Isp, Move::Reopen) => {
                let reason = json!({ "reason": "again" });
                staff.post(&format!("{place}/reopen"), reason).await
            }
            (Self::Crm, _) => staff.patch(&place, status).await,
            (Self::Helpdesk, _) => staff.post(&format!("{place}/set_status"), status).await,
            // Waiting has no word of its own there.
            (Self::Simple, Move::Wait) => {
                let status = json!({ "status": "pending_customer" });
                staff.put(&place, status).await
            }
            (Self::Isp, Move::Wait) | (Self::Simple, _) => staff.put(&place, status).await,
            (Self::Maintenance, _) => staff.post(&format!("{place}/status"), status).await,
        };
        assert!(
            (200..300).contains(&answer.status),
            "{self:?} {moved:?}: {answer}"
        );
    }

    /// Says something where this API lets people talk.
    async fn say(self, staff: &Api, ticket: &Ticket, text: &str) -> bool {
        let place = self.place(ticket);
        let place = place.trim_end_matches('/');
        let (path, body) = match self {
            Self::Isp => ("comments", json!({ "body": text })),
            Self::Crm => ("add_comment/", json!({ "text": text })),
            Self::Helpdesk => ("answer", json!({ "message": text })),
            Self::Simple => return false,
            Self::Maintenance => ("messages", json!({ "message": text })),
        };
        staff.post(&format!("{place}/{path}"), body).await.is(201);
        true
    }

    /// What was said, where this API shows it.
    async fn heard(self, customer: &Api, ticket: &Ticket) -> Option<Vec<Value>> {
        let read = self.read(customer, ticket).await;
        let all = |list: &str, text: &str| {
            let said = read.list(list).into_iter();
            said.map(|it| it[text].clone()).collect::<Vec<_>>()
        };
        match self {
            Self::Isp => Some(all("comments", "body")),
            Self::Crm => Some(all("comments", "text")),
            Self::Maintenance => Some(all("messages", "message")),
            Self::Simple => None,
            Self::Helpdesk => {
                let mut said = Vec::new();
                for url in read.list("answers") {
                    let url = url.as_str().expect("a URL");
                    let path = &url[url.find("/api/").expect("a path")..];
                    let answer = customer.get(path).await.is(200).json;
                    said.push(answer["message"].clone());
                }
                Some(said)
            }
        }
    }
}

#[tokio::test]
async fn a_ticket_made_through_any_api_can_be_worked_through_every_other() {
    let desk = Desk::shared().await;
    let (customer, agent) = (desk.customer().await, desk.agent().await);
    let mut pairs = 0;
    for maker in Dialect::ALL {
        for worker in Dialect::ALL.into_iter().filter(|worker| *worker != maker) {
            pairs += 1;
            let what = format!("made by {maker:?}, worked by {worker:?}");
            let title = format!("Broken {}", next());
            let ticket = maker.make(&customer, &title).await;

            let text = format!("We look into it: {title}.");
            let was_said = worker.say(&agent, &ticket, &text).await;
            if let (true, Some(heard)) = (was_said, maker.heard(&customer, &ticket).await) {
                assert_eq!(heard, [json!(text)], "{what}");
            }
            for moved in [Move::Wait, Move::Resolve] {
                worker.do_move(&agent, &ticket, moved).await;
                let shown = maker.read(&customer, &ticket).await.str("status");
                assert_eq!(shown, maker.word(moved), "{what}");
                let shown = worker.read(&agent, &ticket).await.str("status");
                assert_eq!(shown, worker.word(moved), "{what}");
            }
            maker.do_move(&agent, &ticket, Move::Reopen).await;
            let shown = worker.read(&agent, &ticket).await.str("status");
            assert_eq!(shown, worker.word(Move::Reopen), "{what}");
        }
    }
    assert_eq!(pairs, 20);
}
