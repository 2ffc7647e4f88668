//! A bucket for tests: as much of S3 as Linedesk uses, over HTTP on a real port, with faults.
//!
//! It works the signature of each request out anew, by the text of the reference and with an HMAC of its own, and refuses what
//! does not fit. The tests of `crates/files` and those of the whole program share it.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest as _, Sha256};

pub(crate) const NAME: &str = "desk-files";
pub(crate) const REGION: &str = "eu-test-1";
pub(crate) const ACCESS_KEY_ID: &str = "LINEDESKTESTKEY";
pub(crate) const SECRET_ACCESS_KEY: &str = "hunter22/hunter33+hunter44";

/// A service with one bucket. It ends with the process.
pub(crate) struct Bucket {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

/// What goes wrong with a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fault {
    /// Which requests: `PUT`, …; all where it is empty.
    pub(crate) method: &'static str,
    /// The request is done all the same.
    pub(crate) is_done: bool,
    /// How long the answer takes.
    pub(crate) delay: Duration,
    /// The answer's status and error, in place of the right one.
    pub(crate) answer: Option<(u16, &'static str)>,
    /// Bytes of the answer's body after which the connection breaks; with `is_done` at 0, before any answer.
    pub(crate) cut_after: Option<usize>,
}

#[derive(Default)]
struct State {
    objects: BTreeMap<String, (Vec<u8>, String)>,
    /// One for each request that fits, in order.
    faults: VecDeque<Fault>,
    /// For all others that fit.
    lasting: Option<Fault>,
    requests: Vec<String>,
}

struct Request {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Bucket {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::<Mutex<State>>::default();
        let served = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&served);
                // A connection that breaks is the client's to mind.
                std::thread::spawn(move || serve(&stream, &state).is_ok());
            }
        });
        Self { address, state }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The bytes of every object, by name.
    pub(crate) fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        let objects = lock(&self.state).objects.clone();
        objects
            .into_iter()
            .map(|(name, (bytes, _))| (name, bytes))
            .collect()
    }

    /// Methods and names of objects, with the ranges that were asked for, since the last time.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.state).requests)
    }

    /// What goes wrong from now on: one after the other, and then always the same.
    pub(crate) fn fail(&self, faults: &[Fault], lasting: Option<Fault>) {
        let mut state = lock(&self.state);
        state.faults = faults.iter().cloned().collect();
        state.lasting = lasting;
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers requests until the connection ends.
fn serve(stream: &TcpStream, state: &Mutex<State>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader)? {
        let fault = begin(&request, state);
        std::thread::sleep(fault.delay);
        let is_faulty = fault.answer.is_some() || fault.cut_after.is_some();
        let is_read = matches!(request.method.as_str(), "GET" | "HEAD");
        let mut answer = if fault.is_done || is_read || !is_faulty {
            done(&request, state)
        } else {
            error(500, "InternalError")
        };
        if let Some((status, name)) = fault.answer {
            answer = error(status, name);
        }
        if fault.cut_after == Some(0) {
            return Ok(());
        }
        write(stream, &request.method, &answer, fault.cut_after)?;
        if fault.cut_after.is_some() {
            return Ok(());
        }
    }
    Ok(())
}

fn begin(request: &Request, state: &Mutex<State>) -> Fault {
    let mut state = lock(state);
    let range = request.headers.get("range").map(String::as_str);
    let name = object_of(request).unwrap_or_default();
    let told = format!("{} {name} {}", request.method, range.unwrap_or_default());
    state.requests.push(told.trim_end().to_owned());
    let fits = |fault: &Fault| fault.method.is_empty() || fault.method == request.method;
    match state.faults.front() {
        Some(fault) if fits(fault) => state.faults.pop_front(),
        _ => state.lasting.clone().filter(fits),
    }
    .unwrap_or_default()
}

/// The next request, `None` at the end.
fn read(reader: &mut BufReader<&TcpStream>) -> io::Result<Option<Request>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut words = first.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next(), words.next());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    assert!(
        !headers.contains_key("transfer-encoding"),
        "the length has to be told: {headers:?}"
    );
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.parse().expect("the length is a number"));
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(Request {
        method: method.unwrap_or_default(),
        path: path.unwrap_or_default(),
        headers,
        body,
    }))
}

fn object_of(request: &Request) -> Option<&str> {
    request.path.strip_prefix(&format!("/{NAME}/"))
}

fn done(request: &Request, state: &Mutex<State>) -> Answer {
    if let Err(name) = check_signature(request) {
        return error(403, name);
    }
    let Some(object) = object_of(request) else {
        return error(404, "NoSuchBucket");
    };
    let mut state = lock(state);
    match request.method.as_str() {
        "PUT" => {
            let is_new = request.headers.get("if-none-match");
            assert!(is_new.is_none_or(|any| any == "*"));
            if is_new.is_some() && state.objects.contains_key(object) {
                return error(412, "PreconditionFailed");
            }
            let hash = request.headers.get("x-amz-meta-sha256").cloned();
            let kept = (request.body.clone(), hash.unwrap_or_default());
            state.objects.insert(object.to_owned(), kept);
            answer(200, Vec::new())
        }
        "GET" | "HEAD" => match state.objects.get(object) {
            Some((bytes, hash)) => {
                let mut answer = part(bytes, request.headers.get("range").map(String::as_str));
                answer.headers.push(("x-amz-meta-sha256", hash.clone()));
                answer
            }
            None => error(404, "NoSuchKey"),
        },
        "DELETE" => {
            state.objects.remove(object);
            answer(204, Vec::new())
        }
        _ => error(405, "MethodNotAllowed"),
    }
}

