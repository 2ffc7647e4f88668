//! Markdown as HTML that can be shown anywhere, and as plain text.

use pulldown_cmark::{Event, Options, Parser, TagEnd, html};

/// What is taken beside plain `CommonMark`.
fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH
}

/// Markdown as HTML, with everything that could run, load behind the reader's back, or dress up as something else taken
/// out. Made anew at each reading, so that a better sanitiser is at work on old articles too.
pub fn html(markdown: &str) -> String {
    let mut rendered = String::new();
    html::push_html(&mut rendered, Parser::new_ext(markdown, options()));
    ammonia::Builder::default()
        .link_rel(Some("noopener noreferrer nofollow"))
        .add_generic_attributes(["align"])
        .clean(&rendered)
        .to_string()
}

/// Markdown as text: words as they are read, blocks apart by lines.
pub fn plain(markdown: &str) -> String {
    let mut text = String::new();
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Text(words) | Event::Code(words) => text.push_str(&words),
            Event::SoftBreak | Event::End(TagEnd::TableCell) => text.push(' '),
            Event::HardBreak
            | Event::Rule
            | Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::CodeBlock
                | TagEnd::Item
                | TagEnd::TableHead
                | TagEnd::TableRow
                | TagEnd::BlockQuote(_),
            ) => line(&mut text),
            // HTML in an article is shown as far as it is safe, but is nothing to be found by.
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
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        ];
        for attack in attacks {
            let shown = html(attack).to_lowercase();
            for bad in [
                "<script",
                "onerror",
                "javascript:",
                "data:text",
                "<svg",
                "<math",
                "<style",
                "style=",
                "<iframe",
                "<form",
                "<input",
                "<base",
                "onclick",
                "class=",
                "id=",
                "vbscript:",
                "onload",
            ] {
                let is_text = shown.contains(&format!("&lt;{}", bad.trim_start_matches('<')));
                assert!(!shown.contains(bad) || is_text, "{attack} -> {shown}");
            }
        }
        assert!(html("[a](https://example.net)").contains("rel=\"noopener noreferrer nofollow\""));
    }
}
