//! Articles about topics, and customers who ask about them in words of their own. The same in every run.

/// What articles say and how customers ask, topic by topic: `T` titles, `S` sentences of the provider's, `C` customers'.
const TOPICS: &str = include_str!("topics.txt");
/// What stands in any article.
const BOILERPLATE: [&str; 12] = [
    "Our support is there around the clock.",
    "Keep your customer number at hand when you call.",
    "Further help is in the customer portal under Help.",
    "This article was checked by our technical team.",
    "If that does not help, write to us with a description of the problem.",
    "Prices include value added tax.",
    "The router, the set-top box and the telephone have lamps that tell how they are.",
    "You find your connection, your invoice and your password in the portal.",
    "Наша поддержка работает круглосуточно.",
    "Если это не помогло, напишите нам.",
    "Держите под рукой номер договора.",
    "Подробности есть в личном кабинете.",
];
/// How customers begin.
const GREETINGS: [&str; 8] = [
    "",
    "",
    "",
    "Hello, ",
    "hi there. ",
    "Good morning! ",
    "please help: ",
    "Здравствуйте! ",
];
/// How they end.
const ENDINGS: [&str; 8] = [
    "",
    "",
    "",
    " thanks",
    "!!!",
    " please help me asap",
    " i am really annoyed",
    " Спасибо",
];

/// So many articles of each topic.
const ARTICLES: usize = 3;
/// So many articles about nothing in particular.
const MIXED: usize = 60;
/// Each sentence is asked so often, each time with other mistakes.
const ASKED: usize = 8;
/// Of each topic's customers the first so many may be looked at while the engine is made; the others are held out.
const KNOWN: usize = 2;

/// An article.
pub(super) struct Article {
    /// What it answers; nothing in particular for `None`.
    pub(super) topic: Option<usize>,
    pub(super) language: &'static str,
    pub(super) title: String,
    pub(super) text: String,
}

/// What a customer writes.
pub(super) struct Question {
    pub(super) topic: usize,
    pub(super) text: String,
}

/// All of it.
pub(super) struct Corpus {
    pub(super) articles: Vec<Article>,
    pub(super) known: Vec<Question>,
    pub(super) held_out: Vec<Question>,
}

struct Topic {
    language: &'static str,
    titles: Vec<&'static str>,
    sentences: Vec<&'static str>,
    customers: Vec<&'static str>,
}

impl Corpus {
    pub(super) fn new() -> Self {
        let topics = topics();
        let mut dice = Dice(20_261_121);
        let mut corpus = Self {
            articles: Vec::new(),
            known: Vec::new(),
            held_out: Vec::new(),
        };
        for (place, topic) in topics.iter().enumerate() {
            for n in 0..ARTICLES {
                let from = n % topic.sentences.len();
                let told = topic.sentences.iter().cycle().skip(from).take(3);
                let mut text: Vec<&str> = told.copied().collect();
                text.push(dice.of(&BOILERPLATE));
                text.push(dice.of(&BOILERPLATE));
                corpus.articles.push(Article {
                    topic: Some(place),
                    language: topic.language,
                    title: topic.titles[n % topic.titles.len()].to_owned(),
                    text: text.join(" "),
                });
            }
            for (n, sentence) in topic.customers.iter().enumerate() {
                let part = if n < KNOWN {
                    &mut corpus.known
                } else {
                    &mut corpus.held_out
                };
                for _ in 0..ASKED {
                    let text = clumsy(&mut dice, sentence);
                    part.push(Question { topic: place, text });
                }
            }
        }
        for n in 0..MIXED {
            let text: Vec<&str> = (0..4)
                .map(|_| {
                    let topic = &topics[dice.roll(topics.len())];
                    dice.of(&topic.sentences)
                })
                .collect();
            corpus.articles.push(Article {
                topic: None,
                language: "en",
                title: format!("Newsletter {}", n + 1),
                text: text.join(" "),
            });
        }
        corpus
    }
}

fn topics() -> Vec<Topic> {
    let mut topics: Vec<Topic> = Vec::new();
    for line in TOPICS.lines().filter(|line| !line.is_empty()) {
        let (mark, rest) = line.split_once(' ').expect("a mark and a text");
        if mark == "#" {
            let (_, language) = rest.split_once(' ').expect("a name and a language");
            topics.push(Topic {
                language,
                titles: Vec::new(),
                sentences: Vec::new(),
                customers: Vec::new(),
            });
            continue;
        }
        let topic = topics.last_mut().expect("a topic before its texts");
        match mark {
            "T" => topic.titles.push(rest),
            "S" => topic.sentences.push(rest),
            _ => topic.customers.push(rest),
        }
    }
    topics
}

/// A sentence as it is typed in haste: words with slips of the finger, words left out, in capitals or not.
fn clumsy(dice: &mut Dice, sentence: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let all: Vec<&str> = sentence.split(' ').collect();
    for word in &all {
        if all.len() > 3 && dice.roll(12) == 0 {
            continue;
        }
        let is_long = word.chars().count() >= 4 && word.chars().all(char::is_alphabetic);
        let word = if is_long && dice.roll(5) == 0 {
            slipped(dice, word)
        } else {
            (*word).to_owned()
        };
        words.push(word);
    }
    let text = format!(
        "{}{}{}",
        dice.of(&GREETINGS),
        words.join(" "),
        dice.of(&ENDINGS)
    );
    match dice.roll(6) {
        0 => text.to_uppercase(),
        _ => text,
    }
}

fn slipped(dice: &mut Dice, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = 1 + dice.roll(letters.len() - 2);
    match dice.roll(4) {
        0 => {
            letters.remove(at);
        }
        1 => letters.swap(at, at + 1),
        2 => letters.insert(at, letters[at]),
        _ => letters[at] = if letters[at] == 'e' { 'r' } else { 'e' },
    }
    letters.into_iter().collect()
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % below as u64).unwrap()
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.roll(all.len())]
    }
}
