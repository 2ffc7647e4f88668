//! What is forgotten, and when.

use std::fs;
use std::path::{Path, PathBuf};

use futures_util::stream;
use linedesk_app::accounts::{Begun, begin, finish};
use linedesk_app::tickets::discard::discard_files;
use linedesk_app::tickets::{
    attach, collect_strays, delete_attachment, download, expire_uploads, upload,
};
use linedesk_domain::ids::AttachmentId;
use linedesk_ports::accounts::KeptAnswer;
use linedesk_ports::blobs::ByteStream;
use linedesk_ports::tickets::Attachment;

use super::*;

const DAY: SignedDuration = SignedDuration::from_hours(24);
const MOMENT: SignedDuration = SignedDuration::from_secs(1);

fn some_bytes() -> ByteStream {
    Box::pin(stream::iter([Ok(b"sync lost".as_slice().into())]))
}

impl Desk {
    pub(super) async fn upload(&self, name: &str) -> Attachment {
        upload(&self.app, &self.admin, name, some_bytes())
            .await
            .unwrap()
    }

    async fn attach(&self, file: &Attachment) {
        let key = TicketKey::Id(self.ticket(Priority::Low).await.ticket.data.id);
        attach(&self.app, &self.admin, key, None, vec![file.id], false)
            .await
            .unwrap();
    }

    /// Bytes alone, as when a server dies before their row is written.
    async fn stray(&self) -> AttachmentId {
        let id = AttachmentId(self.app.ids.next(self.now()));
        let put = self.app.blobs.put(id, some_bytes(), 1_000);
        put.await.unwrap();
        id
    }

    /// Looks through all files. Answers how many went.
    async fn collect(&self) -> usize {
        let (mut deleted, mut place) = (0, None);
        loop {
            let collected = collect_strays(&self.app, place).await.unwrap();
            deleted += collected.deleted;
            place = collected.next;
            if place.is_none() {
                return deleted;
            }
        }
    }

    /// Where files are.
    pub(super) fn folder(&self) -> PathBuf {
        Places::of(&self.settings).attachments.expect("a folder")
    }

    /// Where a file is.
    fn path(&self, id: AttachmentId) -> PathBuf {
        let name = id.to_string();
        let folder = self.folder();
        folder.join(&name[name.len() - 2..]).join(name)
    }

    /// Rows and files of uploads that there are.
    async fn kept(&self, uploads: &[&Attachment]) -> (usize, usize) {
        let ids: Vec<_> = uploads.iter().map(|upload| upload.id).collect();
        let rows = self.app.tickets.attachments(&ids).await.unwrap();
        let folder = self.folder();
        (rows.len(), files(&folder))
    }

