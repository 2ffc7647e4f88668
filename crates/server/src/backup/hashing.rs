//! Counts and hashes bytes on their way.

use std::io::{self, Read, Write};

use sha2::{Digest as _, Sha256};

use super::manifest::Member;

/// A reader or writer whose bytes are counted and hashed.
pub(super) struct Hashing<I> {
    inner: I,
    size: u64,
    sha256: Sha256,
}

impl<I> Hashing<I> {
    pub(super) fn new(inner: I) -> Self {
        Self {
            inner,
            size: 0,
            sha256: Sha256::new(),
        }
    }

    /// What went through, as the manifest lists it, and what it went through.
    pub(super) fn finish(self, path: String) -> (Member, I) {
        let member = Member {
            path,
            size: self.size,
            sha256: hexadecimal(&self.sha256.finalize()),
        };
        (member, self.inner)
    }

    fn count(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.sha256.update(bytes);
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count(&buffer[..read]);
        Ok(read)
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.count(&buffer[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let digits = digits.filter_map(|digit| char::from_digit(u32::from(digit), 16));
    digits.collect()
}
