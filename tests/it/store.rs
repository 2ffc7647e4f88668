//! The contract of the database ports, against real files.

mod accounts;
mod around;
mod commit;
mod desk;
mod directory;
mod durability;
mod lists;
mod model;
mod search;
mod world;
