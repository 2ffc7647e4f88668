//! One conversation with the mail server.

use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::refusal::{Cause, Refusal, Stage};
use super::stream::ByteWise;
use crate::options::SmtpTls;

/// What a conversation needs to know.
pub(super) struct Peer {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Option<TlsParameters>,
    pub(super) way: SmtpTls,
    pub(super) credentials: Option<Credentials>,
    pub(super) hello: ClientId,
    /// How long connecting, and each answer, may take.
    pub(super) timeout: Duration,
}

/// A connection on which mail can be sent.
pub(super) struct Session {
    connection: AsyncSmtpConnection,
    timeout: Duration,
}

impl Session {
    /// Connects, encrypts and signs in, as `peer` wants it.
    pub(super) async fn open(peer: &Peer, deadline: Instant) -> Result<Self, Refusal> {
        let patience = Patience {
            timeout: peer.timeout,
            deadline,
        };
        let mut connection = patience.wait(Stage::Connect, connect(peer)).await?;
        if let (SmtpTls::StartTls, Some(tls)) = (peer.way, &peer.tls) {
            // Without it nothing is sent, above all no password.
            if !connection.can_starttls() {
                return Err(Refusal::new(Stage::Encrypt, Cause::NotOffered));
            }
            let starting = async {
                let started = connection.starttls(tls.clone(), &peer.hello).await;
                started.map_err(Cause::Smtp)
            };
            patience.wait(Stage::Encrypt, starting).await?;
        }
        if let Some(credentials) = &peer.credentials {
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            let signing_in = async {
                let answer = connection.auth(&mechanisms, credentials).await;
                answer.map_err(Cause::Smtp)
            };
            patience.wait(Stage::SignIn, signing_in).await?;
        }
        Ok(Self {
            connection,
            timeout: peer.timeout,
        })
    }

    /// Sends one message to one recipient.
    pub(super) async fn send(
        &mut self,
        from: &Address,
        to: &Address,
        content: &str,
        deadline: Instant,
    ) -> Result<(), Refusal> {
        let from = Mail::new(Some(from.clone()), vec![]);
        self.say(Stage::Sender, from, deadline).await?;
        let to = Rcpt::new(to.clone(), vec![]);
        self.say(Stage::Recipient, to, deadline).await?;
        self.say(Stage::Data, Data, deadline).await?;
        // Content and its end in one piece: two small writes would wait for each other's acknowledgement.
        self.say(Stage::Content, content, deadline).await
    }

    /// Makes it fit for the next message after one that was refused.
    pub(super) async fn reset(&mut self, deadline: Instant) -> Result<(), Refusal> {
        self.say(Stage::Sender, Rset, deadline).await
    }

    /// Ends it politely, but not at any price.
    pub(super) async fn close(mut self) {
        let deadline = Instant::now() + Duration::from_secs(1);
        let _told_or_not = timeout_at(deadline, self.connection.command(Quit)).await;
    }

    async fn say(
        &mut self,
        stage: Stage,
        command: impl std::fmt::Display,
        deadline: Instant,
    ) -> Result<(), Refusal> {
        // Servers look for spam and viruses before they take a message; who gives up on them sends it again and again.
        let patience = Patience {
            timeout: match stage {
                Stage::Content => self.timeout * 3,
                _ => self.timeout,
            },
            deadline,
        };
        let asking = async {
            let answer = self.connection.command(command).await;
            answer.map_err(Cause::Smtp)
        };
        patience.wait(stage, asking).await.map(|_answer| ())
    }
}

async fn connect(peer: &Peer) -> Result<AsyncSmtpConnection, Cause> {
    let server = (peer.host.as_str(), peer.port);
    if let (SmtpTls::Tls, Some(tls)) = (peer.way, &peer.tls) {
        let timeout = Some(peer.timeout);
        let connecting = AsyncSmtpConnection::connect_tokio1(
            server,
            timeout,
            &peer.hello,
            Some(tls.clone()),
            None,
        );
        return connecting.await.map_err(Cause::Smtp);
    }
    let stream = TcpStream::connect(server).await.map_err(Cause::Io)?;
    stream.set_nodelay(true).map_err(Cause::Io)?;
    let stream = Box::new(ByteWise::new(stream));
    let greeted = AsyncSmtpConnection::connect_with_transport(stream, &peer.hello).await;
    greeted.map_err(Cause::Smtp)
}

/// How long to wait: for each step, and for all of them.
struct Patience {
    timeout: Duration,
    deadline: Instant,
}

impl Patience {
    async fn wait<T>(
        &self,
        stage: Stage,
        step: impl Future<Output = Result<T, Cause>>,
    ) -> Result<T, Refusal> {
        let until = self.deadline.min(Instant::now() + self.timeout);
        match timeout_at(until, step).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(cause)) => Err(Refusal::new(stage, cause)),
            Err(_elapsed) => Err(Refusal::new(stage, Cause::Slow)),
        }
    }
}
