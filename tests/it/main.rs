//! The behaviour of the whole, on real databases and real ports, in one binary.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on may say so by a panic, also in what its tests share"
)]

mod analytics;
mod architecture;
mod bucket;
mod clock;
mod database;
mod evaluation;
mod http;
mod notify;
mod store;
mod zones;
