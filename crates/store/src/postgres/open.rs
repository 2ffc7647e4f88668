//! Connections and their settings.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Error as PoolError, Pool};

use super::Conn;
use crate::open_error::OpenError;

/// Where the database is, and how much of it one server may use.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresOptions {
    /// libpq's URL; may hold a password.
    pub url: String,
    /// Threads that read, each with a connection.
    pub readers: usize,
    /// Threads that write, each with a connection.
    pub writers: usize,
    /// Reading jobs that may wait.
    pub read_queue: usize,
    /// Writing jobs that may wait.
    pub write_queue: usize,
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// How long a statement may run.
    pub statement_timeout: Duration,
    /// How long a statement may wait for a lock.
    pub lock_timeout: Duration,
    /// How long a job may wait in its queue before it is refused.
    pub queue_wait: Duration,
    /// How long a commit may take once its statements have run; one that takes longer is waited for no more, and the store
    /// is not ready meanwhile. The database itself has no such limit: a lost synchronous standby makes it wait for ever.
    pub commit_wait: Duration,
}

/// Without the URL, which may hold a password.
impl std::fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("readers", &self.readers)
            .field("writers", &self.writers)
            .finish_non_exhaustive()
    }
}

impl PostgresOptions {
    /// The usual settings for a database.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            readers: 8,
            writers: 4,
            read_queue: 1024,
            write_queue: 4096,
            connect_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(3),
            queue_wait: Duration::from_secs(2),
            commit_wait: Duration::from_secs(5),
        }
    }
}

/// Settings of every new connection of a pool.
#[derive(Debug, Clone)]
struct Settings {
    lines: String,
}

impl CustomizeConnection<Conn, PoolError> for Settings {
    fn on_acquire(&self, connection: &mut Conn) -> Result<(), PoolError> {
        connection
            .batch_execute(&self.lines)
            .map_err(PoolError::QueryError)
    }
}

/// What a pool's connections are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Write,
    Read,
    /// Ticket numbers and sums of counts, which need not wait for the disk.
    Aside,
}

/// A pool of `size` connections. None is made before it is asked for.
pub(crate) fn pool(
    options: &PostgresOptions,
    purpose: Use,
    size: usize,
) -> Result<Pool<ConnectionManager<Conn>>, OpenError> {
    let millis = |setting: &str, limit: Duration| {
        // Zero would be no limit at all.
        format!("SET {setting} = {}", limit.as_millis().max(1))
    };
    let mut lines = vec![
        millis("statement_timeout", options.statement_timeout),
        millis("lock_timeout", options.lock_timeout),
        // A server that is stopped in the middle of a transaction must not hold its locks for ever.
        millis(
            "idle_in_transaction_session_timeout",
            options.statement_timeout,
        ),
        "SET timezone = 'UTC'".to_owned(),
        // Plans of prepared statements are made once where they are as good as those made anew.
        "SET plan_cache_mode = auto".to_owned(),
        // Statements are short: compiling them costs more than it saves.
        "SET jit = off".to_owned(),
    ];
    match purpose {
        Use::Read => lines.push("SET default_transaction_read_only = on".to_owned()),
        // Answers are sent after the commit is safe, whatever the server's default is.
        Use::Write => lines.push("SET synchronous_commit = on".to_owned()),
        Use::Aside => lines.push("SET synchronous_commit = off".to_owned()),
    }
    Pool::builder()
        .max_size(u32::try_from(size).unwrap_or(u32::MAX))
        .min_idle(Some(0))
        .connection_timeout(options.connect_timeout)
        // Threads hold theirs from job to job, and give back only what may be broken.
        .test_on_check_out(true)
        .connection_customizer(Box::new(Settings {
            lines: lines.join("; "),
        }))
        .build(ConnectionManager::new(with_defaults(
            &options.url,
            options.connect_timeout,
        )))
        .map_err(|error| failed(&error.to_string()))
}

/// One connection outside any pool, for the schema, without limits on how long a statement may run.
pub(crate) fn single(url: &str) -> Result<Conn, OpenError> {
    let url = with_defaults(url, Duration::from_secs(10));
    Conn::establish(&url).map_err(|error| failed(&error.to_string()))
}

fn failed(reason: &str) -> OpenError {
    OpenError::Connect {
        path: "the PostgreSQL database".to_owned(),
        // libpq takes several lines, and ends with an empty one.
        reason: reason.lines().map(str::trim).collect::<Vec<_>>().join(" "),
    }
}

/// The URL with what an operator expects of a server where it says nothing else: a bound on connecting, a name in the
/// database's list of sessions, and an end to connections whose other side is gone.
fn with_defaults(url: &str, connect_timeout: Duration) -> String {
    let seconds = connect_timeout.as_secs().max(2).to_string();
    let defaults = [
        ("connect_timeout", seconds.as_str()),
        ("application_name", "linedesk"),
        ("keepalives_idle", "10"),
        ("keepalives_interval", "5"),
        ("keepalives_count", "3"),
        ("tcp_user_timeout", "15000"),
    ];
    let mut url = url.to_owned();
    for (key, value) in defaults {
        if !url.contains(&format!("{key}=")) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(key);
            url.push('=');
            url.push_str(value);
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_keeps_what_it_says_and_gets_what_it_does_not() {
        let url = with_defaults("postgres://h/d?connect_timeout=9", Duration::from_secs(5));
        assert!(url.starts_with("postgres://h/d?connect_timeout=9&application_name=linedesk&"));
        assert_eq!(url.matches("connect_timeout").count(), 1);
    }

    #[test]
    fn options_do_not_show_their_url() {
        let options = PostgresOptions::new("postgres://me:secret@h/d");
        assert!(!format!("{options:?}").contains("secret"));
    }
}
