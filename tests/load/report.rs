//! Tables, on the terminal and in a file.

use std::fmt::Write as _;
use std::path::Path;

use crate::Failure;
use crate::measure::Sample;

/// What is printed, kept for the file too.
#[derive(Debug, Default)]
pub(crate) struct Report {
    text: String,
    /// How many tickets there are at the moment.
    tickets: u64,
    /// The title of the table at the moment.
    title: String,
    medians: Vec<Median>,
}

/// How long half of the server's answers took at most.
#[derive(Debug)]
struct Median {
    tickets: u64,
    title: String,
    clients: usize,
    p50: f64,
}

impl Report {
    /// One more line.
    #[expect(
        clippy::print_stdout,
        reason = "the tables are what this program is for"
    )]
    pub(crate) fn line(&mut self, line: &str) {
        println!("{line}");
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// The head of all that is measured on so many tickets.
    pub(crate) fn size(&mut self, tickets: u64) {
        self.tickets = tickets;
        self.line(&format!("\n## {tickets} tickets\n"));
    }

    /// The head of a table of measurements, beside `other`'s where something does the same.
    pub(crate) fn head(&mut self, title: &str, other: Option<&str>) {
        title.clone_into(&mut self.title);
        self.line(&format!("\n### {title}\n"));
        let mut head = "| clients | Linedesk req/s | p50 ms | p99 ms | errors |".to_owned();
        if let Some(other) = other {
            let _ = write!(
                head,
                " {other} op/s | p50 ms | p99 ms | errors | Linedesk / {other} |"
            );
        }
        let columns = head.matches('|').count() - 1;
        self.line(&head);
        self.line(&format!("|{}", " ---: |".repeat(columns)));
    }

    /// A row of it.
    pub(crate) fn row(&mut self, clients: usize, server: &Sample, baseline: Option<&Sample>) {
        let mut row = format!("| {clients} |");
        for sample in std::iter::once(server).chain(baseline) {
            let Sample {
                rate,
                p50,
                p99,
                errors,
            } = sample;
            let _ = write!(row, " {rate:.0} | {p50:.2} | {p99:.2} | {errors} |");
        }
        if let Some(baseline) = baseline {
            let ratio = server.rate / baseline.rate.max(f64::EPSILON);
            let _ = write!(row, " {ratio:.2} |");
        }
        self.line(&row);
        self.medians.push(Median {
            tickets: self.tickets,
            title: self.title.clone(),
            clients,
            p50: server.p50,
        });
    }

    /// How much longer the server's answers took on the most tickets than on the fewest.
    pub(crate) fn growth(&mut self) {
        let sizes = self.medians.iter().map(|median| median.tickets);
        let (Some(few), Some(many)) = (sizes.clone().min(), sizes.max()) else {
            return;
        };
        if few == many {
            return;
        }
        self.line(&format!("\n## Growth from {few} to {many} tickets\n"));
        self.line("| | clients | p50 ms, few | p50 ms, many | growth |");
        self.line("| --- | ---: | ---: | ---: | ---: |");
        let of = |tickets| self.medians.iter().filter(move |it| it.tickets == tickets);
        let rows: Vec<_> = of(few)
            .filter_map(|first| {
                let last = of(many)
                    .find(|last| last.title == first.title && last.clients == first.clients)?;
                Some(format!(
                    "| {} | {} | {:.2} | {:.2} | {:.2} |",
                    first.title,
                    first.clients,
                    first.p50,
                    last.p50,
                    last.p50 / first.p50
                ))
            })
            .collect();
        for row in rows {
            self.line(&row);
        }
    }

    /// Writes it all.
    pub(crate) fn save(&self, file: &Path) -> Result<(), Failure> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(std::fs::write(file, &self.text)?)
    }
}
