//! The desk's figures: keeping the facts that they are made of, and answering with them.
//!
//! [`keep`] folds the log of events into facts, behind everything else; `questions` and what is beside it make figures of
//! them. What each figure means is written down in `docs/ANALYTICS.md`.

pub mod keep;
mod questions;
mod reading;
mod report;
mod seal;
mod workload;

pub use questions::{
    AGENT_PARTS, Patterned, Trending, agent_performance, customer_effort, escalations,
    first_contact, performance, resolution_patterns, response_times, satisfaction, trending,
};
pub use reading::Readings;
pub use report::{Ask, Group, Part, Report};
pub use workload::{Load, Workload, workload};
