use std::sync::mpsc;
use std::time::Instant;

use super::*;

/// The lowest cost there is: 1 ms or so.
const QUICK: u32 = 4;

fn passwords(threads: usize) -> BcryptPasswords {
    BcryptPasswords::start(QUICK, threads).unwrap()
}

/// Keeps one thread busy until the sender is dropped; returns once the thread is at it.
async fn occupy(
    passwords: &Arc<BcryptPasswords>,
) -> (mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
    let (release, released) = mpsc::channel::<()>();
    let (begun, beginning) = oneshot::channel();
    let passwords = Arc::clone(passwords);
    let job = tokio::spawn(async move {
        let work = move || {
            begun.send(()).unwrap();
            // Ends with an error when the sender is dropped, which is the sign to go on.
            released.recv().unwrap_err();
        };
        passwords.run(work).await.unwrap();
    });
    beginning.await.unwrap();
    (release, job)
}

#[tokio::test]
async fn a_password_matches_its_own_hash_and_no_other_does() {
    let passwords = passwords(2);
    let hash = passwords.hash("correct horse").await.unwrap();
    assert!(hash.starts_with("$2b$04$"), "{hash}");
    assert_eq!(
        passwords.verify("correct horse", Some(&hash)).await,
        Ok(true)
    );
    assert_eq!(
        passwords.verify("Correct horse", Some(&hash)).await,
        Ok(false)
    );
    assert_eq!(passwords.verify("", Some(&hash)).await, Ok(false));
}

#[tokio::test]
async fn the_same_password_never_hashes_alike() {
    let passwords = passwords(1);
    assert_ne!(
        passwords.hash("correct horse").await,
        passwords.hash("correct horse").await
    );
}

#[tokio::test]
async fn seventy_two_bytes_count_to_the_last_and_more_are_refused() {
    let passwords = passwords(1);
    let longest = "é".repeat(36);
    let hash = passwords.hash(&longest).await.unwrap();
    assert_eq!(passwords.verify(&longest, Some(&hash)).await, Ok(true));
    assert_eq!(
        passwords
            .verify(&format!("{}ee", "é".repeat(35)), Some(&hash))
            .await,
        Ok(false)
    );

    let too_long = format!("{longest}x");
    assert_eq!(passwords.hash(&too_long).await, Err(PasswordError::TooLong));
    assert_eq!(
        passwords.verify(&too_long, Some(&hash)).await,
        Err(PasswordError::TooLong)
    );
    assert_eq!(
        passwords.verify(&too_long, None).await,
        Err(PasswordError::TooLong)
    );
}

#[tokio::test]
async fn without_an_account_or_with_a_broken_hash_the_answer_is_no() {
    let passwords = passwords(1);
    for hash in [
        None,
        Some(""),
        Some("!"),
        Some("$2b$04$short"),
        Some(&*no_account(QUICK)),
    ] {
        for password in ["", "correct horse"] {
            assert_eq!(
                passwords.verify(password, hash).await,
                Ok(false),
                "{hash:?}"
            );
        }
    }
}

#[test]
fn checking_no_account_is_real_work_of_the_same_cost() {
    for cost in [4, 10] {
        let hash = no_account(cost);
        assert_eq!(hash.parse::<bcrypt::HashParts>().unwrap().get_cost(), cost);
    }
    assert!(!bcrypt::verify("correct horse", &no_account(QUICK)).unwrap());
}

#[tokio::test]
async fn no_account_takes_as_long_as_one() {
    let passwords = BcryptPasswords::start(8, 1).unwrap();
    let hash = passwords.hash("correct horse").await.unwrap();
    let mut medians = Vec::new();
    for hash in [Some(hash.as_str()), None, Some("unreadable")] {
        let mut times = Vec::new();
        for _ in 0..9 {
            let begun = Instant::now();
            assert_eq!(passwords.verify("wrong horse", hash).await, Ok(false));
            times.push(begun.elapsed());
        }
        times.sort();
        medians.push(times[4]);
    }
    // Wide, since the machine may be busy: without the work it would be a hundredth.
    assert!(
        medians[1] * 3 > medians[0] && medians[2] * 3 > medians[0],
        "{medians:?}"
    );
}

#[tokio::test]
async fn a_full_queue_says_busy_at_once() {
    let passwords = Arc::new(passwords(1));
    let (release, job) = occupy(&passwords).await;
    let waiting: Vec<_> = (0..PLACES_PER_THREAD)
        .map(|_| {
            let passwords = Arc::clone(&passwords);
            tokio::spawn(async move { passwords.verify("correct horse", None).await })
        })
        .collect();
    while passwords.queue.len() < PLACES_PER_THREAD {
        tokio::task::yield_now().await;
    }

    assert_eq!(
        passwords.verify("correct horse", None).await,
        Err(PasswordError::Busy)
    );

    drop(release);
    job.await.unwrap();
    for waiting in waiting {
        assert_eq!(waiting.await.unwrap(), Ok(false));
    }
}

#[tokio::test]
async fn waiting_too_long_says_busy_and_working_long_does_not() {
    let passwords = Arc::new(passwords(1));
    let (release, job) = occupy(&passwords).await;

    // A paused clock jumps to the next timer as soon as nothing else can happen.
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    assert_eq!(
        passwords.verify("correct horse", None).await,
        Err(PasswordError::Busy)
    );
    assert_eq!(begun.elapsed().as_secs(), LONGEST_WAIT.as_secs());
    tokio::time::advance(LONGEST_WAIT * 10).await;

    drop(release);
    job.await.unwrap();
}

#[tokio::test]
async fn work_for_a_client_that_has_gone_is_skipped() {
    let passwords = Arc::new(passwords(1));
    let (release, job) = occupy(&passwords).await;
    let done = Arc::new(AtomicBool::new(false));
    let gone = tokio::spawn({
        let (passwords, done) = (Arc::clone(&passwords), Arc::clone(&done));
        async move {
            passwords
                .run(move || done.store(true, Ordering::SeqCst))
                .await
        }
    });
    while passwords.queue.is_empty() {
        tokio::task::yield_now().await;
    }
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());

    drop(release);
    job.await.unwrap();
    // It was queued before this one and there is one thread, so its turn has come and gone.
    assert_eq!(passwords.verify("correct horse", None).await, Ok(false));
    assert!(!done.load(Ordering::SeqCst));
}

#[tokio::test]
async fn dropping_it_ends_the_threads() {
    let passwords = passwords(3);
    let (sentry, ended) = mpsc::channel::<()>();
    thread_local! {
        static SENTRY: std::cell::RefCell<Option<mpsc::Sender<()>>> = const { std::cell::RefCell::new(None) };
    }
    // The sender lives in the one thread that took the job, and is dropped when that thread ends.
    passwords
        .run(move || SENTRY.set(Some(sentry)))
        .await
        .unwrap();
    assert_eq!(ended.try_recv(), Err(mpsc::TryRecvError::Empty));
    drop(passwords);
    assert_eq!(
        ended.recv_timeout(Duration::from_secs(5)),
        Err(mpsc::RecvTimeoutError::Disconnected)
    );
}

#[test]
fn impossible_costs_are_refused_at_the_start() {
    for cost in [0, 3, 32, u32::MAX] {
        assert!(matches!(
            BcryptPasswords::start(cost, 1),
            Err(StartError::Cost { .. })
        ));
    }
}
