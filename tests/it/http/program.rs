//! The real program, started on a folder of its own.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::api::Api;
use crate::database::{CONNECTIONS, Database};

/// The first admin of every server that the tests start.
pub(crate) const ADMIN: (&str, &str) = ("admin", "Quiet-Harbour-41");
/// How long anything may take before a test gives up on it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A data folder and settings: what stays when a server goes.
pub(crate) struct Program {
    folder: TempDir,
    settings: BTreeMap<String, String>,
    database: Option<Arc<Database>>,
}

impl Program {
    /// An empty folder, a database without anything in it, and settings for tests.
    pub(crate) fn new() -> Self {
        Self::on(Database::new())
    }

    /// The same on that database.
    pub(crate) fn on(database: Option<Database>) -> Self {
        let folder = TempDir::with_prefix("linedesk-test-").expect("a temporary folder");
        let settings = [
            ("auth.bcrypt_cost", "4"),
            ("auth.access_lifetime", "1h"),
            ("bootstrap.admin_password", ADMIN.1),
            ("limits.login_address_failures", "100000"),
            ("log.level", "warn"),
            ("server.workers", "2"),
        ];
        let settings = settings
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
        let program = Self {
            folder,
            settings,
            database: database.map(Arc::new),
        };
        match &program.database {
            None => program,
            Some(database) => {
                let url = database.url();
                program
                    .set("database.url", &url)
                    .set("database.pool_size", CONNECTIONS)
                    .set("database.writers", CONNECTIONS)
                    .set("database.queue_wait", "30s")
            }
        }
    }

    /// The same settings and database, for a server on another folder.
    pub(crate) fn elsewhere(&self) -> Self {
        Self {
            folder: TempDir::with_prefix("linedesk-test-").expect("a temporary folder"),
            settings: self.settings.clone(),
            database: self.database.clone(),
        }
    }

    /// The database, where that is PostgreSQL's.
    pub(crate) fn database(&self) -> Option<&Database> {
        self.database.as_deref()
    }

    /// The same with another setting.
    pub(crate) fn set(mut self, key: &str, value: &str) -> Self {
        self.settings.insert(key.to_owned(), value.to_owned());
        self
    }

    /// The same without a setting.
    pub(crate) fn unset(mut self, key: &str) -> Self {
        self.settings.remove(key);
        self
    }

    /// The working directory of everything that is started here.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the program keeps its data.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    /// A command line, with nothing of this process's environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_linedesk-under-test"));
        command
            .args(arguments)
            .current_dir(self.folder())
            .env_clear();
        for (key, value) in &self.settings {
            command.env(
                format!("LINEDESK__{}", key.to_uppercase().replace('.', "__")),
                value,
            );
        }
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.run_with_input(arguments, "")
    }

    /// Runs a command to its end, with that on its standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("standard input is piped");
        // A command that does not read its input may be gone already.
        let _gone = stdin.write_all(input.as_bytes());
        drop(stdin);
        child.wait_with_output().expect("the program ends")
    }

    /// Starts the server and waits until it listens.
    pub(crate) fn serve(&self) -> Server {
        let mut server = self.start_server();
        let began = Instant::now();
        let said = loop {
            if let Some((_, url)) = server.printed().split_once("listens on http://127.0.0.1:") {
                break url.lines().next().unwrap_or_default().to_owned();
            }
            let ended = server.child.try_wait().expect("a child of ours");
            assert!(
                ended.is_none() && began.elapsed() < PATIENCE,
                "the server does not start: {ended:?}"
            );
            std::thread::sleep(Duration::from_millis(5));
        };
        server.port = said.parse().expect("a port");
        server
    }

    /// Starts the server, whatever becomes of it.
    pub(crate) fn start_server(&self) -> Server {
        let mut command = self.command(&["serve", "--port", "0"]);
        command.env("REMOVED_WHEN_STANDARD_INPUT_ENDS", self.folder());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let stdin = child.stdin.take();
        let (stdout, stderr) = (Lines::default(), Lines::default());
        let readers = vec![
            stdout.read(child.stdout.take().expect("piped")),
            stderr.read(child.stderr.take().expect("piped")),
        ];
        Server {
            child,
            _stdin: stdin,
            port: 0,
            stdout,
            stderr,
            readers,
        }
    }
}

/// What a process has written so far.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<String>>);

impl Lines {
    /// Ends when there is no more to read.
    fn read(&self, from: impl std::io::Read + Send + 'static) -> JoinHandle<()> {
        let lines = self.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                let mut text = lines.0.lock().unwrap_or_else(PoisonError::into_inner);
                text.push_str(&line);
                text.push('\n');
            }
        })
    }

    fn text(&self) -> String {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// A running server. Killed when dropped.
pub(crate) struct Server {
    child: Child,
    /// Closing it ends the server; see `under_test.rs`.
    _stdin: Option<ChildStdin>,
    port: u16,
    stdout: Lines,
    stderr: Lines,
    /// Who read the two.
    readers: Vec<JoinHandle<()>>,
}

impl Server {
    /// A client that has not signed in.
    pub(crate) fn api(&self) -> Api {
        Api::new(&format!("http://{}", self.host()))
    }

    /// Where it listens, as `Host` has it.
    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// A connection below HTTP.
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream
    }

    /// What it wrote on standard error so far.
    pub(crate) fn log(&self) -> String {
        self.stderr.text()
    }

    /// What it wrote on standard output so far.
    pub(crate) fn printed(&self) -> String {
        self.stdout.text()
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Asks it to end.
    pub(crate) fn terminate(&self) {
        self.signal("TERM");
    }

    /// Sends it a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status();
        assert!(status.expect("kill is there").success());
    }

    /// Waits for its end, and for the last of what it wrote.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child of ours") {
                for reader in self.readers.drain(..) {
                    reader.join().expect("reading does not panic");
                }
                return status;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "the server does not end:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_before = self.child.kill();
        let _ended_before = self.child.wait();
        if std::thread::panicking() {
            eprintln!("the server's log:\n{}", self.log());
        }
    }
}
