//! Letters about the clock that come in numbers.

use linedesk_app::directory::operator::list_users;
use linedesk_app::models::{MessageState, OutboxMessage};
use linedesk_app::notifications::outbox::list_messages;
use linedesk_app::notifications::relay::relay_page;
use linedesk_domain::people::Role;
use linedesk_ports::directory::{DirectoryFilter, User};

use super::*;

impl Desk {
    /// Leads, who hear of every breach.
    pub(super) async fn leads(&self, count: u128) {
        let everybody = DirectoryFilter {
            limit: 1,
            ..Default::default()
        };
        let first = list_users(&self.app, everybody).await.unwrap();
        let first = first.items.into_iter().next().unwrap();
        let lead = |number: u128| User {
            id: linedesk_domain::ids::UserId(uuid::Uuid::from_u128(number)),
            username: format!("lead-{number}"),
            email: Some(format!("lead-{number}@example.net")),
            role: Role::Lead,
            ..first.clone()
        };
        let writes = (1..=count).map(|number| Write::NewUser(lead(number)));
        let changes = Changes {
            writes: writes.collect(),
            mark: None,
        };
        self.app.commit.commit(changes).await.unwrap();
    }

    /// Lets the clock do what is due and tells of it.
    pub(super) async fn tell(&self) {
        sweep::sweep(&self.app).await.unwrap();
        while relay_page(&self.app).await.unwrap().events > 0 {}
    }

    /// Letters to that lead that go by themselves; those that wait; and when those go, after they were first.
    pub(super) async fn waiting(&self, lead: u128) -> (usize, usize, Option<SignedDuration>) {
        let receiver = format!("lead-{lead}@example.net");
        let state = MessageState::Pending;
        let all = list_messages(&self.app, &self.admin, state, 0, 1_000).await;
        let all: Vec<OutboxMessage> = all.unwrap();
        let own = all.iter().filter(|one| one.new.receiver == receiver);
        let (singly, digests): (Vec<_>, Vec<_>) = own.partition(|one| one.new.event.is_some());
        assert!(digests.len() < 2, "{digests:?}");
        let gathered = self.app.outbox.gathered(&receiver, 1_000).await.unwrap();
        let wait = digests
            .first()
            .map(|one| one.next_attempt_at.duration_since(one.created_at));
        (singly.len(), gathered.len(), wait)
    }
}

#[tokio::test]
async fn after_days_without_a_server_a_lead_gets_a_few_letters_and_a_digest() {
    let desk = Desk::open().await;
    desk.leads(3).await;
    for _ in 0..40 {
        desk.ticket(Priority::Critical).await;
    }
    desk.pass(SignedDuration::from_hours(72));
    desk.tell().await;
    let window = SignedDuration::from_mins(10);
    let first = desk.waiting(1).await;
    // Of each ticket two breaches and three escalations.
    assert_eq!(first, (5, 40 * 5 - 5, Some(window)));
    assert_eq!(desk.waiting(2).await, first);
    // Behind the window they go by themselves again.
    desk.ticket(Priority::Critical).await;
    desk.pass(window * 100);
    desk.tell().await;
    let (singly, gathered, wait) = desk.waiting(3).await;
    assert_eq!((singly, gathered, wait), (10, 195, Some(window)));
}

#[tokio::test]
async fn what_was_told_lately_is_known_to_the_next_server() {
    let desk = Desk::open().await;
    desk.leads(1).await;
    desk.ticket(Priority::Critical).await;
    desk.pass(SignedDuration::from_hours(72) - SignedDuration::from_mins(14));
    desk.ticket(Priority::Critical).await;
    desk.pass(SignedDuration::from_mins(14));
    desk.tell().await;
    assert_eq!(desk.waiting(1).await, (5, 0, None));
    // The other one's first answer is missed, and it is raised for that.
    desk.pass(SignedDuration::from_mins(1));
    let next = desk.beside().await;
    sweep::sweep(&next).await.unwrap();
    while relay_page(&next).await.unwrap().events > 0 {}
    let wait = SignedDuration::from_mins(9);
    assert_eq!(desk.waiting(1).await, (5, 2, Some(wait)));
}
