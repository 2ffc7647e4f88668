//! The index of words, kept in memory and brought up to date before each search by what changed since.
//!
//! Every change of an article takes the next number of one sequence in its own transaction, which others wait for: whoever
//! sees a number sees every change up to it, on whatever server it was made.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use diesel::prelude::*;
use linedesk_domain::ids::{ArticleId, ShelfId};
use linedesk_domain::knowledge::index::{Asked, Entry, Index};
use linedesk_domain::knowledge::snippet::snippet;
use linedesk_domain::knowledge::words::{ANALYSIS, Term, terms};
use linedesk_domain::knowledge::{Audience, Language, Publication, Visibility};
use linedesk_domain::text::Tag;
use linedesk_ports::knowledge::{ArticleView, Hit, Search, Sliced};

use super::{Conn, articles};
use crate::fault::Fault;
use crate::rows::knowledge::terms as stored_terms;
use crate::rows::{checked, decoded};
use crate::schema::{kb_articles, sequences};
use crate::types::{Json, Key};

/// So many articles are read at once.
const CHUNK: i64 = 500;
const TABLE: &str = "kb_articles";

/// The index, shared by all threads that read.
#[derive(Debug, Default)]
pub(crate) struct Indexed {
    state: RwLock<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The last change that is in it.
    changed: i64,
    index: Index,
}

type ChangedRow = (
    Key,
    Option<Key>,
    Json<Vec<String>>,
    String,
    i16,
    i16,
    String,
    i16,
    i64,
);

impl Indexed {
    /// What a search finds.
    pub(crate) fn search(
        &self,
        connection: &mut Conn,
        audience: Audience,
        search: &Search,
    ) -> Result<Sliced<Hit>, Fault> {
        self.catch_up(connection)?;
        let asked = Asked {
            text: &search.text,
            finding: search.finding,
            filter: &search.filter,
        };
        let (mut found, total) = {
            let state = self.read();
            let matches = state.index.find(audience, &asked);
            let offset = usize::try_from(search.slice.offset).unwrap_or(usize::MAX);
            let page = state
                .index
                .page(&matches, offset, search.slice.limit as usize);
            (page, matches.len() as u64)
        };
        let ids: Vec<ArticleId> = found.iter().map(|one| one.id).collect();
        // Read by the same rule once more: an article may have been withdrawn this moment.
        let views = articles::articles_of(connection, audience, &ids)?;
        let hit = |view: ArticleView| {
            let place = found.iter().position(|one| one.id == view.article.id)?;
            let one = found.swap_remove(place);
            let content = &view.article.content;
            if content.publication != Publication::Published {
                return None;
            }
            Some(Hit {
                snippet: snippet(&view.plain, &one.stems, content.language.endings()),
                score: one.score,
                words: one.words,
                view,
            })
        };
        Ok(Sliced {
            items: views.into_iter().filter_map(hit).collect(),
            total,
        })
    }

    fn catch_up(&self, connection: &mut Conn) -> Result<(), Fault> {
        let last: i64 = sequences::table
            .find("kb")
            .select(sequences::value)
            .get_result(connection)?;
        if self.read().changed >= last {
            return Ok(());
        }
        let mut state = self.write();
        while state.changed < last {
            let rows = changed(connection, state.changed)?;
            // Articles that changed again have gone on to a later number.
            let Some(reached) = rows.last().map(|row| row.8) else {
                state.changed = last;
                break;
            };
            for row in rows {
                put(&mut state.index, connection, row)?;
            }
            state.changed = reached;
        }
        Ok(())
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(|poisoned| {
            // A panic may have left it half changed: it is made anew.
            let mut state = poisoned.into_inner();
            *state = State::default();
            self.state.clear_poison();
            state
        })
    }
}

fn changed(connection: &mut Conn, after: i64) -> QueryResult<Vec<ChangedRow>> {
    kb_articles::table
        .filter(kb_articles::changed.gt(after))
        .order(kb_articles::changed)
        .limit(CHUNK)
        .select((
            kb_articles::id,
            kb_articles::shelf_id,
            kb_articles::tags,
            kb_articles::language,
            kb_articles::publication,
            kb_articles::visibility,
            kb_articles::terms,
            kb_articles::analysis,
            kb_articles::changed,
        ))
        .load(connection)
}

fn put(index: &mut Index, connection: &mut Conn, row: ChangedRow) -> Result<(), Fault> {
    let (key, shelf, tags, language, publication, visibility, words, analysis, _) = row;
    let id = key.0;
    let publication: Publication = decoded(publication, TABLE, "publication", &id)?;
    let visibility: Visibility = decoded(visibility, TABLE, "visibility", &id)?;
    if publication != Publication::Published {
        index.take(ArticleId(id));
        return Ok(());
    }
    let language = checked(Language::parse(&language), TABLE, "language", &id)?;
    let tag = |tag: &String| checked(Tag::parse(tag), TABLE, "tags", &id);
    let tags = tags.0.iter().map(tag).collect::<Result<Vec<_>, _>>()?;
    let words = if analysis == ANALYSIS {
        stored_terms(&words)
    } else {
        analysed(connection, key, &tags, &language)?
    };
    index.put(Entry {
        id: ArticleId(id),
        audience: Audience::least(visibility),
        shelf: shelf.map(|key| ShelfId(key.0)),
        tags,
        language,
        terms: words,
    });
    Ok(())
}

/// The words of an article that another version of the program has written.
fn analysed(
    connection: &mut Conn,
    key: Key,
    tags: &[Tag],
    language: &Language,
) -> Result<Vec<Term>, Fault> {
    let (title, plain): (String, String) = kb_articles::table
        .filter(kb_articles::id.eq(key))
        .select((kb_articles::title, kb_articles::plain))
        .get_result(connection)?;
    let tags = tags.iter().map(Tag::as_str);
    Ok(terms(&title, tags, &plain, language.endings()))
}
