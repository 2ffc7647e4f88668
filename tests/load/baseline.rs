//! What SQLite itself does with the same statements, the way programs usually use it: a pool of 16 connections, each request
//! a deferred transaction on one of them, five seconds of patience when another one writes. As durable as the server is: WAL
//! with `synchronous = FULL`. There is no HTTP, no JSON, no domain and no access rule in this; it is called directly.

mod cached;
mod reads;
pub(crate) mod schema;
mod writes;

use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};

use crate::Failure;
use crate::facts::Facts;
use crate::measure::{Sample, Taken};
use crate::operations::Operation;
use crate::random::Random;
use schema::{EventRow, TicketRow, events, tickets};

const POOL: u32 = 16;

/// The database that is compared with, on a copy of the server's file.
#[derive(Debug)]
pub(crate) struct Baseline {
    pool: Pool<ConnectionManager<SqliteConnection>>,
    /// A ticket as the server wrote it, which new ones are like.
    ticket: TicketRow,
    /// Its first event.
    event: EventRow,
    /// The last place that was given to a ticket.
    place: AtomicI64,
    /// The series of ids.
    id: AtomicU64,
}

#[derive(Debug)]
struct Settings;

impl CustomizeConnection<SqliteConnection, diesel::r2d2::Error> for Settings {
    fn on_acquire(&self, connection: &mut SqliteConnection) -> Result<(), diesel::r2d2::Error> {
        [
            "PRAGMA busy_timeout = 5000",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA foreign_keys = ON",
            "PRAGMA cache_size = -32768",
            "PRAGMA mmap_size = 1073741824",
        ]
        .iter()
        .try_for_each(|line| connection.batch_execute(line))
        .map_err(diesel::r2d2::Error::QueryError)
    }
}

impl Baseline {
    pub(crate) fn open(database: &Path) -> Result<Self, Failure> {
        let pool = Pool::builder()
            .max_size(POOL)
            .test_on_check_out(false)
            .connection_timeout(Duration::from_mins(1))
            .connection_customizer(Box::new(Settings))
            .build(ConnectionManager::new(database.to_string_lossy()))?;
        let mut connection = pool.get()?;
        let ticket: TicketRow = tickets::table
            .filter(tickets::resolved_at.is_null())
            .order(tickets::place.desc())
            .first(&mut connection)?;
        let event = events::table
            .filter(events::ticket.eq(ticket.place))
            .order(events::sequence)
            .select(EventRow::as_select())
            .first(&mut connection)?;
        let place = AtomicI64::new(ticket.place);
        drop(connection);
        Ok(Self {
            pool,
            ticket,
            event,
            place,
            id: AtomicU64::new(0),
        })
    }

    /// Does that for so long with so many threads.
    pub(crate) fn measure(
        &self,
        facts: &Facts,
        operation: Operation,
        clients: usize,
        seconds: Duration,
    ) -> Sample {
        let started = Instant::now();
        let taken = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..clients)
                .map(|place| {
                    scope.spawn(move || {
                        self.client(facts, operation, (place, clients), started + seconds)
                    })
                })
                .collect();
            threads
                .into_iter()
                .filter_map(|thread| thread.join().ok())
                .collect::<Vec<_>>()
        });
        Sample::of(taken, started.elapsed())
    }

    fn client(
        &self,
        facts: &Facts,
        operation: Operation,
        of: (usize, usize),
        until: Instant,
    ) -> Taken {
        let mut random = Random::new(of.0 as u64 + self.id.fetch_add(1, Ordering::Relaxed) * 1_000);
        let mut taken = Taken::default();
        for turn in 1.. {
            let started = Instant::now();
            if started >= until {
                break;
            }
            let done = self.once(facts, operation.drawn(&mut random), of, turn, &mut random);
            taken.add(started.elapsed(), done.is_ok());
        }
        taken
    }

    fn once(
        &self,
        facts: &Facts,
        operation: Operation,
        (client, clients): (usize, usize),
        turn: usize,
        random: &mut Random,
    ) -> Result<(), Failure> {
        let mut held = self.pool.get()?;
        let connection = &mut *held;
        match operation {
            Operation::Create => {
                let mut ticket = self.ticket.clone();
                ticket.place = self.place.fetch_add(2_048, Ordering::Relaxed) + 2_048;
                ticket.id = random_id(random);
                writes::create(connection, ticket, self.event.clone())?;
            }
            Operation::Comment => {
                let subject = random.pick(&facts.tickets);
                writes::comment(
                    connection,
                    &subject.id,
                    random_id(random),
                    self.event.clone(),
                )?;
            }
            Operation::Status => {
                let (place, is_back) =
                    crate::operations::own(client, clients, turn, facts.unresolved.len());
                let status = if is_back { 3 } else { 5 };
                writes::change_status(
                    connection,
                    &facts.unresolved[place].id,
                    status,
                    self.event.clone(),
                )?;
            }
            Operation::Read => {
                reads::detail(connection, &random.pick(&facts.tickets).id, true)?;
            }
            Operation::ReadAlone => {
                reads::detail(connection, &random.pick(&facts.tickets).id, false)?;
            }
            Operation::List | Operation::Mixed | Operation::MixedReads => {
                reads::list(connection, 51)?;
            }
            Operation::Summary => reads::list(connection, 2)?,
            Operation::ListFiltered => reads::filtered(connection)?,
            Operation::Search(word) => reads::search(connection, word)?,
        }
        Ok(())
    }
}

fn random_id(random: &mut Random) -> Vec<u8> {
    let halves = [random.below(u64::MAX), random.below(u64::MAX)];
    halves.iter().flat_map(|half| half.to_be_bytes()).collect()
}
