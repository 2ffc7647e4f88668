//! Searching articles, both ways.

use linedesk_app::Caller;
use linedesk_app::knowledge::{MAX_LIMIT, MAX_OFFSET, SearchArticles};
use linedesk_app::models::{Hit, Slice, Sliced};
use linedesk_domain::text::{Label, Note, Tag};

use super::article::{head, language};
use crate::extract::faults::Wrong;
use crate::extract::given::list;
use crate::extract::{Body, Faults, parse};
use crate::isp::dto::kb::article::ArticleItemDto;
use crate::isp::dto::kb::search::{SearchBody, SearchResultDto, SearchResultsDto};

/// How much of its text an article that was found has, in characters.
const EXCERPT: usize = 300;

impl Body for SearchBody {
    type Command = SearchArticles;
    // Public articles are for everybody.
    const IS_OPEN: bool = true;

    fn command(self, faults: &mut Faults) -> Option<SearchArticles> {
        self.rest.refuse(faults);
        let query = self.query.required("query", faults, parse::text::<Note>);
        let category = self
            .category
            .optional("category", faults, parse::text::<Label>);
        let tags = self.tags.optional("tags", faults, Ok).unwrap_or_default();
        let tags = list(tags, "tags", faults, parse::text::<Tag>);
        let language = self.language.optional("language", faults, language);
        let limit = self
            .limit
            .optional("limit", faults, |n| within(n, 1, u64::from(MAX_LIMIT)));
        let offset = self
            .offset
            .optional("offset", faults, |n| within(n, 0, MAX_OFFSET));
        Some(SearchArticles {
            query: query?.as_str().to_owned(),
            category: category.map(|name| name.as_str().to_owned()),
            tags,
            language,
            slice: Slice {
                limit: limit.unwrap_or(super::LIMIT),
                offset: u64::from(offset.unwrap_or_default()),
            },
        })
    }
}

fn within(n: u32, from: u64, to: u64) -> Result<u32, Wrong> {
    if (from..=to).contains(&u64::from(n)) {
        Ok(n)
    } else {
        Err(("out_of_range", format!("must be {from} to {to}")))
    }
}

/// An article that was found.
pub fn result<'a>(hit: &'a Hit, caller: &Caller) -> SearchResultDto<'a> {
    let plain = hit.view.plain.as_str();
    let end = plain.char_indices().nth(EXCERPT);
    SearchResultDto {
        article: ArticleItemDto {
            head: head(&hit.view, caller),
            excerpt: end.map_or(plain, |(end, _)| &plain[..end]),
        },
        score: hit.score,
        words: &hit.words,
        snippet: &hit.snippet,
    }
}

/// What was found.
pub fn results<'a>(found: &'a Sliced<Hit>, slice: Slice, caller: &Caller) -> SearchResultsDto<'a> {
    SearchResultsDto {
        results: found.items.iter().map(|hit| result(hit, caller)).collect(),
        total: found.total,
        limit: slice.limit,
        offset: slice.offset,
    }
}
