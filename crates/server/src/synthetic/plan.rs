//! What will happen to a ticket, if there is time for it until now.

use jiff::{SignedDuration, Timestamp};
use linedesk_domain::class::Priority;
use linedesk_domain::workflow::Status;

use super::random::Random;

/// How often tickets have each priority.
pub(super) const PRIORITIES: [(Priority, u32); 6] = [
    (Priority::Low, 20),
    (Priority::Medium, 45),
    (Priority::High, 20),
    (Priority::Urgent, 9),
    (Priority::Critical, 4),
    (Priority::Emergency, 2),
];

/// Share of tickets that are left lying, for months on average, per ten thousand. Of those of the last 400 days about half
/// are still there, so that about a tenth of all tickets is unresolved.
const LEFT_LYING: u32 = 1_700;
const LEFT_LYING_FOR: SignedDuration = SignedDuration::from_hours(300 * 24);
/// Share of resolutions that customers rate, per ten thousand.
const RATED: u32 = 3_200;
const A_DAY: SignedDuration = SignedDuration::from_hours(24);
const THREE_DAYS: SignedDuration = SignedDuration::from_hours(72);

/// One thing that somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    AssignTeam,
    AssignAgent,
    Status(Status),
    CustomerWrites,
    StaffWrites,
    StaffNotes,
    Raise,
    Escalate,
    Resolve,
    Close,
    Rate,
}

/// What happens to a ticket after it was made at `created`, in order.
pub(super) fn plan(
    random: &mut Random,
    created: Timestamp,
    priority: Priority,
    mean_comments: u32,
) -> Vec<(Timestamp, Step)> {
    let (respond, work) = patience(priority);
    let answered = created + random.wait(respond);
    let left_lying = random.chance(LEFT_LYING);
    let work = random.wait(if left_lying { LEFT_LYING_FOR } else { work });
    let resolved = answered + work.max(SignedDuration::from_mins(2));
    let mut steps = Vec::with_capacity(16);
    // One in four of those left lying was never given to anybody; all others were before they were answered.
    if !left_lying || random.chance(7_500) {
        let to = random.weighted(&[(Step::AssignAgent, 85), (Step::AssignTeam, 15)]);
        steps.push((random.between(created, answered), to));
        if random.chance(9_000) {
            let started = random.between(answered, resolved.min(answered + THREE_DAYS));
            if to == Step::AssignTeam {
                steps.push((started, Step::AssignAgent));
            }
            steps.push((started, Step::Status(Status::InProgress)));
        }
        if random.chance(600) {
            let from = random.between(answered, resolved);
            steps.push((from, Step::Status(Status::PendingVendor)));
            let back = random.between(from, resolved);
            steps.push((back, Step::Status(Status::InProgress)));
        }
        if random.chance(500) {
            steps.push((random.between(answered, resolved), Step::Raise));
        }
        if random.chance(200) {
            steps.push((random.between(answered, resolved), Step::Escalate));
        }
    }
    talk(
        random,
        (respond, answered, resolved),
        mean_comments,
        &mut steps,
    );
    finish(random, resolved, &mut steps);
    steps.sort_by_key(|(at, _)| *at);
    steps
}

/// Mean time until the first answer, and from there until it is done.
const fn patience(priority: Priority) -> (SignedDuration, SignedDuration) {
    let (minutes, hours) = match priority {
        Priority::Low => (200, 80),
        Priority::Medium => (90, 40),
        Priority::High => (20, 9),
        Priority::Urgent => (10, 3),
        Priority::Critical | Priority::Emergency => (5, 1),
    };
    (
        SignedDuration::from_mins(minutes),
        SignedDuration::from_hours(hours),
    )
}

/// From none to twice the mean number of comments; the first one is the answer, and what customers write is answered.
fn talk(
    random: &mut Random,
    (respond, answered, resolved): (SignedDuration, Timestamp, Timestamp),
    mean: u32,
    steps: &mut Vec<(Timestamp, Step)>,
) {
    let mut left = random.below(2 * u64::from(mean) + 1);
    if left > 0 {
        steps.push((answered, Step::StaffWrites));
        left -= 1;
    }
    while left > 0 {
        let at = random.between(answered, resolved);
        let step = random.weighted(&[
            (Step::CustomerWrites, 50),
            (Step::StaffWrites, 25),
            (Step::StaffNotes, 25),
        ]);
        steps.push((at, step));
        left -= 1;
        if step == Step::CustomerWrites && left > 0 {
            steps.push((at + random.wait(respond), Step::StaffWrites));
            left -= 1;
        }
        if step == Step::StaffWrites && random.chance(5_000) {
            let waits = Step::Status(Status::PendingCustomer);
            steps.push((at + SignedDuration::from_secs(1), waits));
        }
    }
}

/// Resolved, now and then taken up again, and closed after three quiet days.
fn finish(random: &mut Random, resolved: Timestamp, steps: &mut Vec<(Timestamp, Step)>) {
    steps.push((resolved, Step::Resolve));
    // Whoever answers does so within a day or two, before it is taken up again as a rule.
    if random.chance(RATED) {
        steps.push((resolved + random.wait(A_DAY), Step::Rate));
    }
    let mut done = resolved;
    if random.chance(300) {
        let back = random.between(resolved, resolved + THREE_DAYS);
        let left_lying = random.chance(LEFT_LYING);
        done = back + random.wait(if left_lying { LEFT_LYING_FOR } else { A_DAY });
        steps.push((back, Step::CustomerWrites));
        steps.push((done, Step::Resolve));
        if random.chance(RATED) {
            steps.push((done + random.wait(A_DAY), Step::Rate));
        }
    }
    if random.chance(9_700) {
        steps.push((done + THREE_DAYS, Step::Close));
    }
}
