//! A ticket with what belongs to it, and what of it a customer may see.

use linedesk_domain::ids::{AttachmentId, CommentId, CustomerId, ServiceId, TicketId, UserId};
use linedesk_domain::people::{Actor, Role};
use linedesk_domain::text::CommentBody;
use linedesk_domain::ticket::comment::Comment;
use linedesk_domain::ticket::merge::Relation;
use linedesk_ports::changes::Write;
use linedesk_ports::directory::Service;
use linedesk_ports::queries::{DetailQuery, Part, TicketDetail, Why};
use linedesk_ports::store::{Scope, StoreError};
use linedesk_ports::tickets::{Attachment, TicketKey};

use super::desk::{Desk, act, changed, minute, noon};

fn comment(desk: &Desk, author: Option<UserId>, text: &str, is_internal: bool, at: i64) -> Comment {
    Comment {
        id: CommentId(desk.uuid()),
        author,
        body: CommentBody::parse(text).unwrap(),
        is_internal,
        created_at: minute(at),
        updated_at: minute(at),
    }
}

fn file(desk: &Desk, name: &str) -> Attachment {
    Attachment {
        id: AttachmentId(desk.uuid()),
        ticket: None,
        comment: None,
        is_internal: false,
        name: name.to_owned(),
        size: 5,
        content_type: "text/plain".to_owned(),
        sha256: [3; 32],
        uploaded_by: None,
        created_at: noon(),
    }
}

async fn detail(desk: &Desk, scope: Scope, id: TicketId, internal: bool) -> Option<TicketDetail> {
    let want = DetailQuery {
        internal,
        history: Some(100),
        comments: Some(100),
    };
    desk.store
        .detail(scope, TicketKey::Id(id), want)
        .await
        .unwrap()
}

#[tokio::test]
async fn internal_notes_and_their_files_are_for_staff() {
    let desk = Desk::open().await;
    let agent = desk.user("agent", Role::Agent).await;
    let (id, _) = desk.create(desk.wish("One"), noon()).await;
    let public = comment(&desk, Some(agent), "Hello", false, 1);
    let note = comment(&desk, Some(agent), "He is difficult", true, 2);
    let secret = file(&desk, "secret.txt");
    desk.write([
        Write::NewComment {
            ticket: id,
            comment: public.clone(),
        },
        Write::NewAttachment(secret.clone()),
        Write::NewComment {
            ticket: id,
            comment: note.clone(),
        },
        Write::Attach {
            ids: vec![secret.id],
            ticket: id,
            comment: Some(note.id),
            is_internal: true,
        },
    ])
    .await
    .unwrap();

    let staff = detail(&desk, Scope::Everything, id, true).await.unwrap();
    let comments = staff.comments.unwrap();
    assert_eq!(
        comments
            .items
            .iter()
            .map(|view| &view.comment)
            .collect::<Vec<_>>(),
        [&public, &note]
    );
    assert_eq!(comments.items[1].attachments.len(), 1);
    assert_eq!(comments.items[0].author_name.as_deref(), Some("agent"));
    assert_eq!((comments.total.n, staff.attachments.len()), (2, 1));
    let customer = detail(&desk, Scope::Everything, id, false).await.unwrap();
    let comments = customer.comments.unwrap();
    assert_eq!(
        (
            comments.items.len(),
            comments.total.n,
            customer.attachments.len()
        ),
        (1, 1, 0)
    );
    let files = desk
        .store
        .files(Scope::Everything, TicketKey::Id(id), false, Part::Last(9))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(files.total.n, 0, "not even a count betrays it");
}

