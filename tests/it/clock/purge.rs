//! What was deleted long enough ago is gone for good: all of it, nothing else, and whoever dies when.

mod rows;
mod steps;

use std::future::pending;
use std::time::Duration;

use linedesk_app::analytics::keep::{keep_up, rebuild, seal};
use linedesk_app::events::{Feed, feed};
use linedesk_app::models::Channel;
use linedesk_app::notifications::relay::relay_page;
use linedesk_app::tickets::discard::discard_files;
use linedesk_app::tickets::purge::{PurgeReport, purge_deleted};
use linedesk_app::tickets::{
    AddComment, ListTickets, add_comment, attach, delete_comment, delete_ticket, link_tickets,
    list_attachments, list_comments, merge_tickets,
};
use linedesk_app::work::{ANALYTICS_LEASE, Shift, Work};
use linedesk_domain::text::CommentBody;
use linedesk_domain::ticket::merge::Relation;
use linedesk_ports::outbox::{Gather, MessageState, NewLetter, NewMessage};
use linedesk_ports::queries::{CommentView, Sort, SortKey, Start, TicketFilter};
use uuid::Uuid;

use self::rows::tables;
use super::retention::files;
use super::*;

const YEAR: SignedDuration = SignedDuration::from_hours(365 * 24);
const MOMENT: SignedDuration = SignedDuration::from_micros(1);
const MINUTE: Duration = Duration::from_mins(1);
const ALL: Part = Part::From {
    offset: 0,
    limit: 1_000,
};

fn key(ticket: &TicketView) -> TicketKey {
    TicketKey::Id(ticket.ticket.data.id)
}

impl Desk {
    async fn say(&self, ticket: &TicketView, words: &str, is_internal: bool) -> CommentView {
        let comment = AddComment {
            body: CommentBody::parse(words).unwrap(),
            is_internal,
            attachments: vec![self.upload(&format!("{words}.log")).await.id],
        };
        let said = add_comment(&self.app, &self.admin, key(ticket), None, comment).await;
        said.unwrap().1
    }

    async fn attach_one(&self, ticket: &TicketView, name: &str) {
        let ids = vec![self.upload(name).await.id];
        attach(&self.app, &self.admin, key(ticket), None, ids, false)
            .await
            .unwrap();
    }

    async fn link(&self, from: &TicketView, to: &TicketView, relation: Relation) {
        let to = to.ticket.data.id;
        link_tickets(&self.app, &self.admin, key(from), None, to, relation)
            .await
            .unwrap();
    }

    async fn merge(&self, source: &TicketView, target: &TicketView) {
        let sources = vec![source.ticket.data.id];
        merge_tickets(&self.app, &self.admin, key(target), None, sources, None)
            .await
            .unwrap();
    }

    async fn delete(&self, ticket: &TicketView) {
        delete_ticket(&self.app, &self.admin, key(ticket), None)
            .await
            .unwrap();
    }

    async fn relay(&self) {
        while relay_page(&self.app).await.unwrap().events > 0 {}
    }

    async fn fold(&self) {
        let (app, me) = (self.app.clone(), Uuid::from_u128(1));
        let counting = Shift::new(app, Work::Analytics, me, ANALYTICS_LEASE);
        keep_up(&counting)
            .await
            .unwrap()
            .expect("nobody else folds");
        while seal(&self.app).await.unwrap() {}
    }

    /// Tells and counts all that happened until now, and delivers what there is to tell.
    async fn read_log(&self) {
        self.relay().await;
        self.fold().await;
        let holder = Uuid::from_u128(3);
        loop {
            let lane = Channel::Email.into();
            let claimed = self
                .app
                .outbox
                .claim(holder, lane, 100, MINUTE)
                .await
                .unwrap();
            if claimed.is_empty() {
                return;
            }
            for message in claimed {
                assert!(self.app.outbox.done(message.claim(holder)).await.unwrap());
            }
        }
    }

    async fn purge(&self) -> PurgeReport {
        purge_deleted(&self.app).await.unwrap()
    }

    fn files(&self) -> usize {
        files(&self.folder())
    }

    async fn feed(&self, after: Option<&str>) -> Feed {
        let again = async || Ok(self.admin.clone());
        feed(
            &self.app,
            &self.admin,
            after,
            1_000,
            Duration::ZERO,
            again,
            pending(),
        )
        .await
        .unwrap()
    }

