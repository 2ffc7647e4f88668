//! Asking for a fixed time, and what came of it.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::Failure;
use crate::facts::Facts;
use crate::http::{Connection, Request};
use crate::operations::{Client, Operation};
use crate::random::Random;
use crate::server::Server;

/// What one client saw.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// Microseconds per request that succeeded.
    micros: Vec<u32>,
    errors: u64,
}

/// What all clients of one measurement saw.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// Successful requests per second.
    pub(crate) rate: f64,
    /// Milliseconds that half of them took at most.
    pub(crate) p50: f64,
    /// Milliseconds that all but a hundredth took at most.
    pub(crate) p99: f64,
    /// Requests that failed.
    pub(crate) errors: u64,
}

impl Taken {
    pub(crate) fn add(&mut self, took: Duration, succeeded: bool) {
        if succeeded {
            self.micros
                .push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
        } else {
            self.errors += 1;
        }
    }
}

impl Sample {
    #[expect(clippy::cast_precision_loss, reason = "a few million requests at most")]
    pub(crate) fn of(taken: Vec<Taken>, time: Duration) -> Self {
        let errors = taken.iter().map(|one| one.errors).sum();
        let mut micros: Vec<u32> = taken.into_iter().flat_map(|one| one.micros).collect();
        micros.sort_unstable();
        let at = |percent: usize| {
            let place = (micros.len() * percent / 100).min(micros.len().saturating_sub(1));
            micros
                .get(place)
                .map_or(0.0, |micros| f64::from(*micros) / 1_000.0)
        };
        Self {
            rate: micros.len() as f64 / time.as_secs_f64(),
            p50: at(50),
            p99: at(99),
            errors,
        }
    }

    /// The median of each figure, and the sum of the errors.
    pub(crate) fn median(samples: &[Self]) -> Self {
        let middle = |figure: fn(&Self) -> f64| median(samples.iter().map(figure));
        Self {
            rate: middle(|one| one.rate),
            p50: middle(|one| one.p50),
            p99: middle(|one| one.p99),
            errors: samples.iter().map(|one| one.errors).sum(),
        }
    }
}

/// The median of some figures.
fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(0.0)
}

/// The median of the ratios of one figure, round by round, so that whatever else the machine does strikes both.
pub(crate) fn ratio(of: &[Sample], to: &[Sample], figure: fn(&Sample) -> f64) -> f64 {
    let pairs = of.iter().zip(to);
    median(pairs.map(|(of, to)| figure(of) / figure(to).max(f64::EPSILON)))
}

/// Asks the server for so long with so many clients.
pub(crate) async fn server(
    server: &Server,
    facts: &'static Facts,
    operation: Operation,
    clients: usize,
    seconds: Duration,
    round: usize,
) -> Result<Sample, Failure> {
    // Anew each time: a token is good for ten minutes.
    let token: &'static str = Box::leak(server.sign_in().await?.into_boxed_str());
    let address = server.address;
    let started = Instant::now();
    let until = started + seconds;
    let mut tasks = JoinSet::new();
    for place in 0..clients {
        tasks.spawn(async move {
            let random = Random::new((round * 1_000 + place) as u64);
            let mut client = Client {
                facts,
                token,
                random,
                place,
                clients,
                turn: 0,
            };
            let mut connection = Connection::to(address);
            asked(&mut connection, until, || client.next(operation)).await
        });
    }
    Ok(Sample::of(tasks.join_all().await, started.elapsed()))
}

/// One client's requests until then, one after the other.
pub(crate) async fn asked(
    connection: &mut Connection,
    until: Instant,
    mut next: impl FnMut() -> Request,
) -> Taken {
    let mut taken = Taken::default();
    loop {
        let request = next();
        let started = Instant::now();
        if started >= until {
            return taken;
        }
        let succeeded = connection
            .ask(&request)
            .await
            .is_ok_and(|answer| (200..300).contains(&answer.status));
        taken.add(started.elapsed(), succeeded);
    }
}
