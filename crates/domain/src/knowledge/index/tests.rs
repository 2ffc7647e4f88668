use proptest::prelude::*;
use uuid::Uuid;

use super::super::words::terms;
use super::*;

fn id(n: u128) -> ArticleId {
    ArticleId(Uuid::from_u128(n))
}

fn entry(n: u128, audience: Audience, language: &str, title: &str, text: &str) -> Entry {
    let language = Language::parse(language).unwrap();
    Entry {
        id: id(n),
        audience,
        shelf: None,
        tags: Vec::new(),
        terms: terms(title, [], text, language.endings()),
        language,
    }
}

fn english(n: u128, title: &str, text: &str) -> Entry {
    entry(n, Audience::Anybody, "en", title, text)
}

fn found(index: &Index, audience: Audience, text: &str) -> Vec<u128> {
    let filter = Filter::default();
    let asked = Asked {
        text,
        finding: Finding::Search,
        filter: &filter,
    };
    let matches = index.find(audience, &asked);
    let page = index.page(&matches, 0, 100);
    page.into_iter().map(|hit| hit.id.0.as_u128()).collect()
}

fn desk() -> Index {
    let mut index = Index::default();
    index.put(english(
        1,
        "Restart the router",
        "Pull the plug, wait, connect it again.",
    ));
    index.put(english(
        2,
        "Understanding your invoice",
        "Each invoice lists what you paid. The router is rented.",
    ));
    index.put(entry(
        3,
        Audience::Anybody,
        "ru",
        "Как перезагрузить роутер",
        "Отключите питание роутера и подождите.",
    ));
    index.put(entry(
        4,
        Audience::Staff,
        "en",
        "Fraudulent accounts",
        "How we detect fraud on a router.",
    ));
    index
}

#[test]
fn titles_come_first_and_forms_of_words_are_the_same_word() {
    let index = desk();
    assert_eq!(found(&index, Audience::Anybody, "routers"), [1, 2]);
    assert_eq!(found(&index, Audience::Anybody, "invoices"), [2]);
    assert_eq!(found(&index, Audience::Anybody, "роутером"), [3]);
    assert_eq!(found(&index, Audience::Anybody, "the of a"), [0; 0]);
    assert_eq!(found(&index, Audience::Anybody, ""), [0; 0]);
}

#[test]
fn slips_of_the_finger_and_beginnings_are_forgiven() {
    let index = desk();
    assert_eq!(found(&index, Audience::Anybody, "rotuer"), [1, 2]);
    assert_eq!(found(&index, Audience::Anybody, "invioce"), [2]);
    assert_eq!(found(&index, Audience::Anybody, "invo"), [2]);
    assert_eq!(found(&index, Audience::Anybody, "перезагрузит роутир"), [3]);
    assert_eq!(found(&index, Audience::Anybody, "zebra"), [0; 0]);
}

#[test]
fn two_words_that_are_written_as_one_are_found_and_only_where_neither_is_a_word() {
    let mut index = desk();
    index.put(english(21, "Wi-Fi at home", "Change the channel."));
    index.put(entry(
        22,
        Audience::Staff,
        "en",
        "The backbone",
        "Poor peering.",
    ));
    assert_eq!(found(&index, Audience::Anybody, "my wi fi"), [21]);
    assert_eq!(found(&index, Audience::Anybody, "wifi"), [21]);
    assert_eq!(found(&index, Audience::Staff, "back bone"), [22]);
    assert_eq!(found(&index, Audience::Anybody, "back bone"), [0; 0]);
    // `router` and `plug` are words by themselves.
    index.put(english(23, "The routerplug", "A new thing."));
    assert_eq!(found(&index, Audience::Anybody, "router plug")[0], 1);
}

#[test]
fn words_for_the_same_thing_find_it_too() {
    let index = desk();
    assert_eq!(found(&index, Audience::Anybody, "bill"), [2]);
    assert_eq!(found(&index, Audience::Anybody, "reboot")[0], 1);
}

#[test]
fn what_a_reader_may_not_read_is_not_there_for_any_word() {
    let index = desk();
    for text in ["fraud", "fraudulent", "fruad", "frau"] {
        assert_eq!(found(&index, Audience::Customers, text), [0; 0], "{text}");
        assert_eq!(found(&index, Audience::Staff, text), [4], "{text}");
    }
}

#[test]
fn several_words_have_to_be_found_together_where_they_can() {
    let index = desk();
    assert_eq!(found(&index, Audience::Anybody, "restart router"), [1]);
    assert_eq!(
        found(&index, Audience::Anybody, "rented router invoice"),
        [2]
    );
}