/// The bytes that `range` names, as far as there are any.
fn part(bytes: &[u8], range: Option<&str>) -> Answer {
    let Some(range) = range else {
        return answer(200, bytes.to_vec());
    };
    let range = range.strip_prefix("bytes=").expect("bytes");
    let (first, last) = range.split_once('-').expect("a range");
    let (first, last): (usize, usize) = (
        first.parse().expect("a number"),
        last.parse().unwrap_or(usize::MAX),
    );
    assert!(first <= last, "a range is not empty");
    if first >= bytes.len() {
        return error(416, "InvalidRange");
    }
    let last = last.min(bytes.len() - 1);
    let told = format!("bytes {first}-{last}/{}", bytes.len());
    Answer {
        status: 206,
        headers: vec![("content-range", told)],
        body: bytes[first..=last].to_vec(),
    }
}

const fn answer(status: u16, body: Vec<u8>) -> Answer {
    Answer {
        status,
        headers: Vec::new(),
        body,
    }
}

/// With more than anybody needs to know, as S3 itself does.
fn error(status: u16, name: &str) -> Answer {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{name}</Code><Message>No.</Message>\
         <StringToSign>AWS4-HMAC-SHA256 told-by-the-bucket</StringToSign></Error>"
    );
    answer(status, body.into_bytes())
}

fn write(
    mut stream: &TcpStream,
    method: &str,
    answer: &Answer,
    cut_after: Option<usize>,
) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {} Told\r\n", answer.status);
    if answer.status != 204 {
        head = format!("{head}content-length: {}\r\n", answer.body.len());
    }
    for (name, value) in &answer.headers {
        head = format!("{head}{name}: {value}\r\n");
    }
    let has_body = method != "HEAD" && answer.status != 204;
    let body = if has_body { &answer.body[..] } else { &[] };
    let body = &body[..cut_after.unwrap_or(body.len()).min(body.len())];
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(body)
}

/// Signature Version 4 once more, from the request as it came.
fn check_signature(request: &Request) -> Result<(), &'static str> {
    let header = |name: &str| {
        let value = request.headers.get(name).map(String::as_str);
        value.ok_or("AccessDenied")
    };
    let authorization = header("authorization")?;
    let field = |name: &str| {
        let (_, rest) = authorization.split_once(name).ok_or("AccessDenied")?;
        Ok::<_, &'static str>(rest.split(',').next().unwrap_or_default().trim())
    };
    let (credential, names) = (field("Credential=")?, field("SignedHeaders=")?);
    let parts: Vec<&str> = credential.split('/').collect();
    let [key, day, region, "s3", "aws4_request"] = parts[..] else {
        return Err("AuthorizationHeaderMalformed");
    };
    let (time, hash) = (header("x-amz-date")?, header("x-amz-content-sha256")?);
    if key != ACCESS_KEY_ID {
        return Err("InvalidAccessKeyId");
    }
    if region != REGION || !time.starts_with(day) || time.len() != "20260101T000000Z".len() {
        return Err("AuthorizationHeaderMalformed");
    }
    if hex(&Sha256::digest(&request.body)) != hash {
        return Err("XAmzContentSHA256Mismatch");
    }
    let signed: Vec<&str> = names.split(';').collect();
    let wanted =
        |name: &String| name.starts_with("x-amz-") || name == "host" || name == "if-none-match";
    if request
        .headers
        .keys()
        .any(|name| wanted(name) && !signed.contains(&name.as_str()))
    {
        return Err("AccessDenied");
    }
    let mut canonical = format!("{}\n{}\n\n", request.method, request.path);
    for name in &signed {
        canonical = format!("{canonical}{name}:{}\n", header(name)?);
    }
    canonical = format!("{canonical}\n{names}\n{hash}");
    let text = format!(
        "AWS4-HMAC-SHA256\n{time}\n{day}/{region}/s3/aws4_request\n{}",
        hex(&Sha256::digest(canonical))
    );
    let secret = format!("AWS4{SECRET_ACCESS_KEY}");
    let of_day = hmac(secret.as_bytes(), day);
    let of_service = hmac(&hmac(&of_day, region), "s3");
    let signature = hex(&hmac(&hmac(&of_service, "aws4_request"), &text));
    if signature == field("Signature=")? {
        Ok(())
    } else {
        Err("SignatureDoesNotMatch")
    }
}

/// HMAC-SHA256 (RFC 2104), written out.
fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut block = [0_u8; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let padded = |pad: u8| block.map(|byte| byte ^ pad);
    let inner = Sha256::digest([&padded(0x36)[..], text.as_bytes()].concat());
    Sha256::digest([&padded(0x5c)[..], &inner[..]].concat()).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
