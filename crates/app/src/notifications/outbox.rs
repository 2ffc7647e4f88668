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
    let before = get_message(app, caller, id).await?;
    if !app.outbox.replay(id).await? {
        return Err(not_parked(get_message(app, caller, id).await?));
    }
    app.pulse.touch_messages();
    let after = app.outbox.message(id).await?;
    // It may have been delivered by now, which is no reason to say that it is not there.
    Ok(after.unwrap_or_else(|| Message {
        state: MessageState::Pending,
        attempts: 0,
        next_attempt_at: app.clock.now(),
        ..before
    }))
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use linedesk_domain::people::Role;
    use linedesk_ports::outbox::{Channel, MockOutbox, NewMessage};

    use super::*;
    use crate::accounts::doubles::{START, World, caller, user};

    #[tokio::test]
    async fn what_is_delivered_before_its_replay_is_answered_was_there_all_the_same() {
        let mut world = World::of([user(1, Role::Admin)]);
        let parked = Message {
            id: 7,
            new: NewMessage {
                event: Some(1),
                ticket: None,
                channel: Channel::Email,
                receiver: "ada@example.net".to_owned(),
                payload: "{}".to_owned(),
            },
            created_at: START,
            attempts: 4,
            next_attempt_at: START,
            state: MessageState::Parked,
            last_error: Some("no".to_owned()),
        };
        let mut outbox = MockOutbox::new();
        let mut looks = vec![None, Some(parked)];
        outbox
            .expect_message()
            .times(2)
            .returning(move |_| Ok(looks.pop().flatten()));
        outbox.expect_replay().times(1).returning(|_| Ok(true));
        let parts = Arc::get_mut(&mut world.app.parts).expect("nobody else has it");
        parts.outbox = Arc::new(outbox);
        let me = caller(&user(1, Role::Admin), None);
        let replayed = replay_message(&world.app, &me, 7).await.unwrap();
        assert_eq!(
            (replayed.id, replayed.state, replayed.attempts),
            (7, MessageState::Pending, 0)
        );
    }
}
