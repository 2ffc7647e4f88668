//! Connections to the mail server, kept for the next message.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters, TlsVersion};
use lettre::transport::smtp::extension::ClientId;
use linedesk_ports::couriers::{Trouble, Undelivered};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout_at};

use super::address::Sender;
use super::refusal::Refusal;
use super::session::{Peer, Session};
use super::{Composed, later};
use crate::error::NotifyError;
use crate::options::{SmtpOptions, SmtpTls};

/// How long one attempt may take, waiting for a connection included.
const ATTEMPT: Duration = Duration::from_secs(30);
/// How long a connection is kept without use: less than servers wait (RFC 5321: five minutes).
const KEPT: Duration = Duration::from_mins(1);
/// How many messages one connection carries: servers cut off who stays for ever.
const MOST_MESSAGES: u32 = 100;

/// Connections to one mail server.
pub(super) struct Pool {
    peer: Peer,
    from: Address,
    slots: Arc<Semaphore>,
    idle: Mutex<Vec<Idle>>,
    is_tended: AtomicBool,
}

struct Idle {
    session: Session,
    sent: u32,
    since: Instant,
}

impl Pool {
    pub(super) fn new(options: SmtpOptions, sender: &Sender) -> Result<Self, NotifyError> {
        let tls = match options.tls {
            SmtpTls::None => None,
            SmtpTls::StartTls | SmtpTls::Tls => Some(tls(&options)?),
        };
        let credentials = options
            .credentials
            .map(|(user, password)| Credentials::new(user, password));
        let peer = Peer {
            host: options.host,
            port: options.port,
            tls,
            way: options.tls,
            credentials,
            hello: ClientId::Domain(sender.domain().to_owned()),
            timeout: options.timeout,
        };
        Ok(Self {
            peer,
            from: sender.mailbox.email.clone(),
            slots: Arc::new(Semaphore::new(options.pool_size.max(1))),
            idle: Mutex::new(Vec::new()),
            is_tended: AtomicBool::new(false),
        })
    }

    /// Sends one message, on a connection that was kept or a new one.
    pub(super) async fn send(self: &Arc<Self>, mail: Composed) -> Result<(), Undelivered> {
        let deadline = Instant::now() + ATTEMPT;
        let slot = timeout_at(deadline, Arc::clone(&self.slots).acquire_owned()).await;
        let Ok(Ok(slot)) = slot else {
            let reason = "all connections to the mail server are busy".to_owned();
            return Err(later(Trouble::Channel, reason));
        };
        let content = content(&mail.text);
        let (sent, usable) = self.attempt(&mail.to, &content, deadline).await;
        match usable {
            Some(on) if on.sent >= MOST_MESSAGES => {
                // Its place is free when it is gone.
                tokio::spawn(async move {
                    on.session.close().await;
                    drop(slot);
                });
            }
            Some(on) => self.keep(on),
            None => {}
        }
        sent.map_err(Refusal::into_undelivered)
    }

    /// Whether it was sent, and the connection if that can be used again.
    async fn attempt(
        &self,
        to: &Address,
        content: &str,
        deadline: Instant,
    ) -> (Result<(), Refusal>, Option<Idle>) {
        if let Some(kept) = self.take() {
            match self.send_on(kept, to, content, deadline).await {
                (Err(refusal), None) if refusal.may_be_a_stale_connection() => {}
                done => return done,
            }
        }
        let fresh = match Session::open(&self.peer, deadline).await {
            Ok(session) => Idle {
                session,
                sent: 0,
                since: Instant::now(),
            },
            Err(refusal) => return (Err(refusal), None),
        };
        self.send_on(fresh, to, content, deadline).await
    }

    async fn send_on(
        &self,
        mut on: Idle,
        to: &Address,
        content: &str,
        deadline: Instant,
    ) -> (Result<(), Refusal>, Option<Idle>) {
        let sent = on.session.send(&self.from, to, content, deadline).await;
        let is_usable = match &sent {
            Ok(()) => true,
            Err(refusal) if refusal.leaves_connection_usable() => {
                on.session.reset(deadline).await.is_ok()
            }
            Err(_) => false,
        };
        on.sent += 1;
        (sent, is_usable.then_some(on))
    }

    fn take(&self) -> Option<Idle> {
        let fresh_enough = |idle: &Idle| idle.since.elapsed() < KEPT;
        self.idle().pop().filter(fresh_enough)
    }

    fn keep(self: &Arc<Self>, mut session: Idle) {
        session.since = Instant::now();
        self.idle().push(session);
        if !self.is_tended.swap(true, Ordering::AcqRel) {
            tokio::spawn(tend(Arc::downgrade(self)));
        }
    }

    /// Those that nobody has used for too long.
    fn take_old(&self) -> Vec<Idle> {
        let mut idle = self.idle();
        let split = idle.partition_point(|session| session.since.elapsed() >= KEPT);
        let old = idle.drain(..split).collect();
        if idle.is_empty() {
            self.is_tended.store(false, Ordering::Release);
        }
        old
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes connections that nobody uses any more, until there are none.
async fn tend(pool: Weak<Pool>) {
    loop {
        sleep(KEPT).await;
        let Some(pool) = pool.upgrade() else { return };
        let old = pool.take_old();
        for idle in old {
            idle.session.close().await;
        }
        if !pool.is_tended.load(Ordering::Acquire) {
            return;
        }
    }
}

fn tls(options: &SmtpOptions) -> Result<TlsParameters, NotifyError> {
    let failed = |error: lettre::transport::smtp::Error| NotifyError::Tls {
        what: "mail",
        reason: error.to_string(),
    };
    let mut builder =
        TlsParameters::builder(options.host.clone()).set_min_tls_version(TlsVersion::Tlsv12);
    if let Some(pem) = &options.authorities {
        let authorities = Certificate::from_pem(pem).map_err(failed)?;
        builder = builder.add_root_certificate(authorities);
    }
    builder.build().map_err(failed)
}

/// A message as it follows DATA: lines end in `\r\n` and only so, a leading dot is doubled, a lone dot ends it. A server
/// that takes other line ends for real ones could otherwise be made to see a second message in the first.
fn content(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut content = String::with_capacity(text.len() + text.len() / 32 + 8);
    for line in text.trim_end_matches('\n').split('\n') {
        if line.starts_with('.') {
            content.push('.');
        }
        content.push_str(line);
        content.push_str("\r\n");
    }
    content.push_str(".\r\n");
    content
}

#[cfg(test)]
mod tests {
    use super::content;

    #[test]
    fn only_the_last_dot_ends_a_message() {
        for (text, expected) in [
            ("a\r\nb\r\n", "a\r\nb\r\n.\r\n"),
            ("a\r\n.\r\nb", "a\r\n..\r\nb\r\n.\r\n"),
            ("a\n.\nMAIL FROM:<x>", "a\r\n..\r\nMAIL FROM:<x>\r\n.\r\n"),
            ("a\r.\rb", "a\r\n..\r\nb\r\n.\r\n"),
            ("a\r\n.\rb", "a\r\n..\r\nb\r\n.\r\n"),
            ("a\n.\r\nb", "a\r\n..\r\nb\r\n.\r\n"),
            (".", "..\r\n.\r\n"),
            ("", "\r\n.\r\n"),
        ] {
            assert_eq!(content(text), expected, "{text:?}");
        }
    }
}
