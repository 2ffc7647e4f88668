//! The place of a text where words were found, as HTML in which they are marked.

use std::collections::BTreeSet;

use super::language::Endings;
use super::words::{Word, words};

/// How many words a snippet has.
const WORDS: usize = 30;
/// How many of them stand before the first that is marked, at most.
const BEFORE: usize = 6;
/// So many bytes of a text are looked at.
const LOOKED_AT: usize = 50_000;

/// The stretch of a text that holds the most of those stems, with `<mark>` around their words; how the text begins where it
/// holds none. Everything that is not such a mark is escaped.
pub fn snippet(text: &str, stems: &BTreeSet<String>, endings: Endings) -> String {
    let text = &text[..text.floor_char_boundary(LOOKED_AT)];
    let all = words(text);
    let marked: Vec<Option<String>> = all
        .iter()
        .map(|word| Some(endings.stem(&word.text)).filter(|stem| stems.contains(stem)))
        .collect();
    let (from, to) = stretch(&marked);
    drawn(text, &all, &marked, from, to)
}

/// From which word to which, exclusive.
fn stretch(marked: &[Option<String>]) -> (usize, usize) {
    let mut best = (0, 0);
    for (place, _) in marked.iter().enumerate().filter(|(_, mark)| mark.is_some()) {
        let from = place.saturating_sub(BEFORE);
        let to = (from + WORDS).min(marked.len());
        let distinct: BTreeSet<_> = marked[from..to].iter().flatten().collect();
        if distinct.len() > best.0 {
            best = (distinct.len(), from);
        }
    }
    (best.1, (best.1 + WORDS).min(marked.len()))
}

fn drawn(text: &str, all: &[Word], marked: &[Option<String>], from: usize, to: usize) -> String {
    let start = if from == 0 { 0 } else { all[from].at.start };
    let end = if to == all.len() {
        text.len()
    } else {
        all[to - 1].at.end
    };
    let mut html = String::new();
    if start > 0 {
        html.push('…');
    }
    let mut at = start;
    for (word, _) in all[from..to]
        .iter()
        .zip(&marked[from..to])
        .filter(|(_, mark)| mark.is_some())
    {
        escape(&text[at..word.at.start], &mut html);
        html.push_str("<mark>");
        escape(&text[word.at.clone()], &mut html);
        html.push_str("</mark>");
        at = word.at.end;
    }
    escape(text[at..end].trim_end(), &mut html);
    if end < text.trim_end().len() {
        html.push('…');
    }
    html
}

/// Text as HTML; line breaks become spaces.
fn escape(text: &str, html: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c if c.is_whitespace() || c.is_control() => html.push(' '),
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Language;
    use super::*;

    fn marked(text: &str, words: &[&str]) -> String {
        let endings = Language::english().endings();
        let stems = words.iter().map(|word| endings.stem(word)).collect();
        snippet(text, &stems, endings)
    }

    #[test]
    fn every_form_of_a_word_is_marked() {
        assert_eq!(
            marked(
                "Routers blink.\nRestart the router's power.",
                &["router", "restart"]
            ),
            "<mark>Routers</mark> blink. <mark>Restart</mark> the <mark>router</mark>&#39;s power."
        );
    }

    #[test]
    fn a_long_text_is_cut_around_the_words() {
        let text = format!(
            "{}the needle is here {}",
            "hay ".repeat(500),
            "hay ".repeat(500)
        );
        let cut = marked(&text, &["needle"]);
        assert!(cut.starts_with("…hay ") && cut.ends_with(" hay…"), "{cut}");
        assert!(cut.contains("the <mark>needle</mark> is here"), "{cut}");
        assert!(marked("Nothing to see", &["needle"]).starts_with("Nothing to see"));
        assert_eq!(marked("", &["needle"]), "");
    }

    #[test]
    fn nothing_of_the_text_becomes_markup() {
        assert_eq!(
            marked("<script>alert('router')</script>", &["router"]),
            "&lt;script&gt;alert(&#39;<mark>router</mark>&#39;)&lt;/script&gt;"
        );
    }

    proptest! {
        #[test]
        fn whatever_the_text_is_only_marks_are_tags(text in ".{0,200}", words in prop::collection::vec("[a-z]{1,4}", 0..4)) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let html = marked(&text, &words).replace("<mark>", "").replace("</mark>", "");
            prop_assert!(!html.contains(['<', '>', '"', '\'']), "{}", html);
        }
    }
}
