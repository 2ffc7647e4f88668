//! What names a bucket, the service that has it, and what is in it.

use super::not;
use crate::config::reader::Wrong;

/// A bucket's name as S3 has them.
pub(in crate::config) fn bucket(text: &str) -> Result<String, Wrong> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    let is_end = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    let is_name = (3..=63).contains(&bytes.len())
        && text.bytes().all(plain)
        && is_end(bytes.first())
        && is_end(bytes.last())
        && !text.contains("..");
    if is_name {
        Ok(text.to_owned())
    } else {
        not("a bucket's name: 3 to 63 small letters, digits, hyphens and dots")
    }
}

pub(in crate::config) fn region(text: &str) -> Result<String, Wrong> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if !text.is_empty() && text.bytes().all(plain) {
        Ok(text.to_owned())
    } else {
        not("a region such as eu-central-1")
    }
}

/// The address of a service: no user, no query.
pub(in crate::config) fn endpoint(text: &str) -> Result<String, Wrong> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".-_~:[]/".contains(&b);
    if text.contains('@') {
        let message = "has no user and no password in it: they are storage.s3.access_key_id and secret_access_key";
        return Err(Wrong::Because(message.to_owned()));
    }
    match rest {
        Some(rest) if !rest.is_empty() && !rest.starts_with('/') && rest.bytes().all(plain) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => not("a URL such as https://s3.example.net"),
    }
}

/// What names of objects begin with, and a slash behind it.
pub(in crate::config) fn prefix(text: &str) -> Result<String, Wrong> {
    let text = text.trim_end_matches('/');
    let plain = |part: &str| {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        !part.is_empty() && part != "." && part != ".." && part.bytes().all(is_plain)
    };
    match text {
        "" => Ok(String::new()),
        _ if text.len() <= 512 && text.split('/').all(plain) => Ok(format!("{text}/")),
        _ => not("a path such as linedesk/attachments, without a slash in front"),
    }
}
