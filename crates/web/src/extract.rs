//! Reading requests: who asks, what the path, the query, the headers and the body say. All faults at once.

pub mod address;
pub mod body;
pub mod caller;
pub mod faults;
pub mod given;
pub mod pace;
pub mod parse;
pub mod path;
pub mod precondition;
pub mod prefer;
pub mod query;
pub mod read_only;
pub mod strict;

pub use body::{Body, Json, Whole};
pub use caller::{Anybody, SignedIn, bearer};
pub use faults::Faults;
pub use given::{Given, Rest};
pub use path::{Article, At, BulkJobPath, Key, MessagePath, Number};
pub use precondition::Expected;
pub use query::{Asked, FromQuery, QueryReader};
