//! Comments, by the numbers that older clients know them by.

use std::sync::Arc;

use linedesk_domain::ids::CommentId;
use linedesk_domain::people::Role;
use linedesk_domain::text::CommentBody;
use linedesk_domain::ticket::comment::Comment;
use linedesk_ports::changes::Write;
use linedesk_ports::queries::Part;
use linedesk_ports::store::Scope;
use linedesk_ports::tickets::TicketKey;

use super::desk::{Desk, minute, noon};

fn comment(desk: &Desk, text: &str, at: i64) -> Comment {
    Comment {
        id: CommentId(desk.uuid()),
        author: None,
        body: CommentBody::parse(text).unwrap(),
        is_internal: false,
        created_at: minute(at),
        updated_at: minute(at),
    }
}

#[tokio::test]
async fn a_new_comment_is_told_the_number_that_it_is_read_by() {
    let desk = Desk::open().await;
    let (ticket, _) = desk.create(desk.wish("One"), noon()).await;
    desk.user("agent", Role::Agent).await;
    let (one, two) = (comment(&desk, "one", 1), comment(&desk, "two", 2));
    let writes = [&one, &two].map(|comment| Write::NewComment {
        ticket,
        comment: comment.clone(),
    });
    let numbers = desk.write(writes).await.unwrap().comments;
    assert_eq!(numbers.len(), 2);
    assert!(numbers[0] < numbers[1], "{numbers:?}");

    let (scope, key) = (Scope::Everything, TicketKey::Id(ticket));
    let read = desk.store.comments(scope, key, true, Part::Last(9)).await;
    let read = read.unwrap().unwrap().items;
    let read: Vec<_> = read.into_iter().map(|view| view.number).collect();
    assert_eq!(read, numbers);
    let stored = desk.store.comment(ticket, two.id).await.unwrap().unwrap();
    assert_eq!((stored.comment, stored.number), (two, numbers[1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_that_share_a_commit_are_told_their_own_numbers() {
    let desk = Arc::new(Desk::open().await);
    let (ticket, _) = desk.create(desk.wish("One"), noon()).await;
    let writers = (0..64).map(|n| {
        let desk = Arc::clone(&desk);
        tokio::spawn(async move {
            let comment = comment(&desk, "many", n);
            let id = comment.id;
            let committed = desk.write([Write::NewComment { ticket, comment }]).await;
            (id, committed.unwrap().comments)
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        let (id, numbers) = writer.await.unwrap();
        let stored = desk.store.comment(ticket, id).await.unwrap().unwrap();
        assert_eq!(numbers, [stored.number]);
    }
}
