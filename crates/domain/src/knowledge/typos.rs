//! How far apart two words are, in slips of the finger.

/// What is known of a word at a glance: enough to tell most pairs apart without looking at their letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    letters: u64,
    length: u8,
}

impl Shape {
    /// Of that word.
    pub fn of(word: &str) -> Self {
        let mut letters = 0;
        let mut length: u8 = 0;
        for letter in word.chars() {
            letters |= 1 << (u32::from(letter) % 64);
            length = length.saturating_add(1);
        }
        Self { letters, length }
    }

    /// Whether two words can be `limit` slips apart or fewer: each slip changes the length by one at most, and which letters
    /// there are by two at most.
    pub fn is_near(self, other: Self, limit: usize) -> bool {
        usize::from(self.length.abs_diff(other.length)) <= limit
            && (self.letters ^ other.letters).count_ones() as usize <= 2 * limit
    }
}

/// How many slips of the finger a word may hold: none in short words and in numbers, two in long ones.
pub fn tolerated(word: &str) -> usize {
    if word.chars().any(|letter| letter.is_ascii_digit()) {
        return 0;
    }
    match word.chars().count() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// How many letters have to be added, left out, replaced, or swapped with their neighbour; `None` where they are more than
/// `limit`. Source: "optimal string alignment".
pub fn distance(a: &str, b: &str, limit: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut cheapest = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cheapest = cheapest.min(before[j - 2] + 1);
            }
            row[j] = cheapest;
        }
        if row.iter().min().is_some_and(|least| *least > limit) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|away| *away <= limit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slips_are_counted() {
        for (a, b, away) in [
            ("router", "router", Some(0)),
            ("ruter", "router", Some(1)),
            ("routre", "router", Some(1)),
            ("conect", "connect", Some(1)),
            ("интрент", "интернет", Some(2)),
            ("bill", "modem", None),
            ("", "ab", Some(2)),
        ] {
            assert_eq!(distance(a, b, 2), away, "{a} {b}");
            assert_eq!(distance(b, a, 2), away, "{b} {a}");
        }
    }

    #[test]
    fn short_words_and_numbers_are_taken_as_they_are() {
        assert_eq!(
            ["tv", "691a", "wifi", "password", "роутер"].map(tolerated),
            [0, 0, 1, 2, 1]
        );
    }

    proptest! {
        #[test]
        fn a_glance_never_misses_what_is_near(a in "[a-eж]{0,9}", b in "[a-eж]{0,9}", limit in 0usize..4) {
            if distance(&a, &b, limit).is_some() {
                prop_assert!(Shape::of(&a).is_near(Shape::of(&b), limit));
            }
        }

        #[test]
        fn a_limit_only_cuts_off(a in "[a-c]{0,7}", b in "[a-c]{0,7}", limit in 0usize..8) {
            let whole = distance(&a, &b, 20);
            prop_assert_eq!(distance(&a, &b, limit), whole.filter(|away| *away <= limit));
        }
    }
}
