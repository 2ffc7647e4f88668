//! Letters that templates are tried with.

use linedesk_domain::notice::Notice;
use linedesk_ports::couriers::{DigestNotice, DigestTicket, DigestWords, Letter, TicketWords};
use uuid::Uuid;

/// A letter that says everything it can.
pub(super) fn full(notice: Notice) -> Letter {
    Letter {
        recipient: Some("Ada Example".to_owned()),
        actor: Some("Bob Support".to_owned()),
        message: Some("First line\nSecond <line>".to_owned()),
        note: Some("Knows the area".to_owned()),
        from: Some("in_progress".to_owned()),
        to: Some("resolved".to_owned()),
        resolution: Some("The line was repaired".to_owned()),
        target: Some("first_response".to_owned()),
        due_at: Some("2026-11-21T14:30:00Z".to_owned()),
        level: Some(2),
        merged_into: Some(ticket(8)),
        link: Some("https://desk.example.net/reset/abc".to_owned()),
        survey: Some("https://desk.example.net/survey/abc".to_owned()),
        digest: (notice == Notice::Digest).then(|| digest(Some("resolution"), 3)),
        ..sparse(notice)
    }
}

/// A letter that says only what it must.
pub(super) fn sparse(notice: Notice) -> Letter {
    let is_about_a_ticket = !matches!(notice, Notice::PasswordReset | Notice::Digest);
    Letter {
        notice: notice.name().to_owned(),
        recipient: None,
        ticket: is_about_a_ticket.then(|| ticket(7)),
        actor: None,
        message: None,
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
        digest: (notice == Notice::Digest).then(|| digest(None, 0)),
    }
}

fn digest(target: Option<&str>, more: usize) -> DigestWords {
    let notice = |notice: Notice| DigestNotice {
        notice: notice.name().to_owned(),
        target: target.map(str::to_owned),
        due_at: target.map(|_| "2026-11-21T14:30:00Z".to_owned()),
        level: target.map(|_| 2),
    };
    let gathered = Notice::ALL.into_iter().filter(|one| one.can_be_gathered());
    let notices: Vec<_> = gathered.map(notice).collect();
    DigestWords {
        count: notices.len() * 2 + more,
        tickets: vec![
            DigestTicket {
                ticket: ticket(7),
                notices: notices.clone(),
            },
            DigestTicket {
                ticket: ticket(8),
                notices,
            },
        ],
        more,
    }
}

fn ticket(number: u8) -> TicketWords {
    let id = Uuid::from_u128(u128::from(number));
    TicketWords {
        id,
        number: i64::from(number),
        label: format!("T-20261121-{number:04}"),
        title: "No internet & no \"phone\"".to_owned(),
        description: "Since this morning.\n\n<b>Nothing</b> works.".to_owned(),
        status: "in_progress".to_owned(),
        priority: "high".to_owned(),
        category: "technical_support".to_owned(),
        url: format!("https://desk.example.net/api/v1/tickets/{id}"),
    }
}
