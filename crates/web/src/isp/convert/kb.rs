//! The knowledge base, both ways.

pub mod article;
pub mod category;
pub mod feedback;
pub mod popular;
pub mod search;
pub mod suggest;
pub mod template;
pub mod version;

use linedesk_domain::ids::UserId;

use crate::isp::dto::kb::AuthorDto;

/// The longest page if nobody says.
const LIMIT: u32 = 20;

/// Somebody who wrote something.
pub fn author(id: UserId, name: Option<&str>) -> AuthorDto<'_> {
    AuthorDto { id: id.0, name }
}
