//! The signature of Standard Webhooks, with symmetric keys (`v1`).

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use linedesk_ports::couriers::Call;
use sha2::Sha256;

/// `v1,<base64>` for each secret, apart by spaces.
///
/// # Source
/// Standard Webhooks 1.0.0, "Signature scheme": HMAC-SHA256 of `id.timestamp.body`.
pub(super) fn of(call: &Call, timestamp: i64) -> String {
    let signed = |secret: &Vec<u8>| {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
        mac.update(format!("{}.{timestamp}.", call.id).as_bytes());
        mac.update(call.body.as_bytes());
        format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()))
    };
    let signatures: Vec<_> = call.secrets.iter().map(signed).collect();
    signatures.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(secrets: &[&str]) -> Call {
        Call {
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned(),
            url: String::new(),
            secrets: secrets
                .iter()
                .map(|secret| BASE64.decode(secret).unwrap())
                .collect(),
            at: "2021-02-25T17:35:30Z".parse().unwrap(),
            body: r#"{"test": 2432232314}"#.to_owned(),
        }
    }

    /// The example that the reference libraries of Standard Webhooks test themselves with.
    #[test]
    fn the_standards_example_comes_out() {
        let call = call(&["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]);
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(of(&call, 1_614_265_330), expected);
    }

    #[test]
    fn each_secret_signs_on_its_own() {
        let two = call(&[
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "c2Vjb25kIHNlY3JldCwgMjQgYnl0ZXM=",
        ]);
        let signatures = of(&two, 1_614_265_330);
        let signatures: Vec<_> = signatures.split(' ').collect();
        assert_eq!(signatures.len(), 2);
        assert_eq!(
            signatures[0],
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
        assert!(signatures[1].starts_with("v1,") && signatures[1] != signatures[0]);
    }
}
