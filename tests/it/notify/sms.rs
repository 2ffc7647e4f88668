//! SMS through a gateway.

use std::time::Duration;

use linedesk_notify::{
    MailOptions, MailWay, Notifier, NotifyOptions, SmsAuth, SmsContent, SmsOptions,
};
use linedesk_ports::couriers::{Couriers, Sms, Trouble, Undelivered};
use serde_json::{Value, json};

use super::receiver::{Answer, Receiver};
use super::{letter, webhooks_anywhere};

fn gateway(url: String) -> SmsOptions {
    SmsOptions {
        url,
        auth: SmsAuth::Bearer("t0ken".to_owned()),
        from: "Desk".to_owned(),
        content: SmsContent::Json,
        body: None,
        country: None,
        timeout: Duration::from_secs(10),
    }
}

fn notifier(sms: Option<SmsOptions>) -> Notifier {
    let options = NotifyOptions {
        mail: MailOptions {
            from: "desk@example.org".to_owned(),
            way: MailWay::Folder("unused".into()),
        },
        sms,
        webhooks: webhooks_anywhere(),
        templates: None,
    };
    Notifier::new(options).unwrap()
}

fn sms(to: &str) -> Sms {
    Sms {
        key: "k-1".to_owned(),
        to: to.to_owned(),
        letter: letter("reply"),
    }
}

#[tokio::test]
async fn a_short_text_goes_to_the_gateway() {
    let receiver = Receiver::start(|_| Answer::Status(202)).await;
    let notifier = notifier(Some(gateway(receiver.url("/send"))));
    assert!(notifier.has_sms());
    notifier.sms(&sms("+49 (0)89 123-4567")).await.unwrap();
    let requests = receiver.wait_for(1).await;
    assert_eq!(requests[0].path, "/send");
    assert_eq!(requests[0].header("authorization"), Some("Bearer t0ken"));
    let body: Value = serde_json::from_slice(&requests[0].body).unwrap();
    let text = "T-20261121-0007: support has answered. \
        https://desk.example.org/api/v1/tickets/00000000-0000-0000-0000-000000000007";
    let expected = json!({"to": "+49891234567", "from": "Desk", "text": text, "id": "k-1"});
    assert_eq!(body, expected);
}

#[tokio::test]
async fn gateways_that_want_a_form_get_one() {
    let receiver = Receiver::start(|_| Answer::Status(201)).await;
    let notifier = notifier(Some(SmsOptions {
        auth: SmsAuth::Basic {
            user: "AC1".to_owned(),
            password: "pw".to_owned(),
        },
        content: SmsContent::Form,
        body: Some("To={to}&From={from}&Body={text}".to_owned()),
        country: Some("+49".to_owned()),
        ..gateway(receiver.url("/"))
    }));
    notifier.sms(&sms("089 1234567")).await.unwrap();
    let requests = receiver.wait_for(1).await;
    assert_eq!(requests[0].header("authorization"), Some("Basic QUMxOnB3"));
    let form = "application/x-www-form-urlencoded";
    assert_eq!(requests[0].header("content-type"), Some(form));
    let body = String::from_utf8(requests[0].body.clone()).unwrap();
    assert!(
        body.starts_with("To=%2B49891234567&From=Desk&Body=T-20261121-0007"),
        "{body}"
    );
}

#[tokio::test]
async fn a_gateways_answers_mean_something() {
    use Trouble::{Channel, Message};
    for (answer, expected) in [
        (Answer::Status(400), Message),
        (Answer::Status(401), Channel),
        (Answer::Status(402), Channel),
        (Answer::Status(404), Channel),
        (Answer::Status(422), Message),
        (Answer::Status(429), Channel),
        (Answer::Status(302), Channel),
        (Answer::Status(500), Channel),
        (Answer::Hangup, Channel),
        (Answer::Silence, Channel),
    ] {
        let told = format!("{answer:?}");
        let given = answer.clone();
        let receiver = Receiver::start(move |_| given.clone()).await;
        let options = SmsOptions {
            timeout: match answer {
                Answer::Silence => Duration::from_millis(500),
                _ => Duration::from_secs(10),
            },
            ..gateway(receiver.url("/s3cret"))
        };
        match notifier(Some(options)).sms(&sms("+49891234567")).await {
            Err(Undelivered::Later {
                reason, trouble, ..
            }) => {
                assert_eq!(trouble, expected, "{told}");
                for secret in ["s3cret", "t0ken", "891234567"] {
                    assert!(!reason.contains(secret), "{reason}");
                }
            }
            other => panic!("{told}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn what_can_be_no_number_is_given_up() {
    let receiver = Receiver::start(|_| Answer::Status(200)).await;
    let notifier = notifier(Some(gateway(receiver.url("/"))));
    for number in ["", "089 1234567", "ada@example.net", "+49 89 123456 ext 7"] {
        let sent = notifier.sms(&sms(number)).await;
        assert!(
            matches!(sent, Err(Undelivered::Never { .. })),
            "{number}: {sent:?}"
        );
    }
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn without_a_gateway_there_is_no_sms() {
    let notifier = notifier(None);
    assert!(!notifier.has_sms());
    let sent = notifier.sms(&sms("+49891234567")).await;
    assert!(matches!(sent, Err(Undelivered::Never { .. })));
}
