//! Headers that every answer carries, and the request's own name.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use linedesk_app::App;

/// The request's name, as the client chose it or as it was given one.
#[derive(Debug, Clone)]
pub struct RequestId(pub HeaderValue);

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest name of a request that is taken over from its sender.
const MAX_REQUEST_ID: usize = 128;

/// For answers that no browser should do anything with but read them.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox";
/// For the API pages, which need their own scripts and styles, and nobody else's.
const PAGES_POLICY: &str = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

/// Names the request, answers HEAD as GET without its body (the server leaves that out), and adds the headers.
pub async fn dress(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = request_id(&request);
    request.extensions_mut().insert(RequestId(id.clone()));
    let is_pages = request.path().starts_with("/docs");
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    headers.insert(X_REQUEST_ID, id);
    let default = |headers: &mut header::HeaderMap, name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    default(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(
        headers,
        header::CONTENT_SECURITY_POLICY,
        if is_pages { PAGES_POLICY } else { POLICY },
    );
    default(headers, header::REFERRER_POLICY, "no-referrer");
    default(headers, header::CACHE_CONTROL, "no-store");
    default(
        headers,
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    default(headers, HeaderName::from_static("permissions-policy"), "");
    Ok(response)
}

/// The sender's name for the request if it can stand in a log, else a new one.
fn request_id(request: &ServiceRequest) -> HeaderValue {
    let sent = request
        .headers()
        .get(X_REQUEST_ID)
        .filter(|value| is_fit(value.as_bytes()));
    sent.cloned().unwrap_or_else(|| {
        let app = request.app_data::<web::Data<App>>();
        let id = app.map_or_else(uuid::Uuid::nil, |app| app.ids.next(app.clock.now()));
        HeaderValue::try_from(id.to_string()).unwrap_or(HeaderValue::from_static("unnamed"))
    })
}

fn is_fit(name: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    !name.is_empty() && name.len() <= MAX_REQUEST_ID && name.iter().all(plain)
}

#[cfg(test)]
mod tests {
    use super::is_fit;

    #[test]
    fn names_that_could_forge_a_log_line_are_not_taken_over() {
        assert!(is_fit(b"0190a5f0-0000-7000-8000-000000000001"));
        for unfit in [&b""[..], b"a b", b"a\tb", b"\"", &[b'a'; 129]] {
            assert!(!is_fit(unfit));
        }
    }
}
