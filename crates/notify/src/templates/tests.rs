//! The texts, and what happens to those of operators.

use std::fs;

use linedesk_ports::couriers::{DIGEST_NOTICES, DIGEST_TICKETS};

use super::*;

fn letter(notice: Notice) -> Letter {
    samples::full(notice)
}

fn text(templates: &Templates, part: Part, letter: &Letter) -> String {
    templates.render(part, letter).unwrap().unwrap()
}

fn overridden(files: &[(&str, &str)]) -> Result<Templates, NotifyError> {
    let folder = tempfile::tempdir().unwrap();
    for (name, source) in files {
        fs::write(folder.path().join(name), source).unwrap();
    }
    Templates::load(Some(folder.path()))
}

#[test]
fn every_notice_has_a_text_a_page_and_a_short_message() {
    let templates = Templates::load(None).unwrap();
    for notice in Notice::ALL {
        for letter in [samples::full(notice), samples::sparse(notice)] {
            for part in [Part::Text, Part::Html, Part::Sms] {
                let text = text(&templates, part, &letter);
                assert!(text.trim().len() > 20, "{notice:?} {part:?}: {text}");
                assert!(
                    !text.replace(":none", "").contains("none"),
                    "{notice:?} {part:?}: {text}"
                );
                let gap = part == Part::Text && text.contains("\n\n\n");
                assert!(!gap, "{notice:?} {part:?}: {text}");
            }
        }
    }
}

#[test]
fn what_people_wrote_is_escaped_in_pages_alone() {
    let templates = Templates::load(None).unwrap();
    let page = text(&templates, Part::Html, &letter(Notice::Reply));
    assert!(page.contains("Second &lt;line&gt;"));
    assert!(page.contains("&lt;b&gt;Nothing&lt;"), "{page}");
    assert!(page.contains("No internet &amp; no &quot;phone&quot;"));
    assert!(page.contains("First line<br>"));
    let plain = text(&templates, Part::Text, &letter(Notice::Reply));
    assert!(plain.contains("\tSecond <line>"));
}

#[test]
fn pages_load_nothing_from_elsewhere() {
    let templates = Templates::load(None).unwrap();
    for notice in Notice::ALL {
        let page = text(&templates, Part::Html, &letter(notice));
        for loads in ["<img", "src=", "<link", "@import", "<script", "url("] {
            assert!(!page.contains(loads), "{notice:?} has {loads}");
        }
    }
}

#[test]
fn the_answer_of_staff_reads_as_it_always_did() {
    let mut letter = letter(Notice::Reply);
    letter.message = Some("answer message".to_owned());
    let ticket = letter.ticket.as_mut().unwrap();
    ticket.description = "Some message like FOO BAR BIZ".to_owned();
    ticket.url = "http://localhost:8000/api/ticket/66".to_owned();
    let expected = "Support has reply to yor ticket:\n\
        \n\
        \tSome message like FOO BAR BIZ\n\
        ------------------------------\n\
        \n\
        Reply message:\n\
        \n\
        \tanswer message\n\
        _____________________________\n\
        \n\
        To check your ticket, press to link: http://localhost:8000/api/ticket/66";
    let templates = Templates::load(None).unwrap();
    assert_eq!(text(&templates, Part::Text, &letter), expected);
}

#[test]
fn where_tickets_are_found_nowhere_no_letter_leads_to_them() {
    let templates = Templates::load(None).unwrap();
    for notice in Notice::ALL {
        let mut letter = letter(notice);
        let digested = letter
            .digest
            .iter_mut()
            .flat_map(|digest| &mut digest.tickets);
        let named = letter.ticket.iter_mut().chain(&mut letter.merged_into);
        for ticket in named.chain(digested.map(|one| &mut one.ticket)) {
            ticket.url = String::new();
        }
        for part in [Part::Text, Part::Html, Part::Sms] {
            let text = text(&templates, part, &letter);
            assert!(text.trim().len() > 20, "{notice:?} {part:?}: {text}");
            for leads in ["href=\"\"", "open: \n", "link:", "goes on: \n"] {
                assert!(!text.contains(leads), "{notice:?} {part:?}: {text}");
            }
            let gap = part != Part::Html && (text.contains("\n\n\n") || text.contains(" \n"));
            assert!(
                !gap && text.trim_end() == text.trim_end_matches('\n'),
                "{notice:?} {part:?}: {text}"
            );
        }
    }
}

#[test]
fn each_line_of_both_messages_is_indented() {
    let mut letter = letter(Notice::Reply);
    letter.message = Some("one\n\ntwo\n".to_owned());
    let templates = Templates::load(None).unwrap();
    let text = text(&templates, Part::Text, &letter);
    assert!(
        text.contains("\n\n\tSince this morning.\n\t\n\t<b>Nothing</b> works.\n---"),
        "{text}"
    );
    assert!(text.contains("\n\n\tone\n\t\n\ttwo\n___"), "{text}");
}

