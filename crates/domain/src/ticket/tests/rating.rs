//! What customers think of resolutions.

use super::super::rate::{Effort, Rating, Score};
use super::*;

fn rating(score: u8, effort: Option<u8>) -> Rating {
    Rating {
        score: Score::new(score).unwrap(),
        effort: effort.and_then(Effort::new),
        comment: Some(Note::parse("thanks").unwrap()),
    }
}

fn resolved(book: &SlaBook) -> Ticket {
    urgent(book)
        .resolve(&act(book, AGENT, after(10)), Resolution::default())
        .unwrap()
        .ticket
}

#[test]
fn scores_off_their_scale_are_none() {
    assert_eq!([0, 6].map(Score::new), [None, None]);
    assert_eq!([0, 8].map(Effort::new), [None, None]);
    assert_eq!(Score::new(5).map(Score::get), Some(5));
    assert_eq!(Effort::new(7).map(Effort::get), Some(7));
}

#[test]
fn a_rating_is_in_the_history_with_its_scores_and_its_words() {
    let book = book();
    let decision = resolved(&book)
        .rate(&act(&book, CUSTOMER, after(20)), rating(4, Some(6)))
        .unwrap();
    let event = decision.events.last().unwrap();
    assert_eq!(
        (event.action, event.audience),
        (Action::Rated, Audience::Everyone)
    );
    let told: Vec<_> = event.changes.iter().map(|c| (c.field, &c.to)).collect();
    assert_eq!(
        told,
        [
            (Field::SatisfactionScore, &Value::Number(4)),
            (Field::EffortScore, &Value::Number(6)),
        ]
    );
    assert_eq!(event.note.as_deref(), Some("thanks"));
    let kept = decision.ticket.data().satisfaction.clone().unwrap();
    assert_eq!((kept.score.get(), kept.at), (4, after(20)));
    assert!(Ticket::restore(decision.ticket.into_data()).is_ok());
}

#[test]
fn each_resolution_is_rated_once() {
    let book = book();
    let ticket = urgent(&book);
    let early = ticket.rate(&act(&book, CUSTOMER, after(5)), rating(1, None));
    assert_eq!(
        early.unwrap_err(),
        TicketError::NotResolved {
            status: Status::Open
        }
    );
    let rated = resolved(&book)
        .rate(&act(&book, CUSTOMER, after(20)), rating(1, None))
        .unwrap()
        .ticket;
    let again = rated
        .clone()
        .rate(&act(&book, CUSTOMER, after(21)), rating(2, None));
    assert_eq!(again.unwrap_err(), TicketError::AlreadyRated);

    let reopened = rated
        .reopen(
            &act(&book, CUSTOMER, after(30)),
            &Note::parse("again").unwrap(),
        )
        .unwrap();
    assert_eq!(reopened.ticket.data().satisfaction, None);
    let changes = &reopened.events.last().unwrap().changes;
    let fields: Vec<_> = changes.iter().map(|c| c.field).collect();
    assert_eq!(fields, [Field::Status, Field::SatisfactionScore]);
    let second = reopened
        .ticket
        .resolve(&act(&book, AGENT, after(40)), Resolution::default())
        .unwrap()
        .ticket
        .rate(&act(&book, CUSTOMER, after(50)), rating(5, None));
    assert!(second.is_ok());
}

#[test]
fn a_merged_ticket_is_not_rated() {
    let book = book();
    let target = urgent(&book);
    let source = Ticket::create(
        &act(&book, CUSTOMER, start()),
        new_ticket(101, Priority::Urgent),
    )
    .unwrap()
    .ticket;
    let merged = source
        .merge_into(&act(&book, AGENT, after(3)), &target, None)
        .unwrap()
        .ticket;
    let refused = merged.rate(&act(&book, CUSTOMER, after(4)), rating(5, None));
    assert!(matches!(refused, Err(TicketError::Merged { .. })));
}
