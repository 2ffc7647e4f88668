//! Writing: everything that one use case changed, as plain data, in one transaction.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use linedesk_domain::event::Event;
use linedesk_domain::ids::{
    AttachmentId, CommentId, JobId, SessionId, TicketId, TokenId, UserId, WebhookId,
};
use linedesk_domain::notice::Window;
use linedesk_domain::sla::{CalendarVersion, PolicyVersion};
use linedesk_domain::ticket::TicketData;
use linedesk_domain::ticket::comment::Comment;
use linedesk_domain::ticket::merge::Relation;
use uuid::Uuid;

use crate::accounts::{ApiToken, IdempotencyMark, LoginFailure, RefreshToken};
use crate::directory::{Contact, Customer, Service, Team, User};
use crate::jobs::{ItemOutcome, NewJob};
use crate::knowledge::KnowledgeWrite;
use crate::notifications::{Preferences, Webhook};
use crate::outbox::{Gather, LogReader, NewMessage};
use crate::store::StoreError;
use crate::tickets::{Attachment, Numbers};

/// Everything that one use case changed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Changes {
    /// What to write, in this order.
    pub writes: Vec<Write>,
    /// The idempotency key of the request, if it came with one.
    pub mark: Option<IdempotencyMark>,
}

/// One thing to write.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// A ticket that is new; the store gives it its numbers.
    NewTicket {
        /// The ticket; of version 1 unless it was made up together with its history.
        data: Box<TicketData>,
        /// The day that its label names and counts in.
        day: Date,
    },
    /// A ticket that changed. `Stale` when the stored version is not `expected`.
    Ticket {
        /// The ticket as it is now.
        data: Box<TicketData>,
        /// The version that it was read at.
        expected: i64,
    },
    /// Something that happened to a ticket; the store gives it its sequence numbers.
    Event {
        /// To which ticket.
        ticket: TicketId,
        /// What.
        event: Event,
    },
    /// A comment that is new.
    NewComment {
        /// On which ticket.
        ticket: TicketId,
        /// The comment.
        comment: Comment,
    },
    /// A comment's new text and instant.
    Comment {
        /// The comment as it is now.
        comment: Comment,
    },
    /// A comment taken back. The files that came with it are for staff alone from then on.
    DeleteComment {
        /// Which.
        id: CommentId,
        /// When.
        at: Timestamp,
    },
    /// A file whose bytes are kept already.
    NewAttachment(Attachment),
    /// Files that now belong to a ticket. `Stale` when one of them belongs to one already.
    Attach {
        /// Which files.
        ids: Vec<AttachmentId>,
        /// To which ticket.
        ticket: TicketId,
        /// With which comment.
        comment: Option<CommentId>,
        /// For staff alone.
        is_internal: bool,
    },
    /// Rows of a ticket's files; their bytes are to be deleted from then on ([`crate::purge::Purge::discarded`]). The ticket's version
    /// keeps others from them.
    ForgetAttachments(Vec<AttachmentId>),
    /// Rows of files that belong to no ticket, whose bytes will be deleted. Those that belong to one by now stay.
    ForgetUploads(Vec<AttachmentId>),
    /// A link from one ticket to another.
    Link {
        /// From.
        from: TicketId,
        /// To.
        to: TicketId,
        /// How.
        relation: Relation,
        /// Who made it.
        by: Option<UserId>,
        /// When.
        at: Timestamp,
    },
    /// A customer, new or changed.
    Customer(Customer),
    /// A contact, new or changed.
    Contact(Contact),
    /// A service, new or changed.
    Service(Service),
    /// A team, new or changed.
    Team(Team),
    /// A user who is new; the store gives the number.
    NewUser(User),
    /// A user who changed. `Stale` when the stored `updated_at` is not `expected`.
    User {
        /// The user as it is now.
        user: User,
        /// The instant of the change that it was read at.
        expected: Timestamp,
    },
    /// A version of an SLA policy.
    Policy(PolicyVersion),
    /// A version of a calendar.
    Calendar(CalendarVersion),
    /// A refresh token that is new.
    NewRefreshToken(RefreshToken),
    /// A refresh token that is used now. `Stale` when it was used or revoked already.
    UseRefreshToken {
        /// Which.
        id: Uuid,
        /// When.
        at: Timestamp,
    },
    /// The end of one sign-in: all its refresh tokens are void.
    EndSession {
        /// Which.
        session: SessionId,
        /// When.
        at: Timestamp,
    },
    /// An API token that is new.
    NewApiToken(ApiToken),
    /// An API token withdrawn.
    RevokeApiToken {
        /// Which.
        id: TokenId,
        /// When.
        at: Timestamp,
    },
    /// A sign-in that failed.
    LoginFailure(LoginFailure),
    /// A message for a receiver. Nothing is written where the same one is there already.
    Message(NewMessage),
    /// Letters for a receiver that go together.
    Gather(Gather),
    /// What an address was told lately.
    Window {
        /// The address.
        receiver: String,
        /// What.
        window: Window,
    },
    /// What a user wants to hear of.
    Preferences {
        /// Who.
        user: UserId,
        /// What.
        preferences: Preferences,
    },
    /// Where events are sent to, new or changed.
    Webhook(Webhook),
    /// Where events are sent to no more; what waits for it is forgotten.
    DeleteWebhook(WebhookId),
    /// A reader of the log has come further. `Stale` when it was not at `from` any more.
    Advance {
        /// Who.
        reader: LogReader,
        /// From where.
        from: i64,
        /// To where.
        to: i64,
    },
    /// Something of the knowledge base.
    Knowledge(KnowledgeWrite),
    /// Long work that is wanted.
    NewJob(NewJob),
    /// The tickets that new long work is about, in order.
    JobTickets {
        /// Which work.
        job: JobId,
        /// The tickets.
        tickets: Vec<TicketId>,
    },
    /// What became of one of the things that long work has to do. Nothing of the changes is written where that is known already.
    ItemOutcome(ItemOutcome),
}

/// What only the store could know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Committed {
    /// The numbers of the new tickets, in the order of their writes.
    pub tickets: Vec<Numbers>,
    /// The numbers of the new users, in the order of their writes.
    pub users: Vec<i64>,
    /// The numbers of the new comments, in the order of their writes.
    pub comments: Vec<i64>,
}

/// Writes changes.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Commit: Send + Sync {
    /// All of it or none of it, durably, in one transaction.
    async fn commit(&self, changes: Changes) -> Result<Committed, StoreError>;
}
