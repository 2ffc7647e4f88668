use std::sync::mpsc;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use diesel::sqlite::SqliteConnection;
use tempfile::TempDir;

use super::*;
use crate::statement::Statement;

const LONG: Duration = Duration::from_mins(1);

/// One reading thread on a database with an empty table, and a connection that writes.
struct Setting {
    readers: Readers<SqliteConnection>,
    writer: SqliteConnection,
    _folder: TempDir,
}

fn setting(snapshots: Snapshots) -> Setting {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("readers.db").display().to_string();
    let mut writer = SqliteConnection::establish(&path).unwrap();
    writer
        .batch_execute("PRAGMA journal_mode = WAL; CREATE TABLE told (n INTEGER)")
        .unwrap();
    let pool = Pool::builder()
        .max_size(1)
        .build(ConnectionManager::new(path))
        .unwrap();
    Setting {
        readers: Readers::start(&pool, 1, 100, LONG, snapshots).unwrap(),
        writer,
        _folder: folder,
    }
}

fn tell(writer: &mut SqliteConnection) {
    sql_query("INSERT INTO told VALUES (1)")
        .execute(writer)
        .unwrap();
}

fn told(connection: &mut SqliteConnection) -> Result<i64, Fault> {
    Ok(Statement::<BigInt>::new("SELECT count(*) FROM told").get_result(connection)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_after_a_commit_sees_it_though_a_snapshot_is_open() {
    let Setting {
        readers,
        mut writer,
        _folder,
    } = setting(Snapshots::Shared);
    let (has_read, until_read) = mpsc::channel();
    let (go_on, until_told) = mpsc::channel::<()>();
    let early = readers.run(move |connection| {
        let before = told(connection)?;
        has_read.send(()).unwrap();
        until_told.recv().unwrap();
        Ok((before, told(connection)?))
    });
    let late = async {
        tokio::task::spawn_blocking(move || until_read.recv().unwrap())
            .await
            .unwrap();
        tell(&mut writer);
        let mut late = std::pin::pin!(readers.run(told));
        // Queued while the other one reads.
        assert!(is_pending(late.as_mut()).await);
        go_on.send(()).unwrap();
        late.await
    };
    let (early, late) = tokio::join!(early, late);
    assert_eq!(early.unwrap(), (0, 0), "one job sees one state");
    assert_eq!(late.unwrap(), 1);
}

/// Asks a future once; whether it is still to come.
async fn is_pending<F: Future>(mut future: std::pin::Pin<&mut F>) -> bool {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(future.as_mut().poll(context).is_pending())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_fail_or_panic_leave_the_others_alone() {
    for snapshots in [Snapshots::Shared, Snapshots::Apart] {
        let Setting {
            readers,
            mut writer,
            _folder,
        } = setting(snapshots);
        for n in 1..=20 {
            tell(&mut writer);
            let (failing, panicking, first, second) = tokio::join!(
                readers.run(|connection| {
                    told(connection)?;
                    sql_query("SELECT of FROM nothing").execute(connection)?;
                    Ok(())
                }),
                readers.run(|connection| -> Result<(), Fault> {
                    told(connection)?;
                    panic!("a job that panics");
                }),
                readers.run(told),
                readers.run(told),
            );
            assert!(matches!(failing, Err(StoreError::Refused(_))));
            assert!(matches!(panicking, Err(StoreError::Refused(_))));
            assert_eq!((first.unwrap(), second.unwrap()), (n, n), "{snapshots:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_keeps_no_transaction_open_when_nobody_asks() {
    let Setting {
        readers,
        mut writer,
        _folder,
    } = setting(Snapshots::Shared);
    tell(&mut writer);
    let (first, second, third) =
        tokio::join!(readers.run(told), readers.run(told), readers.run(told));
    assert_eq!((first.unwrap(), second.unwrap(), third.unwrap()), (1, 1, 1));
    // Only where nobody reads from it can the log be begun anew and cut to nothing.
    let mut is_cut = || {
        let cut = Statement::<(BigInt, BigInt, BigInt)>::new("PRAGMA wal_checkpoint(TRUNCATE)");
        let (busy, ..): (i64, i64, i64) = cut.get_result(&mut writer).unwrap();
        busy == 0
    };
    let until = Instant::now() + LONG;
    while !is_cut() {
        assert!(Instant::now() < until, "a transaction stays open");
        std::thread::sleep(Duration::from_millis(5));
    }
}
