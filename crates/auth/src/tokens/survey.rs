//! Tokens of surveys: ticket, resolution and perhaps a user in 24 or 40 bytes, then their HMAC; 75 or 97 characters.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jiff::Timestamp;
use jsonwebtoken::crypto;
use linedesk_domain::ids::{TicketId, UserId};
use linedesk_ports::secrets::SurveyPass;
use uuid::Uuid;

use super::{ALGORITHM, Key};

/// Characters of an HMAC-SHA256 in base64.
const MAC_CHARS: usize = 43;

pub(super) fn sign(key: &Key, pass: &SurveyPass) -> String {
    let SurveyPass {
        ticket,
        resolved_at,
        user,
    } = pass;
    let mut bytes = ticket.0.as_bytes().to_vec();
    bytes.extend(resolved_at.as_microsecond().to_be_bytes());
    if let Some(user) = user {
        bytes.extend(user.0.as_bytes());
    }
    let says = BASE64.encode(bytes);
    let mac = crypto::sign(says.as_bytes(), &key.signing, ALGORITHM)
        .expect("an HMAC key of this family signs any bytes");
    says + &mac
}

pub(super) fn verify(key: &Key, token: &str) -> Option<SurveyPass> {
    let place = token.len().checked_sub(MAC_CHARS)?;
    let (says, mac) = token.split_at_checked(place)?;
    // The comparison takes as long whatever differs.
    if !crypto::verify(mac, says.as_bytes(), &key.checking, ALGORITHM).ok()? {
        return None;
    }
    let bytes = BASE64.decode(says).ok()?;
    let (ticket, rest) = bytes.split_first_chunk::<16>()?;
    let (resolved_at, rest) = rest.split_first_chunk::<8>()?;
    let user = match rest.len() {
        0 => None,
        _ => Some(UserId(Uuid::from_slice(rest).ok()?)),
    };
    Some(SurveyPass {
        ticket: TicketId(Uuid::from_bytes(*ticket)),
        resolved_at: Timestamp::from_microsecond(i64::from_be_bytes(*resolved_at)).ok()?,
        user,
    })
}

#[cfg(test)]
mod tests {
    use linedesk_domain::ids::{SessionId, UserId};
    use linedesk_ports::secrets::{Claims, Purpose, Signer};

    use super::*;
    use crate::JwtSigner;

    fn signer(byte: u8) -> JwtSigner {
        JwtSigner::new(&[byte; 32]).unwrap()
    }

    fn pass(user: Option<u128>) -> SurveyPass {
        SurveyPass {
            ticket: TicketId(Uuid::from_u128(7)),
            resolved_at: "2026-11-21T14:30:00.123456Z".parse().unwrap(),
            user: user.map(|id| UserId(Uuid::from_u128(id))),
        }
    }

    #[test]
    fn a_token_says_what_was_signed_and_fits_into_a_link() {
        for (user, length) in [(None, 75), (Some(9), 97)] {
            let token = signer(1).sign_survey(&pass(user));
            assert_eq!(signer(1).verify_survey(&token), Some(pass(user)));
            assert_eq!(token.len(), length);
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
            assert!(token.bytes().all(is_plain), "{token}");
        }
    }

    #[test]
    fn no_other_character_and_no_other_length_passes() {
        let signer = signer(1);
        let token = signer.sign_survey(&pass(Some(9)));
        for place in 0..token.len() {
            let mut other = token.clone().into_bytes();
            other[place] = if other[place] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            assert_eq!(signer.verify_survey(&other), None, "{place}");
            assert_eq!(signer.verify_survey(&token[..place]), None, "{place}");
        }
        for other in [format!("{token}A"), format!("A{token}"), "é".repeat(40)] {
            assert_eq!(signer.verify_survey(&other), None);
        }
    }

    #[test]
    fn another_key_or_another_purpose_is_not_accepted() {
        let token = signer(1).sign_survey(&pass(None));
        assert_eq!(signer(2).verify_survey(&token), None);
        let now: Timestamp = "2026-11-21T14:30:00Z".parse().unwrap();
        let claims = Claims {
            purpose: Purpose::PasswordReset,
            user: UserId(Uuid::from_u128(1)),
            user_number: 1,
            epoch: 0,
            session: SessionId(Uuid::from_u128(2)),
            id: Uuid::from_u128(3),
            issued_at: now,
            expires_at: "2026-11-22T14:30:00Z".parse().unwrap(),
        };
        assert_eq!(signer(1).verify_survey(&signer(1).sign(&claims)), None);
        for purpose in [Purpose::Access, Purpose::Refresh, Purpose::PasswordReset] {
            assert_eq!(signer(1).verify(&token, purpose, now), None);
        }
    }
}
