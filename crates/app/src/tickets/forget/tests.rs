use std::sync::Arc;

use linedesk_domain::ids::TicketId;
use linedesk_ports::blobs::MockBlobs;
use linedesk_ports::tickets::{Attachment, MockTickets};
use uuid::Uuid;

use super::*;
use crate::accounts::doubles::{START, World};

fn id(n: u128) -> AttachmentId {
    AttachmentId(Uuid::from_u128(n))
}

fn attached(id: AttachmentId) -> Attachment {
    Attachment {
        id,
        ticket: Some(TicketId(Uuid::from_u128(1))),
        comment: None,
        is_internal: false,
        name: "line.log".to_owned(),
        size: 9,
        content_type: "text/plain".to_owned(),
        sha256: [3; 32],
        uploaded_by: None,
        created_at: START,
    }
}

fn world(tickets: MockTickets, blobs: MockBlobs) -> World {
    let mut world = World::with([], tickets, |_| {});
    let parts = Arc::get_mut(&mut world.app.parts).expect("nobody else has it yet");
    parts.blobs = Arc::new(blobs);
    world
}

#[tokio::test]
async fn what_was_attached_while_old_uploads_were_forgotten_keeps_its_bytes() {
    let (mut tickets, mut blobs) = (MockTickets::new(), MockBlobs::new());
    let mut found = vec![vec![], vec![id(1), id(2), id(3)]];
    tickets
        .expect_orphans()
        .times(2)
        .returning(move |_, _| Ok(found.pop().unwrap_or_default()));
    // By now the second one belongs to a ticket.
    tickets
        .expect_attachments()
        .withf(|ids| *ids == [id(1), id(2), id(3)])
        .returning(|_| Ok(vec![attached(id(2))]));
    for n in [1, 3] {
        blobs
            .expect_delete()
            .times(1)
            .withf(move |gone| *gone == id(n))
            .returning(|_| Ok(()));
    }
    let world = world(tickets, blobs);
    assert_eq!(expire_uploads(&world.app).await.unwrap(), 2);
    let written = [Write::ForgetUploads(vec![id(1), id(2), id(3)])];
    assert_eq!(world.committed(), written);
}
