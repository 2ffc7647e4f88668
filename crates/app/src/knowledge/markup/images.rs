//! Whose images an article shows. A browser asks for an image by itself, and so tells whoever serves it who reads what.

use ammonia::Url;
use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

/// The servers whose images are shown. Images named by a path alone are shown too: they come from wherever the article is shown.
#[derive(Debug, Clone, Default)]
pub struct Images {
    origins: Vec<String>,
}

impl Images {
    /// Images of these servers: scheme and host, and the port where it is not the usual one. What comes after that counts for nothing.
    pub fn of<T: AsRef<str>>(servers: impl IntoIterator<Item = T>) -> Self {
        let origin = |server: T| web_origin(&Url::parse(server.as_ref()).ok()?);
        Self {
            origins: servers.into_iter().filter_map(origin).collect(),
        }
    }

    /// Whether an image of that address is shown.
    pub(super) fn show(&self, address: &str) -> bool {
        // Read as browsers do: `//host`, `/\host` and `https:host` all name a host.
        match Url::parse(address) {
            Ok(absolute) => web_origin(&absolute).is_some_and(|of| self.origins.contains(&of)),
            Err(_) => ["https://page.invalid/a/", "http://page.invalid/a/"]
                .iter()
                .all(|page| stays_at(page, address)),
        }
    }
}

/// Scheme, host and port of a web address.
fn web_origin(url: &Url) -> Option<String> {
    matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
}

/// Whether an address on a page leads to the server of that page.
fn stays_at(page: &str, address: &str) -> bool {
    Url::parse(page)
        .and_then(|page| Ok((page.join(address)?, page)))
        .is_ok_and(|(there, page)| there.origin() == page.origin())
}

/// What has become of an image that is not shown.
struct Hidden<'a> {
    address: CowStr<'a>,
    /// Whether it is a link now: there are no links within links.
    is_link: bool,
    /// Whether it has a text.
    says_something: bool,
}

/// The events with links in place of images that are not shown, so that readers decide for themselves.
pub(super) fn linked<'a>(
    events: impl Iterator<Item = Event<'a>>,
    images: &Images,
) -> impl Iterator<Item = Event<'a>> {
    let mut open: Vec<Option<Hidden<'a>>> = Vec::new();
    let mut links = 0_usize;
    events.flat_map(move |event| {
        let shown = match event {
            Event::Start(Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            }) if !images.show(&dest_url) => {
                let is_link = links == 0;
                open.push(Some(Hidden {
                    address: dest_url.clone(),
                    is_link,
                    says_something: false,
                }));
                links += usize::from(is_link);
                let link = Tag::Link {
                    link_type,
                    dest_url,
                    title,
                    id,
                };
                [is_link.then_some(Event::Start(link)), None]
            }
            Event::Start(Tag::Image { .. }) => {
                open.push(None);
                [Some(event), None]
            }
            Event::End(TagEnd::Image) => match open.pop().flatten() {
                None => [Some(event), None],
                Some(hidden) => {
                    links -= usize::from(hidden.is_link);
                    let address = Event::Text(hidden.address);
                    [
                        (!hidden.says_something).then_some(address),
                        hidden.is_link.then_some(Event::End(TagEnd::Link)),
                    ]
                }
            },
            event => {
                match &event {
                    Event::Start(Tag::Link { .. }) => links += 1,
                    Event::End(TagEnd::Link) => links = links.saturating_sub(1),
                    Event::Text(_) | Event::Code(_) => {
                        for hidden in open.iter_mut().flatten() {
                            hidden.says_something = true;
                        }
                    }
                    _ => {}
                }
                [Some(event), None]
            }
        };
        shown.into_iter().flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::super::html;
    use super::*;

    fn images() -> Images {
        Images::of(["https://static.example.net", "http://127.0.0.1:8000/desk"])
    }

    #[test]
    fn images_of_our_own_servers_and_of_paths_are_shown() {
        for address in [
            "https://static.example.net/router.png",
            "https://STATIC.example.net:443/router.png",
            "http://127.0.0.1:8000/api/v1/x.png",
            "/pictures/router.png",
            "router.png",
            "../router.png?size=2",
        ] {
            assert!(images().show(address), "{address}");
            let shown = html(&format!("![the router]({address})"), &images());
            assert!(shown.contains("<img src="), "{shown}");
        }
    }

    #[test]
    fn images_of_anybody_else_are_links() {
        for address in [
            "https://tracker.example/pixel.gif",
            "http://static.example.net/router.png",
            "https://static.example.net:8443/router.png",
            "https://static.example.net.tracker.example/x",
            "https://static.example.net@tracker.example/x",
            "//tracker.example/x",
            "/\\tracker.example/x",
            "\\\\\\\\tracker.example/x",
            "https:tracker.example/x",
            "http:tracker.example",
            "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
            "ftp://static.example.net/x.png",
        ] {
            assert!(!images().show(address), "{address}");
            let shown = html(&format!("![the router](<{address}>)"), &images());
            assert!(!shown.contains("<img"), "{shown}");
            assert!(shown.contains("the router"), "{shown}");
        }
        assert_eq!(
            html(
                "![the *router*](https://t.example/x.png \"Back\")",
                &images()
            ),
            "<p><a href=\"https://t.example/x.png\" title=\"Back\" rel=\"noopener noreferrer nofollow\">\
             the <em>router</em></a></p>\n"
        );
    }

    #[test]
    fn a_hidden_image_without_a_text_shows_its_address() {
        let shown = html("a ![](https://t.example/x) b", &images());
        assert!(shown.contains(">https://t.example/x</a> b"), "{shown}");
    }

    #[test]
    fn an_image_within_a_link_or_an_image_makes_no_second_link() {
        let shown = html("[see ![it](//t.example/x) here](/there)", &images());
        assert_eq!(shown.matches("<a ").count(), 1, "{shown}");
        assert!(shown.contains("see it here</a>"), "{shown}");
        let shown = html("![a ![b](//t.example/x) c](/own.png) [d](/e)", &images());
        assert_eq!(shown.matches("<img").count(), 1, "{shown}");
        assert!(shown.contains("alt=\"a b c\""), "{shown}");
        assert_eq!(shown.matches("<a ").count(), 1, "{shown}");
        let shown = html("![a ![b](/own.png) c](//t.example/x) [d](/e)", &images());
        assert_eq!(shown.matches("<a ").count(), 2, "{shown}");
        assert!(shown.contains("<img src=\"/own.png\""), "{shown}");
    }
}
