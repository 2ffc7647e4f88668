//! Mail server, SMS gateway and webhook receiver fail at random, and so does the server: nobody misses anything, and what
//! comes twice is what was under way.
//!
//! 2,000 messages; `LINEDESK_TEST_MESSAGES` says how many others.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{header, plain, program};
use crate::http::api::{Api, text};
use crate::http::desk::{Desk, new_ticket, with};
use crate::http::program::{Program, Server};
use crate::notify::receiver::{Answer, Receiver, Request};
use crate::notify::smtp::{Reply, Script, Sink, Step, Taken};

/// How often the server is killed.
const KILLS: usize = 3;
/// Messages that a server brings away at the same time: by mail, by SMS, to one webhook.
const UNDER_WAY: usize = 64 + 16 + 16;
/// Conversations with the mail server that break off before there is a message in them.
const BROKEN_OFF: usize = 25;
const CLIENTS: usize = 8;
const ACCOUNTS: usize = 20;

fn wanted() -> usize {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test is told by hand how much to do"
    )]
    let given = std::env::var("LINEDESK_TEST_MESSAGES").ok();
    given.map_or(2_000, |given| given.parse().expect("a number of messages"))
}

/// What happened to messages on their way, by channel and key.
#[derive(Default)]
struct Fates {
    /// How often each was asked about, which decides what happens next.
    tried: BTreeMap<(char, String), u32>,
    /// How often each got through, with a good answer or with none.
    arrived: BTreeMap<(char, String), u32>,
    /// Those of the arrived that were not told so.
    unanswered: usize,
    broken_off: usize,
}

/// A number from 0 to 63 for a message's attempt. The first attempts of some fail, in one way or another; later ones do not, so
/// that the test comes to an end.
fn chance(fates: &mut Fates, channel: char, key: &str) -> u64 {
    let tried = fates.tried.entry((channel, key.to_owned())).or_insert(0);
    *tried += 1;
    if *tried > 1 {
        return 63;
    }
    let mut hasher = DefaultHasher::new();
    (channel, key).hash(&mut hasher);
    hasher.finish() % 64
}

impl Fates {
    fn arrive(&mut self, channel: char, key: &str, is_answered: bool) {
        *self.arrived.entry((channel, key.to_owned())).or_insert(0) += 1;
        self.unanswered += usize::from(!is_answered);
    }
}

type Shared = Arc<Mutex<Fates>>;

/// What the mail server does.
fn mail(fates: &Shared, step: Step<'_>) -> Reply {
    let mut fates = fates.lock().unwrap();
    match step {
        Step::Greeting | Step::Sender(_) if fates.broken_off < BROKEN_OFF => {
            let mut hasher = DefaultHasher::new();
            fates.tried.len().hash(&mut hasher);
            let reply = match hasher.finish() % 24 {
                0 => Reply::Say("421 4.3.2 come back later"),
                1 => Reply::Hangup,
                _ => return Reply::Usual,
            };
            fates.broken_off += 1;
            reply
        }
        Step::Content(content) => {
            let head = content.split("\r\n\r\n").next().unwrap_or_default();
            let mut lines = head.lines();
            let key = lines.find(|line| line.starts_with("Message-ID"));
            let key = key.expect("a name").to_owned();
            match chance(&mut fates, 'm', &key) {
                0 => Reply::Say("451 4.3.0 try again"),
                1 => Reply::Say("554 5.6.0 not that one"),
                2 => {
                    fates.arrive('m', &key, false);
                    Reply::Hangup
                }
                3 => {
                    fates.arrive('m', &key, true);
                    Reply::After(Duration::from_millis(700))
                }
                _ => {
                    fates.arrive('m', &key, true);
                    Reply::Usual
                }
            }
        }
        _ => Reply::Usual,
    }
}

/// What the gateway does, and the webhooks' receiver.
fn machine(fates: &Shared, channel: char, key: &str) -> Answer {
    let mut fates = fates.lock().unwrap();
    match chance(&mut fates, channel, key) {
        0 => Answer::Status(503),
        1 => Answer::Status(400),
        2 => Answer::With(429, "retry-after: 1\r\n".to_owned()),
        3 => Answer::Nonsense,
        4 => {
            fates.arrive(channel, key, false);
            Answer::Hangup
        }
        5 => {
            fates.arrive(channel, key, true);
            Answer::After(Duration::from_millis(700), 200)
        }
        _ => {
            fates.arrive(channel, key, true);
            Answer::Status(200)
        }
    }
}

fn field(request: &Request, name: &str) -> String {
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    text(&body[name])
}

/// Everything that fails.
struct World {
    fates: Shared,
    sink: Sink,
    gateway: Receiver,
    hooks: Receiver,
    program: Program,
}

impl World {
    async fn start() -> Self {
        let fates = Shared::default();
        let own = || Arc::clone(&fates);
        let shared = own();
        let sink = Sink::start(Script::replying(move |step| mail(&shared, step))).await;
        let shared = own();
        let gateway =
            Receiver::start(move |request| machine(&shared, 's', &field(request, "key"))).await;
        let shared = own();
        let hooks = Receiver::start(move |request| {
            machine(&shared, 'w', request.header("webhook-id").expect("an id"))
        })
        .await;
        let body = r#"{"to":"{to}","text":"{text}","key":"{key}"}"#;
        let program = program(&sink)
            .set("smtp.pool_size", "16")
            .set("sms.url", &gateway.url("/send"))
            .set("sms.auth", "none")
            .set("sms.body", body);
        Self {
            fates,
            sink,
            gateway,
            hooks,
            program,
        }
    }

    fn arrived(&self) -> usize {
        self.fates.lock().unwrap().arrived.len()
    }
}

