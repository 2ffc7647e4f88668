//! The effective settings as people read them.

use std::fmt;

use super::Effective;

/// One line per key: the value as TOML has it, secrets masked, and where it came from.
impl fmt::Display for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<(String, &super::Origin)> = self
            .shown
            .iter()
            .map(|shown| {
                let line = match &shown.value {
                    Some(value) => format!("{} = {value}", shown.key),
                    None => format!("# {} =", shown.key),
                };
                (line, &shown.origin)
            })
            .collect();
        let width = lines
            .iter()
            .map(|(line, _)| line.chars().count())
            .max()
            .unwrap_or(0)
            .min(60);
        for (line, origin) in lines {
            writeln!(f, "{line:width$}  # {origin}")?;
        }
        Ok(())
    }
}
