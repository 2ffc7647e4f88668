//! The older APIs: what their documents print, what they left open, and what they have to do with each other.

mod golden;
mod maintenance;
mod maintenance_reads;
mod mounts;
mod simple;
