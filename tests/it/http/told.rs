//! People and machines are told what happened: by a mail server and receivers on real ports.

mod chaos;
mod digests;
mod mails;
mod passwords;
mod recipients;
mod restarts;
mod surveys;
mod webhooks;

use serde_json::json;

use super::api::Answer;
use super::desk::{Customer, Desk, Person};
use super::program::{Program, Server};
use crate::notify::smtp::{Script, Sink, Taken};

/// A program that sends its mail to that server, and its webhooks to this machine.
fn program(sink: &Sink) -> Program {
    Program::new()
        .set("smtp.host", "127.0.0.1")
        .set("smtp.port", &sink.address.port().to_string())
        .set("smtp.tls", "none")
        .set("smtp.from", "Desk <desk@example.org>")
        .set(
            "notifications.ticket_url",
            "https://desk.example.org/api/ticket/{number}",
        )
        .set("webhooks.allow_http", "true")
        .set("webhooks.allowed_networks", "127.0.0.0/8")
}

/// A running desk with a mail server.
struct Told {
    sink: Sink,
    _server: Server,
    desk: Desk,
    customer: Customer,
    agent: Person,
    _program: Program,
}

impl Told {
    async fn new() -> Self {
        Self::by(Script::default()).await
    }

    async fn by(script: Script) -> Self {
        let sink = Sink::start(script).await;
        let program = program(&sink);
        let server = program.serve();
        let desk = Desk::on(&server).await;
        let (customer, agent) = (desk.customer().await, desk.agent().await);
        Self {
            sink,
            _server: server,
            desk,
            customer,
            agent,
            _program: program,
        }
    }

    /// A ticket that the customer makes.
    async fn ticket(&self) -> Answer {
        let body = json!({
            "title": "No signal on the line",
            "description": "Some message like FOO BAR BIZ",
            "category": "technical_support",
        });
        self.customer.post("/api/v1/tickets", body).await.is(201)
    }
}

/// The answer itself, if it is a page that nobody keeps, frames or learns the link from.
fn page(answer: Answer) -> Answer {
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("cache-control"), "no-store");
    let policy = answer.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "style-src 'sha256-",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    answer
}

/// The plain text of a mail.
fn plain(mail: &Taken) -> String {
    let (_, parts) = mail.content.split_once("text/plain").expect("a plain part");
    let (head, rest) = parts.split_once("\r\n\r\n").expect("its head");
    let body = rest.split("\r\n--=_").next().unwrap_or_default();
    if head.contains("base64") {
        use base64::Engine as _;
        let packed: String = body.split_whitespace().collect();
        let bytes = base64::engine::general_purpose::STANDARD.decode(packed);
        return String::from_utf8(bytes.unwrap())
            .unwrap()
            .replace("\r\n", "\n");
    }
    let text = body.replace("\r\n", "\n");
    if head.contains("quoted-printable") {
        return text
            .replace("=\n", "")
            .replace("=3D", "=")
            .replace("=09", "\t");
    }
    text
}

/// A header of a mail, unfolded.
fn header(mail: &Taken, name: &str) -> String {
    let head = mail.content.split("\r\n\r\n").next().unwrap_or_default();
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let mut lines = head.lines();
    let found = lines.find_map(|line| {
        let (known, value) = line.split_once(": ")?;
        known.eq_ignore_ascii_case(name).then(|| value.to_owned())
    });
    found.unwrap_or_default()
}
