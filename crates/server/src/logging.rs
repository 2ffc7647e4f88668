//! The program's log: lines on standard error, so that standard output is free for what commands print.

use std::fmt::{self, Write as _};
use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::{self, FormatFields};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

use crate::config::{Log, LogFormat};

/// Libraries that tell on every start and stop what the program tells itself, and call what clients send wrong errors of
/// ours; the setting can make them louder.
const QUIET: &str = "actix_server=warn,actix_http::h1::dispatcher=off";

/// Starts logging for the whole process.
///
/// # Errors
/// When it was started before; that log then goes on as it is.
pub fn start(log: &Log) -> Result<(), TryInitError> {
    subscriber(log, io::stderr, io::stderr().is_terminal()).try_init()?;
    log_panics();
    Ok(())
}

fn subscriber<W>(log: &Log, writer: W, colours: bool) -> Box<dyn tracing::Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let directives = format!("{QUIET},{}", log.level);
    let registry = tracing_subscriber::registry().with(EnvFilter::new(directives));
    match log.format {
        LogFormat::Text => {
            let lines = tracing_subscriber::fmt::layer()
                .fmt_fields(one_line_fields())
                .with_ansi(colours);
            Box::new(registry.with(lines.with_writer(writer)))
        }
        LogFormat::Json => {
            let lines = tracing_subscriber::fmt::layer()
                .json()
                .flatten_event(true)
                .with_span_list(false);
            Box::new(registry.with(lines.with_writer(writer)))
        }
    }
}

/// Fields as `name=value`, with control characters escaped: the library writes what callers sent as it is, and a line
/// break in it would look like a line of the log.
fn one_line_fields() -> impl for<'a> FormatFields<'a> + Send + Sync + 'static {
    format::debug_fn(|writer, field, value| {
        if field.name() != "message" {
            write!(writer, "{field}=")?;
        }
        write!(OneLine(writer), "{value:?}")
    })
    .delimited(" ")
}

struct OneLine<'a, 'w>(&'a mut format::Writer<'w>);

impl fmt::Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for part in text.split_inclusive(char::is_control) {
            match part.chars().next_back().filter(|last| last.is_control()) {
                Some(last) => write!(
                    self.0,
                    "{}{}",
                    &part[..part.len() - last.len_utf8()],
                    last.escape_default()
                )?,
                None => self.0.write_str(part)?,
            }
        }
        Ok(())
    }
}

/// A panic is a bug: it belongs in the log, as one line and with its place, not beside it.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let message = panic.payload_as_str().unwrap_or("no message");
        let place = panic.location().map(ToString::to_string);
        tracing::error!(panic.message = message, panic.place = place, "panicked");
    }));
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(level: &str, format: LogFormat, act: impl FnOnce()) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = Log {
            level: level.to_owned(),
            format,
        };
        tracing::subscriber::with_default(subscriber(&log, move || writer.clone(), false), act);
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn json_lines_carry_their_fields_and_their_span() {
        let text = logged("info", LogFormat::Json, || {
            let _span = tracing::info_span!("request", request_id = "r1").entered();
            tracing::info!(ticket.number = 7, "ticket created");
        });
        let line: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
        assert_eq!(line["message"], "ticket created");
        assert_eq!(line["ticket.number"], 7);
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["span"]["request_id"], "r1");
    }

    #[test]
    fn what_callers_send_cannot_make_a_line_of_its_own() {
        for format in [LogFormat::Text, LogFormat::Json] {
            let text = logged(
                "info",
                format,
                || tracing::info!(name = %"a\r\nb\u{1b}[31mc", "seen"),
            );
            assert_eq!(text.lines().count(), 1, "{text:?}");
            assert!(!text.contains('\u{1b}'), "{text:?}");
        }
    }

    #[test]
    fn the_level_filters_by_part() {
        let text = logged("warn,linedesk_server=debug", LogFormat::Text, || {
            tracing::debug!("ours");
            tracing::info!(target: "elsewhere", "theirs");
        });
        assert!(
            text.contains("ours") && !text.contains("theirs"),
            "{text:?}"
        );
    }
}
