//! The behaviour of the whole, on real databases and real ports, in one binary.

mod architecture;
mod clock;
mod http;
mod store;
