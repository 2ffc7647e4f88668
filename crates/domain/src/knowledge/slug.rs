//! Names in addresses: `restart-the-router`, out of titles in any script.

use std::fmt;

use crate::ids::ArticleId;

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

/// Digits of names' endings: none that is read as another. Source: Crockford's Base32.
const DIGITS: [u8; 32] = *b"0123456789abcdefghjkmnpqrstvwxyz";

impl Slug {
    /// The longest.
    pub const MAX_CHARS: usize = 80;

    /// What an article of that title is called: the title, and some characters of the article's id. Those are there whether
    /// another article has that title or not: nobody can tell from a name whether there is one that is hidden from them.
    pub fn of(title: &str, id: ArticleId) -> Self {
        Self::ending_in(title, id, Self::ENDING)
    }

    /// The same with the whole id, which no other article has.
    pub fn in_full(title: &str, id: ArticleId) -> Self {
        Self::ending_in(title, id, Self::WHOLE_ID)
    }

    /// How many characters of an id end a name: 40 bits, of which at least 32 are chance.
    const ENDING: usize = 8;
    /// How many a whole id has.
    const WHOLE_ID: usize = 26;

    fn ending_in(title: &str, id: ArticleId, characters: usize) -> Self {
        let mut slug = letters(title);
        slug.truncate(Self::MAX_CHARS - 1 - characters);
        let slug = slug.trim_end_matches('-');
        let slug = if slug.is_empty() { "article" } else { slug };
        let mut rest = id.0.as_u128();
        let mut ending = vec![0; characters];
        for character in ending.iter_mut().rev() {
            *character = DIGITS[(rest % 32) as usize];
            rest /= 32;
        }
        let ending = ending.into_iter().map(char::from).collect::<String>();
        Self(format!("{slug}-{ending}"))
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
    use std::collections::BTreeSet;

    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> ArticleId {
        ArticleId(Uuid::from_u128(number))
    }

    #[test]
    fn titles_in_any_script_have_a_name() {
        for (title, slug) in [
            ("Restart the router!", "restart-the-router-0000001z"),
            (
                "  Wi-Fi:   what's \"5 GHz\"? ",
                "wi-fi-whats-5-ghz-0000001z",
            ),
            ("Störung in Zürich", "storung-in-zurich-0000001z"),
            ("Как настроить роутер", "kak-nastroit-router-0000001z"),
            ("東京", "article-0000001z"),
            ("---", "article-0000001z"),
        ] {
            assert_eq!(Slug::of(title, id(63)).as_str(), slug, "{title}");
        }
        let whole = Slug::in_full("Restart", id(u128::MAX));
        assert_eq!(whole.as_str(), "restart-7zzzzzzzzzzzzzzzzzzzzzzzzz");
    }

    #[test]
    fn names_of_one_title_end_in_their_articles_ids() {
        let last = u128::MAX;
        let names = [0, 1, 31, 32, 1 << 39, last].map(|number| Slug::of("Tariffs", id(number)));
        let distinct: BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len(), "{names:?}");
        // What only the whole id tells apart.
        let (one, other) = (id(1), id(1 + (1 << 40)));
        assert_eq!(Slug::of("Tariffs", one), Slug::of("Tariffs", other));
        assert_ne!(
            Slug::in_full("Tariffs", one),
            Slug::in_full("Tariffs", other)
        );
    }

    #[test]
    fn a_slug_is_never_too_long_and_always_read_back() {
        for title in ["щ".repeat(200), "a ".repeat(100), "x".repeat(200)] {
            for slug in [Slug::of(&title, id(9)), Slug::in_full(&title, id(9))] {
                assert!(slug.as_str().len() <= Slug::MAX_CHARS);
                assert_eq!(Slug::parse(slug.as_str()), Some(slug.clone()), "{slug}");
            }
        }
        for bad in ["", "A", "a--b", "-a", "a-", "a b", "ж"] {
            assert_eq!(Slug::parse(bad), None, "{bad}");
        }
    }
}
