//! What happened to a ticket, as far as the SLA clock cares.

use jiff::Timestamp;

use crate::workflow::Status;

/// The facts that verdicts are made of; small enough to be carried in the ticket, and rebuilt by feeding the same
/// calls from its events. It knows no policy and no calendar.
///
/// A fact that claims to be older than the latest one here (a server's clock went back) is taken to have happened at
/// that latest instant, so that the order of facts is the order in which they were recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// When the ticket was made.
    pub created_at: Timestamp,
    /// Each status with the instant it began, ascending, none twice at one instant, no status following itself. The
    /// first is the status at creation.
    pub statuses: Vec<(Timestamp, Status)>,
    /// The first public staff comment.
    pub first_response_at: Option<Timestamp>,
    /// The oldest unanswered customer comment of the present cycle, or of the last cycle if that is answered.
    pub asked_at: Option<Timestamp>,
    /// The public staff comment that answered it.
    pub answered_at: Option<Timestamp>,
    /// How many next-response cycles there were; the present or last one has this number.
    pub cycle: u32,
}

impl Timeline {
    /// A ticket made now.
    pub fn new(created_at: Timestamp, status: Status) -> Self {
        Self {
            created_at,
            statuses: vec![(created_at, status)],
            first_response_at: None,
            asked_at: None,
            answered_at: None,
            cycle: 0,
        }
    }

    /// The ticket went to that status. Of several changes at one instant only the last is kept.
    pub fn status_changed(&mut self, at: Timestamp, status: Status) {
        let at = at.max(self.latest());
        self.statuses.pop_if(|last| last.0 == at);
        if self.statuses.last().is_none_or(|last| last.1 != status) {
            self.statuses.push((at, status));
        }
    }

    /// The customer wrote a public comment. It opens a next-response cycle unless one is open already, or there was no
    /// response yet at all: until then the first-response target governs, and the first answer answers everything.
    pub fn customer_commented(&mut self, at: Timestamp) {
        let at = at.max(self.latest());
        if self.first_response_at.is_some() && !self.is_cycle_open() {
            self.asked_at = Some(at);
            self.answered_at = None;
            self.cycle += 1;
        }
    }

    /// Staff wrote a public comment: the first response, or the answer to the open cycle, or neither.
    pub fn staff_replied(&mut self, at: Timestamp) {
        let at = at.max(self.latest());
        if self.first_response_at.is_none() {
            self.first_response_at = Some(at);
        }
        if self.is_cycle_open() {
            self.answered_at = Some(at);
        }
    }

    /// The latest instant of any fact here.
    pub fn latest(&self) -> Timestamp {
        let facts = [
            self.statuses.last().map(|last| last.0),
            self.first_response_at,
            self.asked_at,
            self.answered_at,
        ];
        facts
            .into_iter()
            .flatten()
            .fold(self.created_at, Timestamp::max)
    }

    /// The present status.
    pub fn status(&self) -> Status {
        self.statuses.last().map_or(Status::Open, |last| last.1)
    }

    /// Since when the work is over, if it is: when the unbroken run of resolved and closed began.
    pub fn done_since(&self) -> Option<Timestamp> {
        let run = self
            .statuses
            .iter()
            .rev()
            .take_while(|change| change.1.is_done());
        run.last().map(|change| change.0)
    }

    /// Whether a customer comment waits for an answer (after the first response).
    pub fn is_cycle_open(&self) -> bool {
        self.asked_at.is_some() && self.answered_at.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn comments_before_the_first_response_open_no_cycle() {
        let mut timeline = Timeline::new(at(0), Status::Open);
        timeline.customer_commented(at(10));
        assert_eq!((timeline.cycle, timeline.asked_at), (0, None));
        timeline.staff_replied(at(20));
        assert_eq!(
            (timeline.first_response_at, timeline.answered_at),
            (Some(at(20)), None)
        );
    }

    #[test]
    fn a_cycle_runs_from_its_oldest_comment_to_the_next_reply() {
        let mut timeline = Timeline::new(at(0), Status::Open);
        timeline.staff_replied(at(5));
        timeline.customer_commented(at(10));
        timeline.customer_commented(at(15));
        assert_eq!(
            (timeline.cycle, timeline.asked_at, timeline.is_cycle_open()),
            (1, Some(at(10)), true)
        );
        timeline.staff_replied(at(20));
        timeline.staff_replied(at(25));
        assert_eq!(
            (timeline.asked_at, timeline.answered_at),
            (Some(at(10)), Some(at(20)))
        );
        timeline.customer_commented(at(30));
        assert_eq!(
            (timeline.cycle, timeline.asked_at, timeline.answered_at),
            (2, Some(at(30)), None)
        );
        assert_eq!(timeline.first_response_at, Some(at(5)));
    }

    #[test]
    fn of_changes_at_one_instant_the_last_stays() {
        let mut timeline = Timeline::new(at(0), Status::Open);
        timeline.status_changed(at(0), Status::Assigned);
        timeline.status_changed(at(9), Status::Resolved);
        timeline.status_changed(at(9), Status::Reopened);
        timeline.status_changed(at(9), Status::Assigned);
        assert_eq!(timeline.statuses, [(at(0), Status::Assigned)]);
    }

    #[test]
    fn a_clock_that_goes_back_does_not_turn_the_order_around() {
        let mut timeline = Timeline::new(at(100), Status::Open);
        timeline.staff_replied(at(90));
        timeline.status_changed(at(120), Status::PendingCustomer);
        timeline.customer_commented(at(110));
        assert_eq!(timeline.first_response_at, Some(at(100)));
        assert_eq!(timeline.asked_at, Some(at(120)));
    }
}
