//! Markdown as HTML that can be shown anywhere, and as plain text.

mod images;

use std::borrow::Cow;

use pulldown_cmark::{Event, Options, Parser, TagEnd, html};

pub use images::Images;

/// What is taken beside plain `CommonMark`.
fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH
}

/// Blocks and spans lie in each other so deep. What lies deeper is shown without them: HTML parsers take minutes over tens of
/// thousands of levels.
const MAX_DEPTH: usize = 32;

/// What Markdown says. HTML in it is text: it is shown as it was written.
fn events(markdown: &str) -> impl Iterator<Item = Event<'_>> {
    let mut depth = 0_usize;
    let events = Parser::new_ext(markdown, options()).map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        event => event,
    });
    events.filter(move |event| match event {
        Event::Start(_) => {
            depth += 1;
            depth <= MAX_DEPTH
        }
        Event::End(_) => {
            depth = depth.saturating_sub(1);
            depth < MAX_DEPTH
        }
        _ => true,
    })
}

/// Markdown as HTML, with everything that could run, load behind the reader's back, or dress up as something else taken
/// out. Made anew at each reading, so that a better sanitiser, or another setting, is at work on old articles too.
pub fn html(markdown: &str, images: &Images) -> String {
    let mut rendered = String::new();
    html::push_html(&mut rendered, images::linked(events(markdown), images));
    let own = images.clone();
    ammonia::Builder::default()
        .link_rel(Some("noopener noreferrer nofollow"))
        .add_generic_attributes(["align"])
        .attribute_filter(move |element, attribute, value| {
            let is_hidden = (element, attribute) == ("img", "src") && !own.show(value);
            (!is_hidden).then_some(Cow::Borrowed(value))
        })
        .clean(&rendered)
        .to_string()
}

/// Markdown as text: words as they are read, blocks apart by lines.
pub fn plain(markdown: &str) -> String {
    let mut text = String::new();
    for event in events(markdown) {
        match event {
            Event::Text(words) | Event::Code(words) => text.push_str(&words),
            Event::SoftBreak | Event::End(TagEnd::TableCell) => text.push(' '),
            Event::HardBreak
            | Event::Rule
            | Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::CodeBlock
                | TagEnd::HtmlBlock
                | TagEnd::Item
                | TagEnd::TableHead
                | TagEnd::TableRow
                | TagEnd::BlockQuote(_),
            ) => line(&mut text),
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// Begins a line, unless one has just begun.
fn line(text: &mut String) {
    text.truncate(text.trim_end_matches([' ', '\t']).len());
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(markdown: &str) -> String {
        super::html(markdown, &Images::default())
    }

    #[test]
    fn markdown_becomes_html_and_text() {
        let markdown =
            "# Restart\n\n1. *Pull* the plug\n2. Wait `10` s\n\n| a | b |\n|---|---|\n| c | d |\n";
        let shown = html(markdown);
        assert!(
            shown.contains("<h1>Restart</h1>") && shown.contains("<em>Pull</em>"),
            "{shown}"
        );
        assert!(shown.contains("<td>c</td>"), "{shown}");
        assert_eq!(
            plain(markdown),
            "Restart\nPull the plug\nWait 10 s\na b\nc d"
        );
    }

    #[test]
    fn nothing_that_runs_or_deceives_is_left() {
        let attacks = [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[click](javascript:alert(1))",
            "[click](JaVaScRiPt&#58;alert(1))",
            "[click](data:text/html;base64,PHNjcmlwdD4=)",
            "![x](javascript:alert(1))",
            "<svg onload=alert(1)>",
            "<math><mtext><style><img src=x onerror=alert(1)>",
            "<a href=\"vbscript:x\" style=\"position:fixed\">x</a>",
            "<iframe src=\"https://evil.example\"></iframe>",
            "<form action=/auth><input name=password></form>",
            "<style>*{display:none}</style>",
            "<base href=\"https://evil.example/\">",
            "<p id=\"main\" class=\"admin\" onclick=x>hi</p>",
            "> <div onclick=x>\n\n<script src=//evil.example></script>",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        ];
        for attack in attacks {
            let shown = html(attack).to_lowercase();
            let tags = shown.split('<').skip(1);
            for tag in tags.map(|rest| rest.split('>').next().unwrap_or_default()) {
                let name = tag.trim_start_matches('/').split(' ').next();
                let is_known = ["p", "a", "img", "blockquote"].contains(&name.unwrap_or_default());
                let is_dirty = ["script", "data:", "=x", "onclick", "style", "class", "id="]
                    .iter()
                    .any(|bad| tag.contains(bad));
                assert!(is_known && !is_dirty, "{attack} -> {shown}");
            }
        }
        assert_eq!(html("a <b>b</b>"), "<p>a &lt;b&gt;b&lt;/b&gt;</p>\n");
        assert!(html("[a](https://example.net)").contains("rel=\"noopener noreferrer nofollow\""));
    }

    #[test]
    fn what_lies_too_deep_is_shown_without_its_blocks() {
        for deep in [
            "> ".repeat(99_000),
            "<div>".repeat(39_000),
            "*a".repeat(99_000),
        ] {
            let shown = html(&format!("{deep}end"));
            assert!(shown.contains("end"));
            assert!(shown.matches("<blockquote>").count() <= MAX_DEPTH);
        }
        let quoted = html(&format!("{}x", "> ".repeat(10)));
        assert_eq!(quoted.matches("</blockquote>").count(), 10);
    }
}
