//! How a store stands.

/// How a store stands at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Jobs that wait for a writer.
    pub writes_waiting: usize,
    /// Jobs that wait for a reader.
    pub reads_waiting: usize,
    /// Size of the database's file, in bytes, where it has one.
    pub database_bytes: Option<u64>,
    /// Size of its write-ahead log, in bytes, where that is a file too.
    pub log_bytes: Option<u64>,
}
