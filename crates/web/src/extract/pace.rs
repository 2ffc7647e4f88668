//! How slowly a body may come. A client that stops sending would hold a connection, and with it the program's end.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use actix_web::error::PayloadError;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use tokio::time::{Instant, timeout_at};

/// For so long a body may come as slowly as it likes.
const GRACE: Duration = Duration::from_secs(10);
/// Bytes a second, on average, that a body has to bring after that.
const LEAST_RATE: u64 = 1024;
/// The longest silence within a body.
const LONGEST_SILENCE: Duration = Duration::from_secs(30);

/// Whether a body came too slowly; shared by the body and its reader, whatever lies between them.
#[derive(Debug, Clone, Default)]
pub struct Lateness(Rc<Cell<bool>>);

impl Lateness {
    /// Whether the body was given up.
    pub fn is_late(&self) -> bool {
        self.0.get()
    }
}

/// The same body, which ends in an error, and `lateness` set, once it comes too slowly.
pub fn paced<S>(
    body: S,
    lateness: Lateness,
) -> impl Stream<Item = Result<Bytes, PayloadError>> + Unpin
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    let began = Instant::now();
    let state = Some((body, lateness, 0_u64));
    let paced = stream::unfold(state, move |state| async move {
        let (mut body, lateness, received) = state?;
        let by_rate = began + GRACE + Duration::from_secs(received / LEAST_RATE);
        let by = by_rate.min(Instant::now() + LONGEST_SILENCE);
        match timeout_at(by, body.next()).await {
            Ok(None) => None,
            Ok(Some(Ok(chunk))) => {
                let received = received + chunk.len() as u64;
                Some((Ok(chunk), Some((body, lateness, received))))
            }
            Ok(Some(Err(error))) => Some((Err(error), None)),
            Err(_) => {
                lateness.0.set(true);
                let error = std::io::Error::from(std::io::ErrorKind::TimedOut);
                Some((Err(PayloadError::Io(error)), None))
            }
        }
    });
    // The form's reader looks for more after the end.
    Box::pin(paced.fuse())
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    /// A body of `chunks`, each of so many bytes and after so many seconds, and then silence.
    fn body(chunks: &[(u64, usize)]) -> impl Stream<Item = Result<Bytes, PayloadError>> + use<> {
        let chunks = chunks.to_vec();
        let sent = stream::iter(chunks).then(|(seconds, bytes)| async move {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            Ok(Bytes::from(vec![0; bytes]))
        });
        sent.chain(std::future::pending().into_stream())
    }

    /// After how many bytes and seconds that body is given up.
    async fn given_up(chunks: &[(u64, usize)]) -> (usize, u64) {
        let (began, lateness) = (Instant::now(), Lateness::default());
        let mut paced = paced(Box::pin(body(chunks)), lateness.clone());
        let mut bytes = 0;
        while let Some(Ok(chunk)) = paced.next().await {
            bytes += chunk.len();
        }
        assert!(lateness.is_late());
        (bytes, began.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stops_is_given_up() {
        assert_eq!(given_up(&[]).await, (0, 10));
        assert_eq!(given_up(&[(0, 1), (9, 1)]).await, (2, 10));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_may_come_slowly_but_not_too_slowly() {
        assert_eq!(given_up(&[(5, 5 * 1024); 4]).await.0, 4 * 5 * 1024);
        assert_eq!(given_up(&[(5, 1024); 20]).await, (2 * 1024, 12));
    }

    #[tokio::test(start_paused = true)]
    async fn what_came_fast_earns_no_long_silence() {
        assert_eq!(given_up(&[(0, 1 << 20)]).await, (1 << 20, 30));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_ends_is_whole() {
        let lateness = Lateness::default();
        let whole = stream::iter([Ok(Bytes::from_static(b"ab")), Ok(Bytes::from_static(b"c"))]);
        let mut paced = paced(whole, lateness.clone());
        assert_eq!(paced.by_ref().count().await, 2);
        assert!(paced.next().await.is_none() && !lateness.is_late());
    }
}
