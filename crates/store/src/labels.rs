//! The numbers by which people know tickets: the day, and a count within it.

use jiff::civil::Date;

/// Days since 1970.
pub(crate) fn day_key(day: Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    day.duration_since(epoch).as_hours() / 24
}

/// `T-YYYYMMDD-NNNN`; from the ten thousandth ticket of a day on the sequence has five digits.
pub(crate) fn label(day: Date, sequence: i64) -> String {
    format!(
        "T-{:04}{:02}{:02}-{sequence:04}",
        day.year(),
        day.month(),
        day.day()
    )
}

/// The label as it is indexed: one word.
pub(crate) fn indexed(label: &str) -> String {
    label.replace('-', "").to_lowercase()
}

/// What a word without the letter may say of a ticket's label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Numbered {
    /// The label begins so, as it is indexed: its day at least.
    Begins(String),
    /// It ends so.
    Sequence(i64),
}

/// What a word may say of a ticket's label: `20260109`, `20260109-0007`, `0007`.
pub(crate) fn numbered(word: &str) -> Option<Numbered> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (day, sequence) = word.split_once('-').unwrap_or((word, ""));
    if !digits(day) || !(sequence.is_empty() || digits(sequence)) {
        return None;
    }
    match day.len() {
        8 if sequence.len() <= 6 => {
            let is_day = day.starts_with('2') && day.parse::<Date>().is_ok();
            is_day.then(|| Numbered::Begins(format!("t{day}{sequence}")))
        }
        4..=6 if day == word && (day.len() == 4 || !day.starts_with('0')) => {
            let sequence = day.parse().ok().filter(|sequence| *sequence > 0);
            sequence.map(Numbered::Sequence)
        }
        _ => None,
    }
}

/// Whether words may be taken for the ends of labels. Each of them is searched for as many labels, and no ticket has two: a
/// text with more of such words is about something else.
pub(crate) fn may_be_sequences<'a>(words: impl IntoIterator<Item = &'a str>) -> bool {
    let is_sequence = |word: &&str| matches!(numbered(word), Some(Numbered::Sequence(_)));
    words.into_iter().filter(is_sequence).nth(2).is_none()
}

/// A ticket's label (`T-20260109-0007`, or the beginning of one with its day) is indexed as one word.
pub(crate) fn as_indexed(word: &str) -> String {
    let is_label = word
        .strip_prefix(['T', 't'])
        .and_then(|rest| rest.strip_prefix('-'))
        .is_some_and(|rest| {
            rest.len() >= 8
                && rest
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'-')
        });
    if is_label {
        word.replace('-', "")
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_have_four_digits_until_they_need_five() {
        let day = jiff::civil::date(2026, 1, 9);
        assert_eq!(label(day, 7), "T-20260109-0007");
        assert_eq!(label(day, 9_999), "T-20260109-9999");
        assert_eq!(label(day, 10_000), "T-20260109-10000");
    }

    #[test]
    fn words_that_may_be_parts_of_labels_are_told_from_others() {
        let begins = |text: &str| Some(Numbered::Begins(text.to_owned()));
        assert_eq!(numbered("20260109"), begins("t20260109"));
        assert_eq!(numbered("20260109-"), begins("t20260109"));
        assert_eq!(numbered("20260109-00"), begins("t2026010900"));
        assert_eq!(numbered("0007"), Some(Numbered::Sequence(7)));
        assert_eq!(numbered("10000"), Some(Numbered::Sequence(10_000)));
        for other in [
            "",
            "-",
            "7",
            "007",
            "0000",
            "00007",
            "20260199",
            "10000101",
            "2026-01",
            "0007-",
            "2026010",
            "20260109-0000001",
            "20260109-1-2",
            "t0007",
            "٢٠٢٦",
        ] {
            assert_eq!(numbered(other), None, "{other}");
        }
    }

    #[test]
    fn many_sequences_are_none() {
        assert!(may_be_sequences(["0001", "offline", "2026", "20260109"]));
        assert!(!may_be_sequences(["0001", "2026", "0002"]));
    }

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(day_key(jiff::civil::date(1970, 1, 1)), 0);
        assert_eq!(day_key(jiff::civil::date(1969, 12, 31)), -1);
        assert_eq!(day_key(jiff::civil::date(2026, 11, 21)), 20_778);
    }
}
