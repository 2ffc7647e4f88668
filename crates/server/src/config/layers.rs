//! The places that settings come from, laid over each other.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use config::{ConfigError, File, FileFormat, Map, Source as _, Value, ValueKind};

use super::fault::{Fault, Origin};

const BUILT_IN: &str = include_str!("../../../../config/default.toml");
const PREFIX: &str = "LINEDESK__";
const PROFILE: &str = "LINEDESK_PROFILE";

/// What is looked at, later over earlier: files, then the environment, then flags.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Where the configuration files are; `config` in the working directory when not given.
    pub config_dir: Option<PathBuf>,
    /// Which `<profile>.toml` to add; `LINEDESK_PROFILE` when not given.
    pub profile: Option<String>,
    /// Environment variables.
    pub environment: Vec<(OsString, OsString)>,
    /// Settings given as flags.
    pub flags: Vec<FlagSetting>,
}

/// A setting given as a flag.
#[derive(Debug, Clone)]
pub struct FlagSetting {
    /// The flag as it was written, without its value: `--port`, `--set`.
    pub flag: String,
    /// The key it sets.
    pub key: String,
    /// The value, as text.
    pub value: String,
}

/// A value as a source spells it.
#[derive(Debug, Clone)]
pub(super) enum Raw {
    /// From the environment, a flag or a secret file: text whatever the key wants.
    Text(String),
    /// From TOML, which has types.
    Typed(ValueKind),
}

/// One value for one key.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) raw: Raw,
    pub(super) origin: Origin,
    /// Later layers win.
    pub(super) layer: u8,
}

/// All values of all sources, by key, the last one of each being the one that counts.
pub(super) type Entries = BTreeMap<String, Vec<Entry>>;

/// The built-in settings, with those that a program gives over them; no file and no variable is looked at.
pub(super) fn given(pairs: &[(&str, &str)], faults: &mut Vec<Fault>) -> Entries {
    let mut entries = Entries::new();
    add_toml(&mut entries, BUILT_IN, &Origin::BuiltIn, 0, faults);
    for (key, value) in pairs {
        entries.entry((*key).to_owned()).or_default().push(Entry {
            raw: Raw::Text((*value).to_owned()),
            origin: Origin::Program,
            layer: 4,
        });
    }
    entries
}

/// Reads every source. What cannot be read is added to `faults`.
pub(super) fn collect(inputs: &Inputs, faults: &mut Vec<Fault>) -> Entries {
    let mut entries = Entries::new();
    add_toml(&mut entries, BUILT_IN, &Origin::BuiltIn, 0, faults);

    let folder = inputs.config_dir.as_deref().unwrap_or(Path::new("config"));
    if inputs.config_dir.is_some() && !folder.is_dir() {
        faults.push(unusable(
            Origin::Flag("--config-dir".to_owned()),
            format!("{} is not a folder", folder.display()),
        ));
    }
    add_file(&mut entries, &folder.join("default.toml"), None, 1, faults);
    if let Some((profile, origin)) = profile(inputs) {
        if profile
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        {
            add_file(
                &mut entries,
                &folder.join(format!("{profile}.toml")),
                Some(&origin),
                2,
                faults,
            );
        } else {
            let message = format!("{profile:?} is not a profile name (letters, digits, - and _)");
            faults.push(unusable(origin, message));
        }
    }
    add_environment(&mut entries, &inputs.environment, faults);
    for flag in &inputs.flags {
        let raw = Raw::Text(flag.value.clone());
        entries.entry(flag.key.clone()).or_default().push(Entry {
            raw,
            origin: Origin::Flag(flag.flag.clone()),
            layer: 4,
        });
    }
    entries
}

fn profile(inputs: &Inputs) -> Option<(String, Origin)> {
    if let Some(profile) = &inputs.profile {
        return Some((profile.clone(), Origin::Flag("--profile".to_owned())));
    }
    let (_, value) = inputs
        .environment
        .iter()
        .find(|(name, _)| name == PROFILE)?;
    let value = value.to_string_lossy().into_owned();
    (!value.is_empty()).then(|| (value, Origin::Environment(PROFILE.to_owned())))
}

/// A file that nobody asked for may be missing; one that `asked_by` names may not.
fn add_file(
    entries: &mut Entries,
    path: &Path,
    asked_by: Option<&Origin>,
    layer: u8,
    faults: &mut Vec<Fault>,
) {
    match fs::read_to_string(path) {
        Ok(text) => add_toml(
            entries,
            &text,
            &Origin::File(path.to_owned()),
            layer,
            faults,
        ),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(origin) = asked_by {
                faults.push(unusable(
                    origin.clone(),
                    format!("there is no {}", path.display()),
                ));
            }
        }
        Err(error) => faults.push(unusable(
            Origin::File(path.to_owned()),
            format!("cannot be read: {error}"),
        )),
    }
}

fn add_toml(
    entries: &mut Entries,
    text: &str,
    origin: &Origin,
    layer: u8,
    faults: &mut Vec<Fault>,
) {
    match File::from_str(text, FileFormat::Toml).collect() {
        Ok(table) => flatten(entries, "", table, origin, layer),
        Err(error) => faults.push(unusable(origin.clone(), syntax(&error))),
    }
}

/// Where the TOML is wrong and why, without the line itself, which may hold a secret.
fn syntax(error: &ConfigError) -> String {
    let text = match error {
        ConfigError::FileParse { cause, .. } => cause.to_string(),
        other => other.to_string(),
    };
    let lines = text
        .lines()
        .filter(|line| !line.contains('|') && !line.trim().is_empty());
    lines.map(str::trim).collect::<Vec<_>>().join(": ")
}

fn flatten(
    entries: &mut Entries,
    above: &str,
    table: Map<String, Value>,
    origin: &Origin,
    layer: u8,
) {
    for (name, value) in table {
        let key = if above.is_empty() {
            name
        } else {
            format!("{above}.{name}")
        };
        match value.kind {
            // An empty section is kept, so that a misspelt one is noticed.
            ValueKind::Table(below) if !below.is_empty() => {
                flatten(entries, &key, below, origin, layer);
            }
            kind => {
                let entry = Entry {
                    raw: Raw::Typed(kind),
                    origin: origin.clone(),
                    layer,
                };
                entries.entry(key).or_default().push(entry);
            }
        }
    }
}

fn add_environment(
    entries: &mut Entries,
    environment: &[(OsString, OsString)],
    faults: &mut Vec<Fault>,
) {
    for (name, value) in environment {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
            continue;
        };
        let key = name[PREFIX.len()..].to_ascii_lowercase().replace("__", ".");
        let origin = Origin::Environment(name.to_owned());
        match value.to_str() {
            // Text stays text: guessing types would turn the password 00123 into 123.
            Some(text) => {
                entries.entry(key).or_default().push(Entry {
                    raw: Raw::Text(text.to_owned()),
                    origin,
                    layer: 3,
                });
            }
            None => faults.push(Fault {
                key: Some(key),
                origin,
                message: "the value is not UTF-8".to_owned(),
            }),
        }
    }
}

fn unusable(origin: Origin, message: String) -> Fault {
    Fault {
        key: None,
        origin,
        message,
    }
}
