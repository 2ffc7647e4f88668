//! What telling people and machines of events needs to know.

use async_trait::async_trait;
use jiff::Timestamp;
use linedesk_domain::ids::{CommentId, TicketId, UserId, WebhookId};
use linedesk_domain::notice::{Notice, Window};
use linedesk_domain::ticket::comment::Comment;

use crate::directory::{Contact, Customer, User};
use crate::queries::Stored;
use crate::store::StoreError;

/// What a user wants to hear of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    /// Whether by e-mail at all.
    pub by_email: bool,
    /// What not.
    pub muted: Vec<Notice>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            by_email: true,
            muted: Vec::new(),
        }
    }
}

impl Preferences {
    /// Whether the user wants to hear of it.
    pub fn allow(&self, notice: Notice) -> bool {
        self.by_email && !self.muted.contains(&notice)
    }
}

/// Where events are sent to.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Identity.
    pub id: WebhookId,
    /// Where to.
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
    /// Names of the events that it wants, as [`linedesk_domain::event::Action::name`]; none: all of them.
    pub events: Vec<String>,
    /// Whether it is told of what staff alone may know.
    pub is_for_staff: bool,
    /// What its messages are signed with.
    pub secret: Vec<u8>,
    /// What they are signed with as well until then, after a change of the secret.
    pub old_secret: Option<(Vec<u8>, Timestamp)>,
    /// Whether it is sent anything.
    pub is_active: bool,
    /// Why it is not, where nobody wished so.
    pub disabled_because: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl std::fmt::Debug for Webhook {
    // Without the secrets: this may end up in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// What some events are about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoticeKeys {
    /// Tickets.
    pub tickets: Vec<TicketId>,
    /// Comments.
    pub comments: Vec<CommentId>,
    /// Users, beside the tickets' makers and assignees.
    pub users: Vec<UserId>,
}

/// What there is of that, in no order. Deleted tickets and comments are left out.
#[derive(Debug, Clone, Default)]
pub struct NoticeFacts {
    /// The tickets.
    pub tickets: Vec<Stored>,
    /// The comments.
    pub comments: Vec<Comment>,
    /// The tickets' customers.
    pub customers: Vec<Customer>,
    /// The tickets' contacts.
    pub contacts: Vec<Contact>,
    /// The users, the tickets' makers and assignees among them, with what they want to hear of.
    pub users: Vec<(User, Preferences)>,
}

/// Looks up what telling needs to know.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Notifications: Send + Sync {
    /// What events are about.
    async fn facts(&self, keys: NoticeKeys) -> Result<NoticeFacts, StoreError>;

    /// All active staff, with what they want to hear of.
    async fn staff(&self) -> Result<Vec<(User, Preferences)>, StoreError>;

    /// What a user wants to hear of; the default where the user never said.
    async fn preferences(&self, user: UserId) -> Result<Preferences, StoreError>;

    /// Where events are sent to, oldest first.
    async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError>;

    /// One of those.
    async fn webhook(&self, id: WebhookId) -> Result<Option<Webhook>, StoreError>;

    /// What those addresses were told lately by letters of which many are gathered; those that never were told are left out.
    async fn windows(&self, receivers: Vec<String>) -> Result<Vec<(String, Window)>, StoreError>;
}
