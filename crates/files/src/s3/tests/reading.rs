//! Connections that break while a file is read.

use futures_util::StreamExt;

use super::*;

#[tokio::test]
async fn reading_goes_on_where_the_connection_broke() {
    let set = bucket();
    let bytes = noise(1_000_000);
    set.files
        .put(id(1), sent(&bytes, 65_536), NO_LIMIT)
        .await
        .unwrap();
    let cut = |bytes| Fault {
        method: "GET",
        cut_after: Some(bytes),
        ..Fault::default()
    };
    for range in [None, Some((10, 900_000))] {
        set.service.requests();
        set.service
            .fail(&[cut(300_000), cut(1), cut(200_000)], None);
        let (start, end) = range.unwrap_or((0, 1_000_000));
        let (first, last) = (
            usize::try_from(start).unwrap(),
            usize::try_from(end).unwrap(),
        );
        assert!(read(&set.files, id(1), range).await.unwrap() == bytes[first..last]);
        let asked = set.service.requests();
        assert_eq!(asked.len(), 4, "{asked:?}");
        let rest = format!("bytes={}-{}", start + 500_001, end - 1);
        assert!(asked[3].ends_with(&rest), "{asked:?}");
    }
    // Nothing ever comes.
    set.service.fail(
        &[cut(300_000)],
        Some(Fault {
            method: "GET",
            cut_after: Some(0),
            ..Fault::default()
        }),
    );
    let mut reading = set.files.get(id(1), None).await.unwrap();
    let error = loop {
        match reading.next().await {
            Some(Ok(_)) => {}
            Some(Err(error)) => break error,
            None => panic!("a part was taken for the whole"),
        }
    };
    assert!(matches!(error, BlobError::Unavailable(_)), "{error:?}");
    assert!(reading.next().await.is_none());
}

#[tokio::test]
async fn a_file_that_is_deleted_while_it_is_read_is_missing() {
    let set = bucket();
    set.files
        .put(id(1), sent(&noise(1_000_000), 65_536), NO_LIMIT)
        .await
        .unwrap();
    set.service.fail(
        &[Fault {
            cut_after: Some(100_000),
            ..Fault::default()
        }],
        None,
    );
    let mut reading = set.files.get(id(1), None).await.unwrap();
    set.files.delete(id(1)).await.unwrap();
    let error = loop {
        match reading.next().await {
            Some(Ok(_)) => {}
            Some(Err(error)) => break error,
            None => panic!("a part was taken for the whole"),
        }
    };
    assert!(matches!(error, BlobError::Missing), "{error:?}");
}
