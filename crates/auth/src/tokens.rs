//! Signed tokens: JWT with HS256 and nothing else; those of surveys, which stand in links, are shorter.

mod survey;

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, crypto};
use linedesk_domain::ids::{SessionId, UserId};
use linedesk_ports::secrets::{Claims, Purpose, Signer, SurveyPass};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

/// HS256 wants a key no shorter than its output. Source: RFC 7518, 3.2.
pub const MIN_KEY_BYTES: usize = 32;
/// Ours have about 400 bytes; anything far longer is not worth decoding.
const MAX_TOKEN_BYTES: usize = 4096;
/// How far another server's clock may be ahead of ours, in seconds.
const CLOCK_SKEW_SECONDS: i64 = 60;
const ALGORITHM: Algorithm = Algorithm::HS256;

/// Signs and reads tokens with one secret, from which each purpose has a key of its own.
pub struct JwtSigner {
    header: Header,
    validation: Validation,
    access: Key,
    refresh: Key,
    password_reset: Key,
    survey: Key,
}

/// Why a key is no good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Shorter than [`MIN_KEY_BYTES`].
    #[error("the signing key has {got} bytes and needs at least {MIN_KEY_BYTES}")]
    TooShort {
        /// Bytes it has.
        got: usize,
    },
}

impl JwtSigner {
    /// A signer with `secret`. All servers of one installation need the same.
    pub fn new(secret: &[u8]) -> Result<Self, KeyError> {
        if secret.len() < MIN_KEY_BYTES {
            return Err(KeyError::TooShort { got: secret.len() });
        }
        let mut validation = Validation::new(ALGORITHM);
        validation.set_required_spec_claims(&["exp", "sub"]);
        validation.leeway = 0;
        // The library would look at the machine's clock; `verify` is given the instant.
        validation.validate_exp = false;
        Ok(Self {
            header: Header::new(ALGORITHM),
            validation,
            access: Key::derive(secret, TokenType::Access.name()),
            refresh: Key::derive(secret, TokenType::Refresh.name()),
            password_reset: Key::derive(secret, TokenType::PasswordReset.name()),
            survey: Key::derive(secret, "survey"),
        })
    }

    fn key(&self, purpose: Purpose) -> &Key {
        match purpose {
            Purpose::Access => &self.access,
            Purpose::Refresh => &self.refresh,
            Purpose::PasswordReset => &self.password_reset,
        }
    }
}

impl Signer for JwtSigner {
    fn sign(&self, claims: &Claims) -> String {
        let key = &self.key(claims.purpose).signing;
        jsonwebtoken::encode(&self.header, &Payload::from(claims), key)
            .expect("an HMAC key of this family signs any numbers and strings")
    }

    fn verify(&self, token: &str, purpose: Purpose, now: Timestamp) -> Option<Claims> {
        if token.len() > MAX_TOKEN_BYTES {
            return None;
        }
        let key = &self.key(purpose).checking;
        let read = jsonwebtoken::decode::<Payload>(token, key, &self.validation).ok()?;
        // A `kid`, `jwk`, `crit` and the like would ask for something that we never do.
        if read.header != self.header {
            return None;
        }
        let claims = Claims::try_from(read.claims).ok()?;
        let skew = jiff::SignedDuration::from_secs(CLOCK_SKEW_SECONDS);
        let good = claims.purpose == purpose
            && now < claims.expires_at
            && claims.issued_at.duration_since(now) <= skew;
        good.then_some(claims)
    }

    fn sign_survey(&self, pass: &SurveyPass) -> String {
        survey::sign(&self.survey, pass)
    }

    fn verify_survey(&self, token: &str) -> Option<SurveyPass> {
        survey::verify(&self.survey, token)
    }
}

struct Key {
    signing: EncodingKey,
    checking: DecodingKey,
}

impl Key {
    /// A key that says nothing about the secret or the other keys: HMAC as a key derivation (RFC 5869, expand).
    fn derive(secret: &[u8], purpose: &str) -> Self {
        let label = format!("linedesk token {purpose}");
        let key = crypto::sign(
            label.as_bytes(),
            &EncodingKey::from_secret(secret),
            ALGORITHM,
        )
        .expect("an HMAC key of this family signs any bytes");
        Self {
            signing: EncodingKey::from_secret(key.as_bytes()),
            checking: DecodingKey::from_secret(key.as_bytes()),
        }
    }
}

/// The claims on the wire. The first five are named as older clients know them; `exp` and `iat` are whole seconds.
/// A name that occurs twice, is missing or has a value of another type is refused by the derived reader.
#[derive(Serialize, Deserialize)]
struct Payload {
    token_type: TokenType,
    exp: i64,
    iat: i64,
    jti: Uuid,
    user_id: i64,
    sub: Uuid,
    sid: Uuid,
    epoch: i64,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TokenType {
    Access,
    Refresh,
    PasswordReset,
}

impl TokenType {
    const fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
            Self::PasswordReset => "password_reset",
        }
    }
}

impl From<Purpose> for TokenType {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Access => Self::Access,
            Purpose::Refresh => Self::Refresh,
            Purpose::PasswordReset => Self::PasswordReset,
        }
    }
}

impl From<TokenType> for Purpose {
    fn from(token_type: TokenType) -> Self {
        match token_type {
            TokenType::Access => Self::Access,
            TokenType::Refresh => Self::Refresh,
            TokenType::PasswordReset => Self::PasswordReset,
        }
    }
}

impl From<&Claims> for Payload {
    fn from(claims: &Claims) -> Self {
        let Claims {
            purpose,
            user,
            user_number,
            epoch,
            session,
            id,
            issued_at,
            expires_at,
        } = *claims;
        Self {
            token_type: purpose.into(),
            exp: expires_at.as_second(),
            iat: issued_at.as_second(),
            jti: id,
            user_id: user_number,
            sub: user.0,
            sid: session.0,
            epoch,
        }
    }
}

impl TryFrom<Payload> for Claims {
    /// An instant outside the calendar.
    type Error = jiff::Error;

    fn try_from(payload: Payload) -> Result<Self, jiff::Error> {
        let Payload {
            token_type,
            exp,
            iat,
            jti,
            user_id,
            sub,
            sid,
            epoch,
        } = payload;
        Ok(Self {
            purpose: token_type.into(),
            user: UserId(sub),
            user_number: user_id,
            epoch,
            session: SessionId(sid),
            id: jti,
            issued_at: Timestamp::from_second(iat)?,
            expires_at: Timestamp::from_second(exp)?,
        })
    }
}

#[cfg(test)]
mod tests;
