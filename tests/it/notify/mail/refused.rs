//! What it means when the mail server does not take a message.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

#[derive(Debug, PartialEq, Eq)]
enum Meaning {
    Never,
    Later(Trouble),
}

fn meaning(sent: Result<(), Undelivered>) -> (Meaning, String) {
    match sent.expect_err("it was refused") {
        Undelivered::Never { reason } => (Meaning::Never, reason),
        Undelivered::Later {
            reason,
            trouble,
            after: None,
        } => (Meaning::Later(trouble), reason),
        other => panic!("{other:?}"),
    }
}

/// The step at which the server behaves badly.
#[derive(Debug, Clone, Copy)]
enum At {
    Greeting,
    Hello,
    Sender,
    Recipient,
    Data,
    Content,
}

fn at(wanted: At, reply: Reply) -> Script {
    Script::replying(move |step| {
        let is_it = matches!(
            (wanted, step),
            (At::Greeting, Step::Greeting)
                | (At::Hello, Step::Hello)
                | (At::Sender, Step::Sender(_))
                | (At::Recipient, Step::Recipient(_))
                | (At::Data, Step::Data)
                | (At::Content, Step::Content(_))
        );
        if is_it { reply } else { Reply::Usual }
    })
}

async fn assert_meanings(table: &[(At, Reply, Meaning, &str)]) {
    for (place, reply, expected, told) in table {
        let sink = Sink::start(at(*place, *reply)).await;
        let sent = to(&sink).mail(&mail("k", "ada@example.net")).await;
        let (found, reason) = meaning(sent);
        assert_eq!(found, *expected, "{place:?} {reply:?}: {reason}");
        assert!(reason.contains(told), "{place:?} {reply:?}: {reason}");
        assert!(!reason.contains("ada"), "{reason}");
    }
}

#[tokio::test]
async fn a_refusal_before_the_recipient_is_everybodys() {
    use Meaning::Later;
    use Trouble::Channel;
    assert_meanings(&[
        (
            At::Greeting,
            Reply::Say("421 4.3.2 busy"),
            Later(Channel),
            "421 4.3.2",
        ),
        (
            At::Greeting,
            Reply::Say("554 5.7.1 no"),
            Later(Channel),
            "554 5.7.1",
        ),
        (At::Greeting, Reply::Hangup, Later(Channel), "reached"),
        (At::Hello, Reply::Say("550 who?"), Later(Channel), "550"),
        (
            At::Sender,
            Reply::Say("451 4.7.1 later"),
            Later(Channel),
            "451",
        ),
        (
            At::Sender,
            Reply::Say("550 5.7.1 not you"),
            Later(Channel),
            "from us",
        ),
        (At::Sender, Reply::Hangup, Later(Channel), "from us"),
    ])
    .await;
}

#[tokio::test]
async fn a_refusal_of_recipient_or_message_means_what_its_place_and_code_say() {
    use Meaning::{Later, Never};
    use Trouble::{Channel, Message, Receiver};
    assert_meanings(&[
        (
            At::Recipient,
            Reply::Say("421 4.7.0 going"),
            Later(Channel),
            "421",
        ),
        (
            At::Recipient,
            Reply::Say("450 4.2.0 greylisted"),
            Later(Receiver),
            "450 4.2.0",
        ),
        (
            At::Recipient,
            Reply::Say("451 try later"),
            Later(Receiver),
            "recipient: 451",
        ),
        (
            At::Recipient,
            Reply::Say("452 4.2.2 full"),
            Later(Receiver),
            "452 4.2.2",
        ),
        (
            At::Recipient,
            Reply::Say("530 5.7.0 sign in"),
            Later(Channel),
            "530",
        ),
        (
            At::Recipient,
            Reply::Say("550 5.1.1 <ada@example.net> unknown"),
            Never,
            "550 5.1.1",
        ),
        (
            At::Recipient,
            Reply::Say("550-5.1.1 ada\r\n550 5.1.1 unknown"),
            Never,
            "550 5.1.1",
        ),
        (At::Recipient, Reply::Hangup, Later(Channel), "recipient"),
        (
            At::Data,
            Reply::Say("451 4.3.0 later"),
            Later(Message),
            "451",
        ),
        (At::Data, Reply::Say("554 5.5.1 no"), Never, "554"),
        (
            At::Content,
            Reply::Say("421 4.3.0 going"),
            Later(Channel),
            "421",
        ),
        (
            At::Content,
            Reply::Say("451 4.3.0 later"),
            Later(Message),
            "451 4.3.0",
        ),
        (
            At::Content,
            Reply::Say("452 4.3.1 full"),
            Later(Message),
            "452",
        ),
        (
            At::Content,
            Reply::Say("552 5.3.4 too big"),
            Never,
            "552 5.3.4",
        ),
        (
            At::Content,
            Reply::Say("554 5.7.1 spam"),
            Never,
            "554 5.7.1",
        ),
        (At::Content, Reply::Hangup, Later(Message), "message"),
        (
            At::Content,
            Reply::Say("nonsense"),
            Later(Message),
            "nonsense",
        ),
    ])
    .await;
}