    /// How many tickets are listed, how many the words find, and what the counters say.
    async fn found(&self, words: &str) -> (usize, usize, Option<u64>) {
        let list = |text: Option<&str>| ListTickets {
            filter: TicketFilter {
                text: text.map(str::to_owned),
                ..TicketFilter::default()
            },
            team_names: Vec::new(),
            sort: Sort {
                key: SortKey::CreatedAt,
                descending: true,
            },
            start: Start::Offset(0),
            limit: 100,
            counts: true,
        };
        let (app, admin) = (&self.app, &self.admin);
        let all = tickets::list_tickets(app, admin, list(None)).await.unwrap();
        let some = tickets::list_tickets(app, admin, list(Some(words)))
            .await
            .unwrap();
        (
            all.items.len(),
            some.items.len(),
            all.total.map(|total| total.n),
        )
    }

    /// A ticket of which everything says those words, and of which there is something in every table.
    async fn full(&self, words: &str, other: &TicketView) -> TicketView {
        let ticket = self.ticket(Priority::Urgent).await;
        self.rename(&ticket, words).await;
        self.say(&ticket, &format!("{words} public"), false).await;
        self.say(&ticket, &format!("{words} internal"), true).await;
        let gone = self.say(&ticket, &format!("{words} gone"), false).await;
        delete_comment(&self.app, &self.admin, key(&ticket), None, gone.comment.id)
            .await
            .unwrap();
        self.attach_one(&ticket, &format!("{words}.png")).await;
        self.link(&ticket, other, Relation::RelatesTo).await;
        self.link(other, &ticket, Relation::Blocks).await;
        ticket
    }

    async fn rename(&self, ticket: &TicketView, words: &str) {
        let edit = linedesk_domain::ticket::edit::Edit {
            title: Some(Title::parse(words).unwrap()),
            ..Default::default()
        };
        tickets::edit_ticket(&self.app, &self.admin, key(ticket), None, edit)
            .await
            .unwrap();
    }

    /// Two messages about the ticket, of which one was given up, and a letter that waits for its digest.
    async fn undelivered(&self, ticket: &TicketView, words: &str) {
        let id = ticket.ticket.data.id;
        let message = |receiver: &str| NewMessage {
            event: None,
            ticket: Some(id),
            channel: Channel::Email,
            receiver: receiver.to_owned(),
            payload: format!("{{\"says\": \"{words}\"}}"),
        };
        let gather = Gather {
            digest: NewMessage {
                ticket: None,
                payload: "{}".to_owned(),
                ..message("digest")
            },
            wait: MINUTE,
            letters: vec![NewLetter {
                ticket: id,
                payload: words.to_owned(),
            }],
        };
        let writes = vec![
            Write::Message(message("one")),
            Write::Message(message("two")),
            Write::Gather(gather),
        ];
        let changes = Changes { writes, mark: None };
        self.app.commit.commit(changes).await.unwrap();
        let (outbox, holder) = (&self.app.outbox, Uuid::from_u128(4));
        let claimed = outbox.claim(holder, Channel::Email.into(), 1, MINUTE).await;
        let claim = claimed.unwrap().remove(0).claim(holder);
        assert!(outbox.park(claim, "no such address").await.unwrap());
    }
}

