//! A service that fails, answers late or not at all, and clients that leave.

use futures_util::{FutureExt, StreamExt, stream};

use super::*;

#[tokio::test]
async fn what_goes_wrong_for_a_moment_is_tried_again() {
    let set = bucket();
    let bytes = noise(300_000);
    for (number, fault) in [
        answers(500, "InternalError"),
        answers(503, "SlowDown"),
        answers(409, "ConditionalRequestConflict"),
        answers(400, "RequestTimeout"),
        Fault {
            cut_after: Some(0),
            ..Fault::default()
        },
    ]
    .into_iter()
    .enumerate()
    {
        let id = id(number as u128);
        let twice = [fault.clone(), fault.clone()];
        set.service.fail(&twice, None);
        set.files
            .put(id, sent(&bytes, 8192), NO_LIMIT)
            .await
            .unwrap();
        set.service.fail(&twice, None);
        assert!(read(&set.files, id, None).await.unwrap() == bytes);
        set.service.fail(&twice, None);
        assert_eq!(
            read(&set.files, id, Some((7, 9))).await.unwrap(),
            bytes[7..9]
        );
        set.service.fail(&twice, None);
        set.files.delete(id).await.unwrap();
        assert_eq!(set.left(), Vec::<String>::new(), "{fault:?}");
    }
}

#[tokio::test]
async fn a_put_whose_answer_was_lost_is_known_again() {
    let set = bucket();
    for lost in [
        Fault {
            is_done: true,
            cut_after: Some(0),
            ..Fault::default()
        },
        Fault {
            is_done: true,
            ..answers(500, "InternalError")
        },
    ] {
        set.service.fail(&[lost], None);
        let stored = set.files.put(id(1), sent(b"once", 9), NO_LIMIT).await;
        assert_eq!(stored.unwrap().size, 4);
        assert_eq!(read(&set.files, id(1), None).await.unwrap(), b"once");
        set.files.delete(id(1)).await.unwrap();
    }
}

#[tokio::test]
async fn a_put_that_fails_in_the_end_leaves_nothing_though_it_may_have_been_done() {
    let set = bucket();
    let done = Fault {
        method: "PUT",
        is_done: true,
        ..answers(500, "InternalError")
    };
    set.service.fail(&[], Some(done));
    let put = set.files.put(id(1), sent(b"lost", 9), NO_LIMIT).await;
    assert!(unavailable(put).contains("500 InternalError"));
    until(|| set.left().is_empty().then_some(())).await;

    let late = Fault {
        method: "PUT",
        is_done: true,
        cut_after: Some(0),
        ..Fault::default()
    };
    let deaf = Fault {
        method: "HEAD",
        ..answers(503, "SlowDown")
    };
    set.service.fail(&[late, answers(412, ""), deaf], None);
    let put = set.files.put(id(2), sent(b"lost", 9), NO_LIMIT).await;
    // Without a name: what is said of an object without its bytes has no body.
    assert_eq!(unavailable(put), "the bucket answered 503");
    until(|| set.left().is_empty().then_some(())).await;
}

#[tokio::test]
async fn somebody_elses_object_is_never_taken_back() {
    let set = bucket();
    set.files
        .put(id(1), sent(b"first", 9), NO_LIMIT)
        .await
        .unwrap();
    set.service.fail(
        &[],
        Some(Fault {
            method: "PUT",
            ..answers(500, "InternalError")
        }),
    );
    let put = set.files.put(id(1), sent(b"second", 9), NO_LIMIT).await;
    assert!(unavailable(put).contains("500 InternalError"));
    let mut asked = Vec::new();
    until(|| {
        asked.extend(set.service.requests());
        asked
            .iter()
            .any(|asked| asked.starts_with("HEAD"))
            .then_some(())
    })
    .await;
    set.service.fail(&[], None);
    for _ in 0..10 {
        assert!(
            set.files
                .put(id(1), sent(b"second", 9), NO_LIMIT)
                .await
                .is_err()
        );
        assert_eq!(read(&set.files, id(1), None).await.unwrap(), b"first");
    }
    asked.extend(set.service.requests());
    assert!(
        !asked.iter().any(|asked| asked.starts_with("DELETE")),
        "{asked:?}"
    );
}

