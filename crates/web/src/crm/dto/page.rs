//! Pages of lists.

use serde::Serialize;
use utoipa::ToSchema;

use super::attachment::CrmAttachmentDto;
use super::comment::CrmCommentDto;
use super::ticket::CrmTicketDto;

macro_rules! pages {
    ($($(#[$doc:meta])* $name:ident: $item:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Serialize, ToSchema)]
        pub struct $name<'a> {
            /// How many there are in all; where they are counted one by one, at most 10,000 are.
            pub count: u64,
            /// The next page.
            pub next: Option<String>,
            /// The page before.
            pub previous: Option<String>,
            /// What is on this one.
            pub results: Vec<$item<'a>>,
        }
    )+};
}

pages! {
    /// A page of tickets.
    CrmTicketPage: CrmTicketDto;
    /// A page of comments.
    CrmCommentPage: CrmCommentDto;
    /// A page of files.
    CrmAttachmentPage: CrmAttachmentDto;
}
