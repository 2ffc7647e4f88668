//! Tables, on the terminal and in a file.

use std::fmt::Write as _;
use std::path::Path;

use crate::Failure;
use crate::measure::Sample;

/// What is printed, kept for the file too.
#[derive(Debug, Default)]
pub(crate) struct Report(String);

impl Report {
    /// One more line.
    #[expect(
        clippy::print_stdout,
        reason = "the tables are what this program is for"
    )]
    pub(crate) fn line(&mut self, line: &str) {
        println!("{line}");
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// The head of a table of measurements beside `other`'s.
    pub(crate) fn head(&mut self, title: &str, other: &str) {
        self.line(&format!("\n### {title}\n"));
        self.line(&format!("| clients | Linedesk req/s | p50 ms | p99 ms | errors | {other} op/s | p50 ms | p99 ms | errors | Linedesk / {other} |"));
        self.line("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    }

    /// A row of it.
    pub(crate) fn row(&mut self, clients: usize, server: &Sample, baseline: &Sample) {
        let mut row = format!("| {clients} |");
        for Sample {
            rate,
            p50,
            p99,
            errors,
        } in [server, baseline]
        {
            let _ = write!(row, " {rate:.0} | {p50:.2} | {p99:.2} | {errors} |");
        }
        let ratio = if baseline.rate > 0.0 {
            server.rate / baseline.rate
        } else {
            0.0
        };
        self.line(&format!("{row} {ratio:.2} |"));
    }

    /// Writes it all.
    pub(crate) fn save(&self, file: &Path) -> Result<(), Failure> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(std::fs::write(file, &self.0)?)
    }
}
