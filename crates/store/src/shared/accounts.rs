//! Tokens, failed sign-ins, idempotency keys.

use std::net::IpAddr;

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use linedesk_domain::ids::{SessionId, TokenId};
use linedesk_ports::accounts::{
    ApiToken, FailureCount, IdempotencyKey, IdempotencyMark, KeptAnswer, KeptRequest, LoginFailure,
    RefreshToken,
};
use linedesk_ports::store::StoreError;
use uuid::Uuid;

use super::Conn;
use crate::cached::Cached;
use crate::fault::Fault;
use crate::rows::accounts::{ApiTokenRow, KeptRow, RefreshTokenRow};
use crate::schema::{api_tokens, idempotency, login_failures, refresh_tokens};
use crate::types::{At, Key};

/// How long an idempotency key speaks for its first request. Source: the API contract, "Idempotency-Key".
pub(crate) const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

pub(crate) fn refresh_token(
    connection: &mut Conn,
    id: Uuid,
) -> Result<Option<RefreshToken>, Fault> {
    let found = refresh_tokens::table
        .find(Key(id))
        .select(RefreshTokenRow::as_select());
    Ok(found
        .get_result(connection)
        .optional()?
        .map(RefreshToken::from))
}

pub(crate) fn session_ended(connection: &mut Conn, session: SessionId) -> Result<bool, Fault> {
    let ended = refresh_tokens::table
        .filter(refresh_tokens::session.eq(Key(session.0)))
        .filter(refresh_tokens::revoked_at.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(ended)).get_result(connection)?)
}

pub(crate) fn api_token(connection: &mut Conn, hash: [u8; 32]) -> Result<Option<ApiToken>, Fault> {
    let found = api_tokens::table
        .filter(api_tokens::hash.eq(hash.as_slice()))
        .select(ApiTokenRow::as_select());
    Ok(found
        .get_result(connection)
        .optional()?
        .map(ApiToken::try_from)
        .transpose()?)
}

pub(crate) fn api_tokens(connection: &mut Conn) -> Result<Vec<ApiToken>, Fault> {
    let all = api_tokens::table.order((api_tokens::created_at.desc(), api_tokens::id.desc()));
    let rows = all.select(ApiTokenRow::as_select()).load(connection)?;
    Ok(rows
        .into_iter()
        .map(ApiToken::try_from)
        .collect::<Result<_, _>>()?)
}

/// Failures that count against a name from an address, and against the address.
pub(crate) fn login_failures(
    connection: &mut Conn,
    login: &str,
    address: IpAddr,
    since: Timestamp,
) -> Result<FailureCount, Fault> {
    let address = address.to_string();
    let of_address = login_failures::table
        .filter(login_failures::address.eq(address))
        .filter(login_failures::at.ge(At(since)));
    let found: Vec<(String, At)> = of_address
        .select((login_failures::login, login_failures::at))
        .order(login_failures::at)
        .load(connection)?;
    let of_login = || found.iter().filter(|(name, _)| name == login);
    Ok(FailureCount {
        of_login: u32::try_from(of_login().count()).unwrap_or(u32::MAX),
        of_address: u32::try_from(found.len()).unwrap_or(u32::MAX),
        oldest_of_login: of_login().next().map(|(_, at)| at.0),
        oldest_of_address: found.first().map(|(_, at)| at.0),
    })
}

pub(crate) fn kept_request(
    connection: &mut Conn,
    key: &IdempotencyKey,
    since: Timestamp,
) -> Result<Option<KeptRequest>, Fault> {
    let found = idempotency::table
        .find((&key.scope, &key.key))
        .filter(idempotency::at.ge(At(since)));
    let row = found
        .select(KeptRow::as_select())
        .get_result(connection)
        .optional()?;
    Ok(row.map(KeptRow::into_request).transpose()?)
}

pub(crate) fn new_refresh_token(connection: &mut Conn, token: RefreshToken) -> Result<(), Fault> {
    diesel::insert_into(refresh_tokens::table)
        .values(RefreshTokenRow::from(token))
        .execute(connection)?;
    Ok(())
}

pub(crate) fn use_refresh_token(
    connection: &mut Conn,
    id: Uuid,
    at: Timestamp,
) -> Result<(), Fault> {
    let unused = refresh_tokens::table
        .filter(refresh_tokens::id.eq(Key(id)))
        .filter(refresh_tokens::used_at.is_null())
        .filter(refresh_tokens::revoked_at.is_null());
    let spend = diesel::update(unused).set(refresh_tokens::used_at.eq(At(at)));
    match Cached(spend).change(connection)? {
        1 => Ok(()),
        _ => Err(StoreError::Stale.into()),
    }
}

pub(crate) fn end_session(
    connection: &mut Conn,
    session: SessionId,
    at: Timestamp,
) -> Result<(), Fault> {
    let live = refresh_tokens::table
        .filter(refresh_tokens::session.eq(Key(session.0)))
        .filter(refresh_tokens::revoked_at.is_null());
    Cached(diesel::update(live).set(refresh_tokens::revoked_at.eq(At(at)))).run(connection)?;
    Ok(())
}

pub(crate) fn new_api_token(connection: &mut Conn, token: ApiToken) -> Result<(), Fault> {
    diesel::insert_into(api_tokens::table)
        .values(ApiTokenRow::from(token))
        .execute(connection)?;
    Ok(())
}

pub(crate) fn revoke_api_token(
    connection: &mut Conn,
    id: TokenId,
    at: Timestamp,
) -> Result<(), Fault> {
    let live = api_tokens::table
        .filter(api_tokens::id.eq(Key(id.0)))
        .filter(api_tokens::revoked_at.is_null());
    Cached(diesel::update(live).set(api_tokens::revoked_at.eq(At(at)))).run(connection)?;
    Ok(())
}

pub(crate) fn login_failure(connection: &mut Conn, failure: &LoginFailure) -> Result<(), Fault> {
    let row = (
        login_failures::login.eq(&failure.login),
        login_failures::address.eq(failure.address.to_string()),
        login_failures::at.eq(At(failure.at)),
    );
    diesel::insert_into(login_failures::table)
        .values(row)
        .execute(connection)?;
    Ok(())
}

/// Keeps an answer, in place of whatever is known of its key.
pub(crate) fn keep_answer(
    connection: &mut Conn,
    mark: IdempotencyMark,
    answer: KeptAnswer,
) -> Result<(), Fault> {
    let row = KeptRow::new(mark, Some(answer));
    let insert = diesel::insert_into(idempotency::table).values(&row);
    let upsert = insert
        .on_conflict((idempotency::scope, idempotency::key))
        .do_update()
        .set(&row);
    Cached(upsert).run(connection)?;
    Ok(())
}

/// Forgets what has expired, and says how many rows that was.
pub(crate) fn forget(
    connection: &mut Conn,
    tokens: Timestamp,
    failures: Timestamp,
    answers: Timestamp,
) -> Result<u64, Fault> {
    let old_tokens = refresh_tokens::table.filter(refresh_tokens::expires_at.lt(At(tokens)));
    let old_failures = login_failures::table.filter(login_failures::at.lt(At(failures)));
    let old_answers = idempotency::table.filter(idempotency::at.lt(At(answers)));
    let rows = diesel::delete(old_tokens).execute(connection)?
        + diesel::delete(old_failures).execute(connection)?
        + diesel::delete(old_answers).execute(connection)?;
    Ok(rows as u64)
}
