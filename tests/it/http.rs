//! What the program does over HTTP: the real program on a real port.

mod api;
mod desk;
mod program;

mod access;
mod accounts;
mod api_tokens;
mod assign;
mod attachments;
mod bulk;
mod commands;
mod comments;
mod concurrency;
mod crash;
mod create;
mod detail;
mod directory;
mod edit;
mod endings;
mod escalate;
mod idempotency;
mod links;
mod lists;
mod merge;
mod pages;
mod protocol;
mod search;
mod secrecy;
mod sessions;
mod sla;
mod sla_clock;
mod sla_rules;
mod start;
mod stop;
mod versions;
mod workflow;
