//! TLS and signing in: never less than was asked for.

use super::super::tls::{AUTHORITY, Certificate};
use super::*;

const PASSWORD: &str = "s3cret-pass";

fn account(script: Script) -> Script {
    Script {
        account: Some(("desk", PASSWORD)),
        ..script
    }
}

fn signing_in(sink: &Sink, tls: SmtpTls) -> SmtpOptions {
    SmtpOptions {
        tls,
        authorities: Some(AUTHORITY.to_vec()),
        credentials: Some(("desk".to_owned(), PASSWORD.to_owned())),
        ..smtp(sink.address.port())
    }
}

async fn send(options: SmtpOptions) -> Result<(), Undelivered> {
    notifier(MailWay::Smtp(options))
        .mail(&mail("k", "ada@example.net"))
        .await
}

/// What must not have gone over the line.
fn assert_nothing_was_told(sink: &Sink) {
    let lines = sink.lines();
    let is_harmless =
        |line: &String| line.starts_with("EHLO") || line == "STARTTLS" || line == "QUIT";
    assert!(lines.iter().all(is_harmless), "{lines:?}");
    assert!(sink.mails().is_empty());
}

#[tokio::test]
async fn mail_goes_over_starttls_with_a_good_certificate() {
    let sink = Sink::start(account(Script {
        starttls: Some(Certificate::Good),
        ..Script::default()
    }))
    .await;
    send(signing_in(&sink, SmtpTls::StartTls)).await.unwrap();
    let mails = sink.wait_for(1).await;
    assert!(mails[0].encrypted);
    assert_eq!(mails[0].user.as_deref(), Some("desk"));
    assert_eq!(sink.lines()[..2], ["EHLO example.org", "STARTTLS"]);
}

#[tokio::test]
async fn mail_goes_over_tls_from_the_first_byte() {
    let sink = Sink::start(account(Script {
        implicit_tls: Some(Certificate::Good),
        ..Script::default()
    }))
    .await;
    let notifier = notifier(MailWay::Smtp(signing_in(&sink, SmtpTls::Tls)));
    for key in ["k-1", "k-2"] {
        notifier.mail(&mail(key, "ada@example.net")).await.unwrap();
    }
    let mails = sink.wait_for(2).await;
    assert!(mails.iter().all(|mail| mail.encrypted));
    assert_eq!(sink.connections().0, 1);
}

#[tokio::test]
async fn certificates_that_prove_nothing_are_refused() {
    for certificate in [
        Certificate::SelfSigned,
        Certificate::Expired,
        Certificate::Elsewhere,
    ] {
        let offering = Script {
            starttls: Some(certificate),
            ..Script::default()
        };
        let sink = Sink::start(account(offering)).await;
        let sent = send(signing_in(&sink, SmtpTls::StartTls)).await;
        assert_eq!(trouble(&sent), Trouble::Channel, "{certificate:?}");
        assert!(sent.unwrap_err().to_string().contains("TLS"));
        assert_nothing_was_told(&sink);

        let implicit = Script {
            implicit_tls: Some(certificate),
            ..Script::default()
        };
        let sink = Sink::start(account(implicit)).await;
        let sent = send(signing_in(&sink, SmtpTls::Tls)).await;
        assert_eq!(trouble(&sent), Trouble::Channel, "{certificate:?}");
        assert_nothing_was_told(&sink);
    }
}

#[tokio::test]
async fn an_authority_that_nobody_named_is_refused() {
    let sink = Sink::start(account(Script {
        starttls: Some(Certificate::Good),
        ..Script::default()
    }))
    .await;
    let mut options = signing_in(&sink, SmtpTls::StartTls);
    options.authorities = None;
    assert_eq!(trouble(&send(options).await), Trouble::Channel);
    assert_nothing_was_told(&sink);
}

#[tokio::test]
async fn a_server_without_starttls_gets_no_password_and_no_mail() {
    let sink = Sink::start(account(Script::default())).await;
    let sent = send(signing_in(&sink, SmtpTls::StartTls)).await;
    assert_eq!(trouble(&sent), Trouble::Channel);
    assert!(sent.unwrap_err().to_string().contains("STARTTLS"));
    assert_nothing_was_told(&sink);
}

#[tokio::test]
async fn a_server_that_refuses_starttls_gets_no_password_and_no_mail() {
    let sink = Sink::start(account(Script {
        starttls: Some(Certificate::Good),
        ..Script::replying(|step| match step {
            Step::StartTls => Reply::Say("454 4.7.0 not now"),
            _ => Reply::Usual,
        })
    }))
    .await;
    let sent = send(signing_in(&sink, SmtpTls::StartTls)).await;
    assert_eq!(trouble(&sent), Trouble::Channel);
    assert_nothing_was_told(&sink);
}

#[tokio::test]
async fn what_was_said_before_tls_is_not_believed_after_it() {
    let injected = "220 go ahead\r\n250-evil.example\r\n250 AUTH PLAIN\r\n235 ok\r\n250 ok\r\n250 ok\r\n354 ok\r\n250 taken";
    let sink = Sink::start(account(Script {
        starttls: Some(Certificate::Good),
        ..Script::replying(move |step| match step {
            Step::StartTls => Reply::Say(injected),
            _ => Reply::Usual,
        })
    }))
    .await;
    let sent = send(signing_in(&sink, SmtpTls::StartTls)).await;
    assert_eq!(
        trouble(&sent),
        Trouble::Channel,
        "it was not believed that the mail was taken"
    );
    assert_nothing_was_told(&sink);
}

#[tokio::test]
async fn a_wrong_password_is_told_without_it() {
    let sink = Sink::start(account(Script {
        starttls: Some(Certificate::Good),
        ..Script::default()
    }))
    .await;
    let mut options = signing_in(&sink, SmtpTls::StartTls);
    options.credentials = Some(("desk".to_owned(), "an0ther-pass".to_owned()));
    assert!(!format!("{options:?}").contains("an0ther-pass"));
    let sent = send(options).await;
    assert_eq!(trouble(&sent), Trouble::Channel);
    let reason = sent.unwrap_err().to_string();
    assert!(reason.contains("sign in: 535 5.7.8"), "{reason}");
    assert!(
        !reason.contains("an0ther-pass") && !reason.contains("desk"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_server_that_wants_a_sign_in_says_so() {
    let sink = Sink::start(account(Script::default())).await;
    let sent = to(&sink).mail(&mail("k", "ada@example.net")).await;
    assert_eq!(trouble(&sent), Trouble::Channel);
    assert!(sent.unwrap_err().to_string().contains("530"));
}
