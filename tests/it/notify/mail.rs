//! Mail over a real conversation with a mail server.

mod encrypted;
mod files;
mod refused;

use std::time::Duration;

use linedesk_notify::{MailOptions, MailWay, Notifier, NotifyOptions, SmtpOptions, SmtpTls};
use linedesk_ports::couriers::{Couriers, Mail, Trouble, Undelivered};

use super::smtp::{Reply, Script, Sink, Step};
use super::{letter, webhooks_anywhere};

/// Options for a server at this port.
fn smtp(port: u16) -> SmtpOptions {
    SmtpOptions {
        host: "localhost".to_owned(),
        port,
        tls: SmtpTls::None,
        authorities: None,
        credentials: None,
        timeout: Duration::from_secs(10),
        pool_size: 4,
    }
}

fn notifier(way: MailWay) -> Notifier {
    let options = NotifyOptions {
        mail: MailOptions {
            from: "Support <desk@example.org>".to_owned(),
            way,
        },
        sms: None,
        webhooks: webhooks_anywhere(),
        templates: None,
    };
    Notifier::new(options).unwrap()
}

fn to(sink: &Sink) -> Notifier {
    notifier(MailWay::Smtp(smtp(sink.address.port())))
}

fn mail(key: &str, to: &str) -> Mail {
    Mail {
        key: key.to_owned(),
        to: to.to_owned(),
        letter: letter("reply"),
        thread: None,
        at: "2026-11-21T14:32:51Z".parse().unwrap(),
    }
}

/// Whose trouble it is; panics where it is not a delay.
fn trouble(sent: &Result<(), Undelivered>) -> Trouble {
    match sent {
        Err(Undelivered::Later { trouble, .. }) => *trouble,
        other => panic!("neither sent nor given up: {other:?}"),
    }
}

#[tokio::test]
async fn a_mail_arrives_in_one_envelope_of_its_own() {
    let sink = Sink::start(Script::default()).await;
    let notifier = to(&sink);
    notifier
        .mail(&mail("k-1", "ada@example.net"))
        .await
        .unwrap();
    notifier
        .mail(&mail("k-2", "bob@example.net"))
        .await
        .unwrap();
    let mails = sink.wait_for(2).await;
    assert_eq!(mails[0].from, "<desk@example.org>");
    assert_eq!(mails[0].to, ["<ada@example.net>"]);
    assert_eq!(mails[1].to, ["<bob@example.net>"]);
    assert!(!mails[1].content.contains("ada@example.net"));
    assert!(
        mails[0]
            .content
            .contains("Message-ID: <k-1@example.org>\r\n")
    );
    assert!(mails[0].content.contains("\r\n\tIt works again\r\n"));
    assert_eq!(sink.connections(), (1, 1), "the connection is used again");
}

#[tokio::test]
async fn several_mails_travel_at_the_same_time_and_no_more_than_the_pool_has() {
    let slow = |step: Step<'_>| match step {
        Step::Content(_) => Reply::After(Duration::from_millis(20)),
        _ => Reply::Usual,
    };
    let sink = Sink::start(Script::replying(slow)).await;
    let notifier = to(&sink);
    let mails: Vec<_> = (0..20)
        .map(|n| mail(&format!("k-{n}"), "ada@example.net"))
        .collect();
    let sending = mails.iter().map(|mail| notifier.mail(mail));
    let sent = futures_util::future::join_all(sending).await;
    assert!(sent.iter().all(Result::is_ok), "{sent:?}");
    assert_eq!(sink.mails().len(), 20);
    assert_eq!(sink.connections(), (4, 4));
}

#[tokio::test]
async fn a_connection_is_given_back_before_servers_grow_tired_of_it() {
    let sink = Sink::start(Script::default()).await;
    let mut options = smtp(sink.address.port());
    options.pool_size = 1;
    let notifier = notifier(MailWay::Smtp(options));
    for n in 0..101 {
        let mail = mail(&format!("k-{n}"), "ada@example.net");
        notifier.mail(&mail).await.unwrap();
    }
    assert_eq!(sink.mails().len(), 101);
    assert_eq!(sink.connections().0, 2);
    assert_eq!(
        sink.lines().iter().filter(|line| *line == "QUIT").count(),
        1
    );
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced() {
    let once = |step: Step<'_>| match step {
        Step::Content(_) => Reply::Last,
        _ => Reply::Usual,
    };
    let sink = Sink::start(Script::replying(once)).await;
    let notifier = to(&sink);
    for key in ["k-1", "k-2", "k-3"] {
        notifier.mail(&mail(key, "ada@example.net")).await.unwrap();
    }
    assert_eq!(sink.mails().len(), 3);
    assert_eq!(sink.connections().0, 3);
}

#[tokio::test]
async fn a_message_holds_no_second_message() {
    let sink = Sink::start(Script::default()).await;
    let evil = "a\r\n.\r\nMAIL FROM:<eve@example.net>\r\nb\n.\nc\r.\rd\n..\n.e";
    let mut sent = mail("k-1", "ada@example.net");
    sent.letter.message = Some(evil.to_owned());
    sent.letter.ticket.as_mut().unwrap().description = evil.to_owned();
    sent.letter.ticket.as_mut().unwrap().title = evil.to_owned();
    sent.letter.recipient = Some(evil.to_owned());
    let notifier = to(&sink);
    notifier.mail(&sent).await.unwrap();
    notifier
        .mail(&mail("k-2", "bob@example.net"))
        .await
        .unwrap();
    let mails = sink.wait_for(2).await;
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].to, ["<ada@example.net>"]);
    assert!(
        mails[0].content.contains("\t.e\r\n"),
        "{}",
        mails[0].content
    );
    // In the page these lines begin with dots of their own.
    let page = mails[0].content.contains("\r\n..<br>\r\n.e");
    assert!(page, "{}", mails[0].content);
    let commands = sink.lines();
    let named = |prefix: &str| {
        commands
            .iter()
            .filter(|line| line.starts_with(prefix))
            .count()
    };
    assert_eq!(
        (named("MAIL"), named("RCPT"), named("DATA")),
        (2, 2, 2),
        "{commands:?}"
    );
}

#[tokio::test]
async fn the_server_never_hears_of_addresses_that_are_none() {
    let sink = Sink::start(Script::default()).await;
    let notifier = to(&sink);
    for address in [
        "",
        "ada",
        "ada@example.net\r\nRCPT TO:<eve@example.net>",
        "ada@example.net>\r\nDATA",
        "ada@example.net\0",
        "ada\u{2028}@example.net",
        "ada@example.net, eve@example.net",
        "<ada@example.net> <eve@example.net>",
        "\"ada\\\" \"@example.net",
    ] {
        let sent = notifier.mail(&mail("k", address)).await;
        match sent {
            Err(Undelivered::Never { reason }) => assert!(!reason.contains("ada"), "{reason}"),
            other => panic!("{address:?}: {other:?}"),
        }
    }
    assert_eq!(sink.connections().0, 0);
}
