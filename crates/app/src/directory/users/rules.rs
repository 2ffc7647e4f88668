//! What a user has to be like.

use linedesk_domain::people::Role;
use linedesk_ports::directory::User;

use crate::App;
use crate::directory::active_customer;
use crate::directory::fields::{Faults, NAME_MAX, UNIQUE, is_email};
use crate::error::Error;

const USERNAME_MAX: usize = 150;
/// Names that look like the program's own; nobody is called so, in whatever case.
const RESERVED: [&str; 3] = ["anonymous", "linedesk", "system"];
const SKILL_MAX: usize = 50;
const SKILLS_MAX: usize = 50;
const TEAMS_MAX: usize = 50;
const CAPACITY_MAX: u32 = 10_000;

/// The user with its texts tidied; what is wrong by itself becomes faults. A name that it had `before` stays good.
pub(super) fn normalised(before: Option<&User>, raw: User, faults: &mut Faults) -> User {
    let email = faults.maybe_email("email", raw.email.as_deref());
    let username = username(before, &raw.username, email.as_deref(), faults);
    if raw.skills.len() > SKILLS_MAX {
        faults.add("skills", "too_many", format!("at most {SKILLS_MAX}"));
    }
    let mut skills = Vec::with_capacity(raw.skills.len().min(SKILLS_MAX));
    for (index, skill) in raw.skills.iter().enumerate().take(SKILLS_MAX) {
        let skill = faults.line(&format!("skills[{index}]"), skill, SKILL_MAX);
        if !skills.contains(&skill) {
            skills.push(skill);
        }
    }
    if raw.capacity > CAPACITY_MAX {
        faults.add("capacity", "too_large", format!("at most {CAPACITY_MAX}"));
    }
    let mut teams = Vec::with_capacity(raw.teams.len().min(TEAMS_MAX));
    for team in raw.teams {
        if !teams.contains(&team) {
            teams.push(team);
        }
    }
    if teams.len() > TEAMS_MAX {
        faults.add("team_ids", "too_many", format!("at most {TEAMS_MAX}"));
    }
    match (raw.role, raw.customer) {
        (Role::Customer, None) => faults.add(
            "customer_id",
            "required",
            "a customer user belongs to a customer",
        ),
        (Role::Customer, Some(_)) if !teams.is_empty() => {
            faults.add(
                "team_ids",
                "not_allowed",
                "a customer user belongs to no team",
            );
        }
        (Role::Service | Role::Agent | Role::Lead | Role::Admin, Some(_)) => {
            faults.add(
                "customer_id",
                "not_allowed",
                "only a customer user belongs to a customer",
            );
        }
        _ => {}
    }
    let name = faults.maybe_line("name", raw.name.as_deref(), NAME_MAX);
    User {
        username,
        email,
        name,
        skills,
        teams,
        ..raw
    }
}

/// Faults of what the user refers to, as far as it is not what `before` referred to already, and of names that are taken.
pub(super) async fn references(
    app: &App,
    before: Option<&User>,
    user: &User,
    faults: &mut Faults,
) -> Result<(), Error> {
    if let Some(customer) = user.customer
        && before.is_none_or(|before| before.customer != user.customer)
    {
        active_customer(app, customer, faults).await?;
    }
    for (index, team) in user.teams.iter().enumerate().take(TEAMS_MAX) {
        let had = before.is_some_and(|before| before.teams.contains(team));
        if !had
            && app
                .directory
                .team(*team)
                .await?
                .is_none_or(|team| !team.is_active)
        {
            faults.add(
                format!("team_ids[{index}]"),
                "unknown",
                "no active team has this id",
            );
        }
    }
    names(app, user, faults).await
}

/// Faults of a name or an address that somebody else signs in by. The store has the last word at the commit; this is for
/// naming all faults at once.
pub(super) async fn names(app: &App, user: &User, faults: &mut Faults) -> Result<(), Error> {
    let email = user.email.as_deref().unwrap_or_default();
    for (field, login) in [("username", user.username.as_str()), ("email", email)] {
        if login.is_empty() {
            continue;
        }
        let holder = app.directory.user_by_login(&login.to_lowercase()).await?;
        if holder.is_some_and(|holder| holder.id != user.id) {
            faults.add(field, UNIQUE.0, UNIQUE.1);
        }
    }
    Ok(())
}

/// Why nobody can be called so, if that is the case; whether the name is taken is another matter.
pub fn unusable_username(name: &str) -> Option<&'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@.+-_".contains(c);
    if !name.chars().all(plain) {
        // Letters of other scripts look like these, and one person could pass for another.
        Some("may hold the letters a to z, digits and @ . + - _ only")
    } else if RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
        Some("is reserved")
    } else {
        None
    }
}

fn username(before: Option<&User>, raw: &str, email: Option<&str>, faults: &mut Faults) -> String {
    let username = faults.line("username", raw, USERNAME_MAX);
    let kept = before.is_some_and(|before| before.username == username);
    if !kept && let Some(why) = unusable_username(&username) {
        faults.add("username", "invalid", why);
    }
    // People sign in by either. A name that is somebody else's address would stand in the way of its owner.
    if is_email(&username)
        && email.is_none_or(|email| email.to_lowercase() != username.to_lowercase())
    {
        faults.add(
            "username",
            "invalid",
            "may be an e-mail address only if it is the user's own",
        );
    }
    username
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::doubles::user;

    #[test]
    fn names_are_plain_and_none_is_the_programs() {
        for name in ["ann", "Ann.B@example.net", "a+b-c_9", "systems"] {
            assert_eq!(unusable_username(name), None, "{name}");
        }
        for name in [
            "SYSTEM",
            "Anonymous",
            "linedesk",
            "аnn",
            "jürgen",
            "a b",
            "a\u{200B}b",
        ] {
            assert!(unusable_username(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_name_from_before_this_rule_stays_good() {
        let before = User {
            username: "jürgen".to_owned(),
            ..user(1, Role::Agent)
        };
        let mut faults = Faults::default();
        normalised(Some(&before), before.clone(), &mut faults);
        faults.done().unwrap();
        normalised(None, before, &mut faults);
        faults.done().unwrap_err();
    }
}
