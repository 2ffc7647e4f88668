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

use crate::dialect::routed_path;
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
    let caller = match visit(request) {
        Some(visit) => {
            visit?;
            Caller::visitor(Source::Simple)
        }
        None => accounts::authenticate(app, bearer(request)?).await?,
    };
    let caller = SignedIn(caller);
    request.extensions_mut().insert(caller.clone());
    Ok(caller)
}

/// Of a request without a token to the simple API, where that lets visitors in: whether this is one, or why not.
fn visit(request: &HttpRequest) -> Option<Result<(), Error>> {
    let settings = request.app_data::<web::Data<WebSettings>>()?;
    let is_open = settings.simple_is_open
        && !request.headers().contains_key(header::AUTHORIZATION)
        && settings.mounts.dialect_of(routed_path(request)) == Some(Dialect::Simple);
    is_open.then(|| is_asked_directly(request, &settings.public_url))
}

/// Refuses what another site's page has asked, as far as a browser says so; and, on a desk that only its own machine reaches,
/// what does not name that machine: a page that lets its own name lead here must not act for whoever looks at it.
fn is_asked_directly(request: &HttpRequest, public_url: &str) -> Result<(), Error> {
    let header = |name: &str| {
        let value = request.headers().get(name);
        value.map(|value| value.to_str().unwrap_or_default())
    };
    let own = authority_of(public_url);
    let named = header("host").unwrap_or_default();
    let is_elsewhere = |origin: &str| {
        let asking = authority_of(origin);
        asking.is_empty() || asking != named && asking != own
    };
    let site = header("sec-fetch-site");
    if matches!(site, Some("cross-site" | "same-site"))
        || header("origin").is_some_and(is_elsewhere)
    {
        let why = "no token was sent, and pages of other sites need one";
        return Err(Error::Unauthenticated(why));
    }
    if is_this_machine(host_of(own)) && !is_this_machine(host_of(named)) {
        let why =
            "no token was sent, and without one `Host` has to be localhost or a loopback address";
        return Err(Error::Unauthenticated(why));
    }
    Ok(())
}

/// What follows the scheme in an address.
fn authority_of(url: &str) -> &str {
    url.split_once("://").map_or("", |(_, rest)| rest)
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
