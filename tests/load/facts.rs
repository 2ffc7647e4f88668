//! What there is to ask about, sampled from a database file that nobody writes to at the moment.

use std::fmt::Write as _;
use std::path::Path;

use diesel::prelude::*;

use crate::Failure;
use crate::baseline::schema::{customers, tickets};
use crate::random::Random;

/// Tickets that are asked about; enough that they do not all stay in one page.
const SAMPLE: u64 = 5_000;
const CUSTOMERS: i64 = 500;

/// A ticket.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = tickets)]
pub(crate) struct Subject {
    pub(crate) id: Vec<u8>,
}

/// What there is to ask about.
#[derive(Debug)]
pub(crate) struct Facts {
    /// Any tickets.
    pub(crate) tickets: Vec<Subject>,
    /// Tickets whose status can be changed; every client has its own.
    pub(crate) unresolved: Vec<Subject>,
    /// Customers, as UUIDs.
    pub(crate) customers: Vec<String>,
    /// How large the database file is, in MiB.
    pub(crate) mebibytes: u64,
}

impl Subject {
    /// The ticket with that UUID.
    pub(crate) fn parse(uuid: &str) -> Result<Self, Failure> {
        let digits: Vec<u8> = uuid.bytes().filter(|byte| *byte != b'-').collect();
        let byte = |pair: &[u8]| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?);
        let id = digits.chunks(2).map(byte).collect::<Result<_, Failure>>()?;
        Ok(Self { id })
    }

    pub(crate) fn uuid(&self) -> String {
        uuid(&self.id)
    }
}

/// Samples them.
pub(crate) fn sample(database: &Path) -> Result<Facts, Failure> {
    let mut connection = SqliteConnection::establish(&database.to_string_lossy())?;
    let last: Option<i64> = tickets::table
        .select(diesel::dsl::max(tickets::number))
        .first(&mut connection)?;
    let last = u64::try_from(last.unwrap_or(0))?;
    let mut random = Random::new(1);
    let mut sampled = Vec::new();
    for _ in 0..SAMPLE.min(last) {
        let number = i64::try_from(1 + random.below(last))?;
        let found = tickets::table
            .filter(tickets::number.eq(number))
            .filter(tickets::deleted_at.is_null());
        sampled.extend(found.select(Subject::as_select()).load(&mut connection)?);
    }
    let unresolved = tickets::table
        .filter(tickets::deleted_at.is_null())
        .filter(tickets::resolved_at.is_null())
        .filter(tickets::merged_into.is_null())
        .select(Subject::as_select())
        .order(tickets::number.desc())
        .limit(i64::try_from(SAMPLE)?)
        .load(&mut connection)?;
    let customers: Vec<Vec<u8>> = customers::table
        .select(customers::id)
        .limit(CUSTOMERS)
        .load(&mut connection)?;
    if sampled.is_empty() || customers.is_empty() {
        return Err("the database has no tickets".into());
    }
    Ok(Facts {
        tickets: sampled,
        unresolved,
        customers: customers.iter().map(|id| uuid(id)).collect(),
        mebibytes: std::fs::metadata(database)?.len() >> 20,
    })
}

fn uuid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(36);
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let _ = write!(text, "{byte:02x}");
    }
    text
}
