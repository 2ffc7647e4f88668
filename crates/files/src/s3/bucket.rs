//! Asking the bucket: one signed request at a time.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use linedesk_ports::system::Clock;
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Body, Certificate, Client, Method, Response, Url};
use sha2::{Digest, Sha256};
use tokio::sync::Notify;

use super::answer::{Refused, judged};
use super::options::{S3Error, S3Options};
use super::signing::{Signed, Signer, hexadecimal, time};
use crate::arriving::Whole;
use crate::disk::Rest;

/// Pauses before the second and the third attempt.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];
/// Connecting to something that is there takes less.
const CONNECTING: Duration = Duration::from_secs(5);
/// Header with the SHA-256 of what was put, by which we know our own again.
const OWN_HASH: &str = "x-amz-meta-sha256";

/// A bucket, and who asks it.
pub(super) struct Bucket {
    client: Client,
    signer: Signer,
    clock: Arc<dyn Clock>,
    /// Address of the bucket, without a slash at the end.
    base: Url,
    /// As `Host` has it.
    host: String,
    prefix: String,
    timeout: Duration,
    /// Whether `If-None-Match` is sent with what is put.
    conditional: AtomicBool,
}

/// A request that is still to be signed.
struct Ask<'a> {
    method: Method,
    object: &'a str,
    headers: BTreeMap<&'static str, String>,
    content: Option<(Body, u64)>,
}

/// How often something is tried again, and until when.
pub(super) struct Patience {
    began: Instant,
    within: Duration,
    pauses: std::slice::Iter<'static, Duration>,
}

impl Bucket {
    pub(super) fn new(options: &S3Options, clock: Arc<dyn Clock>) -> Result<Self, S3Error> {
        let wrong = || S3Error::Address(options.endpoint.clone());
        let base = address(options).ok_or_else(wrong)?;
        let name = base.host_str().ok_or_else(wrong)?;
        let host = match base.port() {
            Some(port) => format!("{name}:{port}"),
            None => name.to_owned(),
        };
        Ok(Self {
            client: client(options)?,
            signer: Signer {
                region: options.region.clone(),
                access_key_id: options.access_key_id.clone(),
                secret_access_key: options.secret_access_key.clone(),
            },
            clock,
            host,
            base,
            prefix: options.prefix.clone(),
            timeout: options.timeout,
            conditional: AtomicBool::new(true),
        })
    }

    /// How long anything may stand still.
    pub(super) const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// For one thing that is to be done. No attempt begins once the time of one is over: whoever waits for a service that is
    /// away waits less than twice as long.
    pub(super) fn patience(&self) -> Patience {
        Patience {
            began: Instant::now(),
            within: self.timeout,
            pauses: PAUSES.iter(),
        }
    }

    /// Puts all of `whole`, if there is no such object yet. The service checks the bytes by their hash, which is signed.
    pub(super) async fn put(&self, object: &str, whole: &Whole) -> Result<(), Refused> {
        let conditional = self.conditional.load(Ordering::Relaxed);
        let put = self.put_once(object, whole, conditional).await;
        if !conditional || put != Err(Refused::Conditional) {
            return put;
        }
        self.conditional.store(false, Ordering::Relaxed);
        tracing::warn!(
            "the bucket refuses If-None-Match: from now on nothing but the identities keeps objects from being replaced"
        );
        self.put_once(object, whole, false).await
    }

    async fn put_once(&self, object: &str, whole: &Whole, is_new: bool) -> Result<(), Refused> {
        let (size, hash) = (whole.stored.size, hexadecimal(&whole.stored.sha256));
        let mut headers =
            BTreeMap::from([("x-amz-content-sha256", hash.clone()), (OWN_HASH, hash)]);
        if is_new {
            headers.insert("if-none-match", "*".to_owned());
        }
        let moved = Arc::new(Notify::new());
        let pieces = Rest {
            file: Arc::clone(&whole.file),
            position: 0,
            end: size,
        };
        let told = Arc::clone(&moved);
        let pieces = futures_util::StreamExt::inspect(pieces.pieces(), move |_| told.notify_one());
        let ask = Ask {
            method: Method::PUT,
            object,
            headers,
            content: Some((Body::wrap_stream(pieces), size)),
        };
        self.send(ask, &moved).await.map(drop)
    }

