//! HTTP: dialects over the use cases of `linedesk_app`. A handler parses, calls one use case and converts its answer.
//!
//! Code map:
//! - [`configure`] mounts everything: the five dialects ([`isp`], [`crm`], [`helpdesk`], [`simple`], [`maintenance`];
//!   [`dialect`] says where, [`around`] what else), sign-in ([`auth`]), [`health`], the API's description ([`openapi`], [`pages`]), the pages behind links in mails ([`survey`], [`password`]), and the
//!   middleware around them ([`headers`], [`drawing`], [`metrics`], [`idempotency`]);
//! - [`extract`] reads requests, all faults at once; [`failure`] is a request that came to nothing, which
//!   [`problem`] (`isp`), [`drf`] (`crm`, `helpdesk`, `/auth`) or [`detail`] (`simple`, `maintenance`) draws;
//! - [`upload`], [`download`] and [`range`] are how files come and go in every dialect that has them;
//! - each dialect has its shapes in `dto`, and pure conversions between them and the domain in `convert`.

pub mod around;
pub mod auth;
pub mod cors;
pub mod crm;
pub mod detail;
pub mod dialect;
pub mod download;
pub mod drawing;
pub mod drf;
pub mod extract;
pub mod failure;
pub mod headers;
pub mod health;
pub mod helpdesk;
pub mod idempotency;
pub mod instant;
pub mod isp;
pub mod json;
pub mod maintenance;
pub mod metrics;
pub mod mount;
pub mod openapi;
pub mod outgoing;
pub mod pages;
pub mod password;
pub mod problem;
pub mod range;
pub mod routes;
pub mod schema;
pub mod settings;
mod sheet;
pub mod simple;
pub mod spans;
pub mod survey;
pub mod upload;

pub use around::Around;
pub use dialect::{Dialect, Mount, Mounts};
pub use routes::configure;
pub use settings::WebSettings;
