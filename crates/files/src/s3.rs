//! Attachments in a bucket of Amazon's S3 or of anything that speaks like it.
//!
//! ```text
//! <bucket>/<prefix><last two hex digits of the id>/<id>    a whole file
//! <folder of arrivals>/<id>-<random>                       on this machine: one that is still arriving
//! ```
//!
//! A file arrives on this machine's disk and goes to the bucket in one request, when it is whole: then its length and its hash
//! are known and signed with the request, the service refuses other bytes than these, and an attempt that failed can be made
//! again. What the service has acknowledged is durable; nobody sees half an object, and none is left of an upload that broke
//! off. Several servers use one bucket with nothing between them.

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::TryStreamExt;
use linedesk_domain::ids::AttachmentId;
use linedesk_ports::blobs::{BlobError, Blobs, ByteStream, Stored};
use linedesk_ports::system::Clock;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use uuid::Uuid;

mod answer;
mod bucket;
mod options;
mod reading;
mod signing;

use crate::arriving::{self, Arriving, Whole};
use crate::disk::blocking;
use crate::name::name;
use answer::Refused;
use bucket::Bucket;
pub use options::{S3Error, S3Options};

/// What is put to see whether that is possible.
const PROBE: &[u8] = b"Linedesk looks whether it can keep files here.\n";

/// A bucket of attachments. Several servers may share it.
#[derive(Clone)]
pub struct S3Files {
    bucket: Arc<Bucket>,
    arrivals: Arc<std::path::Path>,
    /// Where requests run: a connection lives on the runtime that made it, and may not die with one of many threads.
    runtime: Handle,
}

impl S3Files {
    /// Sets everything up, on the runtime that this is called on, and removes what uploads of ended processes left on this
    /// machine. Connects to nothing. Requests are signed with the time of `clock`, which has to be the real one.
    ///
    /// # Errors
    /// When the options are wrong, or the folder of arrivals cannot be used.
    pub fn open(options: &S3Options, clock: Arc<dyn Clock>) -> Result<Self, S3Error> {
        let bucket = Bucket::new(options, clock)?;
        let runtime = Handle::try_current().map_err(|_none| S3Error::Runtime)?;
        arriving::prepare(&options.arrivals).map_err(|source| S3Error::Folder {
            folder: options.arrivals.clone(),
            source,
        })?;
        Ok(Self {
            bucket: Arc::new(bucket),
            arrivals: options.arrivals.as_path().into(),
            runtime,
        })
    }

    /// Puts a file, and sees it through though the caller may leave; what nobody waits for any more is removed again.
    async fn keep(&self, object: Arc<str>, whole: Whole) -> Result<(), Refused> {
        let bucket = Arc::clone(&self.bucket);
        let (tell, told) = oneshot::channel();
        self.runtime.spawn(async move {
            let kept = put(&bucket, &object, &whole).await;
            // Whether a failed attempt was one after all is not known.
            let is_doubtful = matches!(kept, Err(Refused::Passing(_)));
            let unheard = tell.send(kept);
            if is_doubtful || unheard == Err(Ok(())) {
                take_back(&bucket, &object, &whole).await;
            }
        });
        told.await.unwrap_or_else(|_ended| Err(stopping()))
    }

    async fn delete_object(&self, object: Arc<str>) -> Result<(), Refused> {
        let bucket = Arc::clone(&self.bucket);
        apart(&self.runtime, async move {
            let mut patience = bucket.patience();
            loop {
                match bucket.delete(&object).await {
                    Err(refused) if patience.is_left(&refused).await => {}
                    other => return other,
                }
            }
        })
        .await
    }

    async fn read(
        &self,
        object: Arc<str>,
        range: Option<(u64, u64)>,
    ) -> Result<ByteStream, BlobError> {
        let (bucket, runtime) = (Arc::clone(&self.bucket), self.runtime.clone());
        reading::open(bucket, runtime, object, range).await
    }
}

#[async_trait(?Send)]
impl Blobs for S3Files {
    async fn put(
        &self,
        id: AttachmentId,
        bytes: ByteStream,
        limit: u64,
    ) -> Result<Stored, BlobError> {
        let (arriving, piece) = arriving::take_in(&self.arrivals, id, bytes, limit).await?;
        let whole = blocking(move || Ok(arriving.write(piece)?.0.whole())).await?;
        let stored = whole.stored.clone();
        self.keep(name(id).into(), whole).await?;
        Ok(stored)
    }

    async fn get(
        &self,
        id: AttachmentId,
        range: Option<(u64, u64)>,
    ) -> Result<ByteStream, BlobError> {
        self.read(name(id).into(), range).await
    }

    async fn delete(&self, id: AttachmentId) -> Result<(), BlobError> {
        Ok(self.delete_object(name(id).into()).await?)
    }

    /// None: a bucket is not looked through, which its key need not be allowed to do. What was to be deleted and could not be is
    /// known to the database, and an upload that nobody waits for any more is taken back.
    async fn kept(
        &self,
        _after: Option<AttachmentId>,
        _limit: usize,
    ) -> Result<Vec<AttachmentId>, BlobError> {
        Ok(Vec::new())
    }

    async fn check(&self) -> Result<(), BlobError> {
        let arrivals = Arc::clone(&self.arrivals);
        let begin = move || Arriving::begin(&arrivals, AttachmentId(Uuid::nil()));
        let arriving = blocking(begin).await?;
        // Several servers may look at once.
        let object: Arc<str> = format!("tmp/{}", arriving.name()).into();
        let whole = blocking(move || Ok(arriving.write(PROBE.to_vec())?.0.whole())).await?;
        self.keep(Arc::clone(&object), whole).await?;
        let read = self.read(Arc::clone(&object), None).await;
        let read = match read {
            Ok(bytes) => bytes.try_collect::<Vec<_>>().await,
            Err(error) => Err(error),
        };
        self.delete_object(object).await?;
        if read?.concat() == PROBE {
            Ok(())
        } else {
            Err(Refused::Lasting("the bucket gave other bytes than it got".to_owned()).into())
        }
    }
}

/// Puts a file, several times if need be.
async fn put(bucket: &Bucket, object: &str, whole: &Whole) -> Result<(), Refused> {
    let mut patience = bucket.patience();
    let mut is_first = true;
    loop {
        match bucket.put(object, whole).await {
            // By an attempt whose answer was lost.
            Err(Refused::Taken) if !is_first => {
                let is_ours = bucket.is_ours(object, whole).await?;
                return is_ours.then_some(()).ok_or(Refused::Taken);
            }
            Err(refused) if patience.is_left(&refused).await => is_first = false,
            other => return other,
        }
    }
}

/// Removes what may have been put, unless it is somebody else's.
async fn take_back(bucket: &Bucket, object: &str, whole: &Whole) {
    let removed = match bucket.is_ours(object, whole).await {
        Ok(true) => bucket.delete(object).await,
        Ok(false) | Err(Refused::Missing) => Ok(()),
        Err(refused) => Err(refused),
    };
    if let Err(refused) = removed {
        tracing::warn!(
            object,
            why = ?refused,
            "the bytes of an upload that failed may still be in the bucket"
        );
    }
}

/// Runs a request where its connection outlives the caller.
async fn apart<T: Send + 'static>(
    runtime: &Handle,
    work: impl Future<Output = Result<T, Refused>> + Send + 'static,
) -> Result<T, Refused> {
    runtime
        .spawn(work)
        .await
        .unwrap_or_else(|_ended| Err(stopping()))
}

fn stopping() -> Refused {
    Refused::Passing("the program is ending".to_owned())
}

#[cfg(test)]
mod tests;
