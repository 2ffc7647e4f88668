//! What a password has to be.

use std::collections::HashSet;
use std::sync::OnceLock;

use linedesk_domain::text::is_blank;
use linedesk_ports::directory::User;

use crate::App;
use crate::error::{Error, Fault};

/// bcrypt reads no further, so a longer password would promise more than it gives.
const MAX_BYTES: usize = 72;
const MIN_CHARS: usize = 8;
/// Shares of what two texts have in common from which on one can be guessed from the other.
const TOO_SIMILAR: f64 = 0.7;

/// The commonest passwords of leaked collections, in lower case, those that the other rules refuse left out.
const COMMON: &str = include_str!("common_passwords.txt");

/// Whose password it is, as far as that makes it easy to guess.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// User name.
    pub username: &'a str,
    /// E-mail address.
    pub email: Option<&'a str>,
}

impl<'a> Owner<'a> {
    /// That user.
    pub fn of(user: &'a User) -> Self {
        Self {
            username: &user.username,
            email: user.email.as_deref(),
        }
    }
}

/// Everything that is wrong with a new password; empty when it can be used. `field` is how the client calls it.
pub fn faults(field: &str, password: &str, owner: Owner<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |code, message| faults.push(Fault::new(field, code, message));
    if password.chars().count() < MIN_CHARS {
        fault("too_short", "must have at least 8 characters");
    }
    if password.len() > MAX_BYTES {
        fault("too_long", "must have at most 72 bytes");
    }
    if password.chars().any(char::is_control) {
        fault("control_characters", "must not contain control characters");
    }
    if !password.is_empty() && password.chars().all(char::is_numeric) {
        fault("only_digits", "must not consist of digits alone");
    }
    if !password.is_empty() && password.chars().all(is_blank) {
        fault("blank", "must not consist of spaces alone");
    }
    if is_common(password) {
        fault("too_common", "is one of the commonest passwords");
    }
    // A password that is too long is not looked at any closer: the comparison takes time by its length.
    if password.len() <= MAX_BYTES {
        if resembles(password, owner.username) {
            fault("too_similar", "is too similar to the user name");
        }
        if owner.email.is_some_and(|email| resembles(password, email)) {
            fault("too_similar", "is too similar to the e-mail address");
        }
    }
    faults
}

/// Whether `password` made `hash`, in the same time whatever the answer and whether or not there is a hash.
pub(crate) async fn matches(app: &App, password: &str, hash: Option<&str>) -> Result<bool, Error> {
    // No account has such a password, and that must not show sooner than with any other.
    let (password, hash) = if password.len() > MAX_BYTES {
        ("", None)
    } else {
        (password, hash)
    };
    Ok(app.passwords.verify(password, hash).await?)
}

fn is_common(password: &str) -> bool {
    static COMMONEST: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let commonest = COMMONEST.get_or_init(|| COMMON.lines().collect());
    commonest.contains(password.to_lowercase().as_str())
}

/// Whether `password` is much like the whole of `known` or like one word of it.
fn resembles(password: &str, known: &str) -> bool {
    let password: Vec<char> = password.to_lowercase().chars().collect();
    let known = known.to_lowercase();
    let words = known.split(|c: char| !c.is_alphanumeric());
    words.chain([known.as_str()]).any(|word| {
        let word: Vec<char> = word.chars().collect();
        !word.is_empty() && similarity(&password, &word) >= TOO_SIMILAR
    })
}

/// Twice the characters in common, in order, by all characters: 1 for equal texts, 0 for nothing in common.
fn similarity(a: &[char], b: &[char]) -> f64 {
    let (shorter, all) = (a.len().min(b.len()), a.len() + b.len());
    if share(shorter, all) < TOO_SIMILAR {
        return 0.0;
    }
    share(in_common(a, b), all)
}

fn share(common: usize, all: usize) -> f64 {
    // Lengths of a few hundred at most.
    2.0 * f64::from(u32::try_from(common).unwrap_or(u32::MAX))
        / f64::from(u32::try_from(all).unwrap_or(u32::MAX))
}

/// The longest run that both have, and the same again on either side of it (Ratcliff and Obershelp's measure).
fn in_common(a: &[char], b: &[char]) -> usize {
    let mut longest = (0, 0, 0);
    let mut ending = vec![0; b.len() + 1];
    for (i, left) in a.iter().enumerate() {
        let mut before = 0;
        for (j, right) in b.iter().enumerate() {
            let length = if left == right { before + 1 } else { 0 };
            before = std::mem::replace(&mut ending[j + 1], length);
            if length > longest.0 {
                longest = (length, i + 1 - length, j + 1 - length);
            }
        }
    }
    match longest {
        (0, ..) => 0,
        (length, i, j) => {
            in_common(&a[..i], &b[..j]) + length + in_common(&a[i + length..], &b[j + length..])
        }
    }
}

#[cfg(test)]
mod tests;
