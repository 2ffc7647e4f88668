//! Articles and their versions.

use jiff::Timestamp;

use super::audience::{Audience, Publication, Visibility};
use super::language::Language;
use super::slug::Slug;
use crate::ids::{ArticleId, ShelfId, UserId};
use crate::text::{ArticleBody, Tag, Title};
use crate::ticket::edit::Patch;

/// What people write: everything that a version keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Title.
    pub title: Title,
    /// Text, in Markdown.
    pub body: ArticleBody,
    /// In which category.
    pub shelf: Option<ShelfId>,
    /// Tags, each once, at most [`Content::MAX_TAGS`].
    pub tags: Vec<Tag>,
    /// What it is written in.
    pub language: Language,
    /// How far it has come.
    pub publication: Publication,
    /// Who may read it once it is published.
    pub visibility: Visibility,
}

impl Content {
    /// Tags on one article.
    pub const MAX_TAGS: usize = 20;
}

/// An article as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Identity.
    pub id: ArticleId,
    /// Its name in addresses; given once, never changed.
    pub slug: Slug,
    /// What it says.
    pub content: Content,
    /// 1 for the first; every change of the content makes the next.
    pub version: i64,
    /// Who began it.
    pub author: UserId,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When its content last changed.
    pub updated_at: Timestamp,
    /// When it was last published; stays when it is archived.
    pub published_at: Option<Timestamp>,
}

/// One version of an article, for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleVersion {
    /// Of which article.
    pub article: ArticleId,
    /// 1 for the first.
    pub version: i64,
    /// What it said.
    pub content: Content,
    /// Who wrote it.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// What changes of an article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revision {
    /// `title`
    pub title: Option<Title>,
    /// `body`
    pub body: Option<ArticleBody>,
    /// `category_id`
    pub shelf: Patch<ShelfId>,
    /// `tags`, all of them
    pub tags: Option<Vec<Tag>>,
    /// `language`
    pub language: Option<Language>,
    /// `status`
    pub publication: Option<Publication>,
    /// `visibility`
    pub visibility: Option<Visibility>,
}

impl Article {
    /// An article that is new.
    pub fn create(id: ArticleId, slug: Slug, content: Content, by: UserId, at: Timestamp) -> Self {
        let published_at = (content.publication == Publication::Published).then_some(at);
        Self {
            id,
            slug,
            content,
            version: 1,
            author: by,
            created_at: at,
            updated_at: at,
            published_at,
        }
    }

    /// The next version; `None` where nothing would change.
    pub fn revise(&self, revision: Revision, at: Timestamp) -> Option<Self> {
        let old = &self.content;
        let mut place = old.shelf;
        revision.shelf.apply(&mut place);
        let content = Content {
            title: revision.title.unwrap_or_else(|| old.title.clone()),
            body: revision.body.unwrap_or_else(|| old.body.clone()),
            shelf: place,
            tags: revision.tags.unwrap_or_else(|| old.tags.clone()),
            language: revision.language.unwrap_or_else(|| old.language.clone()),
            publication: revision.publication.unwrap_or(old.publication),
            visibility: revision.visibility.unwrap_or(old.visibility),
        };
        if content == *old {
            return None;
        }
        let is_newly_published = content.publication == Publication::Published
            && old.publication != Publication::Published;
        Some(Self {
            published_at: if is_newly_published {
                Some(at)
            } else {
                self.published_at
            },
            content,
            version: self.version + 1,
            updated_at: at.max(self.updated_at),
            slug: self.slug.clone(),
            ..*self
        })
    }

    /// The version that it is now, written by `by`.
    pub fn as_version(&self, by: UserId) -> ArticleVersion {
        ArticleVersion {
            article: self.id,
            version: self.version,
            content: self.content.clone(),
            by,
            at: self.updated_at,
        }
    }

    /// Whether that reader may know of it.
    pub fn is_for(&self, audience: Audience) -> bool {
        audience.may_read(self.content.publication, self.content.visibility)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::constant(second, 0)
    }

    fn article() -> Article {
        let content = Content {
            title: Title::parse("Restart the router").unwrap(),
            body: ArticleBody::parse("Pull the plug.").unwrap(),
            shelf: None,
            tags: vec![Tag::parse("router").unwrap()],
            language: Language::parse("en").unwrap(),
            publication: Publication::Draft,
            visibility: Visibility::Customers,
        };
        let id = ArticleId(Uuid::from_u128(1));
        Article::create(
            id,
            Slug::of("Restart the router", id),
            content,
            UserId(Uuid::from_u128(2)),
            at(10),
        )
    }

    #[test]
    fn a_change_makes_the_next_version_and_no_change_makes_none() {
        let first = article();
        assert_eq!(first.revise(Revision::default(), at(20)), None);
        let same = Revision {
            title: Some(first.content.title.clone()),
            publication: Some(Publication::Draft),
            ..Revision::default()
        };
        assert_eq!(first.revise(same, at(20)), None);
        let titled = Revision {
            title: Some(Title::parse("Restart the modem").unwrap()),
            ..Revision::default()
        };
        let second = first.revise(titled, at(20)).unwrap();
        assert_eq!((second.version, second.updated_at), (2, at(20)));
        assert_eq!((&second.slug, second.created_at), (&first.slug, at(10)));
        assert_eq!(second.content.body, first.content.body);
        assert_eq!(second.published_at, None);
    }

    #[test]
    fn publishing_is_dated_and_archiving_keeps_the_date() {
        let to = |publication| Revision {
            publication: Some(publication),
            ..Revision::default()
        };
        let published = article()
            .revise(to(Publication::Published), at(20))
            .unwrap();
        assert_eq!(published.published_at, Some(at(20)));
        let archived = published.revise(to(Publication::Archived), at(30)).unwrap();
        assert_eq!(archived.published_at, Some(at(20)));
        let again = archived.revise(to(Publication::Published), at(40)).unwrap();
        assert_eq!((again.published_at, again.version), (Some(at(40)), 4));
    }

    #[test]
    fn a_clock_that_goes_back_does_not_take_the_article_with_it() {
        let titled = Revision {
            title: Some(Title::parse("Another title").unwrap()),
            ..Revision::default()
        };
        assert_eq!(article().revise(titled, at(5)).unwrap().updated_at, at(10));
    }
}
