//! Makes a letter safe to be written down: what came from people may hold anything.

use linedesk_ports::couriers::{DigestNotice, DigestTicket, DigestWords, Letter, TicketWords};

/// The same letter, with line ends as `\n`, fields of one line on one line, and without control characters.
pub(crate) fn tidy(letter: &Letter) -> Letter {
    let line = |text: &Option<String>| text.as_deref().map(one_line);
    let lines = |text: &Option<String>| text.as_deref().map(many_lines);
    let ticket = |ticket: &Option<TicketWords>| ticket.as_ref().map(tidy_ticket);
    let Letter {
        notice,
        recipient,
        ticket: about,
        actor,
        message,
        note,
        from,
        to,
        resolution,
        target,
        due_at,
        level,
        merged_into,
        link,
        survey,
        digest,
    } = letter;
    Letter {
        notice: notice.clone(),
        recipient: line(recipient),
        ticket: ticket(about),
        actor: line(actor),
        message: lines(message),
        note: lines(note),
        from: line(from),
        to: line(to),
        resolution: lines(resolution),
        target: line(target),
        due_at: line(due_at),
        level: *level,
        merged_into: ticket(merged_into),
        link: line(link),
        survey: line(survey),
        digest: digest.as_ref().map(tidy_digest),
    }
}

fn tidy_digest(digest: &DigestWords) -> DigestWords {
    let line = |text: &Option<String>| text.as_deref().map(one_line);
    let notice = |notice: &DigestNotice| DigestNotice {
        notice: one_line(&notice.notice),
        target: line(&notice.target),
        due_at: line(&notice.due_at),
        level: notice.level,
    };
    let ticket = |one: &DigestTicket| DigestTicket {
        ticket: tidy_ticket(&one.ticket),
        notices: one.notices.iter().map(notice).collect(),
    };
    DigestWords {
        count: digest.count,
        tickets: digest.tickets.iter().map(ticket).collect(),
        more: digest.more,
    }
}

fn tidy_ticket(ticket: &TicketWords) -> TicketWords {
    let TicketWords {
        id,
        number,
        label,
        title,
        description,
        status,
        priority,
        category,
        url,
    } = ticket;
    TicketWords {
        id: *id,
        number: *number,
        label: one_line(label),
        title: one_line(title),
        description: many_lines(description),
        status: one_line(status),
        priority: one_line(priority),
        category: one_line(category),
        url: one_line(url),
    }
}

/// On one line: what ends a line anywhere, and what cannot be seen, is a space.
pub(crate) fn one_line(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if breaks_or_hides(c) { ' ' } else { c })
        .collect();
    text.trim().to_owned()
}

fn many_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter_map(|c| match c {
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
            '\n' | '\t' => Some(c),
            other if breaks_or_hides(other) => None,
            other => Some(other),
        })
        .collect()
}

/// Control characters, line separators, and marks that turn the direction of what follows.
fn breaks_or_hides(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_a_line() {
        for evil in [
            '\r', '\n', '\0', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}', '\u{202e}',
        ] {
            assert_eq!(one_line(&format!("a{evil}b{evil}")), "a b", "{evil:?}");
        }
    }

    #[test]
    fn a_text_keeps_its_lines_and_tabs_and_nothing_else_that_controls() {
        assert_eq!(many_lines("a\r\nb\rc\n\td\0e\u{7}"), "a\nb\nc\n\tde");
    }
}
