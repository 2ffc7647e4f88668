//! Facts against an oracle that looks at tickets instead of histories, and figures against plain loops over facts.

mod counting;
mod histories;
mod oracle;
mod periods;
