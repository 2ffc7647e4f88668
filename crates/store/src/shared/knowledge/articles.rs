//! Articles and their versions: reading them.

use std::collections::HashMap;

use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::Text;
use linedesk_domain::ids::ArticleId;
use linedesk_domain::knowledge::{Article, Audience};
use linedesk_ports::knowledge::{
    ArticleFilter, ArticleKey, ArticleView, Slice, Sliced, VersionView,
};

use super::{Conn, directory, standing};
use crate::codes::Coded as _;
use crate::fault::Fault;
use crate::rows::knowledge::{ArticleRow, VersionRow, up_to};
use crate::schema::{kb_articles, kb_tags, kb_versions};
use crate::types::Key;

/// How much of its text an article in a list has, in characters.
const BEGINNING: &str = "substr(kb_articles.plain, 1, 300)";

type Database = <Conn as diesel::Connection>::Backend;
type Articles = kb_articles::BoxedQuery<'static, Database>;

/// Those that a reader may know of.
fn readable(audience: Audience) -> Articles {
    let all = kb_articles::table.into_boxed();
    match audience {
        Audience::Staff => all,
        audience => all.filter(kb_articles::reach.le(up_to(audience))),
    }
}

/// Of those, the ones that pass a filter.
pub(super) fn narrowed(audience: Audience, filter: &ArticleFilter) -> Articles {
    let mut query = readable(audience);
    if let Some(shelves) = &filter.of.shelves {
        let keys: Vec<Key> = shelves.iter().map(|id| Key(id.0)).collect();
        query = query.filter(kb_articles::shelf_id.eq_any(keys));
    }
    for tag in &filter.of.tags {
        let tagged = kb_tags::table
            .filter(kb_tags::tag.eq(tag.as_str().to_owned()))
            .filter(kb_tags::article.eq(kb_articles::seq));
        query = query.filter(exists(tagged));
    }
    if let Some(language) = &filter.of.language {
        query = query.filter(kb_articles::language.eq(language.as_str().to_owned()));
    }
    if !filter.publication.is_empty() {
        let codes: Vec<i16> = filter.publication.iter().map(|one| one.code()).collect();
        query = query.filter(kb_articles::publication.eq_any(codes));
    }
    if !filter.visibility.is_empty() {
        let codes: Vec<i16> = filter.visibility.iter().map(|one| one.code()).collect();
        query = query.filter(kb_articles::visibility.eq_any(codes));
    }
    query
}

pub(crate) fn article(
    connection: &mut Conn,
    audience: Audience,
    key: &ArticleKey,
) -> Result<Option<ArticleView>, Fault> {
    let readable = readable(audience);
    let one = match key {
        ArticleKey::Id(id) => readable.filter(kb_articles::id.eq(Key(id.0))),
        ArticleKey::Slug(slug) => readable.filter(kb_articles::slug.eq(slug.as_str().to_owned())),
    };
    let found = one.select((ArticleRow::as_select(), kb_articles::plain));
    let found: Option<(ArticleRow, String)> = found.get_result(connection).optional()?;
    Ok(views(connection, found.into_iter().collect())?.pop())
}

pub(crate) fn articles(
    connection: &mut Conn,
    audience: Audience,
    filter: &ArticleFilter,
    slice: Slice,
) -> Result<Sliced<ArticleView>, Fault> {
    let total: i64 = narrowed(audience, filter).count().get_result(connection)?;
    let page = narrowed(audience, filter)
        .order((kb_articles::updated_at.desc(), kb_articles::seq.desc()))
        .limit(i64::from(slice.limit))
        .offset(i64::try_from(slice.offset).unwrap_or(i64::MAX))
        .select((ArticleRow::as_select(), sql::<Text>(BEGINNING)));
    let rows = page.load(connection)?;
    Ok(Sliced {
        items: views(connection, rows)?,
        total: total.unsigned_abs(),
    })
}

/// In that order; what the reader may not know of is left out.
pub(crate) fn articles_of(
    connection: &mut Conn,
    audience: Audience,
    ids: &[ArticleId],
) -> Result<Vec<ArticleView>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<Key> = ids.iter().map(|id| Key(id.0)).collect();
    let found = readable(audience)
        .filter(kb_articles::id.eq_any(keys))
        .select((ArticleRow::as_select(), kb_articles::plain));
    let rows = found.load(connection)?;
    let mut by_id: HashMap<ArticleId, ArticleView> = views(connection, rows)?
        .into_iter()
        .map(|view| (view.article.id, view))
        .collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
}

fn views(
    connection: &mut Conn,
    rows: Vec<(ArticleRow, String)>,
) -> Result<Vec<ArticleView>, Fault> {
    let names = names(connection, rows.iter().map(|(row, _)| row.author_id))?;
    let seqs: Vec<i64> = rows.iter().map(|(row, _)| row.seq).collect();
    let mut standings = standing::of(connection, &seqs)?;
    let view = |(row, plain): (ArticleRow, String)| {
        Ok(ArticleView {
            author_name: names.get(&row.author_id).cloned(),
            standing: standings.remove(&row.seq).unwrap_or_default(),
            article: Article::try_from(row)?,
            plain,
        })
    };
    rows.into_iter().map(view).collect()
}

/// What people are called.
pub(super) fn names(
    connection: &mut Conn,
    ids: impl IntoIterator<Item = Key>,
) -> Result<HashMap<Key, String>, Fault> {
    let users = directory::users_of(connection, ids)?.into_iter();
    Ok(users
        .map(|user| (Key(user.id.0), user.display_name().to_owned()))
        .collect())
}

/// Where an article stands in its table.
pub(super) fn place(connection: &mut Conn, id: ArticleId) -> QueryResult<Option<i64>> {
    let found = kb_articles::table
        .filter(kb_articles::id.eq(Key(id.0)))
        .select(kb_articles::seq);
    found.get_result(connection).optional()
}

pub(crate) fn versions(
    connection: &mut Conn,
    id: ArticleId,
    slice: Slice,
) -> Result<Sliced<VersionView>, Fault> {
    let Some(seq) = place(connection, id)? else {
        return Ok(Sliced {
            items: Vec::new(),
            total: 0,
        });
    };
    let all = kb_versions::table.filter(kb_versions::article.eq(seq));
    let total: i64 = all.count().get_result(connection)?;
    let page = all
        .order(kb_versions::version.desc())
        .limit(i64::from(slice.limit))
        .offset(i64::try_from(slice.offset).unwrap_or(i64::MAX))
        .select(VersionRow::as_select());
    let rows = page.load(connection)?;
    Ok(Sliced {
        items: version_views(connection, id, rows)?,
        total: total.unsigned_abs(),
    })
}

pub(crate) fn version(
    connection: &mut Conn,
    id: ArticleId,
    version: i64,
) -> Result<Option<VersionView>, Fault> {
    let Some(seq) = place(connection, id)? else {
        return Ok(None);
    };
    let found = kb_versions::table
        .find((seq, version))
        .select(VersionRow::as_select());
    let row = found.get_result(connection).optional()?;
    Ok(version_views(connection, id, row.into_iter().collect())?.pop())
}

fn version_views(
    connection: &mut Conn,
    id: ArticleId,
    rows: Vec<VersionRow>,
) -> Result<Vec<VersionView>, Fault> {
    let names = names(connection, rows.iter().map(|row| row.by_id))?;
    let view = |row: VersionRow| {
        Ok(VersionView {
            by_name: names.get(&row.by_id).cloned(),
            version: row.into_version(id)?,
        })
    };
    rows.into_iter().map(view).collect()
}
