//! What is read, both ways.

use linedesk_app::Caller;
use linedesk_app::knowledge::{AskPopular, Popular, PopularPage};
use linedesk_app::models::Slice;
use linedesk_domain::text::{Label, Tag};

use super::article::{KbPage, head, language};
use crate::extract::parse;
use crate::extract::query::{FromQuery, QueryReader};
use crate::isp::dto::kb::article::ArticleItemDto;
use crate::isp::dto::kb::popular::{PeriodDto, PopularArticleDto, PopularDto};

/// How much of its text an article has, in characters.
const EXCERPT: usize = 300;

/// A period and a place to look at.
#[derive(Debug)]
pub struct PopularQuery(pub AskPopular);

impl FromQuery for PopularQuery {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let KbPage(slice) = KbPage::read(query)?;
        let category = query.one("category", parse::text::<Label>);
        Some(Self(AskPopular {
            from: query.one("from", parse::date),
            to: query.one("to", parse::date),
            category: category.map(|name| name.as_str().to_owned()),
            tags: query.several("tags", parse::text::<Tag>),
            language: query.one("language", language),
            slice,
        }))
    }
}

/// What was read in a period.
pub fn popular<'a>(found: &'a PopularPage, slice: Slice, caller: &Caller) -> PopularDto<'a> {
    PopularDto {
        period: PeriodDto {
            from: found.days.from.to_string(),
            to: found.days.to.to_string(),
        },
        results: found
            .page
            .items
            .iter()
            .map(|item| one(item, caller))
            .collect(),
        total: found.page.total,
        limit: slice.limit,
        offset: slice.offset,
    }
}

fn one<'a>(item: &'a Popular, caller: &Caller) -> PopularArticleDto<'a> {
    let plain = item.view.plain.as_str();
    let end = plain.char_indices().nth(EXCERPT);
    PopularArticleDto {
        article: ArticleItemDto {
            head: head(&item.view, caller),
            excerpt: end.map_or(plain, |(end, _)| &plain[..end]),
        },
        views: item.standing.views,
        helpful_count: item.standing.helpful,
        not_helpful_count: item.standing.not_helpful,
        score: item.score,
    }
}
