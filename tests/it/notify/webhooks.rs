//! Webhooks to receivers over real connections.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use linedesk_notify::{MailOptions, MailWay, Notifier, NotifyOptions, TargetRules, WebhookOptions};
use linedesk_ports::couriers::{Call, Couriers, Trouble, Undelivered};

use super::receiver::{Answer, Receiver};
use super::tls::Certificate;
use super::webhooks_anywhere;

const SECRET: &[u8] = b"a secret of more than 24 bytes";
const OLD_SECRET: &[u8] = b"the secret before, also long";

fn notifier(webhooks: WebhookOptions) -> Notifier {
    let options = NotifyOptions {
        mail: MailOptions {
            from: "desk@example.org".to_owned(),
            way: MailWay::Folder("unused".into()),
        },
        sms: None,
        webhooks,
        templates: None,
    };
    Notifier::new(options).unwrap()
}

fn call(url: String) -> Call {
    Call {
        id: "evt_0190".to_owned(),
        url,
        secrets: vec![SECRET.to_vec()],
        at: "2026-11-21T14:32:51.9Z".parse().unwrap(),
        body: r#"{"type":"ticket.created","note":"Straße"}"#.to_owned(),
    }
}

async fn sent(url: String) -> Result<(), Undelivered> {
    notifier(webhooks_anywhere()).call(&call(url)).await
}

#[tokio::test]
async fn a_call_is_signed_and_says_what_it_is() {
    let receiver = Receiver::start(|_| Answer::Status(204)).await;
    sent(receiver.url("/hook?x=1")).await.unwrap();
    let requests = receiver.wait_for(1).await;
    let request = &requests[0];
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/hook?x=1")
    );
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("webhook-id"), Some("evt_0190"));
    assert_eq!(request.header("webhook-timestamp"), Some("1795271571"));
    assert!(
        request
            .header("user-agent")
            .unwrap()
            .starts_with("Linedesk/")
    );
    assert_eq!(request.body, call(String::new()).body.as_bytes());
    assert_eq!(request.signatures_by(SECRET), 1);
    assert_eq!(request.signatures_by(OLD_SECRET), 0);
}

#[tokio::test]
async fn while_secrets_change_both_sign() {
    let receiver = Receiver::start(|_| Answer::Status(200)).await;
    let mut call = call(receiver.url("/"));
    call.secrets.push(OLD_SECRET.to_vec());
    let notifier = notifier(webhooks_anywhere());
    notifier.call(&call).await.unwrap();
    let requests = receiver.wait_for(1).await;
    assert_eq!(requests[0].signatures_by(SECRET), 1);
    assert_eq!(requests[0].signatures_by(OLD_SECRET), 1);
    call.secrets.clear();
    assert!(matches!(
        notifier.call(&call).await,
        Err(Undelivered::Never { .. })
    ));
    assert_eq!(receiver.requests().len(), 1, "nothing goes out unsigned");
}

