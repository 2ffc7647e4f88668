//! The knowledge base: articles and what goes with them (`articles`), categories (`shelves`), canned answers
//! (`templates`), readings and feedback (`standing`), writing (`written`), and search in an index that is kept in memory
//! (`indexed`).

#[path = "knowledge/articles.rs"]
pub(crate) mod articles;
#[path = "knowledge/indexed.rs"]
mod indexed;
#[path = "knowledge/shelves.rs"]
pub(crate) mod shelves;
#[path = "knowledge/standing.rs"]
pub(crate) mod standing;
#[path = "knowledge/templates.rs"]
pub(crate) mod templates;
#[path = "knowledge/written.rs"]
mod written;

pub(crate) use indexed::Indexed;
pub(crate) use written::write;

use super::{Conn, directory};
