//! `linedesk seed`

use clap::Args;

/// How much, and which.
#[derive(Debug, Args)]
pub struct SeedArgs {
    /// How many tickets to make
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    pub tickets: u64,
    /// The same number makes the same data
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
}
