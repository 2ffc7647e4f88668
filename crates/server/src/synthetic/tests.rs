//! The whole of it, into a store that only keeps what it is given.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use async_trait::async_trait;
use linedesk_domain::class::Category;
use linedesk_domain::event::Action;
use linedesk_domain::ids::{
    AttachmentId, CommentId, ContactId, CustomerId, ServiceId, TeamId, TicketId, UserId,
};
use linedesk_domain::sla::SlaState;
use linedesk_domain::ticket::{Ticket, TicketData};
use linedesk_domain::workflow::Status;
use linedesk_ports::changes::Committed;
use linedesk_ports::directory::{Contact, Customer, DirectoryPage, Service, User};
use linedesk_ports::knowledge::{KnowledgeWrite, MockKnowledge, ShelfCounts};
use linedesk_ports::store::Scope;
use linedesk_ports::tickets::{
    Attachment, CreationFacts, CreationKeys, Due, Loaded, StoredComment, TicketKey,
};

use super::*;

#[derive(Default)]
struct Kept(Mutex<Vec<Write>>);

#[async_trait]
impl Commit for Kept {
    async fn commit(&self, changes: Changes) -> Result<Committed, StoreError> {
        self.0.lock().unwrap().extend(changes.writes);
        Ok(Committed::default())
    }
}

#[async_trait]
impl Tickets for Kept {
    async fn book(&self) -> Result<Arc<SlaBook>, StoreError> {
        let (mut policies, mut calendars) = (Vec::new(), Vec::new());
        for write in self.0.lock().unwrap().iter() {
            match write {
                Write::Policy(version) => policies.push(version.clone()),
                Write::Calendar(version) => calendars.push(version.clone()),
                _ => {}
            }
        }
        Ok(Arc::new(SlaBook::new(policies, calendars).unwrap()))
    }

    async fn ticket(&self, _: Scope, _: TicketKey) -> Result<Option<Loaded>, StoreError> {
        unreachable!()
    }
    async fn tickets(&self, _: Scope, _: &[TicketId]) -> Result<Vec<Loaded>, StoreError> {
        unreachable!()
    }
    async fn creation(&self, _: CreationKeys) -> Result<CreationFacts, StoreError> {
        unreachable!()
    }
    async fn put_off(&self, _: &[i64], _: Timestamp, _: Timestamp) -> Result<usize, StoreError> {
        unreachable!()
    }

    async fn due(&self, _: Timestamp, _: u32) -> Result<Due, StoreError> {
        unreachable!()
    }
    async fn comment(
        &self,
        _: TicketId,
        _: CommentId,
    ) -> Result<Option<StoredComment>, StoreError> {
        unreachable!()
    }
    async fn attachments(&self, _: &[AttachmentId]) -> Result<Vec<Attachment>, StoreError> {
        unreachable!()
    }
    async fn orphans(&self, _: Timestamp, _: u32) -> Result<Vec<AttachmentId>, StoreError> {
        unreachable!()
    }
    async fn rearm(&self, _: i64, _: u32, _: Timestamp) -> Result<Option<i64>, StoreError> {
        unreachable!()
    }
}

#[async_trait]
impl Directory for Kept {
    async fn teams(&self, _: DirectoryFilter) -> Result<DirectoryPage<Team>, StoreError> {
        let team = |n: u128, categories: &[Category]| Team {
            id: TeamId(uuid::Uuid::from_u128(n)),
            name: format!("Team {n}"),
            categories: categories.to_vec(),
            is_active: true,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        };
        let items = vec![
            team(1, &[Category::BillingInquiry]),
            team(2, &[Category::TechnicalSupport, Category::OutageReport]),
        ];
        Ok(DirectoryPage { total: 2, items })
    }

    async fn customer(&self, _: CustomerId) -> Result<Option<Customer>, StoreError> {
        unreachable!()
    }
    async fn customers(&self, _: DirectoryFilter) -> Result<DirectoryPage<Customer>, StoreError> {
        unreachable!()
    }
    async fn contact(&self, _: ContactId) -> Result<Option<Contact>, StoreError> {
        unreachable!()
    }
    async fn contacts(&self, _: DirectoryFilter) -> Result<DirectoryPage<Contact>, StoreError> {
        unreachable!()
    }
    async fn service(&self, _: ServiceId) -> Result<Option<Service>, StoreError> {
        unreachable!()
    }
    async fn services(&self, _: DirectoryFilter) -> Result<DirectoryPage<Service>, StoreError> {
        unreachable!()
    }
    async fn team(&self, _: TeamId) -> Result<Option<Team>, StoreError> {
        unreachable!()
    }
    async fn user(&self, _: UserId) -> Result<Option<User>, StoreError> {
        unreachable!()
    }
    async fn user_by_number(&self, _: i64) -> Result<Option<User>, StoreError> {
        unreachable!()
    }
    async fn user_by_login(&self, _: &str) -> Result<Option<User>, StoreError> {
        unreachable!()
    }
    async fn names(
        &self,
        _: linedesk_ports::names::NamesWanted,
    ) -> Result<linedesk_ports::names::Names, StoreError> {
        unreachable!()
    }
    async fn users(&self, _: DirectoryFilter) -> Result<DirectoryPage<User>, StoreError> {
        unreachable!()
    }
}

fn options(tickets: u64, seed: u64, threads: usize) -> Options {
    Options {
        tickets,
        seed,
        comments: 3,
        now: Timestamp::from_second(1_795_219_200).unwrap(),
        timezone: TimeZone::UTC,
        reopen_window: linedesk_domain::ticket::DEFAULT_REOPEN_WINDOW,
        threads,
    }
}