#[tokio::test]
async fn a_deleted_ticket_is_gone_after_its_time_with_all_that_was_of_it_and_nothing_else() {
    let desk = Desk::open().await;
    let other = desk.ticket(Priority::Low).await;
    desk.say(&other, "lasting", false).await;
    let doomed = desk.full("doomed", &other).await;
    desk.read_log().await;
    desk.delete(&doomed).await;
    desk.read_log().await;
    desk.undelivered(&doomed, "doomed").await;
    let known = desk.known(&doomed, "doomed");
    let before = desk.traces(&known);
    let everywhere = [
        "attachments",
        "comments",
        "digest_letters",
        "events",
        "links",
        "outbox",
        "tickets",
    ];
    assert_eq!(tables(&before), everywhere);
    let kept = desk.rows().len() - before.len();
    assert_eq!(
        (desk.files(), desk.found("doomed").await),
        (5, (1, 0, Some(1)))
    );

    desk.pass(YEAR - MOMENT);
    assert_eq!(desk.purge().await, PurgeReport::default());
    assert_eq!(desk.traces(&known), before);
    desk.pass(MOMENT);
    let purged = desk.purge().await;
    let own_row = 1;
    assert_eq!((purged.tickets, purged.needed), (1, 0));
    assert_eq!(purged.rows, before.len() as u64 - own_row);
    assert_eq!(desk.traces(&known), []);
    assert_eq!(desk.dangling(), 0);

    assert_eq!(discard_files(&desk.app).await.unwrap(), 4);
    assert_eq!((desk.files(), desk.rows().len()), (1, kept));
    assert_eq!(desk.found("doomed").await, (1, 0, Some(1)));
    assert_eq!(desk.purge().await, PurgeReport::default());
    let said = list_comments(&desk.app, &desk.admin, key(&other), ALL).await;
    let said = said.unwrap().items;
    assert_eq!(said.len(), 1);
    let file = said[0].attachments[0].clone();
    assert!(tickets::open_file(&desk.app, &file, None).await.is_ok());
    let files = list_attachments(&desk.app, &desk.admin, key(&other), ALL).await;
    assert_eq!(files.unwrap().items, [file]);
    let parked = desk.app.outbox.messages(MessageState::Parked, 0, 10).await;
    assert_eq!(parked.unwrap(), []);
}

#[tokio::test]
async fn nothing_is_purged_that_is_still_to_be_told_or_counted() {
    let desk = Desk::open().await;
    let doomed = desk.ticket(Priority::Urgent).await;
    desk.read_log().await;
    desk.delete(&doomed).await;
    desk.pass(YEAR);
    let waits = PurgeReport {
        needed: 1,
        ..PurgeReport::default()
    };
    let known = desk.known(&doomed, "nothing");
    assert_eq!(desk.purge().await, waits);
    desk.relay().await;
    assert_eq!(desk.purge().await, waits, "figures count it");
    desk.fold().await;
    assert_eq!(desk.purge().await.tickets, 1);
    assert_eq!(desk.traces(&known), []);

    let second = desk.ticket(Priority::Urgent).await;
    desk.delete(&second).await;
    desk.pass(YEAR);
    desk.fold().await;
    assert_eq!(desk.purge().await, waits, "nobody was told");
    desk.relay().await;
    assert_eq!(desk.purge().await.tickets, 1);
}

#[tokio::test]
async fn the_feed_and_the_figures_go_on_without_what_is_gone() {
    let desk = Desk::open().await;
    let first = desk.ticket(Priority::Low).await;
    let early = desk.full("early", &first).await;
    let last = desk.ticket(Priority::High).await;
    let late = desk.full("late", &last).await;
    desk.delete(&early).await;
    desk.delete(&late).await;
    desk.read_log().await;
    let (all, figures) = (
        desk.feed(None).await,
        desk.app.analytics.rows().await.unwrap(),
    );
    let lasting = [first.ticket.data.id.0, last.ticket.data.id.0];
    let left: Vec<_> = all
        .events
        .into_iter()
        .filter(|event| lasting.contains(&event.ticket.id))
        .collect();
    desk.pass(YEAR);
    assert_eq!(desk.purge().await.tickets, 2);

    // At once, as a server that has just started knows it, too: no number is waited for.
    let beside = Desk {
        app: desk.beside().await,
        ..desk
    };
    let read = beside.feed(None).await;
    assert_eq!(read.events, left);
    assert_eq!(beside.feed(Some(&read.next)).await.events, []);
    let now = beside.feed(Some("now")).await;
    assert_eq!(now.events, []);
    let old_place = beside.feed(Some(&all.next)).await;
    assert_eq!(
        (old_place.events.len(), old_place.next),
        (0, all.next.clone())
    );
    let new = beside.ticket(Priority::Low).await;
    for place in [&all.next, &read.next, &now.next] {
        let news = beside.feed(Some(place)).await.events;
        assert_eq!(news.len(), 1);
        assert_eq!(news[0].ticket.id, new.ticket.data.id.0);
    }
    beside.delete(&new).await;
    beside.read_log().await;
    assert_eq!(beside.app.analytics.rows().await.unwrap(), figures);
    rebuild(&beside.app).await.unwrap();
    beside.fold().await;
    assert_eq!(beside.app.analytics.rows().await.unwrap(), figures);
}
