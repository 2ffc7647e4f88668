use super::*;

/// The table as a person reads it: for each operation who may (c customer on its own, s service with the
/// permission, a agent, l lead, d admin).
const EXPECTED: [&str; 32] = [
    "CreateTicket csald",
    "ReadTicket csald",
    "EditTicket csald",
    "Comment csald",
    "AttachFile csald",
    "Close csald",
    "Reopen csald",
    "ReadInternal sald",
    "Rate c",
    "ReadAnalytics sald",
    "Assign sald",
    "Escalate sald",
    "Resolve sald",
    "Merge sald",
    "Link sald",
    "ReadSlaStatus sald",
    "ModerateComments sld",
    "DeleteTicket sld",
    "Bulk sld",
    "OverseeBulk sd",
    "ReadWorkflow csald",
    "ReadSlaPolicies sald",
    "WriteSlaPolicies sld",
    "ReadDirectory sald",
    "WriteDirectory sd",
    "ManageTokens sd",
    "ReadKnowledge csald",
    "GiveFeedback cald",
    "ReadKnowledgeWork sald",
    "WriteKnowledge sald",
    "ArrangeKnowledge sld",
    "ManageNotifications sd",
];

#[test]
fn the_whole_table_is_as_written_down() {
    let letters = [
        (Role::Customer, 'c'),
        (Role::Service, 's'),
        (Role::Agent, 'a'),
        (Role::Lead, 'l'),
        (Role::Admin, 'd'),
    ];
    let drawn = Operation::ALL.map(|operation| {
        let may: String = letters
            .into_iter()
            .filter(|(role, _)| {
                let token = [operation.permission()];
                let held = (*role == Role::Service).then_some(token.as_slice());
                decide(*role, held, operation, Relation::Own) == Answer::Allow
            })
            .map(|(_, letter)| letter)
            .collect();
        format!("{operation:?} {may}")
    });
    assert_eq!(drawn, EXPECTED);
}

#[test]
fn the_link_to_a_survey_is_good_for_rating_alone() {
    let allowed = Operation::ALL
        .into_iter()
        .filter(|operation| decide_for_surveyed(*operation) == Answer::Allow);
    assert_eq!(allowed.collect::<Vec<_>>(), [Operation::Rate]);
}

#[test]
fn to_a_customer_nothing_of_anothers_exists() {
    for operation in Operation::ALL {
        assert_eq!(
            decide(Role::Customer, None, operation, Relation::Foreign),
            Answer::Hide,
            "{operation:?}"
        );
    }
}

#[test]
fn a_token_narrows_and_never_widens() {
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Service) {
        for operation in Operation::ALL {
            for held in Permission::ALL {
                let with_token = decide(role, Some(&[held]), operation, Relation::Own);
                let without = decide(role, None, operation, Relation::Own);
                assert!(
                    with_token != Answer::Allow || without == Answer::Allow,
                    "{role:?} {operation:?} {held:?}"
                );
                let fits = held == operation.permission() || held == Permission::Admin;
                assert!(
                    fits || with_token != Answer::Allow,
                    "{role:?} {operation:?} {held:?}"
                );
            }
        }
    }
}

#[test]
fn a_machine_without_a_token_may_do_nothing() {
    for operation in Operation::ALL {
        assert_eq!(
            decide(Role::Service, None, operation, Relation::None),
            Answer::Forbid
        );
    }
}

#[test]
fn a_token_without_permissions_is_good_for_nothing() {
    for operation in Operation::ALL {
        assert_eq!(
            decide(Role::Admin, Some(&[]), operation, Relation::None),
            Answer::Forbid
        );
    }
}