#[tokio::test]
async fn a_service_that_does_not_know_conditions_is_used_without() {
    let set = bucket();
    set.service.fail(&[answers(501, "NotImplemented")], None);
    for number in [1, 2] {
        let bytes = noise(100_000);
        set.files
            .put(id(number), sent(&bytes, 999), NO_LIMIT)
            .await
            .unwrap();
        assert!(read(&set.files, id(number), None).await.unwrap() == bytes);
    }
    let puts = set.service.requests();
    let puts = puts.iter().filter(|asked| asked.starts_with("PUT")).count();
    assert_eq!(puts, 3, "it is asked for a condition once");
}

#[tokio::test]
async fn a_service_that_is_away_is_unavailable_and_leaves_nothing() {
    let set = patient(SHORT);
    set.service.fail(&[], Some(answers(503, "SlowDown")));
    let name = "the bucket answered 503 SlowDown";
    assert_eq!(
        unavailable(set.files.put(id(1), sent(b"x", 1), NO_LIMIT).await),
        name
    );
    assert_eq!(unavailable(read(&set.files, id(1), None).await), name);
    assert_eq!(unavailable(set.files.delete(id(1)).await), name);
    assert_eq!(unavailable(set.files.check().await), name);

    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let away = open(&S3Options {
        endpoint: nobody,
        ..options(&set.folder, &set.service, SHORT)
    });
    let why = unavailable(away.put(id(1), sent(b"x", 1), NO_LIMIT).await);
    assert!(why.starts_with("the bucket did not answer: "), "{why}");
    set.service.fail(&[], None);
    until(|| set.left().is_empty().then_some(())).await;
}

#[tokio::test]
async fn nobody_waits_for_answers_that_do_not_come() {
    let set = patient(SHORT);
    let never = Fault {
        delay: LONG,
        ..Fault::default()
    };
    set.service.fail(&[], Some(never));
    let name = "the bucket did not answer in time";
    assert_eq!(
        unavailable(set.files.put(id(1), sent(b"x", 1), NO_LIMIT).await),
        name
    );
    assert_eq!(unavailable(read(&set.files, id(1), None).await), name);
    assert_eq!(
        unavailable(read(&set.files, id(1), Some((0, 0))).await),
        name
    );
    assert_eq!(unavailable(set.files.delete(id(1)).await), name);

    // It takes connections and reads nothing at all.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let deaf = open(&S3Options {
        endpoint: format!("http://{}", silent.local_addr().unwrap()),
        ..options(&set.folder, &set.service, SHORT)
    });
    let bytes = vec![7; 20_000_000];
    assert_eq!(
        unavailable(deaf.put(id(1), sent(&bytes, 65_536), NO_LIMIT).await),
        name
    );
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_nothing() {
    let set = bucket();
    let stalled = stream::iter([Ok(noise(200_000).into())]).chain(stream::pending());
    let mut put = set.files.put(id(1), Box::pin(stalled), NO_LIMIT);
    until(|| {
        assert!(put.as_mut().now_or_never().is_none());
        (!set.left().is_empty()).then_some(())
    })
    .await;
    drop(put);
    until(|| set.left().is_empty().then_some(())).await;
    assert_eq!(set.service.requests(), Vec::<String>::new());

    // It goes when all is sent and the bucket is about to answer.
    set.service.fail(
        &[Fault {
            delay: Duration::from_millis(100),
            ..Fault::default()
        }],
        None,
    );
    let mut put = set.files.put(id(1), sent(b"all of it", 3), NO_LIMIT);
    until(|| {
        assert!(put.as_mut().now_or_never().is_none());
        let asked = set.service.requests();
        asked
            .iter()
            .any(|asked| asked.starts_with("PUT"))
            .then_some(())
    })
    .await;
    drop(put);
    until(|| {
        let asked = set.service.requests();
        asked
            .iter()
            .any(|asked| asked.starts_with("DELETE"))
            .then_some(())
    })
    .await;
    until(|| set.left().is_empty().then_some(())).await;
}
