//! Signing requests: AWS Signature Version 4, in the header `Authorization`.
//!
//! # Source
//! "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)", Amazon S3 API Reference.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// What of a request is signed. Its paths have no characters that would have to be escaped, and it has no query.
pub(super) struct Signed<'a> {
    /// `GET`, `PUT`, …
    pub(super) method: &'a str,
    /// The path as it is sent.
    pub(super) path: &'a str,
    /// Every header that is signed, by its name in small letters.
    pub(super) headers: &'a BTreeMap<&'static str, String>,
    /// SHA-256 of the body, in hexadecimal digits.
    pub(super) body: &'a str,
}

/// Who signs.
pub(super) struct Signer {
    pub(super) region: String,
    pub(super) access_key_id: String,
    pub(super) secret_access_key: String,
}

impl Signer {
    /// The value of `Authorization`.
    pub(super) fn authorization(&self, at: Timestamp, signed: &Signed<'_>) -> String {
        let names: Vec<&str> = signed.headers.keys().copied().collect();
        let names = names.join(";");
        let (time, day) = (time(at), at.strftime("%Y%m%d").to_string());
        let scope = format!("{day}/{}/s3/aws4_request", self.region);
        let request = hexadecimal(&Sha256::digest(canonical(signed, &names)));
        let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{request}");
        let key = format!("AWS4{}", self.secret_access_key);
        let key = [&day, &self.region, "s3", "aws4_request"]
            .iter()
            .fold(key.into_bytes(), |key, part| hmac(&key, part.as_bytes()));
        let signature = hexadecimal(&hmac(&key, text.as_bytes()));
        format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope},SignedHeaders={names},Signature={signature}",
            self.access_key_id
        )
    }
}

/// An instant as `x-amz-date` has it.
pub(super) fn time(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Two small digits for each byte.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            let _never_fails = write!(text, "{byte:02x}");
            text
        })
}

fn canonical(signed: &Signed<'_>, names: &str) -> String {
    let mut text = format!("{}\n{}\n\n", signed.method, signed.path);
    for (name, value) in signed.headers {
        let _never_fails = writeln!(text, "{name}:{}", value.trim());
    }
    let _never_fails = write!(text, "\n{names}\n{}", signed.body);
    text
}

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example "GET Object" of the reference.
    #[test]
    fn the_references_example_comes_out() {
        let nothing = hexadecimal(&Sha256::digest(b""));
        let headers = BTreeMap::from([
            ("host", "examplebucket.s3.amazonaws.com".to_owned()),
            ("range", "bytes=0-9".to_owned()),
            ("x-amz-content-sha256", nothing.clone()),
            ("x-amz-date", "20130524T000000Z".to_owned()),
        ]);
        let signer = Signer {
            region: "us-east-1".to_owned(),
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
        };
        let request = Signed {
            method: "GET",
            path: "/test.txt",
            headers: &headers,
            body: &nothing,
        };
        let at: Timestamp = "2013-05-24T00:00:00Z".parse().unwrap();
        assert_eq!(time(at), headers["x-amz-date"]);
        assert_eq!(
            signer.authorization(at, &request),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
             SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,\
             Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        );
    }
}
