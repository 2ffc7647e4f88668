//! Answers that wait for their readers: how much memory they may take, over all connections together.
//!
//! An answer stays in memory until its reader has taken it. Who asks for long ones and does not read would have us keep as many
//! as it has connections; so long answers share a room of a fixed size, and for what does not fit there is 503.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::WebSettings;
use crate::drawing::drawn;
use crate::failure::Failure;

/// Answers up to this long are not counted, in bytes: there are never more of them than connections.
const SMALL: usize = 256 * 1024;
/// How much of an answer is handed to the connection at once, in bytes: what is handed over is copied.
const PIECE: usize = 64 * 1024;
/// When to ask again, in seconds: readers who do not read are cut off by then.
const RETRY_AFTER_SECONDS: u32 = 10;
/// What the room is measured in, in bytes.
const UNIT: usize = 1024;

type Broken = Box<dyn std::error::Error>;

/// The room for long answers.
#[derive(Debug, Clone)]
pub struct Outgoing {
    left: Arc<Semaphore>,
    units: u32,
}

impl Outgoing {
    /// Room for so many bytes.
    pub fn new(bytes: u64) -> Self {
        let units = u32::try_from(bytes / UNIT as u64).unwrap_or(u32::MAX);
        let units = units.clamp(1, u32::try_from(Semaphore::MAX_PERMITS).unwrap_or(u32::MAX));
        Self {
            left: Arc::new(Semaphore::new(units as usize)),
            units,
        }
    }

    /// Room for an answer of so many bytes, if there is any left. One that is larger than all of it is let in when it is alone.
    fn hold(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
        let units = units.min(self.units);
        Arc::clone(&self.left).try_acquire_many_owned(units).ok()
    }
}

impl Default for Outgoing {
    fn default() -> Self {
        Self::new(256 * 1024 * 1024)
    }
}

/// The middleware.
pub async fn hold(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let settings = request.app_data::<web::Data<WebSettings>>().cloned();
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let response = next.call(request).await?.map_into_boxed_body();
    let Some(outgoing) = settings.map(|settings| settings.outgoing.clone()) else {
        return Ok(response);
    };
    let bytes = match response.response().body().size() {
        BodySize::Stream => {
            return Ok(response.map_body(|_, body| BoxBody::new(Streamed::new(body, outgoing))));
        }
        BodySize::Sized(bytes) => usize::try_from(bytes).unwrap_or(usize::MAX),
        BodySize::None => 0,
    };
    if bytes <= SMALL {
        return Ok(response);
    }
    let room = outgoing.hold(bytes);
    if room.is_none() && is_read && response.status().is_success() {
        tracing::warn!(
            bytes,
            "no room for an answer: too many wait for their readers"
        );
        let failure = full();
        let drawn = drawn(response.request(), &failure);
        return Ok(response.into_response(drawn));
    }
    // What was done is told in any case.
    Ok(response.map_body(|_, body| match body.try_into_bytes() {
        Ok(rest) => BoxBody::new(Whole {
            length: bytes,
            rest,
            _room: room,
        }),
        // A file's, which is read as it is sent.
        Err(body) => body,
    }))
}

fn full() -> Failure {
    let detail = "too many long answers wait for their readers; ask again, or for less at once";
    Failure {
        retry_after_seconds: Some(RETRY_AFTER_SECONDS),
        limit: None,
        ..Failure::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
    }
}

/// A whole answer, handed over in pieces.
struct Whole {
    length: usize,
    rest: Bytes,
    _room: Option<OwnedSemaphorePermit>,
}

impl MessageBody for Whole {
    type Error = Broken;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.length as u64)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Broken>>> {
        Poll::Ready(piece(&mut self.rest).map(Ok))
    }
}

fn piece(rest: &mut Bytes) -> Option<Bytes> {
    let length = rest.len().min(PIECE);
    (length > 0).then(|| rest.split_to(length))
}

/// An answer that is made as it is read; each part of it that is long is counted until it is handed over.
struct Streamed {
    body: BoxBody,
    outgoing: Outgoing,
    rest: Bytes,
    room: Option<OwnedSemaphorePermit>,
}

impl Streamed {
    const fn new(body: BoxBody, outgoing: Outgoing) -> Self {
        Self {
            body,
            outgoing,
            rest: Bytes::new(),
            room: None,
        }
    }
}

impl MessageBody for Streamed {
    type Error = Broken;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Broken>>> {
        loop {
            if let Some(piece) = piece(&mut self.rest) {
                return Poll::Ready(Some(Ok(piece)));
            }
            self.room = None;
            let next = match ready!(Pin::new(&mut self.body).poll_next(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(next)) => next,
            };
            if next.len() > SMALL {
                self.room = self.outgoing.hold(next.len());
                if self.room.is_none() {
                    tracing::warn!("a list broke off: too many answers wait for their readers");
                    return Poll::Ready(Some(Err(full().to_string().into())));
                }
            }
            self.rest = next;
        }
    }
}

#[cfg(test)]
mod tests;