#[test]
fn filters_narrow() {
    let mut index = desk();
    let mut tagged = english(5, "Router colours", "They come in white.");
    tagged.tags = vec![Tag::parse("style").unwrap()];
    tagged.shelf = Some(ShelfId(Uuid::from_u128(9)));
    index.put(tagged);
    let ask = |filter: &Filter| {
        let asked = Asked {
            text: "router роутер",
            finding: Finding::Suggest,
            filter,
        };
        index.find(Audience::Staff, &asked).len()
    };
    assert_eq!(ask(&Filter::default()), 5);
    let tags = vec![Tag::parse("style").unwrap()];
    assert_eq!(
        ask(&Filter {
            tags,
            ..Filter::default()
        }),
        1
    );
    let language = Language::parse("ru").ok();
    assert_eq!(
        ask(&Filter {
            language,
            ..Filter::default()
        }),
        1
    );
    for (shelves, n) in [(vec![ShelfId(Uuid::from_u128(9))], 1), (vec![], 0)] {
        assert_eq!(
            ask(&Filter {
                shelves: Some(shelves),
                ..Filter::default()
            }),
            n
        );
    }
}

#[test]
fn a_match_tells_the_words_that_made_it() {
    let index = desk();
    let filter = Filter::default();
    let asked = Asked {
        text: "My Routers plug is unplugged, zebra!",
        finding: Finding::Suggest,
        filter: &filter,
    };
    let matches = index.find(Audience::Anybody, &asked);
    let best = index.page(&matches, 0, 1).remove(0);
    assert_eq!(
        (best.id, best.words),
        (id(1), vec!["plug".to_owned(), "Routers".to_owned()])
    );
    assert!(best.score > 0.0 && best.score <= 1.0);
    assert!(best.stems.contains("router"));
}

const TITLES: [&str; 6] = [
    "router restart",
    "invoice paid",
    "роутер сеть",
    "slow speed",
    "fraud check",
    "router invoice",
];

proptest! {
    /// What one audience hears is the same in a world that has nothing else.
    #[test]
    fn no_reader_hears_of_what_it_may_not_read(
        worlds in prop::collection::vec((0usize..6, 0usize..3, 0usize..6), 1..20),
        query in prop::sample::select(vec!["router", "fraud", "fruad", "inv", "speed slow router", "сеть роутеры"]),
    ) {
        let mut whole = Index::default();
        let mut own = Index::default();
        for (n, (title, audience, text)) in worlds.iter().enumerate() {
            let entry = entry(n as u128, Audience::ALL[*audience], if *title == 2 { "ru" } else { "en" }, TITLES[*title], TITLES[*text]);
            if entry.audience <= Audience::Customers {
                own.put(entry.clone());
            }
            whole.put(entry);
        }
        let filter = Filter::default();
        for finding in [Finding::Search, Finding::Suggest] {
            let asked = Asked { text: query, finding, filter: &filter };
            let (a, b) = (whole.find(Audience::Customers, &asked), own.find(Audience::Customers, &asked));
            prop_assert_eq!(whole.page(&a, 0, 100), own.page(&b, 0, 100));
        }
    }

    /// What was put in and taken out again leaves nothing behind.
    #[test]
    fn an_index_that_changed_answers_as_one_made_at_once(
        steps in prop::collection::vec((0u128..6, 0usize..6, 0usize..3, any::<bool>()), 0..40),
    ) {
        let mut changed = Index::default();
        let mut present: HashMap<u128, Entry> = HashMap::new();
        for (n, title, audience, is_put) in steps {
            if is_put {
                let entry = entry(n, Audience::ALL[audience], "en", TITLES[title], "");
                present.insert(n, entry.clone());
                changed.put(entry);
            } else {
                present.remove(&n);
                changed.take(id(n));
            }
        }
        let mut fresh = Index::default();
        for entry in present.into_values() {
            fresh.put(entry);
        }
        prop_assert_eq!(changed.len(), fresh.len());
        let filter = Filter::default();
        for audience in Audience::ALL {
            for text in ["router", "invoice router", "fruad", "sp"] {
                let asked = Asked { text, finding: Finding::Search, filter: &filter };
                let (a, b) = (changed.find(audience, &asked), fresh.find(audience, &asked));
                prop_assert_eq!(changed.page(&a, 0, 100), fresh.page(&b, 0, 100));
            }
        }
    }
}
