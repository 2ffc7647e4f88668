//! How long what is deleted is kept.

use std::time::Duration;

use super::load_environment;

#[test]
fn deleted_tickets_are_kept_for_a_year_unless_it_says_otherwise() {
    let kept = |pairs: &[(&str, &str)]| {
        let settings = load_environment(pairs).unwrap().settings;
        settings.tickets.deleted_retention
    };
    let given = |value| kept(&[("LINEDESK__TICKETS__DELETED_RETENTION", value)]);
    let days = |n: u64| Some(Duration::from_hours(24 * n));
    assert_eq!(kept(&[]), days(365));
    assert_eq!((given("1d"), given("0s")), (days(1), None));
}
