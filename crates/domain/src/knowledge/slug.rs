//! Names in addresses: `restart-the-router`, out of titles in any script.

use std::fmt;

/// Small Latin letters and digits, in groups between single hyphens; never longer than [`Slug::MAX_CHARS`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slug(String);

/// What Cyrillic letters are written as. Source: the passport rules of ICAO Doc 9303, and Ukrainian and Belarusian letters
/// as they sound.
const CYRILLIC: [(char, &str); 38] = [
    ('а', "a"),
    ('б', "b"),
    ('в', "v"),
    ('г', "g"),
    ('д', "d"),
    ('е', "e"),
    ('ё', "e"),
    ('ж', "zh"),
    ('з', "z"),
    ('и', "i"),
    ('й', "i"),
    ('к', "k"),
    ('л', "l"),
    ('м', "m"),
    ('н', "n"),
    ('о', "o"),
    ('п', "p"),
    ('р', "r"),
    ('с', "s"),
    ('т', "t"),
    ('у', "u"),
    ('ф', "f"),
    ('х', "kh"),
    ('ц', "ts"),
    ('ч', "ch"),
    ('ш', "sh"),
    ('щ', "shch"),
    ('ъ', "ie"),
    ('ы', "y"),
    ('ь', ""),
    ('э', "e"),
    ('ю', "iu"),
    ('я', "ia"),
    ('і', "i"),
    ('ї', "i"),
    ('є', "ie"),
    ('ґ', "g"),
    ('ў', "u"),
];

impl Slug {
    /// The longest.
    pub const MAX_CHARS: usize = 80;

    /// What a title is called, the `n`th of that name: from the second on it ends in its number.
    pub fn of(title: &str, n: u32) -> Self {
        let ending = if n <= 1 {
            String::new()
        } else {
            format!("-{n}")
        };
        let mut slug = letters(title);
        slug.truncate(Self::MAX_CHARS - ending.len());
        let slug = slug.trim_end_matches('-');
        let slug = if slug.is_empty() { "article" } else { slug };
        Self(format!("{slug}{ending}"))
    }

    /// A slug as it was written; `None` where it cannot be one.
    pub fn parse(raw: &str) -> Option<Self> {
        let is_slug = !raw.is_empty()
            && raw.len() <= Self::MAX_CHARS
            && raw
                .split('-')
                .all(|group| !group.is_empty() && group.bytes().all(is_plain));
        is_slug.then(|| Self(raw.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn letters(title: &str) -> String {
    let mut slug = String::new();
    for letter in title.chars().flat_map(char::to_lowercase) {
        let plain = super::words::without_accent(letter);
        if let Some((_, latin)) = CYRILLIC.iter().find(|(cyrillic, _)| *cyrillic == plain) {
            slug.push_str(latin);
        } else if plain.is_ascii_alphanumeric() {
            slug.push(plain);
        } else if !matches!(plain, '\'' | '’' | '\u{300}'..='\u{36F}')
            && !slug.is_empty()
            && !slug.ends_with('-')
        {
            slug.push('-');
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_in_any_script_have_a_name() {
        for (title, slug) in [
            ("Restart the router!", "restart-the-router"),
            ("  Wi-Fi:   what's \"5 GHz\"? ", "wi-fi-whats-5-ghz"),
            ("Störung in Zürich", "storung-in-zurich"),
            ("Как настроить роутер", "kak-nastroit-router"),
            ("東京", "article"),
            ("---", "article"),
        ] {
            assert_eq!(Slug::of(title, 1).as_str(), slug, "{title}");
        }
        assert_eq!(Slug::of("Restart", 3).as_str(), "restart-3");
    }

    #[test]
    fn a_slug_is_never_too_long_and_always_read_back() {
        for n in [1, 2, 99_999] {
            for title in ["щ".repeat(200), "a ".repeat(100), "x".repeat(200)] {
                let slug = Slug::of(&title, n);
                assert!(slug.as_str().len() <= Slug::MAX_CHARS);
                assert_eq!(Slug::parse(slug.as_str()), Some(slug.clone()), "{slug}");
            }
        }
        for bad in ["", "A", "a--b", "-a", "a-", "a b", "ж"] {
            assert_eq!(Slug::parse(bad), None, "{bad}");
        }
    }
}
