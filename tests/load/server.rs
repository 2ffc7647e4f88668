//! The server as a process of its own.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Failure;
use crate::http::{Connection, Request};

const USERNAME: &str = "bench";
/// Of a server that listens on 127.0.0.1 for a few minutes, with made-up data.
const PASSWORD: &str = "Load-generator-7";
const START_WITHIN: Duration = Duration::from_mins(1);
const STOP_WITHIN: Duration = Duration::from_mins(1);

/// A running server; killed when it goes out of scope.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From the start of the process to its first answer that all is ready.
    pub(crate) started_in: Duration,
}

/// What a process takes of the machine's memory, in KiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// Its own.
    pub(crate) own: f64,
    /// That and the parts of files that are mapped into it, which the system takes back when it needs room.
    pub(crate) resident: f64,
}

/// The program with the settings of every run here.
pub(crate) fn program(binary: &Path, folder: &Path) -> Result<Command, Failure> {
    let log = File::options()
        .create(true)
        .append(true)
        .open(folder.join("server.log"))?;
    let mut command = Command::new(binary);
    command
        .arg("--data-dir")
        .arg(folder)
        .args(["--set", "log.level=warn", "--host", "127.0.0.1"])
        .env("LINEDESK__BOOTSTRAP__ADMIN_USERNAME", USERNAME)
        .env("LINEDESK__BOOTSTRAP__ADMIN_PASSWORD", PASSWORD)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    Ok(command)
}

impl Server {
    /// Starts one on a free port and waits until it is ready.
    pub(crate) async fn start(binary: &Path, folder: &Path) -> Result<Self, Failure> {
        Self::start_with(binary, folder, &[]).await
    }

    /// The same with settings of its own: the ends of their variables, and values.
    pub(crate) async fn start_with(
        binary: &Path,
        folder: &Path,
        settings: &[(&str, String)],
    ) -> Result<Self, Failure> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let started = Instant::now();
        let port = address.port().to_string();
        let settings = settings
            .iter()
            .map(|(key, value)| (format!("LINEDESK__{key}"), value));
        let child = program(binary, folder)?
            .envs(settings)
            .args(["--port", &port, "serve"])
            .spawn()?;
        let mut server = Self {
            child,
            address,
            started_in: Duration::ZERO,
        };
        let ready = Request {
            method: "GET",
            path: "/readyz".to_owned(),
            ..Request::default()
        };
        let mut connection = Connection::to(address);
        while !connection
            .ask(&ready)
            .await
            .is_ok_and(|answer| answer.status == 200)
        {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!(
                    "the server ended with {status}; see {}/server.log",
                    folder.display()
                )
                .into());
            }
            if started.elapsed() > START_WITHIN {
                return Err(format!(
                    "the server is not ready; see {}/server.log",
                    folder.display()
                )
                .into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.started_in = started.elapsed();
        Ok(server)
    }

    /// What the admin signs in with, as a request body.
    pub(crate) fn credentials() -> String {
        serde_json::json!({"username": USERNAME, "password": PASSWORD}).to_string()
    }

    /// An access token of the admin.
    pub(crate) async fn sign_in(&self) -> Result<String, Failure> {
        let request = Request {
            method: "POST",
            path: "/auth/jwt/create/".to_owned(),
            token: None,
            body: Self::credentials(),
        };
        let mut connection = Connection::to(self.address);
        let answer = connection.ask(&request).await?;
        let tokens: serde_json::Value = serde_json::from_slice(answer.body).unwrap_or_default();
        let token = tokens["access"].as_str().map(str::to_owned);
        token.ok_or_else(|| format!("sign-in was answered with {}", answer.status).into())
    }

    /// Memory in use, in KiB.
    pub(crate) fn memory(&self) -> Result<Memory, Failure> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kib = line.and_then(|rest| rest.split_whitespace().next());
            kib.and_then(|kib| kib.parse().ok())
                .ok_or("no memory in /proc")
        };
        Ok(Memory {
            own: field("RssAnon:")?,
            resident: field("VmRSS:")?,
        })
    }

    /// Asks it to end, and waits for that.
    pub(crate) fn stop(mut self) -> Result<(), Failure> {
        Command::new("kill")
            .arg("-TERM")
            .arg(self.child.id().to_string())
            .status()?;
        let asked = Instant::now();
        while asked.elapsed() < STOP_WITHIN {
            match self.child.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(format!("the server ended with {status}").into()),
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        }
        Err("the server did not end".into())
    }

    /// Ends it at once, as a crash would.
    pub(crate) fn kill(&mut self) -> Result<(), Failure> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// The database in a data folder.
pub(crate) fn database(folder: &Path) -> PathBuf {
    folder.join("linedesk.db")
}
