use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jiff::ToSpan;

use super::*;

const SECRET: &[u8] = b"a test secret of thirty-two bytes or so";
const PURPOSES: [Purpose; 3] = [Purpose::Access, Purpose::Refresh, Purpose::PasswordReset];
const HEADER: &str = r#"{"typ":"JWT","alg":"HS256"}"#;
const GOOD: &str = r#"{"token_type":"access","exp":1700000600,"iat":1700000000,"jti":"00000000-0000-0000-0000-000000000003",
    "user_id":7,"sub":"00000000-0000-0000-0000-000000000001","sid":"00000000-0000-0000-0000-000000000002","epoch":4}"#;

fn signer() -> JwtSigner {
    JwtSigner::new(SECRET).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn now() -> Timestamp {
    at(1_700_000_100)
}

fn claims(purpose: Purpose) -> Claims {
    Claims {
        purpose,
        user: UserId(Uuid::from_u128(1)),
        user_number: 7,
        epoch: 4,
        session: SessionId(Uuid::from_u128(2)),
        id: Uuid::from_u128(3),
        issued_at: at(1_700_000_000),
        expires_at: at(1_700_000_600),
    }
}

/// A token with this text in it, signed with the very key that access tokens are signed with.
fn forge(header: &str, payload: &str, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", BASE64.encode(header), BASE64.encode(payload));
    let signature = crypto::sign(message.as_bytes(), &signer().access.signing, algorithm).unwrap();
    format!("{message}.{signature}")
}

fn accepts(token: &str) -> bool {
    signer().verify(token, Purpose::Access, now()).is_some()
}

#[test]
fn what_was_signed_is_read_back() {
    for purpose in PURPOSES {
        let token = signer().sign(&claims(purpose));
        assert_eq!(
            signer().verify(&token, purpose, now()),
            Some(claims(purpose))
        );
        assert!(token.len() < 600, "{}", token.len());
    }
}

#[test]
fn fractions_of_seconds_are_cut_off() {
    let precise = Claims {
        issued_at: claims(Purpose::Access).issued_at + 999_999.microseconds(),
        expires_at: claims(Purpose::Access).expires_at + 999_999.microseconds(),
        ..claims(Purpose::Access)
    };
    let token = signer().sign(&precise);
    assert_eq!(
        signer().verify(&token, Purpose::Access, now()),
        Some(claims(Purpose::Access))
    );
}

#[test]
fn the_claims_have_the_names_and_types_that_older_clients_read() {
    let token = signer().sign(&claims(Purpose::Access));
    let parts: Vec<_> = token
        .split('.')
        .map(|part| BASE64.decode(part).unwrap())
        .collect();
    assert_eq!(String::from_utf8_lossy(&parts[0]), HEADER);
    let compact: String = GOOD.split_whitespace().collect();
    assert_eq!(String::from_utf8_lossy(&parts[1]), compact);
}

#[test]
fn a_token_is_good_for_its_purpose_only() {
    for signed in PURPOSES {
        let token = signer().sign(&claims(signed));
        for asked in PURPOSES {
            assert_eq!(
                signer().verify(&token, asked, now()).is_some(),
                signed == asked,
                "{signed:?} as {asked:?}"
            );
        }
    }
    // Even where the key were the same, the claim would tell.
    assert!(!accepts(&forge(
        HEADER,
        &GOOD.replace("access", "refresh"),
        ALGORITHM
    )));
}

#[test]
fn another_key_is_refused() {
    let other = JwtSigner::new(b"another secret of thirty-two bytes or so").unwrap();
    let token = other.sign(&claims(Purpose::Access));
    assert!(!accepts(&token));
}

#[test]
fn it_expires_on_the_second() {
    let token = signer().sign(&claims(Purpose::Access));
    let end = claims(Purpose::Access).expires_at;
    assert!(
        signer()
            .verify(&token, Purpose::Access, end - 1.microsecond())
            .is_some()
    );
    assert!(signer().verify(&token, Purpose::Access, end).is_none());
    assert!(
        signer()
            .verify(&token, Purpose::Access, end + 1.microsecond())
            .is_none()
    );
}

#[test]
fn a_token_from_a_clock_ahead_is_good_within_a_minute() {
    let token = signer().sign(&claims(Purpose::Access));
    let issued = claims(Purpose::Access).issued_at;
    assert!(
        signer()
            .verify(&token, Purpose::Access, issued - 60.seconds())
            .is_some()
    );
    assert!(
        signer()
            .verify(
                &token,
                Purpose::Access,
                issued - 60.seconds() - 1.microsecond()
            )
            .is_none()
    );
}

#[test]
fn only_the_one_algorithm_is_accepted() {
    assert!(
        accepts(&forge(HEADER, GOOD, ALGORITHM)),
        "the forgery itself is sound"
    );
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        let header = format!(r#"{{"typ":"JWT","alg":"{algorithm:?}"}}"#);
        assert!(!accepts(&forge(&header, GOOD, algorithm)));
        assert!(
            !accepts(&forge(HEADER, GOOD, algorithm)),
            "{algorithm:?} passed for HS256"
        );
    }
    for name in [
        "none", "None", "nOnE", "NONE", "", "RS256", "ES256", "EdDSA", "PS256", "hs256",
    ] {
        let header = format!(r#"{{"typ":"JWT","alg":"{name}"}}"#);
        let token = forge(&header, GOOD, ALGORITHM);
        assert!(!accepts(&token), "{name}");
        let unsigned = &token[..=token.rfind('.').unwrap()];
        assert!(!accepts(unsigned), "{name} without signature");
        assert!(
            !accepts(unsigned.trim_end_matches('.')),
            "{name} in two parts"
        );
    }
}

#[test]
fn headers_that_ask_for_another_key_are_refused() {
    let extras = [
        r#""kid":"1""#,
        r#""kid":"../../dev/null""#,
        r#""kid":"x' OR 1=1 --""#,
        r#""kid":"1","kid":"2""#,
        r#""jku":"https://example.test/keys""#,
        r#""x5u":"https://example.test/chain""#,
        r#""jwk":{"kty":"oct","k":"AAAA"}"#,
        r#""crit":["exp"]"#,
        r#""alg":"HS256""#,
        r#""alg":"none""#,
        r#""b64":false"#,
    ];
    for extra in extras {
        let header = HEADER.replace('}', &format!(",{extra}}}"));
        assert!(!accepts(&forge(&header, GOOD, ALGORITHM)), "{header}");
    }
    for header in [
        "",
        "{}",
        "[]",
        "null",
        r#"{"typ":"JWT"}"#,
        r#"{"alg":"HS256"}"#,
    ] {
        assert!(!accepts(&forge(header, GOOD, ALGORITHM)), "{header}");
    }
}

#[test]
fn claims_of_another_type_are_refused() {
    let seconds = [
        r#""1700000600""#,
        "1700000600.0",
        "1700000600.5",
        "[1700000600]",
        "{}",
        "null",
        "true",
        "-1",
        "1e400",
        "1e12",
        "99999999999999999999",
        "9223372036854775807",
        r#""""#,
    ];
    for value in seconds {
        assert!(
            !accepts(&forge(
                HEADER,
                &GOOD.replace("1700000600", value),
                ALGORITHM
            )),
            "exp {value}"
        );
    }
    for value in [
        r#""1700000000""#,
        "1700000000.0",
        "[1700000000]",
        "null",
        "1800000000",
        "9223372036854775807",
    ] {
        assert!(
            !accepts(&forge(
                HEADER,
                &GOOD.replace("1700000000", value),
                ALGORITHM
            )),
            "iat {value}"
        );
    }
    for (from, to) in [
        (r#""user_id":7"#, r#""user_id":"7""#),
        (r#""user_id":7"#, r#""user_id":7.0"#),
        (r#""user_id":7"#, r#""user_id":[7]"#),
        (r#""epoch":4"#, r#""epoch":"4""#),
        (r#""epoch":4"#, r#""epoch":null"#),
        ("000000000001", "00000000000%"),
        (r#""00000000-0000-0000-0000-000000000002""#, "2"),
        (r#""access""#, r#"["access"]"#),
        (r#""access""#, r#""Access""#),
        (r#""access""#, r#""upload""#),
    ] {
        let payload = GOOD.replace(from, to);
        assert_ne!(payload, GOOD);
        assert!(!accepts(&forge(HEADER, &payload, ALGORITHM)), "{to}");
    }
}

#[test]
fn every_claim_is_needed_and_none_may_occur_twice() {
    let body = GOOD.trim_matches(['{', '}']);
    let claims: Vec<_> = body.split(',').map(str::trim).collect();
    assert_eq!(claims.len(), 8);
    for claim in &claims {
        let without: Vec<_> = claims
            .iter()
            .copied()
            .filter(|other| other != claim)
            .collect();
        assert!(
            !accepts(&forge(
                HEADER,
                &format!("{{{}}}", without.join(",")),
                ALGORITHM
            )),
            "without {claim}"
        );
        assert!(
            !accepts(&forge(HEADER, &format!("{{{body},{claim}}}"), ALGORITHM)),
            "twice {claim}"
        );
    }
}

#[test]
fn a_token_for_another_audience_is_refused() {
    assert!(!accepts(&forge(
        HEADER,
        &GOOD.replace('}', r#","aud":"elsewhere"}"#),
        ALGORITHM
    )));
}

#[test]
fn a_changed_or_malformed_token_is_refused() {
    let token = signer().sign(&claims(Purpose::Access));
    let (message, signature) = token.rsplit_once('.').unwrap();
    for end in [0, 1, signature.len() / 2, signature.len() - 1] {
        assert!(!accepts(&format!("{message}.{}", &signature[..end])));
    }
    for at in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        assert!(
            !accepts(&String::from_utf8(changed).unwrap()),
            "changed at {at}"
        );
    }
    for malformed in [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "é.é.é",
        &format!("{token}."),
        &format!("{token}="),
        &format!(" {token}"),
    ] {
        assert!(!accepts(malformed), "{malformed}");
    }
}

#[test]
fn a_huge_token_is_refused_unread() {
    let padded = GOOD.replace('}', &format!(r#","note":"{}"}}"#, "x".repeat(200)));
    assert!(
        accepts(&forge(HEADER, &padded, ALGORITHM)),
        "a claim from a later version does no harm"
    );
    for length in [MAX_TOKEN_BYTES, 1 << 20] {
        let huge = GOOD.replace('}', &format!(r#","note":"{}"}}"#, "x".repeat(length)));
        assert!(!accepts(&forge(HEADER, &huge, ALGORITHM)));
    }
}

#[test]
fn short_secrets_are_refused() {
    for got in [0, 1, 31] {
        assert_eq!(
            JwtSigner::new(&vec![7; got]).err(),
            Some(KeyError::TooShort { got })
        );
    }
    assert!(JwtSigner::new(&[7; 32]).is_ok());
}
