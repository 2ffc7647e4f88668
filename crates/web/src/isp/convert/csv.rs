//! Texts in tables for spreadsheets (RFC 4180).

/// A text in a cell. One that a spreadsheet would take for a formula is marked as text.
pub fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_texts_and_nothing_else() {
        assert_eq!(cell("Hotel Seeblick"), "Hotel Seeblick");
        assert_eq!(cell("Smith, \"Bob\""), "\"Smith, \"\"Bob\"\"\"");
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("@sum,"), "\"'@sum,\"");
    }
}
