//! Telephone numbers.

/// The number as E.164 writes it: `+` and 8 to 15 digits. `country`, as `+49`, is put in front of one that begins with a
/// single 0. `None` where it cannot be one.
pub(super) fn normal(text: &str, country: Option<&str>) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix("tel:").unwrap_or(text);
    // "+49 (0)89 …": the 0 is for callers within the country.
    let text = if text.starts_with('+') {
        text.replacen("(0)", "", 1)
    } else {
        text.to_owned()
    };
    let is_filler =
        |c: char| matches!(c, ' ' | '\u{a0}' | '-' | '\u{2013}' | '.' | '/' | '(' | ')');
    let digits: String = text.chars().filter(|c| !is_filler(*c)).collect();
    let international = if let Some(rest) = digits.strip_prefix('+') {
        rest.to_owned()
    } else if let Some(rest) = digits.strip_prefix("00") {
        rest.to_owned()
    } else {
        let code = country?.strip_prefix('+')?;
        format!("{code}{}", digits.strip_prefix('0')?)
    };
    let is_number = (8..=15).contains(&international.len())
        && !international.starts_with('0')
        && international.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| format!("+{international}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_what_can_be_called_from_everywhere() {
        for (text, country, expected) in [
            ("+49 89 1234567", None, Some("+49891234567")),
            ("+49 (0)89 / 12-34.567", None, Some("+49891234567")),
            ("0049891234567", None, Some("+49891234567")),
            ("tel:+1-202-555-0100", None, Some("+12025550100")),
            ("089 1234567", Some("+49"), Some("+49891234567")),
            ("+1 202 555 0100", Some("+49"), Some("+12025550100")),
            ("089 1234567", None, None),
            ("1234567", Some("+49"), None),
            ("+49", None, None),
            ("+0891234567", None, None),
            ("+1234567", None, None),
            ("+1234567890123456", None, None),
            ("+49 89 1234567 ext 5", None, None),
            ("+49+891234567", None, None),
            ("+４９891234567", None, None),
            ("+49891234567\r\nX: y", None, None),
            ("ada@example.net", Some("+49"), None),
            ("", Some("+49"), None),
        ] {
            assert_eq!(
                normal(text, country).as_deref(),
                expected,
                "{text:?} {country:?}"
            );
        }
    }
}