#[test]
fn short_messages_fit_into_one() {
    let templates = Templates::load(None).unwrap();
    for notice in Notice::ALL {
        let text = text(&templates, Part::Sms, &letter(notice));
        assert!(
            text.trim().len() <= 160,
            "{notice:?}: {} {text}",
            text.len()
        );
        assert!(text.is_ascii());
    }
}

#[test]
fn a_resolved_ticket_asks_how_it_was() {
    let templates = Templates::load(None).unwrap();
    let letter = letter(Notice::StatusChanged);
    for part in [Part::Text, Part::Html] {
        assert!(text(&templates, part, &letter).contains("https://desk.example.net/survey/abc"));
    }
}

#[test]
fn a_file_of_the_same_name_overrides() {
    let templates = overridden(&[
        ("reply.txt", "Answer to {{ ticket.label }}\r\n"),
        ("reply.subject", "About {{ ticket.title }}"),
        ("notes.md", "{% not a template"),
    ])
    .unwrap();
    let letter = letter(Notice::Reply);
    assert_eq!(
        text(&templates, Part::Text, &letter),
        "Answer to T-20261121-0007"
    );
    let subject = text(&templates, Part::Subject, &letter);
    assert_eq!(subject, "About No internet & no \"phone\"");
}

#[test]
fn a_broken_override_is_told_with_file_and_line() {
    for (source, line, told) in [
        ("fine\n{% if %}", 2, "syntax error"),
        ("fine\n\n{{ ticket.nmae }}", 3, "undefined"),
        ("{{ secret }}", 1, "undefined"),
        (
            "{% for a in range(9000) %}{% for b in range(9000) %}{% endfor %}{% endfor %}",
            1,
            "fuel",
        ),
    ] {
        let error = overridden(&[("merged.html", source)])
            .err()
            .unwrap()
            .to_string();
        assert!(error.contains("/merged.html"), "{error}");
        assert!(error.contains(&format!("line {line}")), "{error}");
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn a_broken_layout_is_told_by_its_own_name() {
    let error = overridden(&[("layout.txt", "Dear\n{{ recpient }}")])
        .err()
        .unwrap();
    let error = error.to_string();
    assert!(error.contains("/layout.txt, line 2"), "{error}");
}

#[test]
fn what_is_for_staff_stands_in_no_customers_message() {
    let templates = Templates::load(None).unwrap();
    for notice in [
        Notice::Receipt,
        Notice::Created,
        Notice::Assigned,
        Notice::Reply,
        Notice::StatusChanged,
        Notice::Merged,
    ] {
        let mut letter = letter(notice);
        letter.note = Some("canary-note".to_owned());
        letter.target = Some("canary-target".to_owned());
        letter.due_at = Some("canary-due".to_owned());
        for part in [Part::Text, Part::Html, Part::Sms] {
            let text = text(&templates, part, &letter);
            assert!(!text.contains("canary"), "{notice:?} {part:?}: {text}");
            assert!(!text.contains("level"), "{notice:?} {part:?}: {text}");
        }
    }
}

#[test]
fn a_digest_tells_of_each_ticket_what_happened_to_it() {
    let templates = Templates::load(None).unwrap();
    let letter = letter(Notice::Digest);
    let subject = text(&templates, Part::Subject, &letter);
    assert_eq!(subject.trim(), "9 SLA notices: 5 tickets");
    let plain = text(&templates, Part::Text, &letter);
    let told = "T-20261121-0008 (high, in progress), No internet & no \"phone\"\n  \
        - resolution due on 21 November 2026, 14:30 UTC\n  \
        - resolution missed, was due on 21 November 2026, 14:30 UTC\n  \
        - escalated to level 2\n  \
        https://desk.example.net/api/v1/tickets/00000000-0000-0000-0000-000000000008\n\n\
        And 3 more.";
    assert!(plain.contains(told), "{plain}");
    let page = text(&templates, Part::Html, &letter);
    assert!(page.contains("No internet &amp; no &quot;phone&quot;"));
}

#[test]
fn the_longest_digest_there_is_can_be_written() {
    let templates = Templates::load(None).unwrap();
    let mut letter = letter(Notice::Digest);
    let digest = letter.digest.as_mut().unwrap();
    let mut one = digest.tickets.pop().unwrap();
    let notices = one.notices.iter().cycle().cloned();
    one.notices = notices.take(DIGEST_NOTICES).collect();
    digest.tickets = vec![one; DIGEST_TICKETS];
    for part in Part::ALL {
        assert!(!text(&templates, part, &letter).is_empty());
    }
}
