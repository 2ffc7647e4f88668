//! The couriers, over real connections to a mail server and to receivers that misbehave.

mod mail;
pub(crate) mod receiver;
mod sms;
pub(crate) mod smtp;
pub(crate) mod tls;
mod webhooks;

use std::sync::Arc;
use std::time::Duration;

use linedesk_notify::{TargetRules, WebhookOptions};
use linedesk_ports::couriers::{Letter, TicketWords};
use uuid::Uuid;

/// Webhooks that may go to this machine, also without TLS.
fn webhooks_anywhere() -> WebhookOptions {
    WebhookOptions {
        rules: TargetRules {
            allow_http: true,
            allowed: Arc::new(|address| address.is_loopback()),
        },
        authorities: Some(tls::AUTHORITY.to_vec()),
        timeout: Duration::from_secs(15),
    }
}

/// A letter about a ticket.
fn letter(notice: &str) -> Letter {
    let id = Uuid::from_u128(7);
    Letter {
        notice: notice.to_owned(),
        recipient: Some("Ada Example".to_owned()),
        ticket: Some(TicketWords {
            id,
            number: 7,
            label: "T-20261121-0007".to_owned(),
            title: "No internet".to_owned(),
            description: "Since this morning".to_owned(),
            status: "in_progress".to_owned(),
            priority: "high".to_owned(),
            category: "technical_support".to_owned(),
            url: format!("https://desk.example.org/api/v1/tickets/{id}"),
        }),
        actor: Some("Bob".to_owned()),
        message: Some("It works again".to_owned()),
        note: None,
        from: None,
        to: None,
        resolution: None,
        target: None,
        due_at: None,
        level: None,
        merged_into: None,
        link: None,
        survey: None,
        digest: None,
    }
}
