//! The knowledge base: articles and their versions, the tree of categories, canned answers, and how articles are found.
//!
//! Everything here is a function of its arguments: an index of words is a value that articles are put into.

pub mod article;
pub mod audience;
pub mod guess;
pub mod index;
pub mod language;
pub mod shelves;
pub mod slug;
pub mod snippet;
pub mod synonyms;
pub mod template;
pub mod typos;
pub mod words;

pub use article::{Article, ArticleVersion, Content, Revision};
pub use audience::{Audience, Publication, Visibility};
pub use language::Language;
pub use shelves::{Shelf, ShelfError, Shelves};
pub use slug::Slug;
pub use template::Template;
