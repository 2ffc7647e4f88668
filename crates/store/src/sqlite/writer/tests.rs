use std::sync::mpsc;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use tempfile::TempDir;

use super::super::checkpoint::Checkpointer;
use super::super::open::{SqliteOptions, Use, pool, single};
use super::*;
use crate::statement::Statement;

const FULL: StoreError = StoreError::Unavailable("the disk is full");
const REFUSED: StoreError = StoreError::Dangling;

/// A writer on a database with a table of its own, whose rows say which ticket number they took.
struct Setting {
    writer: Arc<Writer>,
    options: SqliteOptions,
    _checkpointer: Checkpointer,
    _folder: TempDir,
}

/// What a job does.
#[derive(Clone, Copy)]
enum Does {
    /// Takes a number and writes so many bytes.
    Writes(usize),
    /// The same, and is refused then.
    IsRefused,
}

impl Setting {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let options = SqliteOptions::new(folder.path().join("writer.db"));
        super::super::migrate::migrate(&options.path).unwrap();
        let mut connection = single(&options.path).unwrap();
        connection
            .batch_execute("CREATE TABLE taken (number INTEGER, filler BLOB)")
            .unwrap();
        let checkpointer = Checkpointer::start(&options).unwrap();
        let writing = pool(&options, Use::Write, 1).unwrap();
        let writer = Writer::start(writing, 100, checkpointer.signals(), || false).unwrap();
        Self {
            writer: Arc::new(writer),
            options,
            _checkpointer: checkpointer,
            _folder: folder,
        }
    }

    /// Lets the file grow by so many pages and no more.
    async fn leave_pages(&self, pages: i64) {
        let leave = move |connection: &mut Conn, _: &mut Batch| {
            let now: i64 = Statement::<BigInt>::new("PRAGMA page_count").get_result(connection)?;
            let most = format!("PRAGMA max_page_count = {}", now + pages);
            Ok(connection.batch_execute(&most)?)
        };
        self.writer.run(leave).await.unwrap();
    }

    /// Does all of that in one batch.
    async fn do_together(&self, jobs: &[Does]) -> Vec<Result<(), StoreError>> {
        let (has_begun, until_begun) = mpsc::channel();
        let (go_on, until_queued) = mpsc::channel::<()>();
        let first = self.start(move |_, batch| {
            batch.reads();
            has_begun.send(()).unwrap();
            until_queued.recv().unwrap();
            Ok(())
        });
        tokio::task::spawn_blocking(move || until_begun.recv().unwrap())
            .await
            .unwrap();
        let mut queued = Vec::new();
        for job in jobs {
            queued.push(self.start(does(*job)));
            while self.writer.waiting() < queued.len() {
                tokio::task::yield_now().await;
            }
        }
        go_on.send(()).unwrap();
        first.await.unwrap().unwrap();
        let mut answers = Vec::new();
        for job in queued {
            answers.push(job.await.unwrap());
        }
        answers
    }

    fn start<F>(&self, work: F) -> tokio::task::JoinHandle<Result<(), StoreError>>
    where
        F: FnMut(&mut Conn, &mut Batch) -> Result<(), Fault> + Send + 'static,
    {
        let writer = Arc::clone(&self.writer);
        tokio::spawn(async move { writer.run(work).await })
    }

    /// The numbers that rows say they took, and the last one that was given out.
    fn numbers(&self) -> (Vec<i64>, i64) {
        let mut connection = single(&self.options.path).unwrap();
        let taken = Statement::<BigInt>::new("SELECT number FROM taken ORDER BY rowid");
        let last = Statement::<BigInt>::new("SELECT value FROM sequences WHERE name = 'ticket'");
        (
            taken.load(&mut connection).unwrap(),
            last.get_result(&mut connection).unwrap(),
        )
    }
}

fn does(job: Does) -> impl FnMut(&mut Conn, &mut Batch) -> Result<(), Fault> + Send + 'static {
    move |connection, batch| {
        let number = batch.next_ticket(connection)?;
        let bytes = match job {
            Does::Writes(bytes) => bytes,
            Does::IsRefused => 1,
        };
        connection.batch_execute(&format!(
            "INSERT INTO taken VALUES ({number}, zeroblob({bytes}))"
        ))?;
        match job {
            Does::Writes(_) => Ok(()),
            Does::IsRefused => Err(REFUSED.into()),
        }
    }
}

const SMALL: Does = Does::Writes(1);
const LARGE: Does = Does::Writes(4 << 20);

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_refused_leaves_the_others_their_numbers_without_a_gap() {
    let setting = Setting::new();
    let answers = setting.do_together(&[SMALL, Does::IsRefused, SMALL]).await;
    assert_eq!(answers, [Ok(()), Err(REFUSED), Ok(())]);
    assert_eq!(setting.numbers(), (vec![1, 2], 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_is_told_as_such_to_all_of_a_batch() {
    let setting = Setting::new();
    setting.leave_pages(20).await;
    let answers = setting.do_together(&[SMALL, LARGE, SMALL]).await;
    assert_eq!(answers, [Err(FULL), Err(FULL), Err(FULL)]);
    assert_eq!(setting.numbers(), (vec![], 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_batch_is_written_whose_transaction_ended_in_its_middle() {
    let setting = Setting::new();
    setting.leave_pages(20).await;
    // The refused one has all of them written apart.
    let answers = setting
        .do_together(&[SMALL, Does::IsRefused, LARGE, SMALL])
        .await;
    assert_eq!(answers, [Err(FULL), Err(REFUSED), Err(FULL), Err(FULL)]);
    assert_eq!(setting.numbers(), (vec![], 0));
    setting.leave_pages(1 << 20).await;
    let answers = setting.do_together(&[SMALL, LARGE]).await;
    assert_eq!(answers, [Ok(()), Ok(())]);
    assert_eq!(setting.numbers(), (vec![1, 2], 2));
}
