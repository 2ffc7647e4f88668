//! Shapes of the knowledge base.

pub mod article;
pub mod category;
pub mod feedback;
pub mod popular;
pub mod search;
pub mod suggest;
pub mod template;
pub mod version;

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which part of a list of the knowledge base.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct KbPageParams {
    /// At most so many.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// Leave so many out.
    #[param(maximum = 10000, default = 0)]
    pub offset: Option<u64>,
}

/// Who wrote something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KbAuthor)]
pub struct AuthorDto<'a> {
    /// The user's identity.
    pub id: Uuid,
    /// The user's name.
    pub name: Option<&'a str>,
}
