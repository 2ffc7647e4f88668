//! Tokens and kept answers.

use diesel::prelude::*;
use linedesk_domain::ids::{SessionId, TokenId, UserId};
use linedesk_domain::people::Permission;
use linedesk_ports::accounts::{ApiToken, IdempotencyMark, KeptAnswer, KeptRequest, RefreshToken};
use linedesk_ports::store::StoreError;

use super::{at, checked, instant, known};
use crate::schema::{api_tokens, idempotency, refresh_tokens};
use crate::types::{At, Json, Key};

/// A refresh token's row.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = refresh_tokens)]
#[diesel(treat_none_as_default_value = false)]
pub(crate) struct RefreshTokenRow {
    id: Key,
    session: Key,
    user_id: Key,
    expires_at: At,
    used_at: Option<At>,
    revoked_at: Option<At>,
}

impl From<RefreshToken> for RefreshTokenRow {
    fn from(token: RefreshToken) -> Self {
        Self {
            id: Key(token.id),
            session: Key(token.session.0),
            user_id: Key(token.user.0),
            expires_at: At(token.expires_at),
            used_at: at(token.used_at),
            revoked_at: at(token.revoked_at),
        }
    }
}

impl From<RefreshTokenRow> for RefreshToken {
    fn from(row: RefreshTokenRow) -> Self {
        Self {
            id: row.id.0,
            session: SessionId(row.session.0),
            user: UserId(row.user_id.0),
            expires_at: row.expires_at.0,
            used_at: instant(row.used_at),
            revoked_at: instant(row.revoked_at),
        }
    }
}

/// An API token's row.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_tokens)]
#[diesel(treat_none_as_default_value = false)]
pub(crate) struct ApiTokenRow {
    id: Key,
    name: String,
    user_id: Key,
    hash: Vec<u8>,
    permissions: Json<Vec<String>>,
    created_at: At,
    expires_at: Option<At>,
    revoked_at: Option<At>,
}

impl From<ApiToken> for ApiTokenRow {
    fn from(token: ApiToken) -> Self {
        Self {
            id: Key(token.id.0),
            name: token.name,
            user_id: Key(token.user.0),
            hash: token.hash.to_vec(),
            permissions: Json(
                token
                    .permissions
                    .iter()
                    .map(|permission| permission.name().to_owned())
                    .collect(),
            ),
            created_at: At(token.created_at),
            expires_at: at(token.expires_at),
            revoked_at: at(token.revoked_at),
        }
    }
}

impl TryFrom<ApiTokenRow> for ApiToken {
    type Error = StoreError;

    fn try_from(row: ApiTokenRow) -> Result<Self, StoreError> {
        let id = row.id.0;
        let permission =
            |name: &String| known(Permission::parse(name), "api_tokens", "permissions", &id);
        Ok(Self {
            id: TokenId(id),
            name: row.name,
            user: UserId(row.user_id.0),
            hash: checked(
                <[u8; 32]>::try_from(row.hash.as_slice()),
                "api_tokens",
                "hash",
                &id,
            )?,
            permissions: row
                .permissions
                .0
                .iter()
                .map(permission)
                .collect::<Result<_, _>>()?,
            created_at: row.created_at.0,
            expires_at: instant(row.expires_at),
            revoked_at: instant(row.revoked_at),
        })
    }
}

/// A kept request's row.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = idempotency)]
#[diesel(primary_key(scope, key))]
#[diesel(treat_none_as_default_value = false)]
#[diesel(treat_none_as_null = true)]
pub(crate) struct KeptRow {
    scope: String,
    key: String,
    fingerprint: Vec<u8>,
    at: At,
    status: Option<i32>,
    headers: Option<Json<Vec<(String, String)>>>,
    body: Option<Vec<u8>>,
}

impl KeptRow {
    /// The row of a request, with its answer if that is known.
    pub(crate) fn new(mark: IdempotencyMark, answer: Option<KeptAnswer>) -> Self {
        let (status, headers, body) = match answer {
            Some(answer) => (
                Some(i32::from(answer.status)),
                Some(Json(answer.headers)),
                Some(answer.body),
            ),
            None => (None, None, None),
        };
        let fingerprint = mark.fingerprint.to_vec();
        Self {
            scope: mark.key.scope,
            key: mark.key.key,
            fingerprint,
            at: At(mark.at),
            status,
            headers,
            body,
        }
    }

    /// What is known of the request.
    pub(crate) fn into_request(self) -> Result<KeptRequest, StoreError> {
        let row = format!("{} {}", self.scope, self.key);
        let answer = match self.status {
            Some(status) => Some(KeptAnswer {
                status: checked(u16::try_from(status), "idempotency", "status", &row)?,
                headers: self.headers.map(|headers| headers.0).unwrap_or_default(),
                body: self.body.unwrap_or_default(),
            }),
            None => None,
        };
        let fingerprint = <[u8; 32]>::try_from(self.fingerprint.as_slice());
        Ok(KeptRequest {
            fingerprint: checked(fingerprint, "idempotency", "fingerprint", &row)?,
            at: self.at.0,
            answer,
        })
    }
}
