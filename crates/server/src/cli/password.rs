//! Asks for a password.

use std::io;

use anyhow::{Context as _, bail};
use console::Term;
use linedesk_app::Fault;

use crate::config::Secret;

/// A new password: the first line of standard input, or typed twice without being shown.
///
/// # Errors
/// When there is no terminal to ask on, `faults` finds any, or the two differ.
pub(super) fn new_password(
    from_stdin: bool,
    faults: impl Fn(&str) -> Vec<Fault>,
) -> anyhow::Result<Secret> {
    if from_stdin {
        return good(first_line(io::stdin().lock())?, faults);
    }
    let terminal = Term::stderr();
    if !terminal.is_term() {
        bail!("there is no terminal to ask for the password on; use --password-stdin");
    }
    let password = good(ask(&terminal, "New password: ")?, faults)?;
    if ask(&terminal, "Once more: ")? != password {
        bail!("the two passwords differ");
    }
    Ok(password)
}

fn good(password: Secret, faults: impl Fn(&str) -> Vec<Fault>) -> anyhow::Result<Secret> {
    let faults = faults(password.expose());
    if faults.is_empty() {
        return Ok(password);
    }
    let faults: Vec<String> = faults.into_iter().map(|fault| fault.message).collect();
    bail!("the password {}", faults.join(", and "));
}

fn first_line(mut input: impl io::BufRead) -> anyhow::Result<Secret> {
    let mut line = String::new();
    input
        .read_line(&mut line)
        .context("cannot read the password from standard input")?;
    let text = line.strip_suffix('\n').unwrap_or(&line);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        bail!("there is no password on standard input");
    }
    Ok(Secret::new(text.to_owned()))
}

fn ask(terminal: &Term, prompt: &str) -> anyhow::Result<Secret> {
    terminal.write_str(prompt)?;
    Ok(Secret::new(
        terminal
            .read_secure_line()
            .context("cannot read the password")?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piped_password_is_the_first_line_exactly() {
        for (input, password) in [
            ("00123 \n", "00123 "),
            ("1e5\r\n", "1e5"),
            ("p w", "p w"),
            ("a\nb\n", "a"),
        ] {
            assert_eq!(first_line(input.as_bytes()).unwrap().expose(), password);
        }
        assert!(first_line(&b"\n"[..]).is_err());
        assert!(first_line(&b""[..]).is_err());
    }
}
