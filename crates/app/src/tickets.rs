//! Everything that can be asked of tickets.

mod assign;
mod attach;
pub mod bulk;
mod comment;
mod create;
mod days;
mod delete;
pub mod discard;
mod edit;
mod escalate;
mod explain;
mod forget;
mod link;
mod loose;
mod merge;
mod ordered;
mod own;
pub mod purge;
mod rate;
mod read;
mod status;
pub mod sweep;
mod threads;

use std::sync::Arc;

use linedesk_domain::sla::SlaBook;
use linedesk_ports::queries::Stored;
use linedesk_ports::tickets::Loaded;

pub use assign::{AssignTicket, AssignTo, assign_ticket, assign_user};
pub use attach::{attach, delete_attachment, download, file_to_change, open_file, upload};
pub use bulk::{BulkAction, BulkCommand, BulkOutcome, BulkWhich, MAX_TICKETS, Refusal, bulk};
pub use comment::{AddComment, add_comment, delete_comment, edit_comment};
pub use create::{CreateTicket, create_moved_ticket, create_ticket, create_ticket_then};
pub use delete::delete_ticket;
pub use edit::{edit_ticket, edit_ticket_as};
pub use escalate::{EscalateTicket, escalate_ticket};
pub use explain::{SlaExplained, explain_sla};
pub use forget::{Collected, UNATTACHED_FOR, collect_strays, expire_uploads};
pub use link::link_tickets;
pub use loose::{
    Parts, comment_to_change, count_comments, find_answer, find_comment, list_all_attachments,
    list_all_comments, list_answers, parts_of, rewrite_comment, tickets_made_by, withdraw_comment,
};
pub use merge::{MAX_SOURCES, merge_tickets};
pub use ordered::{DEEPEST, ListInOrder, desk_stats, list_in_order, team_called};
pub use own::{edit_own_ticket, set_staff_message};
pub use rate::rate_ticket;
pub use read::{
    DETAIL_ITEMS, ListTickets, MAX_LIMIT, MAX_OFFSET, list_attachments, list_comments,
    list_history, list_tickets, sla_status, ticket, ticket_detail,
};
pub use status::{close_ticket, move_ticket, reopen_ticket, resolve_ticket, set_status};
pub use threads::{list_messages, list_threads, thread_of, ticket_thread, tickets_by_number};

/// A ticket with what is needed to show it.
#[derive(Debug, Clone)]
pub struct TicketView {
    /// The ticket.
    pub ticket: Stored,
    /// The SLA policies by which it is judged.
    pub book: Arc<SlaBook>,
}

impl From<Loaded> for TicketView {
    fn from(loaded: Loaded) -> Self {
        Self {
            ticket: Stored {
                data: loaded.ticket.into_data(),
                numbers: loaded.numbers,
            },
            book: loaded.book,
        }
    }
}
