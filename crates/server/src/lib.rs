//! The program: settings, command line, and the parts put together.

pub mod bootstrap;
pub mod cli;
pub mod config;
pub mod logging;
pub mod system;
