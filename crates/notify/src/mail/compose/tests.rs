//! What a message's bytes hold.

use linedesk_domain::notice::Notice;
use linedesk_ports::couriers::TicketWords;
use uuid::Uuid;

use super::*;
use crate::mail::address::recipient;

fn mail() -> Mail {
    let id = Uuid::from_u128(7);
    Mail {
        key: "0190/reply".to_owned(),
        to: "ada@example.net".to_owned(),
        letter: Letter {
            notice: Notice::Reply.name().to_owned(),
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
                url: "https://desk.example.net/t/7".to_owned(),
            }),
            actor: None,
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
        },
        thread: Some(TicketId(id)),
        at: "2026-11-21T14:32:51.334919Z".parse().unwrap(),
    }
}

fn written(mail: &Mail) -> String {
    let sender = Sender::parse("Support <desk@example.org>").unwrap();
    let texts = Templates::load(None).unwrap();
    let to = recipient(&mail.to).unwrap();
    compose(mail, to, &sender, &texts).unwrap().text
}

/// The header lines, unfolded.
fn headers(text: &str) -> Vec<String> {
    let (head, _body) = text.split_once("\r\n\r\n").unwrap();
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    unfolded.split("\r\n").map(str::to_owned).collect()
}

fn names(text: &str) -> Vec<String> {
    let name = |line: &String| line.split(':').next().unwrap().to_owned();
    headers(text).iter().map(name).collect()
}

#[test]
fn a_message_says_who_what_when_and_where_it_belongs() {
    let text = written(&mail());
    let expected = [
        "From: Support <desk@example.org>",
        "To: \"Ada Example\" <ada@example.net>",
        "Date: Sat, 21 Nov 2026 14:32:51 +0000",
        "Message-ID: <0190-reply@example.org>",
        "In-Reply-To: <ticket.00000000-0000-0000-0000-000000000007@example.org>",
        "References: <ticket.00000000-0000-0000-0000-000000000007@example.org>",
        "Subject: [T-20261121-0007] No internet",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
    ];
    let headers = headers(&text);
    for line in expected {
        assert!(
            headers
                .iter()
                .any(|found| found.replace('"', "") == line.replace('"', "")),
            "{line} in {headers:#?}"
        );
    }
    assert_eq!(
        headers.len(),
        expected.len() + 1,
        "and its content type: {headers:#?}"
    );
    assert!(text.contains("Content-Type: text/plain; charset=utf-8"));
    assert!(text.contains("Content-Type: text/html; charset=utf-8"));
    assert!(
        text.contains("\tIt works again\r\n_____________________________\r\n\r\nTo check"),
        "{text}"
    );
}

#[test]
fn the_same_mail_gives_the_same_bytes() {
    assert_eq!(written(&mail()), written(&mail()));
}

#[test]
fn mail_about_no_ticket_belongs_to_no_thread() {
    let mut mail = mail();
    mail.letter.notice = Notice::PasswordReset.name().to_owned();
    mail.letter.ticket = None;
    mail.letter.link = Some("https://desk.example.net/reset".to_owned());
    mail.thread = None;
    let text = written(&mail);
    assert!(headers(&text).contains(&"Subject: Choose a new password".to_owned()));
    assert!(!text.contains("In-Reply-To"));
}

#[test]
fn nothing_that_people_write_makes_a_header() {
    let plain = names(&written(&mail()));
    for evil in [
        "a\r\nBcc: eve@example.net",
        "a\nBcc: eve@example.net",
        "a\rBcc: eve@example.net",
        "a\r\n\r\n<script>",
        "a\0b",
        "a\u{b}b\u{c}c\u{85}d",
        "a\u{2028}Bcc: eve@example.net\u{2029}b",
        "=?utf-8?q?=0D=0ABcc:_eve@example.net?=",
        "eve@example.net, bob@example.net",
        "<eve@example.net>",
        "\"quoted\" \\\"",
        "(comment) ; group: x;",
        "Straße, Ключ, 鍵 🔑",
        "\u{202e}lru.exe",
        "a\r\n.\r\nMAIL FROM:<eve@example.net>",
    ] {
        let mut mail = mail();
        mail.letter.recipient = Some(evil.to_owned());
        mail.letter.message = Some(evil.to_owned());
        let ticket = mail.letter.ticket.as_mut().unwrap();
        ticket.title = evil.to_owned();
        ticket.label = evil.to_owned();
        mail.key = evil.to_owned();
        let text = written(&mail);
        assert_eq!(names(&text), plain, "{evil:?}");
        assert!(text.is_ascii(), "{evil:?}");
        let (head, _body) = text.split_once("\r\n\r\n").unwrap();
        let lines: Vec<_> = head.split("\r\n").collect();
        assert!(
            lines.iter().all(|line| !line.contains(['\r', '\n', '\0'])),
            "{evil:?}"
        );
        assert!(lines.iter().all(|line| line.len() <= 998), "{evil:?}");
        let to: Vec<_> = lines
            .iter()
            .filter(|line| line.starts_with("To:"))
            .collect();
        assert!(
            to[0].ends_with("<ada@example.net>") || to[0].ends_with(" ada@example.net"),
            "{to:?}"
        );
        assert_eq!(to[0].matches('@').count(), 1, "{to:?}");
    }
}

#[test]
fn a_subject_shows_as_it_was_written() {
    for title in ["=?utf-8?q?=41?= and more", "=?", &"=?é".repeat(60)] {
        let mut mail = mail();
        mail.letter.ticket.as_mut().unwrap().title = title.to_owned();
        let text = written(&mail);
        let subject = headers(&text)
            .into_iter()
            .find_map(|line| line.strip_prefix("Subject: ").map(str::to_owned))
            .unwrap();
        let decoded: Vec<u8> = subject
            .split(' ')
            .flat_map(|word| {
                let inner = word
                    .strip_prefix("=?utf-8?b?")
                    .unwrap()
                    .strip_suffix("?=")
                    .unwrap();
                BASE64.decode(inner).unwrap()
            })
            .collect();
        assert_eq!(
            String::from_utf8(decoded).unwrap(),
            format!("[T-20261121-0007] {title}")
        );
    }
}

#[test]
fn long_lines_and_other_scripts_travel_in_ascii() {
    let mut mail = mail();
    mail.letter.message = Some(format!("{}\n🔑 Straße", "x".repeat(5000)));
    let text = written(&mail);
    assert!(text.is_ascii());
    assert!(text.split("\r\n").all(|line| line.len() <= 998));
}