    /// How many uploads are forgotten, with their bytes.
    async fn expire(&self) -> usize {
        expire_uploads(&self.app).await.unwrap()
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

pub(super) fn files(folder: &Path) -> usize {
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
    assert_eq!(desk.expire().await, 0);
    assert_eq!(desk.kept(&all).await, (3, 3));
    desk.pass(MOMENT + SignedDuration::from_micros(1));
    assert_eq!(desk.expire().await, 1);
    assert_eq!(desk.kept(&all).await, (2, 2));
    assert_eq!(desk.kept(&[&orphan]).await.0, 0);
    desk.pass(DAY);
    assert_eq!(desk.expire().await, 1);
    assert_eq!(desk.kept(&all).await, (1, 1));
    assert_eq!(desk.kept(&[&attached]).await.0, 1);
}

#[tokio::test]
async fn bytes_that_cannot_be_removed_go_later() {
    let desk = Desk::open().await;
    let orphan = desk.upload("line.log").await;
    desk.pass(DAY + MOMENT);
    // Something that is no file is in the way.
    let path = desk.path(orphan.id);
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(desk.expire().await, 1);
    assert!(discard_files(&desk.app).await.is_err());
    fs::remove_dir(&path).unwrap();
    fs::write(&path, b"sync lost").unwrap();
    assert_eq!(discard_files(&desk.app).await.unwrap(), 1);
    assert!(!path.exists());
    assert_eq!(discard_files(&desk.app).await.unwrap(), 0);
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

#[tokio::test]
async fn a_file_that_was_attached_while_it_was_taken_back_is_taken_from_its_ticket() {
    let desk = Desk::open().await;
    let file = desk.upload("line.log").await;
    desk.attach(&file).await;
    // `file` is what was found before.
    let view = delete_attachment(&desk.app, &desk.admin, file.clone(), None)
        .await
        .unwrap()
        .expect("its ticket");
    assert_eq!(view.ticket.data.version, 3);
    assert_eq!(desk.kept(&[&file]).await, (0, 0));
    let loose = desk.upload("line.log").await;
    let view = delete_attachment(&desk.app, &desk.admin, loose.clone(), None).await;
    assert!(view.unwrap().is_none());
    assert_eq!(desk.kept(&[&loose]).await, (0, 0));
}

#[tokio::test]
async fn bytes_without_a_row_are_gone_after_a_day_and_all_others_stay() {
    let desk = Desk::open().await;
    let (attached, stray) = (desk.upload("cable.png").await, desk.stray().await);
    desk.attach(&attached).await;
    desk.pass(MOMENT);
    let (loose, later) = (desk.upload("later.log").await, desk.stray().await);
    let foreign = desk.folder().join("00");
    fs::create_dir_all(&foreign).unwrap();
    fs::write(foreign.join("notes.txt"), "not ours").unwrap();

    desk.pass(DAY - MOMENT);
    assert_eq!(desk.collect().await, 0);
    desk.pass(SignedDuration::from_millis(1));
    assert_eq!(desk.collect().await, 1);
    assert!(!desk.path(stray).exists() && desk.path(later).exists());
    desk.pass(DAY);
    assert_eq!(desk.collect().await, 1);
    assert_eq!(desk.kept(&[&attached, &loose]).await, (2, 3));
    for file in [&attached, &loose] {
        let file = download(&desk.app, &desk.admin, file.id).await.unwrap();
        assert!(desk.path(file.id).exists());
    }
}

#[tokio::test]
async fn bytes_that_cannot_be_deleted_keep_no_others_and_go_later() {
    let desk = Desk::open().await;
    let uploads = [
        desk.upload("one").await,
        desk.upload("two").await,
        desk.upload("three").await,
    ];
    let stuck = desk.path(uploads[0].id);
    // Nothing removes a folder as if it was a file.
    fs::remove_file(&stuck).unwrap();
    fs::create_dir(&stuck).unwrap();
    desk.pass(DAY + MOMENT);
    assert_eq!(expire_uploads(&desk.app).await.unwrap(), 3);
    let [one, two, three] = &uploads;
    assert_eq!(desk.kept(&[one, two, three]).await, (0, 0));
    assert!(stuck.exists());
    fs::remove_dir(&stuck).unwrap();
    fs::write(&stuck, "sync lost").unwrap();
    assert_eq!(desk.collect().await, 1);
    assert!(!stuck.exists());
}

#[tokio::test]
async fn an_upload_that_takes_half_a_day_is_broken_off() {
    let desk = Desk::open().await;
    for (hours, whole) in [(12, true), (13, false)] {
        let clock = Arc::clone(&desk.clock);
        let slow: ByteStream = Box::pin(stream::once(async move {
            *clock.0.lock().unwrap() += SignedDuration::from_hours(hours);
            Ok(b"at last".as_slice().into())
        }));
        let uploaded = upload(&desk.app, &desk.admin, "slow.bin", slow).await;
        assert_eq!(uploaded.is_ok(), whole, "{hours} h");
        assert_eq!(files(&desk.folder()), 1);
    }
}