#[tokio::test]
async fn silence_at_any_place_ends() {
    let places = [
        At::Greeting,
        At::Hello,
        At::Sender,
        At::Recipient,
        At::Data,
        At::Content,
    ];
    futures_util::future::join_all(places.map(assert_silence_ends)).await;
}

async fn assert_silence_ends(place: At) {
    let sink = Sink::start(at(place, Reply::Silence)).await;
    let mut options = smtp(sink.address.port());
    options.timeout = Duration::from_secs(1);
    let notifier = notifier(MailWay::Smtp(options));
    let sent = notifier.mail(&mail("k", "ada@example.net")).await;
    let (found, reason) = meaning(sent);
    let expected = match place {
        At::Content | At::Data => Trouble::Message,
        _ => Trouble::Channel,
    };
    assert_eq!(found, Meaning::Later(expected), "{place:?}");
    assert!(reason.contains("in time"), "{reason}");
}

#[tokio::test]
async fn a_server_may_look_into_a_message_for_longer() {
    let looking = Reply::After(Duration::from_secs(3));
    let sink = Sink::start(at(At::Content, looking)).await;
    let mut options = smtp(sink.address.port());
    options.timeout = Duration::from_secs(2);
    let sent = notifier(MailWay::Smtp(options))
        .mail(&mail("k", "ada@example.net"))
        .await;
    assert_eq!(sent, Ok(()));
}

#[tokio::test]
async fn a_server_that_drips_does_not_hold_us() {
    let drip = Reply::Drip(Duration::from_millis(100));
    let sink = Sink::start(at(At::Hello, drip)).await;
    let mut options = smtp(sink.address.port());
    options.timeout = Duration::from_millis(300);
    let sent = notifier(MailWay::Smtp(options))
        .mail(&mail("k", "ada@example.net"))
        .await;
    // Had it been waited for, the mail would have been sent in the end.
    assert_eq!(trouble(&sent), Trouble::Channel);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_everybodys_trouble() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let sent = notifier(MailWay::Smtp(smtp(port)))
        .mail(&mail("k", "ada@example.net"))
        .await;
    assert_eq!(trouble(&sent), Trouble::Channel);
}

#[tokio::test]
async fn one_bad_recipient_is_no_bodys_trouble_but_its_own() {
    let sink = Sink::start(Script::replying(|step| match step {
        Step::Recipient(to) if to.contains("bad") => Reply::Say("550 5.1.1 unknown"),
        Step::Recipient(to) if to.contains("grey") => Reply::Say("450 4.2.0 later"),
        _ => Reply::Usual,
    }))
    .await;
    let notifier = to(&sink);
    let address = [
        "bad@example.net",
        "ada@example.net",
        "grey@example.net",
        "bob@example.net",
    ];
    let mut sent = Vec::new();
    for address in address {
        sent.push(notifier.mail(&mail("k", address)).await.is_ok());
    }
    assert_eq!(sent, [false, true, false, true]);
    assert_eq!(
        sink.connections().0,
        1,
        "the conversation goes on after a refusal"
    );
    assert_eq!(sink.mails().len(), 2);
}

#[tokio::test]
async fn a_repeat_after_a_lost_acknowledgement_is_recognisable() {
    let times = AtomicUsize::new(0);
    let sink = Sink::start(Script::replying(move |step| match step {
        Step::Content(_) if times.fetch_add(1, Ordering::SeqCst) == 0 => Reply::Hangup,
        _ => Reply::Usual,
    }))
    .await;
    let notifier = to(&sink);
    let sent = mail("0190-reply", "ada@example.net");
    assert_eq!(trouble(&notifier.mail(&sent).await), Trouble::Message);
    notifier.mail(&sent).await.unwrap();
    let mails = sink.wait_for(2).await;
    assert!(
        mails[0]
            .content
            .contains("Message-ID: <0190-reply@example.org>\r\n")
    );
    assert_eq!(mails[0].content, mails[1].content);
}
