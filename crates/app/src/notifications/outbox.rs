//! Messages that wait or were given up, for admins.

use linedesk_domain::access::Operation;
use linedesk_ports::outbox::{Message, MessageState};

use crate::{App, Caller, Error};

/// Up to `limit` messages with ids above `after`, in order of their ids.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn list_messages(
    app: &App,
    caller: &Caller,
    state: MessageState,
    after: i64,
    limit: u32,
) -> Result<Vec<Message>, Error> {
    caller.may(Operation::ManageNotifications)?;
    Ok(app.outbox.messages(state, after, limit).await?)
}

/// One message.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`] where there is none, or it was delivered; [`Error::Store`].
pub async fn get_message(app: &App, caller: &Caller, id: i64) -> Result<Message, Error> {
    caller.may(Operation::ManageNotifications)?;
    app.outbox
        .message(id)
        .await?
        .ok_or(Error::NotFound("message"))
}

/// Has a message tried again that was given up.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Conflict`] for one that is not given up; [`Error::Store`].
pub async fn replay_message(app: &App, caller: &Caller, id: i64) -> Result<Message, Error> {
    caller.may(Operation::ManageNotifications)?;
    if !app.outbox.replay(id).await? {
        return Err(not_parked(get_message(app, caller, id).await?));
    }
    app.pulse.touch_messages();
    get_message(app, caller, id).await
}

/// Forgets a message that was given up.
///
/// # Errors
/// As [`replay_message`].
pub async fn discard_message(app: &App, caller: &Caller, id: i64) -> Result<(), Error> {
    caller.may(Operation::ManageNotifications)?;
    if app.outbox.discard(id).await? {
        return Ok(());
    }
    Err(not_parked(get_message(app, caller, id).await?))
}

fn not_parked(_: Message) -> Error {
    Error::Conflict {
        detail:
            "the message is on its way; only what was given up can be played again or discarded"
                .to_owned(),
        code: "not_parked",
    }
}
