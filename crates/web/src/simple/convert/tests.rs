use super::*;

/// Where the steps lead, if the workflow has all of them.
fn walked(from: Status, steps: &[Status]) -> Option<Status> {
    steps
        .iter()
        .try_fold(from, |at, to| (at == *to || at.allows(*to)).then_some(*to))
}

#[test]
fn statuses_are_shown_as_the_contract_has_them() {
    let drawn: Vec<_> = Status::ALL
        .into_iter()
        .map(|status| format!("{} {}", status.name(), Shown::of(status).word()))
        .collect();
    assert_eq!(
        drawn,
        [
            "open pending",
            "assigned in_progress",
            "in_progress in_progress",
            "pending_customer in_progress",
            "pending_vendor in_progress",
            "resolved resolved",
            "closed closed",
            "reopened pending",
        ]
    );
}

#[test]
fn what_is_shown_can_be_set_from_anywhere_and_reads_back() {
    for present in Status::ALL {
        for shown in Shown::ALL {
            let steps = steps(Wanted::Shown(shown), present);
            let reached = walked(present, &steps);
            assert_eq!(
                reached.map(Shown::of),
                Some(shown),
                "{present:?} {shown:?} {steps:?}"
            );
        }
    }
}

#[test]
fn what_it_is_shown_changes_nothing() {
    for present in Status::ALL {
        let same = Wanted::Shown(Shown::of(present));
        assert_eq!(steps(same, present), [], "{present:?}");
    }
}

#[test]
fn every_status_is_accepted_by_name() {
    for status in Status::ALL {
        let wanted = Wanted::parse(status.name()).unwrap();
        let reached = steps(wanted, Status::Open);
        let reached = reached.last().copied().unwrap_or(Status::Open);
        assert_eq!(Shown::of(reached), Shown::of(status), "{status:?}");
    }
    let (code, message) = Wanted::parse("Pending").unwrap_err();
    assert_eq!(code, "unknown_value");
    assert!(
        message.starts_with("must be one of pending, open, assigned"),
        "{message}"
    );
}

#[test]
fn instants_are_cut_to_the_second() {
    let at: Timestamp = "2024-11-11T01:02:03.999999Z".parse().unwrap();
    assert_eq!(seconds(at), "2024-11-11T01:02:03");
}
