use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use linedesk_domain::ids::WebhookId;
use linedesk_ports::couriers::{Call, Couriers, Mail, Sms};
use linedesk_ports::notifications::{MockNotifications, Webhook};
use linedesk_ports::outbox::{MessageState, MockOutbox, NewMessage};
use tokio::sync::Notify;

use super::super::lanes;
use super::*;
use crate::accounts::doubles::{START, World};

const HOLDER: Uuid = Uuid::from_u128(1);
const WEBHOOK: Uuid = Uuid::from_u128(2);
const GONE: StoreError = StoreError::Unavailable("the database cannot be reached");

/// A receiver who takes a call in, and answers once he is let.
#[derive(Default)]
struct Slow {
    may_answer: Notify,
    answered: AtomicU32,
}

#[async_trait]
impl Couriers for Slow {
    async fn mail(&self, _: &Mail) -> Result<(), Undelivered> {
        unreachable!("only webhooks are called")
    }

    async fn sms(&self, _: &Sms) -> Result<(), Undelivered> {
        unreachable!("only webhooks are called")
    }

    fn has_sms(&self) -> bool {
        false
    }

    async fn call(&self, _: &Call) -> Result<(), Undelivered> {
        self.may_answer.notified().await;
        self.answered.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn check_target(&self, _: &str) -> Result<(), String> {
        Ok(())
    }
}

fn webhook() -> Webhook {
    Webhook {
        id: WebhookId(WEBHOOK),
        url: "https://receiver.example.org/".to_owned(),
        description: None,
        events: Vec::new(),
        is_for_staff: false,
        secret: vec![7; 32],
        old_secret: None,
        is_active: true,
        disabled_because: None,
        created_at: START,
        updated_at: START,
    }
}

fn message(attempts: i64) -> Message {
    Message {
        id: 1,
        new: NewMessage {
            event: Some(1),
            ticket: None,
            channel: Channel::Webhook,
            receiver: WEBHOOK.to_string(),
            payload: "{}".to_owned(),
        },
        created_at: START,
        attempts,
        next_attempt_at: START,
        state: MessageState::Pending,
        last_error: None,
    }
}

/// An outbox with one message, from which nothing can be taken after it; `then` is done when that shows.
fn outbox(then: impl Fn() + Send + 'static) -> MockOutbox {
    let mut outbox = MockOutbox::new();
    let mut claims = 0;
    outbox.expect_claim().returning(move |_, _, _, _| {
        claims += 1;
        if claims == 1 {
            return Ok(vec![message(1)]);
        }
        then();
        Err(GONE)
    });
    outbox
}

fn notifications() -> MockNotifications {
    let mut notifications = MockNotifications::new();
    notifications
        .expect_webhook()
        .returning(|_| Ok(Some(webhook())));
    notifications
}

fn app(outbox: MockOutbox, notifications: MockNotifications, couriers: &Arc<Slow>) -> App {
    let couriers = Arc::clone(couriers);
    let world = World::made([], |parts| {
        parts.outbox = Arc::new(outbox);
        parts.notifications = Arc::new(notifications);
        parts.couriers = couriers;
    });
    world.app
}

#[tokio::test]
async fn what_is_under_way_comes_to_its_end_though_the_outbox_cannot_be_asked() {
    let (slow, stop) = (Arc::new(Slow::default()), CancellationToken::new());
    let receiver = Arc::clone(&slow);
    let mut outbox = outbox(move || receiver.may_answer.notify_one());
    let stopped = stop.clone();
    outbox.expect_done().times(1).returning(move |_| {
        stopped.cancel();
        Ok(true)
    });
    let app = app(outbox, notifications(), &slow);
    let deliverer = Deliverer::to(Channel::Webhook, WEBHOOK.to_string(), HOLDER);
    Arc::new(deliverer).run(app, &stop).await;
    assert_eq!(slow.answered.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn webhooks_that_are_known_go_on_while_it_cannot_be_read_which_there_are() {
    let (slow, stop) = (Arc::new(Slow::default()), CancellationToken::new());
    let mut notifications = notifications();
    let (receiver, mut looks) = (Arc::clone(&slow), 0);
    notifications.expect_webhooks().returning(move || {
        looks += 1;
        if looks == 1 {
            return Ok(vec![webhook()]);
        }
        receiver.may_answer.notify_one();
        Err(GONE)
    });
    let mut outbox = outbox(|| {});
    let stopped = stop.clone();
    outbox.expect_done().times(1).returning(move |_| {
        stopped.cancel();
        Ok(true)
    });
    lanes::run(&app(outbox, notifications, &slow), HOLDER, &stop).await;
    assert_eq!(slow.answered.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn that_a_message_is_away_is_said_until_it_is_heard() {
    let slow = Arc::new(Slow::default());
    slow.may_answer.notify_one();
    let (mut outbox, mut said) = (MockOutbox::new(), 0);
    outbox.expect_done().times(2).returning(move |_| {
        said += 1;
        if said == 1 { Err(GONE) } else { Ok(true) }
    });
    let app = app(outbox, notifications(), &slow);
    let deliverer = Deliverer::to(Channel::Webhook, WEBHOOK.to_string(), HOLDER);
    let outcome = deliverer.one(&app, message(1)).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
}

#[tokio::test]
async fn a_message_of_whose_attempts_none_ended_is_parked() {
    let slow = Arc::new(Slow::default());
    let mut outbox = MockOutbox::new();
    let park = outbox.expect_park().times(1);
    park.withf(|_, reason| reason == "none of its attempts came to an end")
        .returning(|_, _| Ok(true));
    let app = app(outbox, notifications(), &slow);
    let deliverer = Deliverer::to(Channel::Webhook, WEBHOOK.to_string(), HOLDER);
    let worn_out = message(i64::from(MOST_ATTEMPTS) + 1);
    let outcome = deliverer.one(&app, worn_out).await;
    assert_eq!(outcome.unwrap(), Outcome::Parked);
    assert_eq!(slow.answered.load(Ordering::Relaxed), 0);
}
