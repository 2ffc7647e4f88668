//! A mail server and a webhook receiver that take everything and note when it came, on a thread of their own.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::Answers;
use crate::Failure;

/// When each ticket was told of, by its label, by mail and by webhook.
type Arrivals = Arc<[Mutex<HashMap<String, Instant>>; 2]>;

/// Both of them.
pub(super) struct Receivers {
    pub(super) mail: SocketAddr,
    pub(super) hooks: SocketAddr,
    arrivals: Arrivals,
}

impl Receivers {
    pub(super) fn start() -> Result<Self, Failure> {
        let listen = || -> Result<_, Failure> {
            let listener = StdListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            listener.set_nonblocking(true)?;
            Ok((listener.local_addr()?, listener))
        };
        let ((mail, mails), (hooks, calls)) = (listen()?, listen()?);
        let arrivals = Arrivals::default();
        let shared = Arc::clone(&arrivals);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        std::thread::spawn(move || {
            runtime.block_on(async {
                let (Ok(mails), Ok(calls)) =
                    (TcpListener::from_std(mails), TcpListener::from_std(calls))
                else {
                    return;
                };
                loop {
                    let arrivals = Arc::clone(&shared);
                    tokio::select! {
                        Ok((stream, _)) = mails.accept() => {
                            tokio::spawn(async move { take_mail(stream, &arrivals).await });
                        }
                        Ok((stream, _)) = calls.accept() => {
                            tokio::spawn(async move { take_calls(stream, &arrivals).await });
                        }
                    }
                }
            });
        });
        Ok(Self {
            mail,
            hooks,
            arrivals,
        })
    }

    /// How many tickets were told of.
    pub(super) fn counts(&self) -> [usize; 2] {
        [0, 1].map(|place| self.arrivals[place].lock().map_or(0, |known| known.len()))
    }

    /// Waits until so many were; answers when each of the two was done.
    pub(super) async fn wait_for(
        &self,
        counts: [usize; 2],
        patience: Duration,
    ) -> Result<[Instant; 2], Failure> {
        let began = Instant::now();
        let mut done = [None; 2];
        loop {
            for (place, count) in self.counts().into_iter().enumerate() {
                if count >= counts[place] {
                    done[place].get_or_insert_with(Instant::now);
                }
            }
            if let [Some(mail), Some(hooks)] = done {
                return Ok([mail, hooks]);
            }
            if began.elapsed() > patience {
                return Err(format!("{:?} of {counts:?} arrived", self.counts()).into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// How long after its answer half of the tickets were told of at most, and all but a hundredth, in milliseconds.
    pub(super) fn delays(&self, place: usize, answers: &Answers) -> Result<[f64; 2], Failure> {
        let answers = answers.lock().map_err(|_poisoned| "a client died")?;
        let arrived = self.arrivals[place]
            .lock()
            .map_err(|_poisoned| "a receiver died")?;
        let delay = |(label, answered): (&String, &Instant)| {
            let arrived = arrived.get(label)?;
            Some(arrived.saturating_duration_since(*answered).as_secs_f64() * 1_000.0)
        };
        let mut delays: Vec<f64> = answers.iter().filter_map(delay).collect();
        delays.sort_by(f64::total_cmp);
        let at = |percent: usize| {
            let place = (delays.len() * percent / 100).min(delays.len().saturating_sub(1));
            delays.get(place).copied().unwrap_or_default()
        };
        Ok([at(50), at(99)])
    }
}

fn note(arrivals: &Arrivals, place: usize, text: &str, before: &str) {
    let label = text.split_once(before).map(|(_, rest)| rest);
    let is_part = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    let label = label.map(|rest| rest.chars().take_while(is_part));
    if let (Some(label), Ok(mut known)) = (label, arrivals[place].lock()) {
        let label: String = label.collect();
        known.entry(label).or_insert_with(Instant::now);
    }
}

async fn take_mail(stream: TcpStream, arrivals: &Arrivals) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 load ESMTP\r\n").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let answer: &[u8] = match line.get(..4).unwrap_or_default() {
            "EHLO" => b"250-load\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            "DATA" => b"354 go on\r\n",
            "QUIT" => b"221 bye\r\n",
            _ => b"250 fine\r\n",
        };
        stream.write_all(answer).await?;
        if answer.starts_with(b"354") {
            while line != ".\r\n" {
                line.clear();
                if stream.read_line(&mut line).await? == 0 {
                    return Ok(());
                }
                if line.starts_with("Subject: ") {
                    note(arrivals, 0, &line, "[");
                }
            }
            stream.write_all(b"250 taken\r\n").await?;
        }
    }
}

async fn take_calls(stream: TcpStream, arrivals: &Arrivals) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    loop {
        let mut length = 0;
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let lower = line.to_ascii_lowercase();
            if let Some(given) = lower.strip_prefix("content-length:") {
                length = given.trim().parse().unwrap_or(0);
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        note(
            arrivals,
            1,
            &String::from_utf8_lossy(&body),
            "\"ticket_number\":\"",
        );
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await?;
    }
}
