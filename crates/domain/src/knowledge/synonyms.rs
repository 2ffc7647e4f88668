//! Words that customers of an internet provider use for the same thing.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::language::Language;
use super::typos::{Shape, distance, tolerated};
use super::words::words;

/// Groups of words for one thing, in their basic form: a customer's words first, the provider's after them. A group
/// stays within what an article about one of them would also be right for.
const GROUPS: &[&str] = &[
    // English
    "wifi wireless wlan",
    "router modem gateway",
    "internet connection online broadband",
    "slow sluggish lag laggy crawling speed",
    "outage down dead offline disruption interruption",
    "disconnect drop cut unstable",
    "invoice bill statement",
    "pay payment paying",
    "price cost tariff plan",
    "charge fee charged overcharged",
    "refund reimbursement money",
    "cancel terminate quit leave cancellation",
    "move relocate relocation house moving",
    "password passcode passphrase",
    "login signin logon account",
    "email mail mailbox",
    "phone telephone landline voip",
    "call calling dial",
    "tv television iptv channel",
    "picture image screen",
    "cable wire cord",
    "upgrade faster increase",
    "technician engineer installer visit",
    "contract agreement",
    "signal coverage reception",
    "blink blinking flash flashing light led",
    "restart reboot",
    "spam junk",
    "address ip",
    "game gaming ping latency",
    // Russian
    "вайфай wifi беспроводной",
    "роутер маршрутизатор модем",
    "интернет сеть подключение соединение",
    "медленно тормозит медленный скорость",
    "авария отключение сбой",
    "пропадает обрыв рвется",
    "счет квитанция",
    "оплата платеж платить оплатить",
    "тариф план цена стоимость",
    "деньги возврат",
    "расторгнуть отказаться расторжение",
    "переезд переехать",
    "пароль код",
    "вход войти логин кабинет",
    "почта ящик письмо",
    "телефон звонок звонить",
    "телевизор телевидение тв канал",
    "кабель провод",
    "перезагрузить перезагрузка перезапустить",
    "мастер техник монтажник",
];

/// Other words for that one, in their basic form. `word` is in small letters, without accents.
pub fn of(word: &str) -> &'static [&'static str] {
    all().get(&basic(word)).map_or(&[], |known| &known.others)
}

/// Other words for the one that was meant, where that one is no more than a slip of the finger or two away; one word's
/// only, the nearest's.
pub fn near(word: &str) -> &'static [&'static str] {
    let stem = basic(word);
    let (shape, limit) = (Shape::of(&stem), tolerated(&stem));
    if limit == 0 {
        return &[];
    }
    let away = |(known, group): (&'static String, &'static Group)| {
        let is_near = shape.is_near(group.shape, limit);
        let away = is_near.then(|| distance(&stem, known, limit)).flatten()?;
        Some((away, known, group))
    };
    let nearest = all().iter().filter_map(away);
    nearest
        .min_by_key(|(away, known, _)| (*away, *known))
        .map_or(&[], |(_, _, group)| &group.others)
}

/// What is known of a word.
struct Group {
    shape: Shape,
    others: Vec<&'static str>,
}

fn all() -> &'static HashMap<String, Group> {
    static ALL: OnceLock<HashMap<String, Group>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: HashMap<String, Group> = HashMap::new();
        for group in GROUPS {
            let members: Vec<&'static str> = group.split(' ').collect();
            for member in &members {
                let own = basic(member);
                let others = members.iter().copied().filter(|other| basic(other) != own);
                let group = all.entry(own.clone()).or_insert_with(|| Group {
                    shape: Shape::of(&own),
                    others: Vec::new(),
                });
                group.others.extend(others);
            }
        }
        all
    })
}

/// A word without its ending, English or Russian by its letters.
fn basic(word: &str) -> String {
    let folded = words(word).pop().map_or_else(String::new, |word| word.text);
    Language::english().endings().stem(&folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_word_has_its_synonyms() {
        assert!(of("bills").contains(&"invoice"));
        assert!(of("роутеры").contains(&"маршрутизатор"));
        assert!(of("wifi").contains(&"wireless") && of("wifi").contains(&"вайфай"));
        assert_eq!(of("banana"), [""; 0]);
    }

    #[test]
    fn a_slip_of_the_finger_is_forgiven_here_too() {
        assert!(near("termiante").contains(&"cancel"));
        assert!(near("ageement").contains(&"contract"));
        assert_eq!(
            (near("banana"), near("tv")),
            (&[] as &[&str], &[] as &[&str])
        );
    }

    #[test]
    fn a_word_is_not_its_own_synonym() {
        for group in GROUPS {
            for word in group.split(' ') {
                assert!(!of(word).contains(&word), "{word}");
            }
        }
    }
}
