//! The contract of the database ports, against real files.

mod accounts;
mod around;
mod checkpoint;
mod commit;
mod desk;
mod directory;
mod durability;
mod items;
mod jobs;
mod knowledge;
mod leases;
mod lists;
mod model;
mod numbers;
mod outbox;
mod overdue;
mod search;
mod stuck_commits;
mod world;
