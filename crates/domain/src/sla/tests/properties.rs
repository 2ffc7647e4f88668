//! Properties of the engine, most of them against the slow [`super::oracle`]. `PROPTEST_CASES` makes them longer.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::oracle::{Life, Minutes};
use super::random::{DAYS, History, calendars, histories, minutes, policies, second, timeline};
use crate::sla::{
    CalendarVersion, DueBasis, Judge, PolicyVersion, SlaBook, Target, Verdict, evaluate, explain,
};

const SECOND: i64 = 1_000_000;

fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The verdict without what changes all the time.
fn lasting(mut verdict: Verdict) -> Verdict {
    for target in &mut verdict.targets {
        target.remaining = None;
        target.elapsed = SignedDuration::ZERO;
    }
    verdict
}

fn agree(history: &History, policy: &PolicyVersion, calendar: &CalendarVersion, minutes: &Minutes) {
    let History { facts, since, now } = history;
    let verdict = evaluate(
        &timeline(facts),
        policy,
        calendar,
        second(*since),
        second(*now),
    );
    let life = Life::lived(&policy.spec, minutes, facts, *since, *now);
    let end = second(minutes.end());
    for target in Target::ALL {
        let (found, account) = (verdict.target(target), life.accounts[target.index()]);
        assert_eq!(
            found.starts_at.map(micros),
            account.starts,
            "{target} starts"
        );
        assert_eq!(found.met_at.map(micros), account.met, "{target} met");
        assert_eq!(
            found.warned_at.map(micros),
            account.warned,
            "{target} warned"
        );
        assert_eq!(
            found.breached_at.map(micros),
            account.breached,
            "{target} breached"
        );
        let Some([warning, limit, _]) = life.limits(target) else {
            continue;
        };
        assert_eq!(
            found.elapsed,
            SignedDuration::from_micros(account.elapsed),
            "{target} elapsed"
        );
        let remaining = account
            .starts
            .map(|_| SignedDuration::from_micros(limit - account.elapsed));
        assert_eq!(found.remaining, remaining, "{target} remaining");
        match life.due(target, limit, account.reached, *now) {
            Ok(due) => assert_eq!(found.due_at.map(micros), due, "{target} due"),
            Err(()) => assert!(
                found.due_at.is_none_or(|due| due > end),
                "{target} due {:?}",
                found.due_at
            ),
        }
        if account.elapsed < warning {
            match life.due(target, warning, None, *now) {
                Ok(due) => assert_eq!(found.warn_at.map(micros), due, "{target} warning"),
                Err(()) => assert!(
                    found.warn_at.is_none_or(|due| due > end),
                    "{target} warning"
                ),
            }
        }
    }
    let [first, next, resolution] = life.accounts;
    let one = [resolution.warned, first.breached, next.breached]
        .into_iter()
        .flatten()
        .min();
    let levels = [one, resolution.breached, resolution.level_three];
    assert_eq!(
        verdict.escalations.map(|at| at.map(micros)),
        levels,
        "escalations"
    );
}

