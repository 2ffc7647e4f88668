//! Many tickets, large ones, those that were merged, and who stops in between.

use linedesk_domain::ids::CommentId;
use linedesk_domain::ticket::comment::Comment;

use super::*;

impl Desk {
    /// Writes very many comments at once.
    async fn flood(&self, ticket: &TicketView, comments: usize) {
        let at = self.now();
        let comment = |_| Write::NewComment {
            ticket: ticket.ticket.data.id,
            comment: Comment {
                id: CommentId(self.app.ids.next(at)),
                author: None,
                body: CommentBody::parse("and again").unwrap(),
                is_internal: false,
                created_at: at,
                updated_at: at,
            },
        };
        let changes = Changes {
            writes: (0..comments).map(comment).collect(),
            mark: None,
        };
        self.app.commit.commit(changes).await.unwrap();
    }

    async fn beside_it(self) -> Self {
        Self {
            app: self.beside().await,
            ..self
        }
    }
}

#[tokio::test]
async fn many_tickets_and_large_ones_go_step_by_step() {
    let desk = Desk::open().await;
    let large = desk.ticket(Priority::Low).await;
    desk.flood(&large, 4_500).await;
    desk.delete(&large).await;
    let mut lasting = Vec::new();
    for n in 0..230 {
        let ticket = desk.ticket(Priority::Low).await;
        if n % 10 == 0 {
            lasting.push(ticket);
        } else {
            desk.delete(&ticket).await;
        }
    }
    desk.read_log().await;
    desk.pass(YEAR);
    let known = desk.known(&large, "and again");
    let purged = desk.purge().await;
    assert_eq!((purged.tickets, purged.needed), (208, 0));
    // Made and deleted: two events each.
    assert_eq!(purged.rows, 4_500 + 2 * 208);
    assert_eq!(desk.traces(&known), []);
    assert_eq!(desk.found("signal").await, (23, 23, Some(23)));
    for ticket in &lasting {
        let read = desk.read(ticket).await;
        assert_eq!(read.ticket.numbers, ticket.ticket.numbers);
    }
    assert_eq!(desk.dangling(), 0);
}

#[tokio::test]
async fn who_stops_between_two_steps_leaves_nothing_that_refers_to_nothing_and_the_next_one_goes_on()
 {
    let desk = Desk::open().await;
    let other = desk.ticket(Priority::Low).await;
    desk.say(&other, "lasting", false).await;
    let doomed = desk.full("doomed", &other).await;
    desk.flood(&doomed, 2_500).await;
    desk.delete(&doomed).await;
    desk.read_log().await;
    desk.pass(YEAR);
    let known = desk.known(&doomed, "doomed");
    let (kept, until) = (
        desk.rows().len() - desk.traces(&known).len(),
        desk.now() - YEAR,
    );

    // One step, and then the power goes.
    let ids = [doomed.ticket.data.id];
    let step = desk.app.purge.purge(&ids, until).await.unwrap();
    assert_eq!((step.tickets, step.rows, step.is_all), (0, 2_000, false));
    assert!(tables(&desk.traces(&known)).contains(&"tickets"));
    assert_eq!((desk.dangling(), desk.files()), (0, 5));
    let hidden = tickets::ticket(&desk.app, &desk.admin, key(&doomed)).await;
    assert!(hidden.is_err());

    // The next one goes on to the end, but for the bytes of the files.
    let desk = desk.beside_it().await;
    assert_eq!(desk.purge().await.tickets, 1);
    assert_eq!((desk.traces(&known), desk.dangling()), (Vec::new(), 0));
    assert_eq!(desk.files(), 5);
    let discarded = desk.app.purge.discarded(None, 100).await.unwrap();
    assert_eq!(discarded.len(), 4);

    // Of the third, one is deleted and it is not noted any more.
    desk.app.blobs.delete(discarded[2]).await.unwrap();
    let desk = desk.beside_it().await;
    assert_eq!(discard_files(&desk.app).await.unwrap(), 4);
    assert_eq!((desk.files(), desk.rows().len()), (1, kept));
    let said = list_comments(&desk.app, &desk.admin, key(&other), ALL).await;
    let file = said.unwrap().items[0].attachments[0].clone();
    assert!(tickets::open_file(&desk.app, &file, None).await.is_ok());
}

