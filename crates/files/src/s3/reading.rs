//! An object that is being read.
//!
//! A reader may be slower than the service has patience for, and connections break: what was put never changes, so reading goes
//! on where it stopped.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use linedesk_ports::blobs::{BlobError, ByteStream};
use reqwest::Response;
use reqwest::header::CONTENT_RANGE;
use tokio::runtime::Handle;

use super::answer::Refused;
use super::apart;
use super::bucket::{Bucket, why};

/// What of an object is still to be read.
struct Rest {
    bucket: Arc<Bucket>,
    runtime: Handle,
    object: Arc<str>,
    /// `None` where the connection broke.
    answer: Option<Response>,
    position: u64,
    end: u64,
    /// How often in a row nothing came.
    failures: u32,
}

/// How often in a row reading is taken up again without getting any further.
const MOST_FAILURES: u32 = 2;

/// Opens the object for reading `range` of it, or all. Missing where it is shorter than that.
pub(super) async fn open(
    bucket: Arc<Bucket>,
    runtime: Handle,
    object: Arc<str>,
    range: Option<(u64, u64)>,
) -> Result<ByteStream, BlobError> {
    let mut rest = Rest {
        bucket,
        runtime,
        object,
        answer: None,
        position: 0,
        end: 0,
        failures: 0,
    };
    match range {
        Some((start, end)) if start > end => return Err(BlobError::Missing),
        // Nothing of an object cannot be asked for.
        Some((start, end)) if start == end => {
            if rest.length().await? < end {
                return Err(BlobError::Missing);
            }
        }
        Some((start, end)) => {
            (rest.position, rest.end) = (start, end);
            rest.ask().await?;
        }
        None => {
            let answer = rest.answer(None).await?;
            rest.end = length(&answer)?;
            rest.answer = Some(answer);
        }
    }
    Ok(Box::pin(stream::try_unfold(rest, next)))
}

async fn next(mut rest: Rest) -> Result<Option<(Bytes, Rest)>, BlobError> {
    while rest.position < rest.end {
        if rest.answer.is_none() {
            rest.ask().await?;
        }
        if let Some(chunk) = rest.chunk().await? {
            return Ok(Some((chunk, rest)));
        }
    }
    Ok(None)
}

impl Rest {
    /// Asks for what is left.
    async fn ask(&mut self) -> Result<(), BlobError> {
        let (start, end) = (self.position, self.end);
        let answer = self.answer(Some((start, end))).await?;
        let range = answer.headers().get(CONTENT_RANGE);
        let range = range
            .and_then(|range| range.to_str().ok())
            .unwrap_or_default();
        if !range.starts_with(&format!("bytes {start}-")) {
            return Err(
                Refused::Lasting("the bucket does not give parts of objects".to_owned()).into(),
            );
        }
        if length(&answer)? != end - start {
            return Err(BlobError::Missing);
        }
        self.answer = Some(answer);
        Ok(())
    }

    async fn answer(&self, range: Option<(u64, u64)>) -> Result<Response, Refused> {
        let (bucket, object) = (Arc::clone(&self.bucket), Arc::clone(&self.object));
        apart(&self.runtime, async move {
            let mut patience = bucket.patience();
            loop {
                match bucket.get(&object, range).await {
                    Err(refused) if patience.is_left(&refused).await => {}
                    other => return other,
                }
            }
        })
        .await
    }

    /// Bytes of the whole object.
    async fn length(&self) -> Result<u64, BlobError> {
        let (bucket, object) = (Arc::clone(&self.bucket), Arc::clone(&self.object));
        let told = apart(&self.runtime, async move {
            let mut patience = bucket.patience();
            loop {
                match bucket.head(&object).await {
                    Err(refused) if patience.is_left(&refused).await => {}
                    other => return other,
                }
            }
        })
        .await?;
        let length = told.headers().get(reqwest::header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        length.ok_or_else(|| untold().into())
    }

    /// Some bytes; none where the connection broke.
    async fn chunk(&mut self) -> Result<Option<Bytes>, BlobError> {
        let Some(answer) = &mut self.answer else {
            return Ok(None);
        };
        let broken = match tokio::time::timeout(self.bucket.timeout(), answer.chunk()).await {
            Ok(Ok(Some(chunk))) if chunk.is_empty() => return Ok(None),
            Ok(Ok(Some(chunk))) => {
                self.position += chunk.len() as u64;
                self.failures = 0;
                if self.position > self.end {
                    return Err(
                        Refused::Lasting("the bucket gave more than it said".to_owned()).into(),
                    );
                }
                return Ok(Some(chunk));
            }
            Ok(Ok(None)) => "it ended too early".to_owned(),
            Ok(Err(error)) => why(&error),
            Err(_late) => "not in time".to_owned(),
        };
        self.answer = None;
        self.failures += 1;
        if self.failures > MOST_FAILURES {
            let told = format!("the bucket did not give all of a file: {broken}");
            return Err(Refused::Passing(told).into());
        }
        tracing::debug!(
            why = broken,
            "reading from the bucket goes on where it stopped"
        );
        Ok(None)
    }
}

fn length(answer: &Response) -> Result<u64, BlobError> {
    answer.content_length().ok_or_else(|| untold().into())
}

fn untold() -> Refused {
    Refused::Lasting("the bucket does not tell how long objects are".to_owned())
}
