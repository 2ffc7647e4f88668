//! The read models and records that use cases take and give, re-exported from the ports, so that dialects see this
//! crate alone.

pub use linedesk_ports::accounts::{ApiToken, IdempotencyMark, KeptAnswer};
pub use linedesk_ports::blobs::{BlobError, ByteStream};
pub use linedesk_ports::directory::{
    Contact, Customer, DirectoryFilter, DirectoryPage, Service, Team, User,
};
pub use linedesk_ports::jobs::{Job, JobState, Progress};
pub use linedesk_ports::knowledge::{
    ArticleFilter, ArticleKey, ArticleView, Days, Feedback, FeedbackView, Hit, Slice, Sliced,
    Standing, VersionView,
};
pub use linedesk_ports::names::{Names, NamesWanted, UserNames};
pub use linedesk_ports::notifications::{Preferences, Webhook};
pub use linedesk_ports::outbox::{Channel, Message as OutboxMessage, MessageState};
pub use linedesk_ports::parts::{
    CommentCounts, CommentKey, DeskStats, FoundComment, Mine, Order, OrderKey,
};
pub use linedesk_ports::queries::{
    COUNTED_EXACTLY, CommentView, Count, Cursor, Entry, Items, Part, Related, SlaDashboard,
    SlaTotals, Sort, SortKey, Start, Stored, Summary, TicketDetail, TicketFilter, TicketPage, Why,
};
pub use linedesk_ports::store::StoreError;
pub use linedesk_ports::threads::{Message, Numbered, Person, Thread};
pub use linedesk_ports::tickets::{Attachment, Numbers, TicketKey};
