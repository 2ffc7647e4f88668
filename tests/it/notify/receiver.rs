//! A receiver of HTTP requests for tests: it keeps what it gets, and misbehaves as it is told to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::tls::{Certificate, acceptor};

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// How many of its signatures this secret has made, as Standard Webhooks 1.0.0 has it. Independent of what signs.
    pub(crate) fn signatures_by(&self, secret: &[u8]) -> usize {
        let part = |name| self.header(name).unwrap_or_default();
        let head = format!("{}.{}.", part("webhook-id"), part("webhook-timestamp"));
        let is_good = |signature: &&str| {
            let Some(given) = signature.strip_prefix("v1,") else {
                return false;
            };
            let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
            mac.update(head.as_bytes());
            mac.update(&self.body);
            mac.verify_slice(&BASE64.decode(given).unwrap()).is_ok()
        };
        let signatures = part("webhook-signature").split(' ');
        signatures.filter(is_good).count()
    }
}

/// What the receiver does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Status(u16),
    /// With these header lines, each ended by CR LF.
    With(u16, String),
    /// 200 with a body of this size.
    Huge(usize),
    /// 200 with a body that goes on for ever.
    Endless,
    /// 200 with a body that is announced and does not come.
    HalfWay,
    /// A head that breaks off.
    HalfHead,
    Hangup,
    Silence,
    After(Duration, u16),
    Nonsense,
}

type Script = Arc<dyn Fn(&Request) -> Answer + Send + Sync>;

/// The running receiver; it ends when it is dropped.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    log: Arc<Log>,
    accepting: JoinHandle<()>,
    scheme: &'static str,
}

#[derive(Default)]
struct Log {
    requests: Mutex<Vec<Request>>,
    connections: Mutex<usize>,
    count: watch::Sender<usize>,
}

impl Receiver {
    pub(crate) async fn start(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_on("127.0.0.1:0", None, answer).await
    }

    pub(crate) async fn start_tls(
        certificate: Certificate,
        answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start_on("127.0.0.1:0", Some(certificate), answer).await
    }

    async fn start_on(
        address: &str,
        certificate: Option<Certificate>,
        answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let log = Arc::new(Log::default());
        let (shared, script): (_, Script) = (Arc::clone(&log), Arc::new(answer));
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *shared.connections.lock().unwrap() += 1;
                let (script, log) = (Arc::clone(&script), Arc::clone(&shared));
                tokio::spawn(async move {
                    match certificate {
                        None => serve(stream, &script, &log).await,
                        Some(certificate) => match acceptor(certificate).accept(stream).await {
                            Ok(stream) => serve(stream, &script, &log).await,
                            Err(_refused) => None,
                        },
                    }
                });
            }
        });
        Self {
            address,
            log,
            accepting,
            scheme: if certificate.is_some() {
                "https"
            } else {
                "http"
            },
        }
    }

    /// Where it is found, by its number.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    /// Where it is found, by a name.
    pub(crate) fn url_by_name(&self, path: &str) -> String {
        format!("{}://localhost:{}{path}", self.scheme, self.address.port())
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.log.requests.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        *self.log.connections.lock().unwrap()
    }

    /// Waits until this many requests came.
    pub(crate) async fn wait_for(&self, requests: usize) -> Vec<Request> {
        let mut count = self.log.count.subscribe();
        count.wait_for(|count| *count >= requests).await.unwrap();
        self.requests()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Answers requests until the connection ends.
async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    script: &Script,
    log: &Log,
) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let request = read(&mut stream).await?;
        let answer = script(&request);
        log.requests.lock().unwrap().push(request);
        log.count.send_modify(|count| *count += 1);
        give(&mut stream, answer).await?;
    }
}

async fn read<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<Request> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let mut first = lines[0].split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<_> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(0, |(_, length)| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Request {
        method,
        path,
        headers,
        body,
    })
}

/// `None` where the connection is to be closed.
async fn give<S: AsyncWrite + Unpin>(stream: &mut S, answer: Answer) -> Option<()> {
    let plain =
        |status, more: &str| format!("HTTP/1.1 {status} x\r\n{more}content-length: 2\r\n\r\nok");
    let text = match answer {
        Answer::Status(204) => "HTTP/1.1 204 x\r\n\r\n".to_owned(),
        Answer::Status(status) => plain(status, ""),
        Answer::With(status, headers) => plain(status, &headers),
        Answer::After(pause, status) => {
            tokio::time::sleep(pause).await;
            plain(status, "")
        }
        Answer::Huge(size) => {
            let head = format!("HTTP/1.1 200 x\r\ncontent-length: {size}\r\n\r\n");
            head + &"x".repeat(size)
        }
        Answer::Endless => {
            let head = "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n";
            stream.write_all(head.as_bytes()).await.ok()?;
            loop {
                stream.write_all(b"1\r\nx\r\n").await.ok()?;
                stream.flush().await.ok()?;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        Answer::HalfWay => {
            let half = "HTTP/1.1 200 x\r\ncontent-length: 1000\r\n\r\nhalf";
            stream.write_all(half.as_bytes()).await.ok()?;
            stream.flush().await.ok()?;
            return None;
        }
        Answer::HalfHead => {
            stream.write_all(b"HTTP/1.1 200 x\r\ncontent-").await.ok()?;
            stream.flush().await.ok()?;
            return None;
        }
        Answer::Nonsense => {
            stream.write_all(b"220 not HTTP\r\n\r\n").await.ok()?;
            stream.flush().await.ok()?;
            return None;
        }
        Answer::Hangup => return None,
        Answer::Silence => std::future::pending().await,
    };
    stream.write_all(text.as_bytes()).await.ok()?;
    stream.flush().await.ok()
}
