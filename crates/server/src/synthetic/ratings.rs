//! What customers say of resolutions.

use linedesk_domain::sla::SlaState;
use linedesk_domain::text::Note;
use linedesk_domain::ticket::TicketData;
use linedesk_domain::ticket::rate::{Effort, Rating, Score};

use super::random::Random;

const GLAD: [&str; 6] = [
    "Quick and friendly, thank you.",
    "Solved on the first call.",
    "The technician was on time and knew what to do.",
    "Somebody who explains it so that one understands.",
    "Very helpful.",
    "Works again, great.",
];
const SO_SO: [&str; 4] = [
    "It works now, but I had to ask twice.",
    "Took longer than promised.",
    "Fine in the end.",
    "I would have liked to be told in between.",
];
const ANGRY: [&str; 5] = [
    "A week without a line.",
    "I told the same story to four people.",
    "Nobody called back.",
    "It is not solved at all.",
    "Next time I go elsewhere.",
];

/// A rating: most are content, but for those who waited longer than they were promised.
pub(super) fn rating(random: &mut Random, ticket: &TicketData) -> Rating {
    let sla = ticket.sla.as_ref();
    let was_late = sla.is_some_and(|sla| sla.state(true) == SlaState::Breached);
    let score = random.weighted(if was_late {
        &[(5, 30), (4, 28), (3, 18), (2, 10), (1, 14)]
    } else {
        &[(5, 54), (4, 27), (3, 9), (2, 4), (1, 6)]
    });
    // Those who had it easy are content, more or less.
    let effort = random.chance(7_500).then(|| {
        let around = u64::from(score) + random.below(3);
        u8::try_from(around.clamp(1, 7)).unwrap_or(4)
    });
    let comment = random.chance(2_500).then(|| {
        random.pick(match score {
            4.. => &GLAD,
            3 => SO_SO.as_slice(),
            _ => &ANGRY,
        })
    });
    Rating {
        score: Score::new(score).expect("1 to 5"),
        effort: effort.and_then(Effort::new),
        comment: comment.map(|text| Note::parse(text).expect("a short text")),
    }
}
