//! `Range` of a download: one range of bytes (RFC 9110, 14).

/// Which part of a file is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// All of it: nothing was said, or something that this server does not do (several ranges, other units).
    All,
    /// From a first byte to an exclusive end.
    Part(u64, u64),
    /// A part that the file does not have.
    Impossible,
}

/// Reads the header for a file of `size` bytes.
pub fn read(header: Option<&str>, size: u64) -> Wanted {
    let Some(range) = header.and_then(|header| header.trim().strip_prefix("bytes=")) else {
        return Wanted::All;
    };
    let Some((first, last)) = range.split_once('-') else {
        return Wanted::All;
    };
    let (first, last) = (first.trim(), last.trim());
    match (first.parse::<u64>(), last.parse::<u64>()) {
        (Err(_), Ok(0)) if first.is_empty() => Wanted::Impossible,
        (Err(_), Ok(suffix)) if first.is_empty() => part(size.saturating_sub(suffix), size, size),
        (Ok(first), Err(_)) if last.is_empty() => part(first, size, size),
        (Ok(first), Ok(last)) if first <= last => part(first, last.saturating_add(1), size),
        _ => Wanted::All,
    }
}

const fn part(first: u64, end: u64, size: u64) -> Wanted {
    if first >= size {
        Wanted::Impossible
    } else if end > size {
        Wanted::Part(first, size)
    } else {
        Wanted::Part(first, end)
    }
}

#[cfg(test)]
mod tests {
    use super::Wanted::{All, Impossible, Part};
    use super::read;

    #[test]
    fn one_range_is_taken() {
        for (header, wanted) in [
            ("bytes=0-0", Part(0, 1)),
            ("bytes=5-", Part(5, 10)),
            ("bytes=-3", Part(7, 10)),
            ("bytes=-30", Part(0, 10)),
            ("bytes=5-500", Part(5, 10)),
            ("bytes=10-", Impossible),
            ("bytes=-0", Impossible),
            ("bytes=5-4", All),
            ("bytes=0-1,3-4", All),
            ("lines=1-2", All),
            ("bytes=x", All),
        ] {
            assert_eq!(read(Some(header), 10), wanted, "{header}");
        }
        assert_eq!(
            (read(None, 10), read(Some("bytes=0-"), 0)),
            (All, Impossible)
        );
    }
}
