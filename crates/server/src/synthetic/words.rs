//! What people write to an internet provider.
//!
//! The words of [`MARKERS`] occur nowhere but where they are put on purpose, each in a known share of the tickets, so
//! that a search for a common and for a rare word can be measured. All other words follow roughly Zipf's law: the
//! n-th of [`WORDS`] is about n times as rare as the first. Circuits and serial numbers are nearly unique, as they are in
//! real tickets, and give the search index its long tail.

use super::random::Random;

/// Words with the share of tickets that hold them, per ten thousand.
pub const MARKERS: [(&str, u32); 5] = [
    ("router", 3_000),
    ("invoice", 1_000),
    ("voicemail", 100),
    ("microbend", 10),
    ("backhoe", 1),
];

const WORDS: [&str; 96] = [
    "connection",
    "line",
    "internet",
    "modem",
    "signal",
    "light",
    "cable",
    "speed",
    "morning",
    "evening",
    "office",
    "phone",
    "wifi",
    "technician",
    "outage",
    "box",
    "street",
    "building",
    "fibre",
    "port",
    "power",
    "reset",
    "packet",
    "loss",
    "latency",
    "upload",
    "download",
    "television",
    "channel",
    "picture",
    "account",
    "contract",
    "payment",
    "address",
    "order",
    "delivery",
    "appointment",
    "window",
    "floor",
    "basement",
    "socket",
    "splitter",
    "adapter",
    "firmware",
    "update",
    "password",
    "mailbox",
    "domain",
    "zone",
    "record",
    "server",
    "gateway",
    "firewall",
    "tunnel",
    "camera",
    "alarm",
    "printer",
    "laptop",
    "tablet",
    "headset",
    "handset",
    "extension",
    "number",
    "porting",
    "roaming",
    "neighbour",
    "landlord",
    "tenant",
    "shop",
    "warehouse",
    "clinic",
    "school",
    "hotel",
    "reception",
    "elevator",
    "rooftop",
    "antenna",
    "mast",
    "weather",
    "storm",
    "lightning",
    "flood",
    "construction",
    "excavation",
    "duct",
    "manhole",
    "cabinet",
    "concentrator",
    "uplink",
    "backbone",
    "peering",
    "jitter",
    "attenuation",
    "splice",
    "ferrule",
    "transceiver",
];

pub(super) const STREETS: [&str; 16] = [
    "Mill Road",
    "Harbour Street",
    "Station Road",
    "Church Lane",
    "Market Square",
    "Park Avenue",
    "Quarry Hill",
    "River Walk",
    "Castle Street",
    "Orchard Close",
    "Bridge End",
    "Chapel Row",
    "Victoria Terrace",
    "Foundry Yard",
    "Long Acre",
    "Windmill Way",
];

const SENTENCES: [&str; 8] = [
    "The {} next to the {} shows no {}.",
    "We have already checked the {}, the {} and the {}.",
    "It began after the last {}, and the {} has not been right since.",
    "Only the {} works; the {} does not.",
    "Please call before anybody comes for the {}.",
    "The same happened last month with the {} and the {}.",
    "Our {} depends on the {}, so this is costing us money.",
    "According to the {} there is something wrong with the {}.",
];

const REPLIES: [&str; 8] = [
    "Thank you. We are looking at the {} now.",
    "I measured the {} from here: the {} is outside its limits.",
    "Could you tell us whether the {} is lit?",
    "It is better, but the {} still drops now and then.",
    "The {} has been replaced; please try the {} again.",
    "A colleague will be with you about the {}.",
    "Nothing has changed on our side; the {} is the same as before.",
    "Noted: {} and {} to be checked on site.",
];

const ENDINGS: [(&str, &str); 5] = [
    (
        "configuration",
        "Settings corrected from here; the customer confirms.",
    ),
    ("replaced", "Device replaced and tested."),
    ("line_repaired", "Line repaired and measured."),
    ("credited", "Amount credited with the next bill."),
    ("explained", "Explained to the customer; no fault found."),
];