    /// The object, or the bytes from `range.0` to before `range.1` of it.
    pub(super) async fn get(
        &self,
        object: &str,
        range: Option<(u64, u64)>,
    ) -> Result<Response, Refused> {
        let range = range.map(|(start, end)| ("range", format!("bytes={start}-{}", end - 1)));
        self.ask(Method::GET, object, range).await
    }

    /// What the service says of the object without its bytes.
    pub(super) async fn head(&self, object: &str) -> Result<Response, Refused> {
        self.ask(Method::HEAD, object, None).await
    }

    /// Whether the object is this, so that it was put by us.
    pub(super) async fn is_ours(&self, object: &str, whole: &Whole) -> Result<bool, Refused> {
        let found = self.head(object).await?;
        let hash = found.headers().get(OWN_HASH);
        Ok(
            hash.is_some_and(|hash| {
                hash.as_bytes() == hexadecimal(&whole.stored.sha256).as_bytes()
            }),
        )
    }

    /// Removes the object. Nothing happens where there is none.
    pub(super) async fn delete(&self, object: &str) -> Result<(), Refused> {
        match self.ask(Method::DELETE, object, None).await {
            Ok(_) | Err(Refused::Missing) => Ok(()),
            Err(refused) => Err(refused),
        }
    }

    async fn ask(
        &self,
        method: Method,
        object: &str,
        header: Option<(&'static str, String)>,
    ) -> Result<Response, Refused> {
        let nothing = hexadecimal(&Sha256::digest(b""));
        let headers = [("x-amz-content-sha256", nothing)]
            .into_iter()
            .chain(header);
        let ask = Ask {
            method,
            object,
            headers: headers.collect(),
            content: None,
        };
        self.send(ask, &Notify::new()).await
    }

    /// `moved` is told whenever some of the content was taken.
    async fn send(&self, mut ask: Ask<'_>, moved: &Notify) -> Result<Response, Refused> {
        let mut url = self.base.clone();
        url.set_path(&format!(
            "{}/{}{}",
            self.base.path(),
            self.prefix,
            ask.object
        ));
        let now = self.clock.now();
        ask.headers.insert("host", self.host.clone());
        ask.headers.insert("x-amz-date", time(now));
        let signed = Signed {
            method: ask.method.as_str(),
            path: url.path(),
            headers: &ask.headers,
            body: &ask.headers["x-amz-content-sha256"],
        };
        let authorization = self.signer.authorization(now, &signed);
        let mut authorization = HeaderValue::try_from(authorization).map_err(|_not_one| {
            Refused::Lasting("storage.s3.access_key_id cannot be sent".to_owned())
        })?;
        authorization.set_sensitive(true);
        let mut request = self.client.request(ask.method, url);
        for (name, value) in ask.headers.into_iter().filter(|(name, _)| *name != "host") {
            request = request.header(name, value);
        }
        request = request.header(AUTHORIZATION, authorization);
        if let Some((body, size)) = ask.content {
            request = request.header(CONTENT_LENGTH, size).body(body);
        }
        let mut sending = pin!(request.send());
        let answered = loop {
            tokio::select! {
                answered = &mut sending => break answered,
                () = moved.notified() => {}
                () = tokio::time::sleep(self.timeout) => {
                    return Err(Refused::Passing("the bucket did not answer in time".to_owned()));
                }
            }
        };
        let answer = answered.map_err(|error| unanswered(&error))?;
        judged(answer, self.timeout).await
    }
}

impl Patience {
    /// Whether to try again after that; waits before it says so.
    pub(super) async fn is_left(&mut self, refused: &Refused) -> bool {
        let Refused::Passing(why) = refused else {
            return false;
        };
        if self.began.elapsed() >= self.within {
            return false;
        }
        let Some(pause) = self.pauses.next() else {
            return false;
        };
        tracing::debug!(why, "the bucket is asked again");
        tokio::time::sleep(*pause).await;
        true
    }
}

/// Where the bucket is. `None` where that is no address, or one with characters that would have to be escaped.
fn address(options: &S3Options) -> Option<Url> {
    let mut url = Url::parse(&options.endpoint).ok()?;
    if !options.path_style {
        let host = format!("{}.{}", options.bucket, url.host_str()?);
        url.set_host(Some(&host)).ok()?;
    }
    let mut path = url.path().trim_end_matches('/').to_owned();
    if options.path_style {
        path = format!("{path}/{}", options.bucket);
    }
    url.set_path(&path);
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b);
    let is_plain = url.path().bytes().chain(options.prefix.bytes()).all(plain);
    let is_bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let is_web = matches!(url.scheme(), "http" | "https");
    (is_plain && is_bare && is_web).then_some(url)
}

