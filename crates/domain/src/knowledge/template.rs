//! Canned answers, and the placeholders that a ticket fills.

use jiff::Timestamp;
use thiserror::Error;

use crate::class::Category;
use crate::ids::{TemplateId, UserId};
use crate::text::{Label, TemplateBody};

/// An answer to be used again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Identity.
    pub id: TemplateId,
    /// What it is called.
    pub name: Label,
    /// For tickets of which category; `None`: of any.
    pub category: Option<Category>,
    /// The answer, with placeholders that are all known.
    pub body: TemplateBody,
    /// The resolution code that goes with it.
    pub resolution_code: Option<Label>,
    /// Who wrote it.
    pub author: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Template {
    /// The most there can be.
    pub const MAX: usize = 1_000;
}

macro_rules! placeholders {
    ($($(#[$doc:meta])* $variant:ident => $name:literal),+ $(,)?) => {
        /// Something that a ticket fills in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Placeholder { $($(#[$doc])* $variant),+ }

        impl Placeholder {
            /// Every placeholder.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// What stands between the braces.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The one of that name.
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

placeholders! {
    /// `T-20260314-0001`
    TicketNumber => "ticket.number",
    /// Its title.
    TicketTitle => "ticket.title",
    /// Its status, in words.
    TicketStatus => "ticket.status",
    /// Its priority.
    TicketPriority => "ticket.priority",
    /// Its category, in words.
    TicketCategory => "ticket.category",
    /// The day it was made.
    TicketCreated => "ticket.created_date",
    /// The customer's name.
    CustomerName => "customer.name",
    /// The customer's account number.
    CustomerAccount => "customer.account_number",
    /// The name of the person to talk to.
    ContactName => "contact.name",
    /// The service's name.
    ServiceName => "service.name",
    /// The name of who answers.
    AgentName => "agent.name",
    /// The name of the team that works on it.
    TeamName => "team.name",
    /// Today.
    Today => "today",
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// As it is.
    Text(&'a str),
    /// To be filled in.
    Placeholder(Placeholder),
}

/// Why a template cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TemplateError {
    /// Nothing is called so.
    #[error("there is no placeholder {{{{{name}}}}}; there are {}", names())]
    Unknown {
        /// What stood between the braces, at most 60 characters of it.
        name: String,
    },
    /// Braces that are not closed.
    #[error("a placeholder that begins with {{{{ does not end with }}}}")]
    Open,
}

/// The longest part of an unknown name that is told.
const TOLD: usize = 60;

fn names() -> String {
    let names = Placeholder::ALL.iter().map(|one| one.name());
    names.collect::<Vec<_>>().join(", ")
}

/// A template's pieces, in order.
///
/// # Errors
/// The first [`TemplateError`].
pub fn pieces(body: &str) -> Result<Vec<Piece<'_>>, TemplateError> {
    let mut pieces = Vec::new();
    let mut rest = body;
    while let Some(at) = rest.find("{{") {
        if at > 0 {
            pieces.push(Piece::Text(&rest[..at]));
        }
        let inside = &rest[at + 2..];
        let end = inside.find("}}").ok_or(TemplateError::Open)?;
        let name = inside[..end].trim();
        let placeholder = Placeholder::parse(name).ok_or_else(|| TemplateError::Unknown {
            name: name.chars().take(TOLD).collect(),
        })?;
        pieces.push(Piece::Placeholder(placeholder));
        rest = &inside[end + 2..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    Ok(pieces)
}

/// The placeholders of a template, each once, in order of their first use.
///
/// # Errors
/// [`TemplateError`].
pub fn placeholders(body: &str) -> Result<Vec<Placeholder>, TemplateError> {
    let mut found = Vec::new();
    for piece in pieces(body)? {
        if let Piece::Placeholder(placeholder) = piece
            && !found.contains(&placeholder)
        {
            found.push(placeholder);
        }
    }
    Ok(found)
}

/// A template that is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The text. What is missing is left out of it.
    pub text: String,
    /// Placeholders for which there was nothing, each once.
    pub missing: Vec<Placeholder>,
}

/// Fills a template in. What is filled in is text: placeholders in it are not looked for.
///
/// # Errors
/// [`TemplateError`].
pub fn render(
    body: &str,
    value: impl Fn(Placeholder) -> Option<String>,
) -> Result<Rendered, TemplateError> {
    let mut rendered = Rendered {
        text: String::with_capacity(body.len()),
        missing: Vec::new(),
    };
    for piece in pieces(body)? {
        match piece {
            Piece::Text(text) => rendered.text.push_str(text),
            Piece::Placeholder(placeholder) => match value(placeholder) {
                Some(value) => rendered.text.push_str(&value),
                None if rendered.missing.contains(&placeholder) => {}
                None => rendered.missing.push(placeholder),
            },
        }
    }
    Ok(rendered)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn placeholders_are_filled_in_with_or_without_spaces() {
        let body = "Dear {{ customer.name }}, {{ticket.number}} is done.\n{{agent.name}}";
        let value = |placeholder| match placeholder {
            Placeholder::CustomerName => Some("Ada {{ticket.title}}".to_owned()),
            Placeholder::TicketNumber => Some("T-1".to_owned()),
            _ => None,
        };
        let rendered = render(body, value).unwrap();
        assert_eq!(rendered.text, "Dear Ada {{ticket.title}}, T-1 is done.\n");
        assert_eq!(rendered.missing, [Placeholder::AgentName]);
        assert_eq!(
            placeholders("{{today}} {{agent.name}} {{today}}").unwrap(),
            [Placeholder::Today, Placeholder::AgentName]
        );
    }

    #[test]
    fn what_is_unknown_is_named() {
        let error = placeholders("Hi {{ customer.nmae }}").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("there is no placeholder {{customer.nmae}}; there are ticket.number,")
        );
        assert_eq!(placeholders("Hi {{customer.name"), Err(TemplateError::Open));
        assert_eq!(
            placeholders("{{}}").unwrap_err(),
            TemplateError::Unknown {
                name: String::new()
            }
        );
        assert_eq!(placeholders("if (a) { b }").unwrap(), []);
    }

    #[test]
    fn names_are_read_back() {
        for placeholder in Placeholder::ALL {
            assert_eq!(Placeholder::parse(placeholder.name()), Some(*placeholder));
        }
    }

    proptest! {
        #[test]
        fn a_template_whose_placeholders_stand_for_themselves_stays_as_it_is(parts in prop::collection::vec((".{0,8}", 0usize..13), 0..8)) {
            let pieces: Vec<String> = parts
                .iter()
                .map(|(text, n)| {
                    let name = Placeholder::ALL[*n].name();
                    format!("{}{{{{{name}}}}}", text.replace(['{', '}'], "-"))
                })
                .collect();
            let body = pieces.concat();
            let rendered = render(&body, |placeholder| Some(format!("{{{{{}}}}}", placeholder.name()))).unwrap();
            prop_assert_eq!(rendered.text, body);
        }

        #[test]
        fn any_text_is_taken_or_refused(text in "[{} a-z.]{0,40}") {
            let _ = pieces(&text);
        }
    }
}
