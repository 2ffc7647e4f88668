//! What stands for readers who have not signed in.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{App, Caller};

/// A secret of the day, never written down: what is made of an address with it can be traced back by nobody, and is another
/// one tomorrow. (So of several servers each counts a visitor once, and a restart counts anew.)
#[derive(Debug, Default)]
pub struct Viewers {
    today: Mutex<Option<(Date, [u8; 32])>>,
}

impl Viewers {
    fn secret(&self, day: Date, fresh: impl FnOnce() -> [u8; 32]) -> [u8; 32] {
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        match *today {
            Some((of, secret)) if of == day => secret,
            _ => today.insert((day, fresh())).1,
        }
    }
}

/// Who reads: the user, or what stands for a visitor from that address today.
pub fn viewer(app: &App, caller: &Caller, address: IpAddr) -> Uuid {
    if caller.visits.is_none() {
        return caller.id().0;
    }
    let day = app.clock.now().to_zoned(TimeZone::UTC).date();
    let secret = app.viewers.secret(day, || app.ids.random());
    let mut hash = Sha256::new();
    hash.update(secret);
    hash.update(address.to_string());
    let mut id = [0; 16];
    for (place, byte) in id.iter_mut().zip(hash.finalize()) {
        *place = byte;
    }
    Uuid::from_bytes(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_lasts_for_a_day() {
        let viewers = Viewers::default();
        let (today, tomorrow) = (Date::constant(2026, 3, 1), Date::constant(2026, 3, 2));
        let first = viewers.secret(today, || [1; 32]);
        assert_eq!(viewers.secret(today, || [2; 32]), first);
        assert_ne!(viewers.secret(tomorrow, || [2; 32]), first);
    }
}
