//! What a new ticket is probably about and how urgent it is: by the words in it, and by what tickets like it turned out to
//! be.

use super::language::Language;
use super::words::words;
use crate::class::{Category, Priority};

/// A ticket that is like the new one.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    /// What it was about.
    pub category: Category,
    /// How urgent it was.
    pub priority: Priority,
    /// How alike, up to 1.
    pub score: f64,
    /// The words of the new ticket that it has too.
    pub words: Vec<String>,
}

/// What is probable.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess<T> {
    /// What.
    pub value: T,
    /// Its share of all that speaks for anything, below 1.
    pub score: f64,
    /// The words that speak for it.
    pub words: Vec<String>,
}

/// What a telling word counts beside a ticket that is the same word for word.
const WORD: f64 = 0.3;
/// Held against everything, so that little evidence is not taken for much.
const DOUBT: f64 = 0.4;

/// Words that tell what a ticket is about: English, Russian.
const CATEGORIES: [(Category, &str); 14] = [
    (
        Category::OutageReport,
        "outage down offline dead nothing blackout neighbours everyone authority авария отключили лежит пропал \
         отвалился соседей",
    ),
    (
        Category::TechnicalSupport,
        "slow speed wifi disconnect disconnects drops error password email settings configure lag ping buffering dns \
         signal медленно скорость вайфай рвется ошибка пароль почта настроить тормозит пинг",
    ),
    (
        Category::EquipmentIssue,
        "router modem box device cable light blinking broken remote adapter overheats роутер модем приставка кабель \
         лампочка мигает сломался пульт",
    ),
    (
        Category::BillingInquiry,
        "bill invoice charge charged payment paid refund price fee debit overcharged balance receipt счет оплата платеж \
         списали деньги баланс возврат квитанция",
    ),
    (
        Category::Cancellation,
        "cancel cancellation terminate quit leave close contract расторгнуть отключить отказаться договор",
    ),
    (
        Category::ServiceChange,
        "upgrade downgrade change plan tariff move moving relocate transfer faster сменить тариф переезд перенести",
    ),
    (
        Category::NewService,
        "order new connect subscribe sign available availability coverage подключить подключение заявка",
    ),
    (
        Category::Installation,
        "install installation technician appointment visit installer wiring монтаж установка мастер визит",
    ),
    (
        Category::Repair,
        "repair fix cut damaged torn digging excavator ремонт починить оборвали порвали",
    ),
    (
        Category::Complaint,
        "complaint complain rude unacceptable terrible worst disappointed жалоба хамство безобразие недоволен",
    ),
    (
        Category::SalesInquiry,
        "offer discount promotion deal quote business акция скидка предложение",
    ),
    (
        Category::Account,
        "login account username portal profile locked кабинет логин войти аккаунт",
    ),
    (
        Category::ZoneConfig,
        "zone dns record nameserver mx cname domain зона домен запись",
    ),
    (
        Category::FeatureRequest,
        "feature wish suggestion idea предложение идея хотелось",
    ),
];

/// Words that tell how urgent a ticket is.
const PRIORITIES: [(Priority, &str); 5] = [
    (
        Priority::Low,
        "question wondering curious whenever someday вопрос интересно",
    ),
    (
        Priority::High,
        "work office deadline business customers losing работа офис клиенты",
    ),
    (
        Priority::Urgent,
        "urgent urgently immediately asap today срочно немедленно сегодня",
    ),
    (
        Priority::Critical,
        "outage down everyone building offline whole авария весь дом все",
    ),
    (
        Priority::Emergency,
        "emergency fire hospital ambulance alarm elevator пожар скорая больница лифт",
    ),
];

/// What it is probably about, the likeliest first; nothing where nothing tells.
pub fn categories(text: &str, neighbours: &[Neighbour]) -> Vec<Guess<Category>> {
    guesses(text, &CATEGORIES, neighbours, |one| one.category)
}

/// How urgent it probably is, the likeliest first.
pub fn priorities(text: &str, neighbours: &[Neighbour]) -> Vec<Guess<Priority>> {
    guesses(text, &PRIORITIES, neighbours, |one| one.priority)
}

fn guesses<T: Copy + PartialEq>(
    text: &str,
    telling: &[(T, &str)],
    neighbours: &[Neighbour],
    of: impl Fn(&Neighbour) -> T,
) -> Vec<Guess<T>> {
    let mut votes: Vec<Guess<T>> = Vec::new();
    let mut vote = |value: T, weight: f64, words: &[String]| {
        let known = votes.iter().position(|guess| guess.value == value);
        let place = known.unwrap_or_else(|| {
            votes.push(Guess {
                value,
                score: 0.0,
                words: Vec::new(),
            });
            votes.len() - 1
        });
        let guess = &mut votes[place];
        guess.score += weight;
        for word in words {
            if !guess.words.contains(word) {
                guess.words.push(word.clone());
            }
        }
    };
    let endings = Language::english().endings();
    let mut typed: Vec<(String, String)> = words(text)
        .into_iter()
        .map(|word| (endings.stem(&word.text), text[word.at].to_owned()))
        .collect();
    typed.sort();
    typed.dedup_by(|a, b| a.0 == b.0);
    for (value, all) in telling {
        let stems: Vec<_> = words(all)
            .into_iter()
            .map(|word| endings.stem(&word.text))
            .collect();
        for (_, word) in typed.iter().filter(|(stem, _)| stems.contains(stem)) {
            vote(*value, WORD, std::slice::from_ref(word));
        }
    }
    for neighbour in neighbours {
        vote(of(neighbour), neighbour.score, &neighbour.words);
    }
    let all: f64 = DOUBT + votes.iter().map(|guess| guess.score).sum::<f64>();
    for guess in &mut votes {
        guess.score /= all;
    }
    votes.sort_by(|a, b| b.score.total_cmp(&a.score));
    votes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tell_what_a_ticket_is_about() {
        for (text, category) in [
            (
                "You charged me twice on the last invoice",
                Category::BillingInquiry,
            ),
            ("Wi-Fi is slow and disconnects", Category::TechnicalSupport),
            ("Хочу расторгнуть договор", Category::Cancellation),
            ("Лампочка на роутере мигает", Category::EquipmentIssue),
        ] {
            let best = categories(text, &[]).remove(0);
            assert_eq!(best.value, category, "{text}");
            assert!(best.score > 0.0 && best.score < 1.0 && !best.words.is_empty());
        }
        assert_eq!(categories("Lorem ipsum", &[]), []);
    }

    #[test]
    fn tickets_like_it_outvote_single_words() {
        let neighbour = |score| Neighbour {
            category: Category::Repair,
            priority: Priority::High,
            score,
            words: vec!["Street".to_owned()],
        };
        let guesses = categories(
            "The router in our street",
            &[neighbour(0.5), neighbour(0.4)],
        );
        assert_eq!(
            guesses.iter().map(|guess| guess.value).collect::<Vec<_>>(),
            [Category::Repair, Category::EquipmentIssue]
        );
        assert_eq!(guesses[0].words, ["Street"]);
        assert_eq!(priorities("", &[neighbour(0.1)])[0].value, Priority::High);
    }
}