#[tokio::test]
async fn answers_mean_what_the_standard_says() {
    use Trouble::{Message, Receiver as Theirs};
    for (status, expected) in [
        (301, Theirs),
        (302, Theirs),
        (307, Theirs),
        (400, Message),
        (401, Message),
        (403, Message),
        (404, Message),
        (408, Theirs),
        (409, Theirs),
        (413, Message),
        (422, Message),
        (425, Theirs),
        (429, Theirs),
        (500, Theirs),
        (502, Theirs),
        (503, Theirs),
        (504, Theirs),
    ] {
        let receiver = Receiver::start(move |_| Answer::Status(status)).await;
        match sent(receiver.url("/")).await {
            Err(Undelivered::Later {
                reason,
                trouble,
                after: None,
            }) => {
                assert_eq!(trouble, expected, "{status}");
                assert!(reason.contains(&status.to_string()), "{reason}");
            }
            other => panic!("{status}: {other:?}"),
        }
    }
    let gone = Receiver::start(|_| Answer::Status(410)).await;
    assert_eq!(sent(gone.url("/")).await, Err(Undelivered::Gone));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let other = Receiver::start(|_| Answer::Status(200)).await;
    let location = format!("location: {}\r\n", other.url("/stolen"));
    let receiver = Receiver::start(move |_| Answer::With(307, location.clone())).await;
    assert!(sent(receiver.url("/")).await.is_err());
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn a_receiver_says_when_to_come_back() {
    for (status, header, expected) in [
        (429, "retry-after: 30\r\n", Some(30)),
        (
            503,
            "Retry-After: Sat, 21 Nov 2026 14:33:51 GMT\r\n",
            Some(59),
        ),
        (503, "retry-after: soon\r\n", None),
        (400, "retry-after: 30\r\n", None),
    ] {
        let receiver = Receiver::start(move |_| Answer::With(status, header.to_owned())).await;
        match sent(receiver.url("/")).await {
            Err(Undelivered::Later { after, .. }) => {
                assert_eq!(after.map(|after| after.as_secs()), expected, "{header}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn what_follows_a_good_head_does_not_matter() {
    for answer in [
        Answer::Huge(10 * 1024 * 1024),
        Answer::Endless,
        Answer::HalfWay,
    ] {
        let told = format!("{answer:?}");
        let receiver = Receiver::start(move |_| answer.clone()).await;
        let mut options = webhooks_anywhere();
        options.timeout = Duration::from_hours(1);
        let notifier = notifier(options);
        let call = call(receiver.url("/"));
        let sent = tokio::time::timeout(Duration::from_mins(1), notifier.call(&call)).await;
        assert_eq!(sent.expect("the body is not waited for"), Ok(()), "{told}");
    }
}

#[tokio::test]
async fn a_receiver_that_breaks_off_or_says_nothing_is_tried_again() {
    for answer in [
        Answer::Hangup,
        Answer::HalfHead,
        Answer::Nonsense,
        Answer::Silence,
        Answer::After(Duration::from_secs(5), 200),
    ] {
        let told = format!("{answer:?}");
        let receiver = Receiver::start(move |_| answer.clone()).await;
        let mut options = webhooks_anywhere();
        options.timeout = Duration::from_millis(300);
        let sent = notifier(options)
            .call(&call(receiver.url("/s3cret-path")))
            .await;
        match sent {
            Err(Undelivered::Later {
                reason,
                trouble: Trouble::Receiver,
                ..
            }) => {
                assert!(!reason.contains("s3cret"), "{reason}");
            }
            other => panic!("{told}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_receiver_that_is_not_there_is_tried_again() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    for url in [
        format!("http://127.0.0.1:{port}/"),
        "https://no-such-host.invalid/".to_owned(),
    ] {
        match sent(url).await {
            Err(Undelivered::Later {
                trouble: Trouble::Receiver,
                ..
            }) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn certificates_that_prove_nothing_are_refused() {
    let good = Receiver::start_tls(Certificate::Good, |_| Answer::Status(200)).await;
    assert_eq!(sent(good.url("/")).await, Ok(()));
    assert_eq!(sent(good.url_by_name("/")).await, Ok(()));
    for certificate in [
        Certificate::SelfSigned,
        Certificate::Expired,
        Certificate::Elsewhere,
    ] {
        let receiver = Receiver::start_tls(certificate, |_| Answer::Status(200)).await;
        match sent(receiver.url_by_name("/")).await {
            Err(Undelivered::Later {
                reason,
                trouble: Trouble::Receiver,
                ..
            }) => {
                assert!(reason.contains("certificate"), "{reason}");
            }
            other => panic!("{certificate:?}: {other:?}"),
        }
        assert!(receiver.requests().is_empty());
    }
}

#[tokio::test]
async fn no_connection_is_made_into_a_private_network() {
    let receiver = Receiver::start(|_| Answer::Status(200)).await;
    let port = receiver.address.port();
    let public_only = WebhookOptions {
        rules: TargetRules {
            allow_http: true,
            allowed: Arc::new(|_| false),
        },
        ..webhooks_anywhere()
    };
    let notifier = notifier(public_only);
    for host in [
        "127.0.0.1",
        "localhost",
        "localhost.",
        "2130706433",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
    ] {
        let url = format!("http://{host}:{port}/");
        assert!(notifier.check_target(&url).is_err(), "{url}");
        match notifier.call(&call(url)).await {
            Err(Undelivered::Never { reason }) => {
                assert!(reason.contains("private network"), "{host}: {reason}");
            }
            other => panic!("{host}: {other:?}"),
        }
    }
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn plain_http_has_to_be_allowed() {
    let mut options = webhooks_anywhere();
    options.rules.allow_http = false;
    let receiver = Receiver::start(|_| Answer::Status(200)).await;
    let notifier = notifier(options);
    let refused = notifier.call(&call(receiver.url("/"))).await;
    assert!(matches!(refused, Err(Undelivered::Never { reason }) if reason.contains("https")));
    assert_eq!(receiver.connections(), 0);
}
