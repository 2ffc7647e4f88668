//! The older APIs: what their documents print, what they left open, and what they have to do with each other.

mod crm;
mod crm_lists;
mod crm_parts;
mod crm_teams;
mod golden;
mod helpdesk;
mod maintenance;
mod maintenance_reads;
mod mounts;
mod numbers;
mod pairs;
mod printed;
mod simple;
mod simple_visitors;
mod writers;