/// Labels, commonest first.
pub(super) const TAGS: [(&str, u32); 16] = [
    ("residential", 30),
    ("business", 20),
    ("fibre", 15),
    ("cable", 12),
    ("dsl", 8),
    ("voip", 8),
    ("vip", 5),
    ("follow-up", 5),
    ("field-visit", 5),
    ("billing", 4),
    ("tv", 4),
    ("weekend", 3),
    ("legacy", 2),
    ("fraud", 1),
    ("press", 1),
    ("regulator", 1),
];

/// A description, with the markers that fall to it.
pub(super) fn description(random: &mut Random) -> String {
    let mut text = String::with_capacity(400);
    for _ in 0..2 + random.below(4) {
        add(&mut text, &filled(random, &SENTENCES));
    }
    for (marker, share) in MARKERS {
        if random.chance(share) {
            add(&mut text, &format!("It concerns the {marker}."));
        }
    }
    let (circuit, serial) = (random.below(1_000_000), random.below(1 << 40));
    add(
        &mut text,
        &format!("Circuit CX{circuit:06}, serial SN{serial:010x}."),
    );
    text
}

/// Something said on a ticket.
pub(super) fn reply(random: &mut Random) -> String {
    let mut text = filled(random, &REPLIES);
    for _ in 0..random.below(3) {
        add(&mut text, &filled(random, &SENTENCES));
    }
    text
}

/// How it ended: a code, and in words.
pub(super) fn ending(random: &mut Random) -> (&'static str, &'static str) {
    random.pick(&ENDINGS)
}

/// A postal address.
pub(super) fn address(random: &mut Random) -> String {
    format!("{} {}", 1 + random.below(180), random.pick(&STREETS))
}

fn add(text: &mut String, sentence: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(sentence);
}

fn filled(random: &mut Random, templates: &[&str]) -> String {
    let mut text = String::with_capacity(96);
    for (place, part) in random.pick(templates).split("{}").enumerate() {
        if place > 0 {
            text.push_str(word(random));
        }
        text.push_str(part);
    }
    text
}

/// A word; the n-th is about n times as rare as the first.
pub(super) fn word(random: &mut Random) -> &'static str {
    // An even choice of a power of two, then an even choice below it, is 1/n within a few percent.
    let octave = random.below(7);
    let place = (1_u64 << octave) + random.below(1 << octave) - 1;
    usize::try_from(place).map_or(WORDS[0], |place| WORDS[place % WORDS.len()])
}

#[cfg(test)]
mod tests {
    use super::super::random::Stream;
    use super::super::titles::{CATEGORIES, title};
    use super::*;

    #[test]
    fn markers_occur_where_they_are_put_and_nowhere_else() {
        let everything = [WORDS.as_slice(), &STREETS, &SENTENCES, &REPLIES]
            .concat()
            .join(" ");
        let endings: String = ENDINGS.iter().map(|(_, text)| *text).collect();
        let mut random = Random::new(1, Stream::Ticket, 0);
        let titles: String = (0..5_000)
            .map(|place| title(&mut random, CATEGORIES[place % CATEGORIES.len()].0))
            .collect();
        for (marker, _) in MARKERS {
            for text in [&everything, &endings, &titles] {
                assert!(!text.to_lowercase().contains(marker), "{marker}");
            }
        }
    }

    #[test]
    fn markers_have_their_shares() {
        let texts: Vec<_> = (0..20_000)
            .map(|place| description(&mut Random::new(1, Stream::Ticket, place)))
            .collect();
        for (marker, share) in &MARKERS[..3] {
            let found = texts.iter().filter(|text| text.contains(marker)).count();
            let expected = usize::try_from(*share).unwrap() * 2;
            assert!(found.abs_diff(expected) < expected / 4, "{marker}: {found}");
        }
    }

    #[test]
    fn the_first_words_are_much_commoner_than_the_last() {
        let mut random = Random::new(1, Stream::Ticket, 0);
        let words: Vec<_> = (0..50_000).map(|_| word(&mut random)).collect();
        let count = |wanted: &str| words.iter().filter(|word| **word == wanted).count();
        assert!(count("connection") > 20 * count("transceiver").max(1));
    }
}
