//! Pages as Django REST has them: a count, links to the pages beside, and the results.

use actix_web::HttpRequest;

use crate::WebSettings;
use crate::extract::query::{FromQuery, QueryReader};

/// Entries on one page unless the client says otherwise.
const DEFAULT_LIMIT: u32 = 50;

/// Which part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// At most so many.
    pub limit: u32,
    /// So many are left out.
    pub offset: u64,
}

impl FromQuery for Window {
    fn read(query: &mut QueryReader) -> Option<Self> {
        use linedesk_app::tickets::{DEEPEST, MAX_LIMIT};
        let limit = whole(query.text("limit")).filter(|limit| *limit > 0);
        let limit = limit.map_or(DEFAULT_LIMIT, |limit| {
            u32::try_from(limit).map_or(MAX_LIMIT, |limit| limit.min(MAX_LIMIT))
        });
        let offset = whole(query.text("offset")).unwrap_or(0);
        if offset > DEEPEST {
            // There is more behind it, which an empty page would deny.
            query.refuse(
                "offset",
                "out_of_range",
                format!("must be at most {DEEPEST}"),
            );
        }
        Some(Self { limit, offset })
    }
}

/// Django's lists take what is no number for nothing, and what is too much for the most.
fn whole(text: Option<String>) -> Option<u64> {
    let text = text?;
    let digits = text.trim();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// The pages beside a page.
#[derive(Debug, PartialEq, Eq)]
pub struct Links {
    /// The next page.
    pub next: Option<String>,
    /// The page before.
    pub previous: Option<String>,
}

/// What a page shows.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// So many entries.
    pub shown: usize,
    /// Of so many.
    pub count: u64,
    /// Fewer than it could, since they are long.
    pub ends_early: bool,
}

/// The pages beside the one that was asked for. On the server's own address, whatever
/// the request says of it.
pub fn links(
    settings: &WebSettings,
    request: &HttpRequest,
    window: Window,
    Shown {
        shown,
        count,
        ends_early,
    }: Shown,
) -> Links {
    let base = format!("{}{}/", settings.public_url, request.path());
    let link = |offset| {
        format!(
            "{base}?{}",
            query(request.query_string(), window.limit, offset)
        )
    };
    let end = window.offset + shown as u64;
    // Of more than are counted one by one, a page that is full says that there may be another one, and one that ends early that
    // there is.
    let may_be_more = count >= linedesk_app::models::COUNTED_EXACTLY;
    let is_full = ends_early || shown as u64 == u64::from(window.limit);
    Links {
        next: (end < count || may_be_more && is_full).then(|| link(end)),
        previous: (window.offset > 0)
            .then(|| link(window.offset.saturating_sub(u64::from(window.limit)))),
    }
}

/// The same parameters with another offset.
fn query(asked: &str, limit: u32, offset: u64) -> String {
    let others = asked.split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        !name.is_empty() && name != "limit" && name != "offset"
    });
    let mut pairs: Vec<_> = vec![format!("limit={limit}")];
    if offset > 0 {
        pairs.push(format!("offset={offset}"));
    }
    pairs.extend(others.map(str::to_owned));
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn at(query: &str, offset: u64, shown: usize, count: u64) -> Links {
        let request = TestRequest::with_uri(&format!("/crm/api/v1/tickets?{query}"));
        let window = Window { limit: 2, offset };
        let settings = WebSettings::default();
        let shown = Shown {
            shown,
            count,
            ends_early: false,
        };
        links(&settings, &request.to_http_request(), window, shown)
    }

    #[test]
    fn a_window_is_cut_to_what_can_be() {
        let window = |asked: &str| {
            let mut reader = QueryReader::new(asked);
            let window = Window::read(&mut reader);
            let window = reader.finish_loosely(window).ok();
            window.map(|window| (window.limit, window.offset))
        };
        assert_eq!(window(""), Some((50, 0)));
        assert_eq!(window("limit=7&offset=3"), Some((7, 3)));
        assert_eq!(window("limit=5000"), Some((1_000, 0)));
        assert_eq!(window("limit=99999999999999999999"), Some((1_000, 0)));
        for nothing in [
            "limit=0&offset=-1",
            "limit=x&offset=",
            "limit=-5&offset=1.5",
        ] {
            assert_eq!(window(nothing), Some((50, 0)), "{nothing}");
        }
        assert_eq!(window("offset=1000001"), None);
    }

    #[test]
    fn the_pages_beside_keep_what_was_asked() {
        let base = "http://127.0.0.1:8000/crm/api/v1/tickets/?limit=2";
        let middle = at("status=new&offset=2&limit=2&search=a%20b", 2, 2, 9);
        assert_eq!(
            middle.next,
            Some(format!("{base}&offset=4&status=new&search=a%20b"))
        );
        assert_eq!(
            middle.previous,
            Some(format!("{base}&status=new&search=a%20b"))
        );
    }

    #[test]
    fn a_page_that_ends_early_is_followed_by_the_one_that_begins_there() {
        let request = TestRequest::with_uri("/crm/api/v1/tickets?limit=500").to_http_request();
        let window = Window {
            limit: 500,
            offset: 0,
        };
        let settings = WebSettings::default();
        for count in [700, 10_000] {
            let shown = Shown {
                shown: 33,
                count,
                ends_early: true,
            };
            let next = links(&settings, &request, window, shown).next;
            let base = "http://127.0.0.1:8000/crm/api/v1/tickets/?limit=500";
            assert_eq!(next, Some(format!("{base}&offset=33")));
        }
    }

    #[test]
    fn the_ends_have_nothing_beside_them() {
        assert_eq!(at("", 0, 2, 3).previous, None);
        assert_eq!(at("", 2, 1, 3).next, None);
        assert_eq!(at("", 9, 0, 3).next, None);
        assert!(at("", 20_000, 2, 10_000).next.is_some());
    }
}