/// Accounts, every fourth of which is told by SMS.
async fn accounts(desk: &Desk) -> Vec<Value> {
    let mut wishes = Vec::new();
    for n in 0..ACCOUNTS {
        let reached = json!({ "email": format!("account-{n}@example.net"), "phone": format!("+49 89 {:07}", n) });
        let method = if n % 4 == 0 { "phone" } else { "email" };
        let wish = new_ticket(&desk.account(reached).await);
        wishes.push(with(wish, json!({ "contact_method": method })));
    }
    wishes
}

/// Makes so many tickets, whatever becomes of the server in between.
async fn create(door: Arc<Mutex<Api>>, wishes: Vec<Value>, count: usize) {
    let mut made = 0;
    while made < count {
        let api = door.lock().unwrap().clone();
        let wish = wishes[made % wishes.len()].clone();
        let sent = api.ask("POST", "/api/v1/tickets").json(wish).try_send();
        match sent.await {
            Ok(answer) if answer.status == 201 => made += 1,
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// The tickets that were made, by label, and the events that tell so.
async fn made(admin: &Api) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut labels, mut events, mut after) = (BTreeSet::new(), BTreeSet::new(), "0".to_owned());
    loop {
        let path = format!("/api/v1/events?after={after}&limit=1000");
        let page = admin.get(&path).await.is(200);
        for event in page.list("events") {
            assert_eq!(event["type"], "ticket.created");
            labels.insert(text(&event["ticket"]["ticket_number"]));
            events.insert(format!("evt_{}", text(&event["id"])));
        }
        if page.str("next") == after {
            return (labels, events);
        }
        after = page.str("next");
    }
}

/// Has everything that was given up sent again; whether there is nothing any more.
async fn is_done(admin: &Api) -> bool {
    let parked = admin.get("/api/v1/outbox?state=parked&limit=100").await;
    let parked = parked.is(200).list("items");
    for message in &parked {
        let path = format!("/api/v1/outbox/{}/replay", message["id"]);
        admin.post(&path, json!({})).await.is(200);
    }
    let pending = admin.get("/api/v1/outbox?state=pending&limit=1").await;
    parked.is_empty() && pending.is(200).list("items").is_empty()
}

fn label_in(text: &str) -> String {
    let (_, rest) = text.split_once("T-").expect("a ticket's label");
    let is_part = |c: &char| c.is_ascii_digit() || *c == '-';
    format!("T-{}", rest.chars().take_while(is_part).collect::<String>())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_misses_anything_whatever_fails() {
    let (messages, began) = (wanted(), Instant::now());
    let world = World::start().await;
    let serve = || tokio::task::block_in_place(|| world.program.serve());
    let mut server: Server = serve();
    let desk = Desk::on(&server).await;
    let hook = json!({ "url": world.hooks.url("/"), "events": ["ticket.created"] });
    desk.admin.post("/api/v1/webhooks", hook).await.is(201);
    let wishes = accounts(&desk).await;
    let door = Arc::new(Mutex::new(desk.admin.clone()));
    // A webhook, and a mail or an SMS for each.
    let each = messages.div_ceil(2 * CLIENTS);
    let clients = (0..CLIENTS).map(|_| create(Arc::clone(&door), wishes.clone(), each));
    let creating = tokio::spawn(futures_util::future::join_all(clients));
    let patience = u32::try_from(messages).expect("not that many");
    let patience = Duration::from_mins(3) + Duration::from_millis(40) * patience;
    let mut kills = 0;
    let admin = loop {
        assert!(
            began.elapsed() < patience,
            "{} arrived of {messages}",
            world.arrived()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
        if kills < KILLS && world.arrived() > messages * (kills + 1) / (KILLS + 1) {
            server.kill();
            server = serve();
            *door.lock().unwrap() = Desk::on(&server).await.admin;
            kills += 1;
        }
        let admin = door.lock().unwrap().clone();
        if creating.is_finished() && kills == KILLS && is_done(&admin).await {
            // Empty, but is all of it told?
            let (labels, _) = made(&admin).await;
            if world.arrived() >= 2 * labels.len() {
                break admin;
            }
        }
    };
    judge(&world, &admin, messages, began).await;
}

/// Nothing is missing, and nothing came twice but what was under way.
async fn judge(world: &World, admin: &Api, messages: usize, began: Instant) {
    let (labels, events) = made(admin).await;
    assert!(labels.len() >= messages / 2);
    let by_mail = |mail: &Taken| label_in(&header(mail, "Subject"));
    let mut told: BTreeSet<_> = world.sink.mails().iter().map(by_mail).collect();
    let sent = world.gateway.requests();
    let fates = world.fates.lock().unwrap();
    let got_through = |sms: &&Request| fates.arrived.contains_key(&('s', field(sms, "key")));
    let sent = sent.iter().filter(got_through);
    told.extend(sent.map(|sms| label_in(&field(sms, "text"))));
    assert_eq!(labels.difference(&told).collect::<Vec<_>>(), [""; 0]);
    let of = |channel: char| fates.arrived.iter().filter(move |one| one.0.0 == channel);
    let called: BTreeSet<_> = of('w').map(|((_, id), _)| id.clone()).collect();
    assert_eq!(events, called);
    let twice: u32 = fates.arrived.values().map(|times| times - 1).sum();
    let twice = twice as usize;
    eprintln!(
        "{} messages, {} attempts failed, {} came again, of {} unanswered and {KILLS} kills, in {:.0?}",
        fates.arrived.len(),
        fates.tried.values().filter(|tried| **tried > 1).count(),
        twice,
        fates.unanswered,
        began.elapsed()
    );
    assert!(
        twice <= fates.unanswered + KILLS * UNDER_WAY,
        "{twice} came again"
    );
    assert!(plain(&world.sink.mails()[0]).contains("T-"));
}
