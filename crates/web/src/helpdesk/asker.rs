//! Who asks: a customer sees the tickets that it made itself, and no others of its account.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use linedesk_app::Caller;

use crate::extract::caller::{SignedIn, signed_in};
use crate::failure::Failure;

/// Somebody who signed in.
#[derive(Debug, Clone)]
pub struct Asker(pub Caller);

impl Deref for Asker {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl FromRequest for Asker {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let SignedIn(caller) = signed_in(&request).await?;
            Ok(Self(caller.with_own_tickets()))
        })
    }
}
