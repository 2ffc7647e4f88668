//! Who asks.

use std::future::Future;
use std::net::IpAddr;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use linedesk_app::models::IdempotencyMark;
use linedesk_app::{App, Caller, Error, accounts};
use linedesk_domain::class::Source;

use crate::failure::Failure;
use crate::{Dialect, WebSettings};

/// Somebody who signed in, by `Authorization: Bearer …`; at the simple API perhaps a visitor.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Caller);

impl Deref for SignedIn {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl FromRequest for SignedIn {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { signed_in(&request).await.map_err(Failure::from) })
    }
}

/// Whoever asks: somebody who signed in, or, without a token, a visitor who reads what is public.
#[derive(Debug, Clone)]
pub struct Anybody(pub Caller);

impl FromRequest for Anybody {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            if !request.headers().contains_key(header::AUTHORIZATION) {
                return Ok(Self(Caller::visitor(Source::Isp)));
            }
            let SignedIn(caller) = signed_in(&request).await?;
            Ok(Self(caller))
        })
    }
}

/// Somebody who signed in with a password. An API token acts within its scopes, and an account's own password is in
/// none of them.
#[derive(Debug, Clone)]
pub struct InPerson(pub Caller);

impl FromRequest for InPerson {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let SignedIn(caller) = signed_in(&request).await?;
            if caller.permissions.is_some() || caller.visits.is_some() {
                return Err(Error::forbidden().into());
            }
            Ok(Self(caller))
        })
    }
}

/// Who asks, with the request's idempotency mark; authenticated once for a request. Without a token it is a visitor,
/// where the dialect lets visitors in.
///
/// # Errors
/// [`Error::Unauthenticated`]; [`Error::Store`] when nobody can tell.
pub async fn signed_in(request: &HttpRequest) -> Result<SignedIn, Error> {
    let known = request.extensions().get::<SignedIn>().cloned();
    let mut caller = match known {
        Some(known) => known,
        None => authenticate(request).await?,
    };
    caller.0.mark = request.extensions().get::<IdempotencyMark>().cloned();
    Ok(caller)
}

async fn authenticate(request: &HttpRequest) -> Result<SignedIn, Error> {
    let app = request
        .app_data::<web::Data<App>>()
        .ok_or(Error::Unauthenticated("there is no desk here"))?;
    let caller = match visited(request) {
        Some(api) => Caller::visitor(api),
        None => accounts::authenticate(app, bearer(request)?).await?,
    };
    let caller = SignedIn(caller);
    request.extensions_mut().insert(caller.clone());
    Ok(caller)
}

/// The API that takes the request as it is, from somebody who sent no token.
fn visited(request: &HttpRequest) -> Option<Source> {
    let settings = request.app_data::<web::Data<WebSettings>>()?;
    let is_visit = settings.simple_is_open
        && !request.headers().contains_key(header::AUTHORIZATION)
        && settings.mounts.dialect_of(request.path()) == Some(Dialect::Simple)
        && is_asked_directly(request, &settings.public_url);
    is_visit.then_some(Source::Simple)
}

/// Whether no other site's page has made the request, as far as a browser says so; and, on a desk that only its own machine
/// reaches, whether the request names that machine: a page that lets its own name lead here must not act for whoever looks at
/// it.
fn is_asked_directly(request: &HttpRequest, public_url: &str) -> bool {
    let site = request.headers().get("Sec-Fetch-Site");
    let is_foreign = site.is_some_and(|site| site == "cross-site" || site == "same-site");
    let own = public_url.split_once("://").map_or("", |(_, rest)| rest);
    let named = request.headers().get(header::HOST);
    let named = named
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    !is_foreign && (!is_this_machine(host_of(own)) || is_this_machine(host_of(named)))
}

fn is_this_machine(host: &str) -> bool {
    let is_loopback = |address: IpAddr| address.is_loopback();
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(is_loopback)
}

/// The host without port, path and brackets.
fn host_of(authority: &str) -> &str {
    let authority = authority.split('/').next().unwrap_or_default();
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// The token of a request.
///
/// # Errors
/// [`Error::Unauthenticated`] where there is none.
pub fn bearer(request: &HttpRequest) -> Result<&str, Error> {
    let header = request
        .headers()
        .get(header::AUTHORIZATION)
        .ok_or(Error::Unauthenticated("no token was sent"))?;
    let wrong = Error::Unauthenticated("`Authorization` has to be `Bearer` and a token");
    let Some((scheme, token)) = header.to_str().ok().and_then(|value| value.split_once(' ')) else {
        return Err(wrong);
    };
    if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() {
        Ok(token.trim())
    } else {
        Err(wrong)
    }
}
