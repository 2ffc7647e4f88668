//! A mail server for tests: it speaks SMTP on a real port, keeps what it gets, and misbehaves as it is told to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::tls::{Certificate, acceptor};

/// Where a conversation stands when the server is about to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    Greeting,
    Hello,
    StartTls,
    SignIn,
    /// The argument of MAIL.
    Sender(&'a str),
    /// The argument of RCPT.
    Recipient(&'a str),
    Data,
    /// A message, dots taken back.
    Content(&'a str),
    Reset,
}

/// What the server does then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reply {
    /// What a good server does.
    Usual,
    /// Says this instead.
    Say(&'static str),
    /// Does as usual, then hangs up.
    Last,
    /// Does as usual, but only after this long.
    After(Duration),
    /// Says what is usual, a byte at a time with this pause.
    Drip(Duration),
    /// Hangs up without a word.
    Hangup,
    /// Says nothing more.
    Silence,
}

/// A message that was taken.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// Headers and body, dots taken back.
    pub(crate) content: String,
    /// Whether it came over TLS.
    pub(crate) encrypted: bool,
    /// Who had signed in.
    pub(crate) user: Option<String>,
}

/// How the server behaves.
#[derive(Clone)]
pub(crate) struct Script {
    pub(crate) starttls: Option<Certificate>,
    pub(crate) implicit_tls: Option<Certificate>,
    /// User name and password that it wants.
    pub(crate) account: Option<(&'static str, &'static str)>,
    pub(crate) reply: Arc<dyn Fn(Step<'_>) -> Reply + Send + Sync>,
}

impl Default for Script {
    fn default() -> Self {
        Self::replying(|_| Reply::Usual)
    }
}

impl Script {
    pub(crate) fn replying(reply: impl Fn(Step<'_>) -> Reply + Send + Sync + 'static) -> Self {
        Self {
            starttls: None,
            implicit_tls: None,
            account: None,
            reply: Arc::new(reply),
        }
    }
}

/// The running server; it ends when it is dropped.
pub(crate) struct Sink {
    pub(crate) address: SocketAddr,
    log: Arc<Log>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct Log {
    seen: Mutex<Seen>,
    count: watch::Sender<usize>,
}

#[derive(Default)]
struct Seen {
    mails: Vec<Taken>,
    lines: Vec<String>,
    connections: usize,
    open: usize,
    most_open: usize,
}

impl Sink {
    pub(crate) async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let log = Arc::new(Log::default());
        let shared = Arc::clone(&log);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, log) = (script.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    log.opened();
                    serve(stream, &script, &log).await;
                    log.see(|seen| seen.open -= 1);
                });
            }
        });
        Self {
            address,
            log,
            accepting,
        }
    }

    /// What was taken so far.
    pub(crate) fn mails(&self) -> Vec<Taken> {
        self.log.see(|seen| seen.mails.clone())
    }

    /// Waits until this many messages were taken.
    pub(crate) async fn wait_for(&self, mails: usize) -> Vec<Taken> {
        let mut count = self.log.count.subscribe();
        count.wait_for(|count| *count >= mails).await.unwrap();
        self.mails()
    }

    /// Every command line that came, in the clear or not.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.log.see(|seen| seen.lines.clone())
    }

    /// Connections so far, and the most at one time.
    pub(crate) fn connections(&self) -> (usize, usize) {
        self.log.see(|seen| (seen.connections, seen.most_open))
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Log {
    fn see<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.seen.lock().unwrap())
    }

    fn opened(&self) {
        self.see(|seen| {
            seen.connections += 1;
            seen.open += 1;
            seen.most_open = seen.most_open.max(seen.open);
        });
    }

    fn take(&self, mail: Taken) {
        self.see(|seen| seen.mails.push(mail));
        self.count.send_modify(|count| *count += 1);
    }
}

async fn serve(stream: TcpStream, script: &Script, log: &Log) {
    stream.set_nodelay(true).unwrap();
    if let Some(certificate) = script.implicit_tls {
        if let Ok(stream) = acceptor(certificate).accept(stream).await {
            let mut talk = Talk::new(stream, script, log, true);
            let _ended = talk.run(true).await;
        }
        return;
    }
    let mut talk = Talk::new(stream, script, log, false);
    if talk.run(true).await == Some(End::StartTls) {
        let certificate = script.starttls.expect("STARTTLS was offered");
        let stream = talk.stream.into_inner();
        if let Ok(stream) = acceptor(certificate).accept(stream).await {
            let mut talk = Talk::new(stream, script, log, true);
            let _ended = talk.run(false).await;
        }
    }
}

#[derive(PartialEq, Eq)]
enum End {
    StartTls,
    Quit,
}

