//! What an article was, and what changed.

use std::time::Duration;

use linedesk_domain::access::Operation;
use linedesk_domain::ids::ArticleId;
use linedesk_domain::knowledge::{Audience, Content};
use linedesk_domain::text::Tag;
use linedesk_ports::knowledge::{ArticleKey, Slice, Sliced, VersionView};
use linedesk_ports::store::StoreError;
use similar::{ChangeTag, TextDiff};

use super::check_slice;
use crate::{App, Caller, Error};

/// How long two texts are compared; then what is left counts as replaced.
const PATIENCE: Duration = Duration::from_millis(200);
/// Lines shown around each change.
const AROUND: usize = 3;

/// What changed from the version before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// Which version.
    pub version: i64,
    /// The one before; `None` for the first.
    pub before: Option<i64>,
    /// Changes of fields other than the text.
    pub fields: Vec<FieldChange>,
    /// The text's lines that changed, with some around them.
    pub hunks: Vec<Vec<HunkLine>>,
    /// The same as a unified diff.
    pub unified: String,
}

/// A field that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Which.
    pub field: &'static str,
    /// What it was; `None` where it was empty.
    pub from: Option<String>,
    /// What it became.
    pub to: Option<String>,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// It stayed.
    Same,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
}

/// A line of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HunkLine {
    /// What became of it.
    pub kind: LineKind,
    /// Its number before, from 1.
    pub old_line: Option<usize>,
    /// Its number now, from 1.
    pub new_line: Option<usize>,
    /// The line, without its end.
    pub text: String,
}

/// An article's versions, the newest first. For staff.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`], [`Error::Store`].
pub async fn versions(
    app: &App,
    caller: &Caller,
    key: ArticleKey,
    slice: Slice,
) -> Result<Sliced<VersionView>, Error> {
    caller.may(Operation::ReadKnowledgeWork)?;
    check_slice(slice)?;
    let id = known(app, key).await?;
    Ok(app.knowledge.versions(id, slice).await?)
}

/// One version. For staff.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn version(
    app: &App,
    caller: &Caller,
    key: ArticleKey,
    version: i64,
) -> Result<VersionView, Error> {
    caller.may(Operation::ReadKnowledgeWork)?;
    let id = known(app, key).await?;
    find(app, id, version).await
}

/// What a version changed. For staff.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn diff(
    app: &App,
    caller: &Caller,
    key: ArticleKey,
    version: i64,
) -> Result<Diff, Error> {
    caller.may(Operation::ReadKnowledgeWork)?;
    let id = known(app, key).await?;
    let new = find(app, id, version).await?;
    let old = if version > 1 {
        Some(find(app, id, version - 1).await?)
    } else {
        None
    };
    let (old, new) = (old.map(|view| view.version.content), new.version.content);
    // Up to a few milliseconds of work for an article, and never more than `PATIENCE`.
    let compared = tokio::task::spawn_blocking(move || compared(old.as_ref(), &new, version)).await;
    compared.map_err(|error| Error::Store(StoreError::Refused(error.to_string())))
}

async fn known(app: &App, key: ArticleKey) -> Result<ArticleId, Error> {
    let found = app.knowledge.article(Audience::Staff, key).await?;
    found
        .map(|view| view.article.id)
        .ok_or(Error::NotFound("article"))
}

async fn find(app: &App, id: ArticleId, version: i64) -> Result<VersionView, Error> {
    let found = app.knowledge.version(id, version).await?;
    found.ok_or(Error::NotFound("version"))
}

fn compared(old: Option<&Content>, new: &Content, version: i64) -> Diff {
    let before = old.map_or("", |old| old.body.as_str());
    let diff = TextDiff::configure()
        .timeout(PATIENCE)
        .diff_lines(before, new.body.as_str());
    let line = |change: similar::Change<&str>| HunkLine {
        kind: match change.tag() {
            ChangeTag::Equal => LineKind::Same,
            ChangeTag::Insert => LineKind::Added,
            ChangeTag::Delete => LineKind::Removed,
        },
        old_line: change.old_index().map(|place| place + 1),
        new_line: change.new_index().map(|place| place + 1),
        text: change.value().trim_end_matches(['\r', '\n']).to_owned(),
    };
    let groups = diff.grouped_ops(AROUND).into_iter();
    let hunks = groups
        .map(|group| {
            let changes = group.iter().flat_map(|op| diff.iter_changes(op));
            changes.map(line).collect()
        })
        .collect();
    Diff {
        version,
        before: old.map(|_| version - 1),
        fields: fields(old, new),
        hunks,
        unified: diff.unified_diff().context_radius(AROUND).to_string(),
    }
}

