//! The knowledge base, both ways.

pub mod article;
pub mod category;
pub mod version;

use linedesk_domain::ids::UserId;

use crate::isp::dto::kb::AuthorDto;

/// Somebody who wrote something.
pub fn author(id: UserId, name: Option<&str>) -> AuthorDto<'_> {
    AuthorDto { id: id.0, name }
}
