//! Identities: one type per thing, so that a customer's id cannot be passed for a ticket's.

use std::fmt;

use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )+};
}

ids! {
    /// A ticket's identity (UUID version 7). Its integer number and its `T-…` label are given out by the store.
    TicketId,
    /// A person or a machine that signs in.
    UserId,
    /// A customer account: the household or company that tickets belong to.
    CustomerId,
    /// A person to talk to at a customer.
    ContactId,
    /// Something a customer has subscribed to: a line, a mailbox, a zone.
    ServiceId,
    /// Where events are sent to, over HTTP.
    WebhookId,
    /// A group of staff that a ticket can be assigned to.
    TeamId,
    /// A comment on a ticket.
    CommentId,
    /// An uploaded file.
    AttachmentId,
    /// An SLA policy through all its versions.
    PolicyId,
    /// One immutable version of an SLA policy.
    PolicyVersionId,
    /// A calendar through all its versions.
    CalendarId,
    /// One immutable version of a calendar.
    CalendarVersionId,
    /// An API token.
    TokenId,
    /// A family of refresh tokens: one sign-in and all that was refreshed from it.
    SessionId,
    /// An article of the knowledge base.
    ArticleId,
    /// A category of the knowledge base (tickets have categories of another kind).
    ShelfId,
    /// A canned answer.
    TemplateId,
    /// Long work that a person asked for.
    JobId,
}
