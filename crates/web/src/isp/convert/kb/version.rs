//! Versions of articles, as they are shown.

use linedesk_app::knowledge::{Diff, FieldChange, HunkLine, LineKind};
use linedesk_app::models::{Slice, Sliced, VersionView};
use linedesk_domain::knowledge::{ArticleVersion, Content};
use linedesk_domain::text::Tag;

use super::author;
use crate::isp::dto::kb::version::{
    ArticleVersionDto, ArticleVersionListDto, DiffDto, DiffFieldDto, DiffLineDto,
};

/// A version.
pub fn version(view: &VersionView) -> ArticleVersionDto<'_> {
    let ArticleVersion {
        article,
        version,
        content,
        by,
        at,
    } = &view.version;
    let Content {
        title,
        body,
        shelf,
        tags,
        language,
        publication,
        visibility,
    } = content;
    ArticleVersionDto {
        article_id: article.0,
        version: *version,
        title: title.as_str(),
        body: body.as_str(),
        category_id: shelf.map(|id| id.0),
        tags: tags.iter().map(Tag::as_str).collect(),
        language: language.as_str(),
        status: publication.name(),
        visibility: visibility.name(),
        author: author(*by, view.by_name.as_deref()),
        created_at: (*at).into(),
    }
}

/// A page of versions.
pub fn versions(page: &Sliced<VersionView>, slice: Slice) -> ArticleVersionListDto<'_> {
    ArticleVersionListDto {
        items: page.items.iter().map(version).collect(),
        total: page.total,
        limit: slice.limit,
        offset: slice.offset,
    }
}

/// What a version changed.
pub fn diff(diff: &Diff) -> DiffDto<'_> {
    let field = |change: &'_ FieldChange| change.field;
    let hunks = diff.hunks.iter();
    DiffDto {
        version: diff.version,
        previous_version: diff.before,
        changes: diff
            .fields
            .iter()
            .map(|change| DiffFieldDto {
                field: field(change),
                from: change.from.as_deref(),
                to: change.to.as_deref(),
            })
            .collect(),
        hunks: hunks.map(|hunk| hunk.iter().map(line).collect()).collect(),
        unified: &diff.unified,
    }
}

fn line(line: &HunkLine) -> DiffLineDto<'_> {
    DiffLineDto {
        kind: match line.kind {
            LineKind::Same => "same",
            LineKind::Added => "added",
            LineKind::Removed => "removed",
        },
        old_line: line.old_line,
        new_line: line.new_line,
        text: &line.text,
    }
}