/// How a field reads.
type Read<'a> = &'a dyn Fn(&Content) -> Option<String>;

fn fields(old: Option<&Content>, new: &Content) -> Vec<FieldChange> {
    let tags = |content: &Content| {
        let names: Vec<_> = content.tags.iter().map(Tag::as_str).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let all: [(&'static str, Read<'_>); 6] = [
        ("title", &|content| Some(content.title.as_str().to_owned())),
        ("category_id", &|content| {
            content.shelf.map(|id| id.to_string())
        }),
        ("tags", &tags),
        ("language", &|content| {
            Some(content.language.as_str().to_owned())
        }),
        ("status", &|content| {
            Some(content.publication.name().to_owned())
        }),
        ("visibility", &|content| {
            Some(content.visibility.name().to_owned())
        }),
    ];
    all.into_iter()
        .map(|(field, read)| FieldChange {
            field,
            from: old.and_then(read),
            to: read(new),
        })
        .filter(|change| change.from != change.to)
        .collect()
}

#[cfg(test)]
mod tests {
    use linedesk_domain::knowledge::{Language, Publication, Visibility};
    use linedesk_domain::text::{ArticleBody, Title};

    use super::*;

    fn content(title: &str, body: &str) -> Content {
        Content {
            title: Title::parse(title).unwrap(),
            body: ArticleBody::parse(body).unwrap(),
            shelf: None,
            tags: Vec::new(),
            language: Language::english(),
            publication: Publication::Draft,
            visibility: Visibility::Public,
        }
    }

    #[test]
    fn lines_that_changed_are_told_with_their_numbers() {
        let (old, new) = (
            content("A", "one\ntwo\nthree"),
            content("B", "one\n2\nthree"),
        );
        let diff = compared(Some(&old), &new, 2);
        assert_eq!(diff.before, Some(1));
        assert_eq!(diff.fields.len(), 1);
        assert_eq!(
            (
                diff.fields[0].field,
                diff.fields[0].from.as_deref(),
                diff.fields[0].to.as_deref()
            ),
            ("title", Some("A"), Some("B"))
        );
        let lines: Vec<_> = diff.hunks[0]
            .iter()
            .map(|line| (line.kind, line.old_line, line.new_line, line.text.as_str()))
            .collect();
        assert_eq!(
            lines,
            [
                (LineKind::Same, Some(1), Some(1), "one"),
                (LineKind::Removed, Some(2), None, "two"),
                (LineKind::Added, None, Some(2), "2"),
                (LineKind::Same, Some(3), Some(3), "three"),
            ]
        );
        assert!(diff.unified.contains("-two\n+2\n"), "{}", diff.unified);
    }

    #[test]
    fn the_first_version_is_all_new() {
        let diff = compared(None, &content("A", "one"), 1);
        assert_eq!((diff.before, diff.hunks.len()), (None, 1));
        assert_eq!(diff.hunks[0][0].kind, LineKind::Added);
        assert_eq!(
            diff.fields
                .iter()
                .map(|change| change.field)
                .collect::<Vec<_>>(),
            ["title", "language", "status", "visibility"]
        );
    }

    #[test]
    fn texts_that_have_nothing_in_common_are_compared_in_bounded_time() {
        let lines = |seed: u32| {
            (0..15_000u32)
                .map(|n| format!("{}", n.wrapping_mul(seed) % 9_973))
                .collect::<Vec<_>>()
                .join("\n")
        };
        let diff = compared(Some(&content("A", &lines(7))), &content("A", &lines(11)), 2);
        assert!(!diff.hunks.is_empty());
    }
}