proptest! {
    #[test]
    fn hours_are_those_of_the_wall_clock(
        (calendar, odd) in calendars(),
        spots in prop::collection::vec((0..2 * DAYS * 86_400, 0..200_000_i64), 60),
    ) {
        let minutes = minutes(&calendar, odd);
        let end = minutes.end();
        for (from, length) in spots {
            let from = odd - DAYS * 86_400 + from;
            let to = (from + length).min(end);
            prop_assert_eq!(calendar.between(second(from), second(to)).as_secs(), minutes.between(from, to));
            prop_assert_eq!(calendar.is_open(second(from)), minutes.is_open(from));
            let openings = calendar.openings(second(from), second(to));
            let total: SignedDuration = openings.iter().map(|(opens, closes)| closes.duration_since(*opens)).sum();
            prop_assert_eq!(total, calendar.between(second(from), second(to)));
            prop_assert!(openings.windows(2).all(|two| two[0].1 < two[1].0), "{:?}", openings);
            let sum = calendar.add(second(from), SignedDuration::from_secs(length)).map(micros);
            match minutes.add(from, length * SECOND) {
                _ if length == 0 => prop_assert_eq!(sum, Some(from * SECOND)),
                Some(at) => prop_assert_eq!(sum, Some(at)),
                None => prop_assert!(sum.is_none_or(|at| at > end * SECOND)),
            }
        }
    }

    #[test]
    fn far_apart_instants_add_up(
        (calendar, _) in calendars(),
        mut at in prop::array::uniform3(-2_000_000_000_000_000..5_000_000_000_000_000_i64),
        open in 0..30_000_000_000_000_i64,
    ) {
        at.sort_unstable();
        let [a, b, c] = at.map(|at| Timestamp::from_microsecond(at).unwrap());
        prop_assert_eq!(calendar.between(a, b) + calendar.between(b, c), calendar.between(a, c));
        prop_assert_eq!(calendar.between(c, a), SignedDuration::ZERO);
        let open = SignedDuration::from_micros(open);
        if let Some(end) = calendar.add(a, open) {
            prop_assert_eq!(calendar.between(a, end), open);
            let before = end.checked_sub(SignedDuration::from_micros(1)).unwrap();
            prop_assert!(end == a || calendar.between(a, before) < open, "not the first such instant");
        }
    }

    #[test]
    fn a_verdict_is_what_the_oracle_lived_through(
        (calendar, odd) in calendars(),
        policies in prop::collection::vec(policies(), 3),
        histories in prop::collection::vec(histories(), 6),
    ) {
        let minutes = minutes(&calendar, odd);
        for policy in &policies {
            for history in &histories {
                agree(&history.around(odd), policy, &calendar, &minutes);
            }
        }
    }

    #[test]
    fn what_a_verdict_tells_of_the_past_stays(
        (calendar, odd) in calendars(), policy in policies(), history in histories(), later in 0..2_000_000_000_000_i64,
    ) {
        let History { facts, since, now } = history.around(odd);
        let timeline = timeline(&facts);
        let at = |now| evaluate(&timeline, &policy, &calendar, second(since), now);
        let before = at(second(now));
        let after = at(second(now).checked_add(SignedDuration::from_micros(later)).unwrap());
        let stays = |old: Option<Timestamp>, new: Option<Timestamp>| match (old, new) {
            (Some(_), _) => old == new,
            (None, new) => new.is_none_or(|new| new > second(now)),
        };
        for (old, new) in before.targets.iter().zip(&after.targets) {
            prop_assert!(stays(old.warned_at, new.warned_at), "{old:?} {new:?}");
            prop_assert!(stays(old.breached_at, new.breached_at), "{old:?} {new:?}");
            prop_assert_eq!((old.met_at, old.due_at, old.warn_at), (new.met_at, new.due_at, new.warn_at));
            prop_assert!(new.breached_at.is_none() || new.warned_at.is_some_and(|at| Some(at) <= new.breached_at));
        }
        for (old, new) in before.escalations.into_iter().zip(after.escalations) {
            prop_assert!(stays(old, new), "{old:?} {new:?}");
        }
        let [one, two, three] = after.escalations;
        prop_assert!(two.is_none() || one.is_some_and(|one| Some(one) <= two));
        prop_assert!(three.is_none() || two.is_some_and(|two| Some(two) <= three));
    }

    #[test]
    fn nothing_changes_before_the_next_instant_and_something_does_at_it(
        (calendar, odd) in calendars(), policy in policies(), history in histories(), share in 0.0..1.0_f64,
    ) {
        let History { facts, since, now } = history.around(odd);
        let timeline = timeline(&facts);
        let at = |now| lasting(evaluate(&timeline, &policy, &calendar, second(since), now));
        let mut now = second(now);
        // Follow it to the end: there are at most three targets with two limits, and level three.
        for _ in 0..8 {
            let before = at(now);
            let Some(next) = before.next_instant else {
                let much_later = now.checked_add(SignedDuration::from_hours(24 * 1000)).unwrap();
                prop_assert_eq!(at(much_later), before);
                return Ok(());
            };
            prop_assert!(next > now);
            prop_assert!(before.next_escalation.is_none_or(|escalation| escalation >= next));
            let part = next.duration_since(now).mul_f64(share);
            prop_assert_eq!(at(now.checked_add(part).unwrap().min(before_it(next))), before);
            prop_assert_eq!(at(before_it(next)), before);
            let then = at(next);
            let told = |verdict: &Verdict| {
                (verdict.targets.map(|target| (target.warned_at, target.breached_at)), verdict.escalations)
            };
            prop_assert_ne!(told(&then), told(&before));
            if before.next_escalation == Some(next) {
                prop_assert!(then.escalations.contains(&Some(next)));
            }
            now = next;
        }
        prop_assert!(false, "it never ends");
    }

    #[test]
    fn an_explanation_adds_up_to_its_verdict(
        (calendar, odd) in calendars(), mut policy in policies(), history in histories(),
    ) {
        policy.spec.calendar = Some(calendar.calendar);
        let by = Judge { policy: policy.id, calendar: Some(calendar.id) };
        let History { facts, since, now } = history.around(odd);
        let timeline = timeline(&facts);
        let verdict = evaluate(&timeline, &policy, &calendar, second(since), second(now));
        let book = SlaBook::new(vec![policy], vec![calendar.clone()]).unwrap();
        let facts = super::facts();
        let explained = explain(&timeline, &by, second(since), &facts, &book, second(now)).unwrap();
        prop_assert_eq!(explained.verdict, verdict);
        for target in explained.targets {
            let found = target.verdict;
            let counted: SignedDuration = target.steps.iter().map(|step| step.segment.counted).sum();
            prop_assert_eq!(counted, found.elapsed);
            prop_assert!(target.steps.windows(2).all(|two| two[0].segment.to == two[1].segment.from));
            prop_assert!(target.steps.iter().all(|step| step.segment.from < step.segment.to));
            prop_assert!(target.steps.first().is_none_or(|step| Some(step.segment.from) == found.starts_at));
            match target.due {
                DueBasis::Reached { at } => prop_assert_eq!(found.due_at, Some(at)),
                DueBasis::Projected { from, remaining, due_at } => {
                    prop_assert_eq!(found.due_at, Some(due_at));
                    prop_assert_eq!(calendar.add(from, remaining), Some(due_at));
                }
                DueBasis::NoTarget => prop_assert_eq!(found.limit, None),
                DueBasis::NotStarted => prop_assert_eq!(found.starts_at, None),
                DueBasis::Held { since, remaining } => {
                    prop_assert!(found.paused && found.due_at.is_none() && since <= second(now));
                    prop_assert_eq!(found.remaining, Some(remaining));
                }
                DueBasis::Never { .. } => prop_assert!(false, "these calendars open every week"),
            }
        }
    }
}

fn before_it(at: Timestamp) -> Timestamp {
    at.checked_sub(SignedDuration::from_micros(1)).unwrap()
}
