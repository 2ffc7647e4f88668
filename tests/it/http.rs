//! What the program does over HTTP: the real program on a real port.

mod api;
mod desk;
mod program;

mod accounts;
mod sessions;
mod api_tokens;
mod create;
mod detail;
mod lists;
mod pages;
mod search;
mod edit;
mod versions;
mod workflow;
mod assign;
mod escalate;
mod endings;
mod merge;
mod links;
mod comments;
mod attachments;
mod bulk;
mod sla;
mod sla_rules;
mod directory;
mod protocol;
mod access;
mod secrecy;
mod idempotency;
mod concurrency;
mod start;
mod stop;
mod crash;
mod commands;