struct Talk<'a, S> {
    stream: BufReader<S>,
    script: &'a Script,
    log: &'a Log,
    encrypted: bool,
    user: Option<String>,
    from: String,
    to: Vec<String>,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Talk<'a, S> {
    fn new(stream: S, script: &'a Script, log: &'a Log, encrypted: bool) -> Self {
        Self {
            stream: BufReader::new(stream),
            script,
            log,
            encrypted,
            user: None,
            from: String::new(),
            to: Vec::new(),
        }
    }

    /// Talks until the connection ends (`None`), QUIT, or TLS has to begin.
    async fn run(&mut self, greets: bool) -> Option<End> {
        if greets {
            self.answer(Step::Greeting, "220 sink.example").await?;
        }
        loop {
            let line = self.line().await?;
            self.log.see(|seen| seen.lines.push(line.clone()));
            let upper = line.to_ascii_uppercase();
            if upper.starts_with("EHLO") {
                let offer = self.offer();
                self.answer(Step::Hello, &offer).await?;
            } else if upper == "STARTTLS" {
                self.answer(Step::StartTls, "220 go ahead").await?;
                return Some(End::StartTls);
            } else if upper.starts_with("AUTH ") {
                self.sign_in(&line).await?;
            } else if let Some(from) = upper
                .starts_with("MAIL FROM:")
                .then(|| line[10..].to_owned())
            {
                if self.script.account.is_some() && self.user.is_none() {
                    self.say("530 5.7.0 sign in first").await?;
                    continue;
                }
                self.answer(Step::Sender(&from), "250 2.1.0 ok").await?;
                self.from = from;
                self.to.clear();
            } else if let Some(to) = upper.starts_with("RCPT TO:").then(|| line[8..].to_owned()) {
                if self.answer(Step::Recipient(&to), "250 2.1.5 ok").await? {
                    self.to.push(to);
                }
            } else if upper == "DATA" {
                if self.answer(Step::Data, "354 go ahead").await? {
                    self.message().await?;
                }
            } else if upper == "RSET" {
                self.to.clear();
                self.answer(Step::Reset, "250 2.0.0 ok").await?;
            } else if upper == "QUIT" {
                self.say("221 2.0.0 bye").await?;
                return Some(End::Quit);
            } else {
                self.say("500 5.5.2 what?").await?;
            }
        }
    }

    fn offer(&self) -> String {
        let mut offer = "250-sink.example\r\n250-8BITMIME\r\n".to_owned();
        if self.script.starttls.is_some() && !self.encrypted {
            offer.push_str("250-STARTTLS\r\n");
        }
        if self.script.account.is_some() {
            offer.push_str("250-AUTH PLAIN LOGIN\r\n");
        }
        offer.push_str("250 ENHANCEDSTATUSCODES");
        offer
    }

    async fn sign_in(&mut self, line: &str) -> Option<()> {
        let given = line.split(' ').nth(2).unwrap_or_default();
        let given = BASE64.decode(given).unwrap_or_default();
        let expected = self.script.account.unwrap_or(("", ""));
        if given == format!("\0{}\0{}", expected.0, expected.1).into_bytes() {
            self.answer(Step::SignIn, "235 2.7.0 ok").await?;
            self.user = Some(expected.0.to_owned());
        } else {
            self.say("535 5.7.8 wrong password").await?;
        }
        Some(())
    }

    async fn message(&mut self) -> Option<()> {
        let mut content = String::new();
        loop {
            let line = self.line().await?;
            if line == "." {
                break;
            }
            content.push_str(line.strip_prefix('.').unwrap_or(&line));
            content.push_str("\r\n");
        }
        let reply = (self.script.reply)(Step::Content(&content));
        // What drops the answer has taken the message all the same.
        if !matches!(reply, Reply::Say(text) if !text.starts_with('2')) {
            self.log.take(Taken {
                from: self.from.clone(),
                to: std::mem::take(&mut self.to),
                content,
                encrypted: self.encrypted,
                user: self.user.clone(),
            });
        }
        self.act(reply, "250 2.0.0 taken").await.map(|_| ())
    }

    /// A line, which must end in CR LF and in nothing else.
    async fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        let read = self.stream.read_until(b'\n', &mut line).await.ok()?;
        if read == 0 {
            return None;
        }
        let line = String::from_utf8(line).expect("the conversation is ASCII");
        let line = line.strip_suffix("\r\n").expect("lines end in CR LF");
        assert!(!line.contains(['\r', '\n']), "a line is one line: {line:?}");
        Some(line.to_owned())
    }

    /// Whether the answer was a good one; `None` where there is no more to say.
    async fn answer(&mut self, step: Step<'_>, usual: &str) -> Option<bool> {
        let reply = (self.script.reply)(step);
        self.act(reply, usual).await
    }

    async fn act(&mut self, reply: Reply, usual: &str) -> Option<bool> {
        match reply {
            Reply::Usual => self.say(usual).await?,
            Reply::Say(text) => {
                self.say(text).await?;
                return Some(text.starts_with(['2', '3']));
            }
            Reply::Last => {
                self.say(usual).await?;
                return None;
            }
            Reply::After(pause) => {
                tokio::time::sleep(pause).await;
                self.say(usual).await?;
            }
            Reply::Drip(pause) => {
                for byte in format!("{usual}\r\n").bytes() {
                    self.stream.write_all(&[byte]).await.ok()?;
                    self.stream.flush().await.ok()?;
                    tokio::time::sleep(pause).await;
                }
            }
            Reply::Hangup => return None,
            Reply::Silence => std::future::pending().await,
        }
        Some(true)
    }

    async fn say(&mut self, text: &str) -> Option<()> {
        let line = format!("{text}\r\n");
        self.stream.write_all(line.as_bytes()).await.ok()?;
        self.stream.flush().await.ok()
    }
}
