//! Keys that mean nothing, and what was probably meant.

use config::ValueKind;

use super::fault::Fault;
use super::layers::{Entries, Raw};

/// Notes every entry whose key is not in `known`. Says nothing about values, which may be misplaced secrets.
pub(super) fn report(entries: &Entries, known: &[String], faults: &mut Vec<Fault>) {
    for (key, given) in entries.iter().filter(|(key, _)| !known.contains(key)) {
        let is_section = known.iter().any(|name| {
            name.strip_prefix(key.as_str())
                .is_some_and(|rest| rest.starts_with('.'))
        });
        for entry in given {
            let message = match &entry.raw {
                Raw::Typed(ValueKind::Table(_)) if is_section => continue,
                Raw::Typed(ValueKind::Table(_)) => "unknown section".to_owned(),
                _ if is_section => "this is a section, not a setting".to_owned(),
                _ => match nearest(key, known) {
                    Some(meant) => format!("unknown key; did you mean {meant}?"),
                    None => "unknown key".to_owned(),
                },
            };
            faults.push(Fault {
                key: Some(key.clone()),
                origin: entry.origin.clone(),
                message,
            });
        }
    }
}

/// The known key that is fewest letters away, if that is close enough to be a slip.
fn nearest<'a>(key: &str, known: &'a [String]) -> Option<&'a str> {
    let (distance, name) = known.iter().map(|name| (distance(key, name), name)).min()?;
    (distance <= 3).then_some(name)
}

/// Letters to change, add or drop to get from one to the other.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.chars().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}
