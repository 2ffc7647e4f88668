//! Carries database jobs, which block: a few threads, each holding one connection, behind bounded queues.

pub(crate) mod held;
pub(crate) mod queue;
pub(crate) mod readers;

use std::any::Any;

/// What a panic said.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
