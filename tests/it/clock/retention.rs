//! What is forgotten, and when.

use std::fs;
use std::path::Path;

use futures_util::stream;
use linedesk_app::accounts::{Begun, begin, finish};
use linedesk_app::tickets::{attach, expire_uploads, upload};
use linedesk_ports::accounts::KeptAnswer;
use linedesk_ports::tickets::Attachment;

use super::*;

const DAY: SignedDuration = SignedDuration::from_hours(24);
const MOMENT: SignedDuration = SignedDuration::from_secs(1);

impl Desk {
    async fn upload(&self, name: &str) -> Attachment {
        let bytes = Ok(b"sync lost".as_slice().into());
        let bytes = Box::pin(stream::iter([bytes]));
        upload(&self.app, &self.admin, name, bytes).await.unwrap()
    }

    /// Rows and files of uploads that there are.
    async fn kept(&self, uploads: &[&Attachment]) -> (usize, usize) {
        let ids: Vec<_> = uploads.iter().map(|upload| upload.id).collect();
        let rows = self.app.tickets.attachments(&ids).await.unwrap();
        let folder = Places::of(&self.settings).attachments;
        (rows.len(), files(&folder.expect("they are in a folder")))
    }

    async fn begin(&self) -> Begun {
        let path = "/api/v1/tickets";
        begin(&self.app, &self.admin, "key-1", "POST", path, [7; 32])
            .await
            .unwrap()
    }

    async fn forget(&self) -> u64 {
        let now = self.now();
        let accounts = &self.app.accounts;
        accounts.forget(now, now, now - DAY).await.unwrap()
    }
}

fn files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let count = |entry: fs::DirEntry| {
        if entry.file_type().unwrap().is_dir() {
            files(&entry.path())
        } else {
            1
        }
    };
    entries.map(count).sum()
}

#[tokio::test]
async fn an_upload_that_was_never_attached_is_gone_after_a_day_with_its_bytes() {
    let desk = Desk::open().await;
    let ticket = desk.ticket(Priority::Low).await;
    let (orphan, attached) = (
        desk.upload("line.log").await,
        desk.upload("cable.png").await,
    );
    let key = TicketKey::Id(ticket.ticket.data.id);
    attach(&desk.app, &desk.admin, key, None, vec![attached.id], false)
        .await
        .unwrap();
    desk.pass(MOMENT);
    let later = desk.upload("later.log").await;
    let all = [&orphan, &attached, &later];

    desk.pass(DAY - MOMENT - MOMENT);
    assert_eq!(expire_uploads(&desk.app).await.unwrap(), 0);
    assert_eq!(desk.kept(&all).await, (3, 3));
    desk.pass(MOMENT + SignedDuration::from_micros(1));
    assert_eq!(expire_uploads(&desk.app).await.unwrap(), 1);
    assert_eq!(desk.kept(&all).await, (2, 2));
    assert_eq!(desk.kept(&[&orphan]).await.0, 0);
    desk.pass(DAY);
    assert_eq!(expire_uploads(&desk.app).await.unwrap(), 1);
    assert_eq!(desk.kept(&all).await, (1, 1));
    assert_eq!(desk.kept(&[&attached]).await.0, 1);
}

#[tokio::test]
async fn an_upload_is_not_forgotten_while_its_bytes_cannot_be_removed() {
    let desk = Desk::open().await;
    let orphan = desk.upload("line.log").await;
    desk.pass(DAY + MOMENT);
    let folder = Places::of(&desk.settings).attachments;
    let arrivals = folder.expect("they are in a folder").join("tmp");
    fs::remove_dir(&arrivals).unwrap();
    assert!(expire_uploads(&desk.app).await.is_err());
    assert_eq!(desk.kept(&[&orphan]).await, (1, 1));
    fs::create_dir(&arrivals).unwrap();
    assert_eq!(expire_uploads(&desk.app).await.unwrap(), 1);
    assert_eq!(desk.kept(&[&orphan]).await, (0, 0));
}

#[tokio::test]
async fn an_answer_is_repeated_for_a_day_and_then_the_key_is_free() {
    let desk = Desk::open().await;
    let Begun::Fresh(mark) = desk.begin().await else {
        panic!("nothing was kept yet")
    };
    let answer = KeptAnswer {
        status: 201,
        headers: Vec::new(),
        body: b"{}".to_vec(),
    };
    finish(&desk.app, mark, answer.clone()).await.unwrap();
    desk.pass(DAY);
    assert_eq!(desk.forget().await, 0);
    assert_eq!(desk.begin().await, Begun::Replay(answer));
    desk.pass(SignedDuration::from_micros(1));
    assert!(matches!(desk.begin().await, Begun::Fresh(_)));
    assert_eq!(desk.forget().await, 1);
    assert_eq!(desk.forget().await, 0);
}
