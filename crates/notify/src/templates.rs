//! The texts: minijinja templates inside the binary, each of which a file of the same name overrides.

mod builtin;
mod filters;
mod samples;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use linedesk_domain::notice::Notice;
use linedesk_ports::couriers::Letter;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, escape_formatter};

use crate::error::{NotifyError, TemplateError};

/// What one rendering may cost, in the engine's instructions: far beyond any letter, far below a second.
const FUEL: u64 = 200_000;

/// Which file of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Text,
    Html,
    Subject,
    Sms,
}

impl Part {
    const ALL: [Self; 4] = [Self::Text, Self::Html, Self::Subject, Self::Sms];

    const fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Html => "html",
            Self::Subject => "subject",
            Self::Sms => "sms",
        }
    }
}

/// All texts, ready to be filled.
pub struct Templates {
    engine: Environment<'static>,
    overridden: BTreeSet<String>,
    folder: Option<String>,
}

impl Templates {
    /// The built-in texts, overridden by the files in `folder`, which need not be there. Every template is tried with
    /// sample letters.
    ///
    /// # Errors
    /// The first template that cannot be read, is malformed, or fails on a sample.
    pub fn load(folder: Option<&Path>) -> Result<Self, NotifyError> {
        let mut templates = Self {
            engine: engine(),
            overridden: BTreeSet::new(),
            folder: folder.map(|folder| folder.display().to_string()),
        };
        for &(name, source) in builtin::FILES {
            templates.add(name, source.to_owned())?;
        }
        if let Some(folder) = folder {
            let unreadable = |source| NotifyError::Folder {
                folder: folder.to_owned(),
                source,
            };
            for (name, source) in files(folder).map_err(unreadable)? {
                if !templates.is_known(&name) {
                    tracing::warn!(
                        template = name,
                        "overrides nothing: there is no template of that name"
                    );
                }
                templates.overridden.insert(name.clone());
                templates.add(&name, source)?;
            }
        }
        templates.check()?;
        Ok(templates)
    }

    /// Fills every template of every notice with sample letters: one that says everything, one that says next to nothing.
    ///
    /// # Errors
    /// The first that fails.
    pub fn check(&self) -> Result<(), TemplateError> {
        for notice in Notice::ALL {
            for letter in [samples::full(notice), samples::sparse(notice)] {
                for part in Part::ALL {
                    self.render(part, &letter)?;
                }
            }
        }
        Ok(())
    }

    /// The part of the letter's notice, filled; `None` where there is no such template.
    pub(crate) fn render(
        &self,
        part: Part,
        letter: &Letter,
    ) -> Result<Option<String>, TemplateError> {
        let name = format!("{}.{}", letter.notice, part.extension());
        if !self.has(&name) {
            return Ok(None);
        }
        let failed = |error: minijinja::Error| self.describe(&error, &name);
        let template = self.engine.get_template(&name).map_err(failed)?;
        let context = Value::from(Serde(letter));
        template.render(context).map(Some).map_err(failed)
    }

    fn add(&mut self, name: &str, source: String) -> Result<(), TemplateError> {
        let added = self.engine.add_template_owned(name.to_owned(), source);
        added.map_err(|error| self.describe(&error, name))
    }

    fn has(&self, name: &str) -> bool {
        self.engine.templates().any(|(known, _)| known == name)
    }

    fn is_known(&self, name: &str) -> bool {
        let part_of = |notice: Notice, part: Part| {
            name.strip_suffix(part.extension())
                .and_then(|stem| stem.strip_suffix('.'))
                == Some(notice.name())
        };
        self.has(name)
            || Notice::ALL
                .into_iter()
                .any(|notice| Part::ALL.into_iter().any(|part| part_of(notice, part)))
    }

    fn describe(&self, error: &minijinja::Error, asked: &str) -> TemplateError {
        // The innermost error is where it happened: in an included or extended file.
        let mut innermost = error;
        while let Some(cause) = std::error::Error::source(innermost)
            .and_then(|source| source.downcast_ref::<minijinja::Error>())
        {
            innermost = cause;
        }
        let name = innermost.name().unwrap_or(asked);
        let file = match &self.folder {
            Some(folder) if self.overridden.contains(name) => format!("{folder}/{name}"),
            _ => format!("built-in {name}"),
        };
        let kind = innermost.kind();
        let reason = match innermost.detail() {
            Some(detail) => format!("{kind}: {detail}"),
            None => kind.to_string(),
        };
        TemplateError {
            file,
            line: innermost.line(),
            reason,
        }
    }
}

fn engine() -> Environment<'static> {
    let mut engine = Environment::new();
    // A misspelt field is an error at the start, not a gap in a customer's mail; what a letter leaves out is empty.
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_formatter(|out, state, value| {
        if value.is_none() {
            return Ok(());
        }
        // The engine's own escaping also takes slashes apart, which makes links look as if they had something to hide.
        if matches!(state.auto_escape(), AutoEscape::Html) && !value.is_safe() {
            let escaped = filters::escaped(&value.to_string());
            return out.write_str(&escaped).map_err(minijinja::Error::from);
        }
        escape_formatter(out, state, value)
    });
    engine.set_auto_escape_callback(|name| {
        if Path::new(name)
            .extension()
            .is_some_and(|extension| extension == "html")
        {
            AutoEscape::Html
        } else {
            AutoEscape::None
        }
    });
    engine.set_fuel(Some(FUEL));
    engine.add_filter("tabbed", filters::tabbed);
    engine.add_filter("breaks", filters::breaks);
    engine.add_filter("words", filters::words);
    engine.add_filter("status", filters::status);
    engine.add_filter("moment", filters::moment);
    engine
}

/// The templates in `folder`, by name; none where there is no such folder.
fn files(folder: &Path) -> std::io::Result<Vec<(String, String)>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        let is_template = Part::ALL
            .into_iter()
            .any(|part| Some(part.extension()) == extension);
        let name = path.file_name().and_then(|name| name.to_str());
        if let (true, Some(name)) = (is_template && path.is_file(), name) {
            let source = fs::read_to_string(&path)?;
            found.push((name.to_owned(), source.replace("\r\n", "\n")));
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests;
