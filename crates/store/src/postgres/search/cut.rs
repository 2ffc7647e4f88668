//! Texts as words, cut the way the search index of the other database cuts them: runs of letters and digits in lower
//! case, Latin letters without their accents.

/// A longer word is cut here, in texts and in searches alike: the index holds words of up to 2 KiB.
const LONGEST: usize = 1_000;

/// Letters that differ from a plain one by an accent alone.
/// Source: the table of `remove_diacritics 2` in SQLite's FTS5, in lower case.
const ACCENTED: [(char, &str); 24] = [
    ('a', "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"),
    ('b', "ḃḅḇ"),
    ('c', "çćĉċčḉ"),
    ('d', "ďḋḍḏḑḓ"),
    ('e', "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ"),
    ('f', "ḟ"),
    ('g', "ĝğġģǧǵḡ"),
    ('h', "ĥȟḣḥḧḩḫẖ"),
    ('i', "ìíîïĩīĭįǐȉȋḭḯỉị"),
    ('j', "ĵǰ"),
    ('k', "ķǩḱḳḵ"),
    ('l', "ĺļľḷḹḻḽ"),
    ('m', "ḿṁṃ"),
    ('n', "ñńņňǹṅṇṉṋ"),
    ('o', "òóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ"),
    ('p', "ṕṗ"),
    ('r', "ŕŗřȑȓṙṛṝṟ"),
    ('s', "śŝşšșṡṣṥṧṩẛ"),
    ('t', "ţťțṫṭṯṱẗ"),
    ('u', "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
    ('v', "ṽṿ"),
    ('w', "ŵẁẃẅẇẉẘ"),
    ('x', "ẋẍ"),
    ('y', "ýÿŷȳẏẙỳỵỷỹ"),
];
/// The rest of the same.
const OTHERS: [(char, &str); 3] = [('z', "źżžẑẓẕ"), ('σ', "ς"), ('μ', "µ")];

/// The words of a text, in its order.
pub(super) fn cut(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            push(&mut word, letter.to_ascii_lowercase());
        } else if letter.is_alphanumeric() {
            for lower in letter.to_lowercase() {
                if !is_accent(lower) {
                    push(&mut word, plain(lower));
                }
            }
        } else if !is_accent(letter) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn push(word: &mut String, letter: char) {
    if word.len() < LONGEST {
        word.push(letter);
    }
}

/// A combining accent: part of the letter before it.
const fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{331}')
}

fn plain(letter: char) -> char {
    if letter.is_ascii() {
        return letter;
    }
    let mut all = ACCENTED.iter().chain(&OTHERS);
    all.find(|(_, accented)| accented.contains(letter))
        .map_or(letter, |(plain, _)| *plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_words_without_accents() {
        assert_eq!(cut("Café-Zürich, ÉCOLE!"), ["cafe", "zurich", "ecole"]);
        assert_eq!(cut("e\u{301}tage İstanbul"), ["etage", "istanbul"]);
        assert_eq!(
            cut("10.0.0.1 \u{301} straße Ærø"),
            ["10", "0", "0", "1", "straße", "ærø"]
        );
        assert_eq!(cut("東京 Москва ΤΕΛΟΣ"), ["東京", "москва", "τελοσ"]);
        assert_eq!(cut(" \0'\\:*& "), Vec::<String>::new());
    }

    #[test]
    fn a_word_never_grows_past_what_the_index_holds() {
        let word = cut(&"ж".repeat(70_000));
        assert_eq!(word.len(), 1);
        assert!(word[0].len() <= LONGEST + 4);
    }
}