#[tokio::test]
async fn parts_of_the_comments_are_oldest_first_from_either_end() {
    let desk = Desk::open().await;
    let (id, _) = desk.create(desk.wish("One"), noon()).await;
    // All of one instant: the order of writing decides.
    let all: Vec<_> = (0..7)
        .map(|n| comment(&desk, None, &format!("n{n}"), false, 1))
        .collect();
    desk.write(all.iter().map(|one| Write::NewComment {
        ticket: id,
        comment: one.clone(),
    }))
    .await
    .unwrap();
    let read = async |part| {
        let found = desk
            .store
            .comments(Scope::Everything, TicketKey::Id(id), true, part)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.total.n, 7);
        found
            .items
            .iter()
            .map(|view| view.comment.body.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(read(Part::Last(2)).await, ["n5", "n6"]);
    assert_eq!(
        read(Part::From {
            offset: 1,
            limit: 2
        })
        .await,
        ["n1", "n2"]
    );
    assert_eq!(
        read(Part::From {
            offset: 9,
            limit: 2
        })
        .await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn a_comment_is_rewritten_and_taken_back() {
    let desk = Desk::open().await;
    let (id, _) = desk.create(desk.wish("One"), noon()).await;
    let mut one = comment(&desk, None, "first", false, 1);
    desk.write([Write::NewComment {
        ticket: id,
        comment: one.clone(),
    }])
    .await
    .unwrap();
    one.body = CommentBody::parse("second").unwrap();
    one.updated_at = minute(2);
    desk.write([Write::Comment {
        comment: one.clone(),
    }])
    .await
    .unwrap();
    let stored = desk.store.comment(id, one.id).await.unwrap();
    assert_eq!(stored.map(|stored| stored.comment), Some(one.clone()));
    assert_eq!(
        desk.store
            .comment(TicketId(desk.uuid()), one.id)
            .await
            .unwrap(),
        None,
        "another ticket's"
    );
    desk.write([Write::DeleteComment {
        id: one.id,
        at: minute(3),
    }])
    .await
    .unwrap();
    assert_eq!(desk.store.comment(id, one.id).await.unwrap(), None);
    assert_eq!(
        desk.write([Write::Comment { comment: one }]).await,
        Err(StoreError::Stale)
    );
}

#[tokio::test]
async fn a_file_is_attached_once_and_unattached_ones_can_be_found() {
    let desk = Desk::open().await;
    let (id, _) = desk.create(desk.wish("One"), noon()).await;
    let (one, two) = (file(&desk, "one"), file(&desk, "two"));
    desk.write([
        Write::NewAttachment(one.clone()),
        Write::NewAttachment(two.clone()),
    ])
    .await
    .unwrap();
    assert_eq!(desk.store.orphans(minute(1), 9).await.unwrap().len(), 2);
    assert_eq!(desk.store.orphans(noon(), 9).await.unwrap().len(), 0);
    let attach = || {
        [Write::Attach {
            ids: vec![one.id],
            ticket: id,
            comment: None,
            is_internal: false,
        }]
    };
    desk.write(attach()).await.unwrap();
    assert_eq!(desk.write(attach()).await, Err(StoreError::Stale));
    assert_eq!(desk.store.orphans(minute(1), 9).await.unwrap(), [two.id]);
    let found = desk
        .store
        .attachments(&[two.id, AttachmentId(desk.uuid()), one.id])
        .await
        .unwrap();
    let attached = Attachment {
        ticket: Some(id),
        ..one
    };
    assert_eq!(found, [two.clone(), attached.clone()]);
    let both = [one.id, two.id];
    desk.write([Write::ForgetUploads(both.to_vec())])
        .await
        .unwrap();
    let kept = desk.store.attachments(&both).await.unwrap();
    assert_eq!(kept, [attached], "it is an upload no more");
    desk.write([Write::ForgetAttachments(vec![one.id])])
        .await
        .unwrap();
    assert_eq!(desk.store.attachments(&both).await.unwrap(), []);
}

#[tokio::test]
async fn a_merged_tickets_comments_show_in_the_one_that_lives_on() {
    let desk = Desk::open().await;
    let agent = Actor::User {
        id: desk.user("agent", Role::Agent).await,
        role: Role::Agent,
    };
    let mut ids = Vec::new();
    for n in 0..3 {
        let (id, _) = desk.create(desk.wish("One of three"), minute(n)).await;
        let comment = comment(&desk, None, &format!("on {n}"), false, 10 - n);
        desk.write([Write::NewComment {
            ticket: id,
            comment,
        }])
        .await
        .unwrap();
        ids.push(id);
    }
    // The first into the second, then the second into the third.
    for (from, into) in [(0, 1), (1, 2)] {
        let (source, target) = (desk.load(ids[from]).await, desk.load(ids[into]).await);
        let expected = source.ticket.data().version;
        let decision =
            source
                .ticket
                .merge_into(&act(agent, minute(30), &source.book), &target.ticket, None);
        desk.write(changed(decision.unwrap(), expected))
            .await
            .unwrap();
    }
    let last = detail(&desk, Scope::Everything, ids[2], false)
        .await
        .unwrap();
    let comments = last.comments.unwrap();
    let texts: Vec<_> = comments
        .items
        .iter()
        .map(|view| view.comment.body.as_str())
        .collect();
    assert_eq!(
        texts,
        ["on 2", "on 1", "on 0"],
        "by time, whichever ticket they were written on"
    );
    assert_eq!(comments.items[2].ticket, ids[0]);
    assert_eq!(
        last.related.iter().map(|one| one.why).collect::<Vec<_>>(),
        [Why::MergedIntoThis]
    );
    let first = detail(&desk, Scope::Everything, ids[0], false)
        .await
        .unwrap();
    assert_eq!(
        first.related.iter().map(|one| one.why).collect::<Vec<_>>(),
        [Why::ThisMergedInto]
    );
}

#[tokio::test]
async fn nothing_of_another_account_is_seen_nor_stands_beside() {
    let desk = Desk::open().await;
    let (ada, bob) = (desk.customer("Ada").await, desk.customer("Bob").await);
    let service = ServiceId(desk.uuid());
    desk.write([Write::Service(shared_line(service, ada))])
        .await
        .unwrap();
    let mut ids = Vec::new();
    for owner in [ada, ada, bob] {
        let mut wish = desk.wish("Line down");
        (wish.customer, wish.service) = (Some(owner), Some(service));
        ids.push(desk.create(wish, noon()).await.0);
    }
    let blocks = Write::Link {
        from: ids[0],
        to: ids[2],
        relation: Relation::Blocks,
        by: None,
        at: noon(),
    };
    desk.write([blocks]).await.unwrap();

    let staff = detail(&desk, Scope::Everything, ids[0], true)
        .await
        .unwrap();
    let whys: Vec<_> = staff.related.iter().map(|one| one.why).collect();
    assert_eq!(
        whys,
        [
            Why::LinkTo(Relation::Blocks),
            Why::SameService,
            Why::SameService
        ]
    );
    let own = detail(&desk, Scope::Account(ada), ids[0], false)
        .await
        .unwrap();
    let beside: Vec<_> = own
        .related
        .iter()
        .map(|one| (one.why, one.ticket.data.id))
        .collect();
    assert_eq!(beside, [(Why::SameService, ids[1])]);
    assert!(
        detail(&desk, Scope::Account(ada), ids[2], false)
            .await
            .is_none()
    );
    assert!(
        desk.store
            .ticket(Scope::Account(ada), TicketKey::Number(3))
            .await
            .unwrap()
            .is_none()
    );
    let both = desk
        .store
        .tickets(Scope::Account(ada), &[ids[2], ids[1], ids[0]])
        .await
        .unwrap();
    let both: Vec<_> = both.iter().map(|loaded| loaded.ticket.data().id).collect();
    assert_eq!(both, [ids[1], ids[0]]);
}

fn shared_line(id: ServiceId, customer: CustomerId) -> Service {
    Service {
        id,
        customer,
        name: "Line".to_owned(),
        kind: None,
        identifier: None,
        site: None,
        status: None,
        is_active: true,
        created_at: noon(),
        updated_at: noon(),
    }
}