async fn filled(options: Options) -> (Vec<Write>, Report) {
    let kept = Kept::default();
    let mut last = 0;
    let mut knowledge = MockKnowledge::new();
    knowledge
        .expect_shelves()
        .returning(|_| Ok(ShelfCounts::default()));
    knowledge.expect_templates().returning(|| Ok(Vec::new()));
    let ports = Ports {
        commit: &kept,
        directory: &kept,
        tickets: &kept,
        knowledge: &knowledge,
    };
    let report = fill(ports, &options, |done| last = done).await.unwrap();
    assert_eq!(last, options.tickets);
    (kept.0.into_inner().unwrap(), report)
}

fn tickets(writes: &[Write]) -> Vec<&TicketData> {
    let mut found = Vec::new();
    for write in writes {
        if let Write::NewTicket { data, .. } = write {
            found.push(&**data);
        }
    }
    found
}

#[tokio::test]
async fn the_same_seed_gives_the_same_data_on_any_number_of_threads() {
    let (one, report) = filled(options(500, 7, 1)).await;
    let (four, _) = filled(options(500, 7, 4)).await;
    assert!(one == four);
    let (other, _) = filled(options(500, 8, 1)).await;
    assert!(one != other);
    assert_eq!(
        (report.tickets, report.customers, report.staff),
        (500, 25, 60)
    );
}

#[tokio::test]
async fn every_ticket_could_have_come_out_of_the_program() {
    let options = options(3_000, 1, 3);
    let now = options.now;
    let (writes, report) = filled(options).await;
    let tickets = tickets(&writes);
    let mut ids = HashSet::new();
    for ticket in &tickets {
        assert!(Ticket::restore((*ticket).clone()).is_ok());
        assert!(ids.insert(ticket.id));
        assert!(ticket.sla.is_some() && ticket.updated_at <= now && ticket.created_at() < now);
        assert!(ticket.next_timer_at().is_none_or(|at| at > now));
    }
    assert!(tickets.is_sorted_by_key(|ticket| ticket.created_at()));
    let mut commented = HashMap::new();
    for write in &writes {
        match write {
            Write::Event { event, .. } => {
                assert!(event.at <= now);
                if let Action::Commented { comment } = event.action {
                    commented.insert(comment, event.at);
                }
            }
            Write::NewComment { comment, .. } => {
                assert_eq!(commented.get(&comment.id), Some(&comment.created_at));
            }
            _ => {}
        }
    }
    assert_eq!(report.comments, commented.len() as u64);
}

#[tokio::test]
async fn the_shares_are_plausible() {
    let (writes, report) = filled(options(5_000, 1, 3)).await;
    let tickets = tickets(&writes);
    let share = |which: &dyn Fn(&TicketData) -> bool| {
        tickets.iter().filter(|ticket| which(ticket)).count() * 1_000 / tickets.len()
    };
    let unresolved = share(&|ticket| !ticket.status.is_done());
    assert!((70..130).contains(&unresolved), "{unresolved}");
    let breached = share(&|ticket| {
        ticket.sla.as_ref().unwrap().state(ticket.status.is_done()) == SlaState::Breached
    });
    assert!((200..700).contains(&breached), "{breached}");
    for status in Status::ALL {
        assert!(
            tickets.iter().any(|ticket| ticket.status == status),
            "{status:?}"
        );
    }
    let resolved = share(&|ticket| ticket.status.is_done());
    let rated = share(&|ticket| ticket.satisfaction.is_some()) * 100 / resolved;
    assert!((25..40).contains(&rated), "{rated}");
    let scores: Vec<u8> = tickets
        .iter()
        .filter_map(|ticket| Some(ticket.satisfaction.as_ref()?.score.get()))
        .collect();
    let content = scores.iter().filter(|score| **score >= 4).count() * 100 / scores.len();
    assert!((60..85).contains(&content), "{content}");
    for score in 1..=5 {
        assert!(scores.contains(&score), "{score}");
    }
    let canned = share(&|ticket| ticket.resolution_template.is_some()) * 100 / resolved;
    assert!((20..70).contains(&canned), "{canned}");
    let comments = report.comments * 10 / report.tickets;
    assert!((25..35).contains(&comments), "{comments}");
}

#[tokio::test]
async fn articles_lie_in_categories_and_are_read_and_answers_are_used() {
    let (writes, _) = filled(options(300, 1, 2)).await;
    let (mut shelves, mut articles, mut templates, mut views) = (Vec::new(), Vec::new(), 0, 0);
    for write in &writes {
        match write {
            Write::Knowledge(KnowledgeWrite::Shelf { shelf, tree }) => {
                assert_eq!(usize::try_from(*tree), Ok(shelves.len()));
                assert!(shelf.parent.is_none_or(|parent| shelves.contains(&parent)));
                shelves.push(shelf.id);
            }
            Write::Knowledge(KnowledgeWrite::Article { article, text, .. }) => {
                let shelf = article.content.shelf.expect("a category");
                assert!(shelves.contains(&shelf) && !text.terms.is_empty());
                articles.push(article.id);
            }
            Write::Knowledge(KnowledgeWrite::View { article, .. }) => {
                assert!(articles.contains(article));
                views += 1;
            }
            Write::Knowledge(KnowledgeWrite::Template { .. }) => templates += 1,
            _ => {}
        }
    }
    assert_eq!((shelves.len(), articles.len(), templates), (7, 14, 8));
    assert!(views > 300, "{views}");
}