/// A client that goes where it is sent and nowhere else.
fn client(options: &S3Options) -> Result<Client, S3Error> {
    let failed = |error: reqwest::Error| S3Error::Tls(why(&error));
    let builder = || {
        Client::builder()
            .redirect(Policy::none())
            // The settings say where the bucket is; no proxy of the environment has a say in it.
            .no_proxy()
            .referer(false)
            .connect_timeout(options.timeout.min(CONNECTING))
            .pool_max_idle_per_host(16)
            .pool_idle_timeout(Duration::from_secs(15))
            .user_agent(concat!("Linedesk/", env!("CARGO_PKG_VERSION")))
    };
    if let Some(pem) = &options.authorities {
        let authorities = Certificate::from_pem_bundle(pem).map_err(failed)?;
        return builder()
            .tls_certs_merge(authorities)
            .build()
            .map_err(failed);
    }
    let error = match builder().build() {
        Ok(client) => return Ok(client),
        Err(error) => error,
    };
    if options.endpoint.starts_with("https:") {
        return Err(failed(error));
    }
    // Without certificate authorities (a bare container) nobody is trusted, and here nobody has to be.
    builder().tls_certs_only([]).build().map_err(failed)
}

fn unanswered(error: &reqwest::Error) -> Refused {
    Refused::Passing(format!("the bucket did not answer: {}", why(error)))
}

/// The innermost reason.
pub(super) fn why(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "not in time".to_owned();
    }
    let Some(mut deepest) = error.source() else {
        return "the request cannot be made".to_owned();
    };
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(endpoint: &str, path_style: bool, prefix: &str) -> Option<String> {
        let options = S3Options {
            endpoint: endpoint.to_owned(),
            bucket: "desk-files".to_owned(),
            region: "us-east-1".to_owned(),
            prefix: prefix.to_owned(),
            access_key_id: "key".to_owned(),
            secret_access_key: "hunter22".to_owned(),
            path_style,
            timeout: Duration::from_secs(1),
            authorities: None,
            arrivals: "/nowhere".into(),
        };
        assert!(!format!("{options:?}").contains("hunter22"));
        address(&options).map(|url| url.to_string())
    }

    #[test]
    fn a_bucket_stands_in_the_path_or_in_front_of_the_host() {
        for (endpoint, path_style, place) in [
            (
                "https://s3.eu-west-1.amazonaws.com",
                false,
                "https://desk-files.s3.eu-west-1.amazonaws.com/",
            ),
            (
                "https://s3.eu-west-1.amazonaws.com/",
                true,
                "https://s3.eu-west-1.amazonaws.com/desk-files",
            ),
            (
                "http://127.0.0.1:9000",
                true,
                "http://127.0.0.1:9000/desk-files",
            ),
            (
                "https://s3.example.net:443",
                true,
                "https://s3.example.net/desk-files",
            ),
            (
                "https://example.net/storage/v1/s3",
                true,
                "https://example.net/storage/v1/s3/desk-files",
            ),
        ] {
            assert_eq!(placed(endpoint, path_style, "a/b/").as_deref(), Some(place));
        }
        for endpoint in [
            "s3.example.net",
            "ftp://s3.example.net",
            "https://s3.example.net/?x=1",
            "https://s3.example.net/a b",
        ] {
            assert_eq!(placed(endpoint, true, ""), None, "{endpoint}");
        }
        assert_eq!(placed("http://127.0.0.1:9000", false, ""), None);
        assert_eq!(placed("https://s3.example.net", true, "a b/"), None);
    }
}
