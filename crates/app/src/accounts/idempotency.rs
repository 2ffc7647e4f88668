//! Requests that come twice: the second gets the first one's answer.

use jiff::SignedDuration;
use linedesk_ports::accounts::{IdempotencyKey, IdempotencyMark, KeptAnswer};

use crate::App;
use crate::caller::Caller;
use crate::error::Error;

/// The longest key, in characters.
const KEY_MAX: usize = 255;
/// How long after its arrival a request that took effect may still be writing its answer.
const STILL_RUNNING: SignedDuration = SignedDuration::from_secs(10);

/// What to do with a request that has an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// Run it with this as `Caller::mark`, then [`finish`].
    Fresh(IdempotencyMark),
    /// Do not run it; this was the answer.
    Replay(KeptAnswer),
}

/// Looks up the key of a request.
///
/// # Errors
/// [`Error::Invalid`] on `Idempotency-Key`; [`Error::KeyReused`] with another body; [`Error::InProgress`]; a
/// [`Error::Conflict`] `answer_lost` where the first request took effect and its server died before the answer was
/// kept; [`Error::Store`].
pub async fn begin(
    app: &App,
    caller: &Caller,
    key: &str,
    method: &str,
    path: &str,
    body_sha256: [u8; 32],
) -> Result<Begun, Error> {
    if !(1..=KEY_MAX).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        let message = "must be 1 to 255 visible ASCII characters";
        return Err(Error::invalid("Idempotency-Key", "invalid", message));
    }
    let scope = format!("{} {method} {path}", caller.id());
    let key = IdempotencyKey {
        scope,
        key: key.to_owned(),
    };
    let now = app.clock.now();
    let Some(kept) = app
        .accounts
        .kept_request(&key, now - app.settings.idempotency_window)
        .await?
    else {
        return Ok(Begun::Fresh(IdempotencyMark {
            key,
            fingerprint: body_sha256,
            at: now,
        }));
    };
    match kept.answer {
        _ if kept.fingerprint != body_sha256 => Err(Error::KeyReused),
        Some(answer) => Ok(Begun::Replay(answer)),
        None if now.duration_since(kept.at) < STILL_RUNNING => Err(Error::InProgress),
        None => Err(Error::Conflict {
            detail:
                "the first request with this idempotency key took effect, but its answer was lost; \
                     read what it made or changed"
                    .to_owned(),
            code: "answer_lost",
        }),
    }
}

/// Keeps the answer to a request, if it is one to repeat: below 500, and not about who asks or how often.
///
/// # Errors
/// [`Error::Store`].
pub async fn finish(app: &App, mark: IdempotencyMark, answer: KeptAnswer) -> Result<(), Error> {
    if answer.status >= 500 || matches!(answer.status, 401 | 403 | 429) {
        return Ok(());
    }
    let since = mark.at - app.settings.idempotency_window;
    let kept = app.accounts.kept_request(&mark.key, since).await?;
    // The same request, sent at the same time, was faster. Its answer counts; ours only said so.
    if kept.is_some_and(|kept| kept.at != mark.at || kept.answer.is_some()) {
        return Ok(());
    }
    Ok(app.accounts.keep_answer(mark, answer).await?)
}
