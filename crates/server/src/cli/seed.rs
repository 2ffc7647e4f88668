//! `linedesk seed`

use std::io::{self, Write as _};
use std::num::NonZero;
use std::thread;

use anyhow::bail;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use linedesk_app::notifications;
use linedesk_ports::store::StoreError;

use super::{first_admin, runtime};
use crate::config::Settings;
use crate::desk::{self, Desk, Overrides};
use crate::places::Places;
use crate::synthetic::{self, Options, Ports};

/// How much, and which.
#[derive(Debug, Args)]
pub struct SeedArgs {
    /// How many tickets to make
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    pub tickets: u64,
    /// The same number makes the same data
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Comments on each ticket, on average
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(0..=50))]
    pub comments: u32,
}

/// Fills the database; no server may be running on a file of SQLite.
///
/// # Errors
/// When it is in use, cannot be written, or was filled with the same seed before.
pub fn run(args: &SeedArgs, settings: &Settings) -> anyhow::Result<()> {
    let places = Places::of(settings);
    places.create()?;
    let _held = places.hold()?;
    desk::migrate(settings)?;
    let runtime = runtime()?;
    let Desk { app, store } = runtime.block_on(desk::open(settings, &Overrides::default()))?;
    // The made-up people are users, too: after them there would be no first admin any more.
    let admin = runtime.block_on(desk::furnish(&app, settings))?;
    first_admin::show(admin.as_ref())?;

    let options = Options {
        tickets: args.tickets,
        seed: args.seed,
        comments: args.comments,
        now: app.clock.now(),
        timezone: settings.tickets.timezone.clone(),
        reopen_window: app.settings.reopen_window,
        threads: thread::available_parallelism().map_or(1, NonZero::get),
    };
    let told_before = runtime.block_on(notifications::is_all_told(&app))?;
    let bar = ProgressBar::new(args.tickets).with_style(ProgressStyle::with_template(
        "{wide_bar} {human_pos}/{human_len} tickets, {per_sec}, {eta} to go",
    )?);
    let filled = runtime.block_on(synthetic::fill(
        Ports {
            commit: &*app.commit,
            directory: &*app.directory,
            tickets: &*app.tickets,
            knowledge: &*app.knowledge,
        },
        &options,
        |tickets| bar.set_position(tickets),
    ));
    bar.finish_and_clear();
    let made = match filled {
        Err(StoreError::Duplicate(_)) => {
            bail!(
                "the data of seed {} are in this database already",
                args.seed
            )
        }
        filled => filled?,
    };
    runtime.block_on(store.settle())?;
    if told_before {
        // Nobody is to hear of what never happened.
        runtime.block_on(notifications::leave_untold(&app))?;
    }
    writeln!(
        io::stdout(),
        "made {} customers, {} staff, {} tickets with {} comments and {} entries of history",
        made.customers,
        made.staff,
        made.tickets,
        made.comments,
        made.events
    )?;
    Ok(())
}