#[tokio::test]
async fn the_bytes_of_a_file_that_was_taken_back_go_even_if_nobody_was_left_to_delete_them() {
    let desk = Desk::open().await;
    let file = desk.upload("line.log").await;
    let changes = Changes {
        writes: vec![Write::ForgetAttachments(vec![file.id])],
        mark: None,
    };
    desk.app.commit.commit(changes).await.unwrap();
    assert_eq!(desk.files(), 1);
    let desk = desk.beside_it().await;
    assert_eq!(discard_files(&desk.app).await.unwrap(), 1);
    assert_eq!(
        (desk.files(), discard_files(&desk.app).await.unwrap()),
        (0, 0)
    );
}

#[tokio::test]
async fn what_was_merged_into_a_ticket_that_goes_lives_on_without_it() {
    let desk = Desk::open().await;
    let (source, target) = (
        desk.ticket(Priority::Low).await,
        desk.ticket(Priority::Low).await,
    );
    desk.say(&source, "what was said", false).await;
    desk.merge(&source, &target).await;
    desk.delete(&target).await;
    desk.read_log().await;
    let before = desk.read(&source).await.ticket.data;
    assert_eq!(before.merged_into, Some(target.ticket.data.id));
    desk.pass(YEAR);
    assert_eq!(desk.purge().await.tickets, 1);
    let after = desk.read(&source).await.ticket.data;
    assert_eq!(
        (after.merged_into, after.version),
        (None, before.version + 1)
    );
    assert_eq!(
        (after.status, after.closed_at),
        (before.status, before.closed_at)
    );
    assert_eq!(desk.told(&source).await, [(desk.now(), Action::Updated)]);
    let said = list_comments(&desk.app, &desk.admin, key(&source), ALL).await;
    assert_eq!(said.unwrap().items.len(), 1);
    assert_eq!(desk.dangling(), 0);
    desk.read_log().await;
}

#[tokio::test]
async fn of_two_deleted_tickets_the_one_that_was_merged_goes_first() {
    let desk = Desk::open().await;
    let (source, target) = (
        desk.ticket(Priority::Low).await,
        desk.ticket(Priority::Low).await,
    );
    desk.merge(&source, &target).await;
    desk.delete(&target).await;
    desk.pass(MOMENT);
    desk.delete(&source).await;
    desk.read_log().await;
    let (first, second) = (
        desk.known(&source, "nothing"),
        desk.known(&target, "nothing"),
    );
    desk.pass(YEAR - MOMENT);
    let waits = desk.purge().await;
    assert_eq!((waits.tickets, waits.needed), (0, 1));
    let until = desk.now() - YEAR;
    let asked = desk.app.purge.purge(&[target.ticket.data.id], until).await;
    assert_eq!(asked.unwrap().tickets, 0, "even if it was asked for");
    desk.pass(MOMENT);
    assert_eq!(desk.purge().await.tickets, 1);
    assert_eq!(desk.traces(&first), []);
    assert_eq!(desk.purge().await.tickets, 1);
    assert_eq!(desk.traces(&second), []);
}

#[tokio::test]
async fn numbers_of_what_is_gone_are_not_given_again() {
    let desk = Desk::open().await;
    let other = desk.ticket(Priority::Low).await;
    let doomed = desk.ticket(Priority::Low).await;
    desk.say(&doomed, "one", false).await;
    let last = desk.say(&doomed, "two", false).await.number;
    desk.delete(&doomed).await;
    desk.read_log().await;
    let day = desk.now();
    desk.pass(YEAR);
    assert_eq!(desk.purge().await.tickets, 1);
    let first = desk.say(&other, "three", false).await.number;
    let second = desk.say(&other, "four", false).await.number;
    assert!(first > last && second > first, "{last} {first} {second}");
    let said = list_comments(&desk.app, &desk.admin, key(&other), ALL).await;
    let said = said.unwrap().items.into_iter().map(|view| view.number);
    assert_eq!(said.collect::<Vec<_>>(), [first, second]);
    // Should the clock go back.
    *desk.clock.0.lock().unwrap() = day;
    let new = desk.ticket(Priority::Low).await.ticket.numbers;
    let old = doomed.ticket.numbers;
    assert!(new.number > old.number && new.label > old.label, "{new:?}");
}
