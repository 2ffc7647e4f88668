//! Tickets made up on several threads, handed out in order.

use std::sync::Arc;

use linedesk_ports::changes::Write;
use tokio::sync::mpsc;

use super::World;
use super::story::tell;

/// Tickets that are written at once.
const TICKETS_PER_BATCH: u64 = 64;
/// Batches that each thread may be ahead.
const AHEAD: usize = 4;

/// The batches in order. Thread n makes the n-th batch and then every batch that lies as many threads further.
#[derive(Debug)]
pub(super) struct Batches {
    threads: Vec<mpsc::Receiver<Vec<Write>>>,
    turn: usize,
}

impl Batches {
    /// Starts the threads. They end when everything is made up, or when nobody takes it any more.
    pub(super) fn start(world: &Arc<World>, tickets: u64, threads: usize) -> Self {
        let threads = threads.max(1);
        let start = |first: usize| {
            let (sender, receiver) = mpsc::channel(AHEAD);
            let world = Arc::clone(world);
            tokio::task::spawn_blocking(move || {
                for batch in (first as u64..tickets.div_ceil(TICKETS_PER_BATCH)).step_by(threads) {
                    let places =
                        batch * TICKETS_PER_BATCH..tickets.min((batch + 1) * TICKETS_PER_BATCH);
                    if sender
                        .blocking_send(places.flat_map(|place| told(&world, place)).collect())
                        .is_err()
                    {
                        break;
                    }
                }
            });
            receiver
        };
        Self {
            threads: (0..threads).map(start).collect(),
            turn: 0,
        }
    }

    /// The next batch and the rest; `None` at the end.
    pub(super) async fn next(mut self) -> Option<(Vec<Write>, Self)> {
        let batch = self.threads[self.turn].recv().await?;
        self.turn = (self.turn + 1) % self.threads.len();
        Some((batch, self))
    }
}

fn told(world: &World, place: u64) -> Vec<Write> {
    tell(world, place).expect("steps that the workflow refuses are left out of the story")
}
