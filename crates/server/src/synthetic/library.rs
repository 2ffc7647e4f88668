//! What the made-up desk has written down: articles in categories, read now and then, and canned answers.

mod texts;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use linedesk_app::knowledge::text_of;
use linedesk_domain::class::Category;
use linedesk_domain::ids::{ArticleId, ShelfId, TemplateId, UserId};
use linedesk_domain::knowledge::{
    Article, Audience, Content, Language, Publication, Shelf, Slug, Template,
};
use linedesk_domain::text::{ArticleBody, Label, Note, Tag, TemplateBody, TextError, Title};
use linedesk_ports::changes::Write;
use linedesk_ports::knowledge::{Knowledge, KnowledgeWrite};
use linedesk_ports::store::StoreError;

use super::people::Colleague;
use super::random::{Random, Stream};

/// On so many days readings are made up.
const READ_DAYS: i64 = 28;

/// Canned answers, and what has to be written so that they are there.
#[derive(Debug)]
pub(super) struct Library {
    pub(super) answers: Vec<Template>,
    pub(super) writes: Vec<Write>,
}

/// When a library comes about, and by whom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written<'a> {
    pub(super) seed: u64,
    pub(super) start: Timestamp,
    pub(super) now: Timestamp,
    /// At least one.
    pub(super) authors: &'a [Colleague],
}

/// The library: a desk that has categories or canned answers keeps its own.
///
/// # Errors
/// What the store says.
pub(super) async fn library(
    knowledge: &dyn Knowledge,
    of: Written<'_>,
) -> Result<Library, StoreError> {
    let mut random = Random::new(of.seed, Stream::Library, 0);
    let mut writes = Vec::new();
    let found = knowledge.shelves(Audience::Staff).await?;
    if found.shelves.is_empty() {
        let shelves = shelves(&mut random, of.start);
        for (tree, shelf) in (found.tree..).zip(&shelves) {
            let shelf = shelf.clone();
            writes.push(KnowledgeWrite::Shelf { shelf, tree });
        }
        for (place, text) in texts::ARTICLES.iter().enumerate() {
            writes.extend(article(&mut random, of, &shelves, (place, text)));
        }
    }
    let mut answers = knowledge.templates().await?;
    if answers.is_empty() {
        answers = texts::ANSWERS
            .iter()
            .map(|answer| template(&mut random, of, answer))
            .collect();
        writes.extend(answers.iter().map(|template| KnowledgeWrite::Template {
            template: template.clone(),
            expected: None,
        }));
    }
    Ok(Library {
        answers,
        writes: writes.into_iter().map(Write::Knowledge).collect(),
    })
}

impl Library {
    /// The canned answer that somebody may have resolved such a ticket with.
    pub(super) fn fitting(
        answers: &[Template],
        category: Category,
        code: &str,
        random: &mut Random,
    ) -> Option<TemplateId> {
        let fits = |answer: &&Template| {
            answer.category.is_none_or(|of| of == category)
                && answer.resolution_code.as_ref().map(Label::as_str) == Some(code)
        };
        let fitting: Vec<TemplateId> = answers.iter().filter(fits).map(|one| one.id).collect();
        (!fitting.is_empty() && random.chance(6_000)).then(|| random.pick(&fitting))
    }
}

fn shelves(random: &mut Random, at: Timestamp) -> Vec<Shelf> {
    let mut shelves: Vec<Shelf> = Vec::new();
    for (position, (name, parent, description)) in (0..).zip(texts::SHELVES) {
        let parent = parent.and_then(|parent| named(&shelves, parent));
        shelves.push(Shelf {
            id: ShelfId(random.uuid(at)),
            parent,
            name: sound(Label::parse(name)),
            description: Some(sound(Note::parse(description))),
            position,
            created_at: at,
            updated_at: at,
        });
    }
    shelves
}

fn named(shelves: &[Shelf], name: &str) -> Option<ShelfId> {
    let found = shelves.iter().find(|shelf| shelf.name.as_str() == name);
    found.map(|shelf| shelf.id)
}

/// An article that was written some time, and who has read it lately: the first are read most.
fn article(
    random: &mut Random,
    of: Written<'_>,
    shelves: &[Shelf],
    (place, text): (usize, &texts::Text),
) -> Vec<KnowledgeWrite> {
    let at = random.between(of.start, of.now - SignedDuration::from_hours(60 * 24));
    let by = author(random, of);
    let id = ArticleId(random.uuid(at));
    let content = Content {
        title: sound(Title::parse(text.title)),
        body: sound(ArticleBody::parse(text.body)),
        shelf: named(shelves, text.shelf),
        tags: text.tags.iter().map(|tag| sound(Tag::parse(tag))).collect(),
        language: Language::english(),
        publication: Publication::Published,
        visibility: text.visibility,
    };
    let words = text_of(&content);
    let slug = Slug::of(text.title, id);
    let mut writes = vec![KnowledgeWrite::Article {
        article: Box::new(Article::create(id, slug, content, by, at)),
        text: words,
        by,
        expected: None,
    }];
    let today = of.now.to_zoned(TimeZone::UTC).date();
    let days: Vec<Date> = (0..READ_DAYS)
        .rev()
        .filter_map(|back| today.checked_sub(back.days()).ok())
        .collect();
    for day in days {
        for _ in 0..random.below(6 / (1 + place as u64 / 3) + 1) {
            writes.push(KnowledgeWrite::View {
                article: id,
                viewer: random.uuid(of.now),
                day,
            });
        }
    }
    writes
}

fn template(
    random: &mut Random,
    of: Written<'_>,
    (name, category, code, body): &(&str, Option<Category>, &str, &str),
) -> Template {
    Template {
        id: TemplateId(random.uuid(of.start)),
        name: sound(Label::parse(name)),
        category: *category,
        body: sound(TemplateBody::parse(body)),
        resolution_code: Some(sound(Label::parse(code))),
        author: author(random, of),
        created_at: of.start,
        updated_at: of.start,
    }
}

fn author(random: &mut Random, of: Written<'_>) -> UserId {
    random.pick(of.authors).id
}

/// A text of this module's own making.
fn sound<T>(parsed: Result<T, TextError>) -> T {
    parsed.expect("made-up texts are short and have no control characters")
}

#[cfg(test)]
mod tests {
    use linedesk_domain::knowledge::template::placeholders;

    use super::*;

    #[test]
    fn every_article_lies_in_a_category_and_every_placeholder_is_known() {
        let shelves = shelves(
            &mut Random::new(1, Stream::Library, 0),
            Timestamp::UNIX_EPOCH,
        );
        for (name, parent, _) in texts::SHELVES {
            assert!(
                parent.is_none_or(|parent| named(&shelves, parent).is_some()),
                "{name}"
            );
        }
        for text in &texts::ARTICLES {
            assert!(named(&shelves, text.shelf).is_some(), "{}", text.title);
        }
        for (name, _, _, body) in texts::ANSWERS {
            assert!(placeholders(body).is_ok(), "{name}");
        }
    }
}
