//! Secrets: exact, from files of their own, and never seen.

use std::fs;

use super::{environment, fault, flag, load_environment, nothing};
use crate::config::{DatabaseUrl, Effective};

fn password(effective: &Effective) -> &str {
    effective
        .settings
        .bootstrap
        .admin_password
        .as_ref()
        .unwrap()
        .expose()
}

#[test]
fn secrets_are_exactly_what_was_given() {
    for secret in [
        "00.12345",
        "1e500000",
        "true  --",
        " spaced ",
        "a,b,c,d,e",
        "p=w#\"'\\$x",
    ] {
        let effective =
            load_environment(&[("LINEDESK__BOOTSTRAP__ADMIN_PASSWORD", secret)]).unwrap();
        assert_eq!(password(&effective), secret);
    }
}

#[test]
fn a_secret_may_be_in_a_file_of_its_own() {
    let (folder, mut inputs) = nothing();
    let file = folder.path().join("admin-password");
    let name = file.to_str().unwrap();
    for (content, secret) in [
        ("00.12345\n", "00.12345"),
        ("00.12345\r\n", "00.12345"),
        ("ends in space \n", "ends in space "),
    ] {
        fs::write(&file, content).unwrap();
        inputs.environment = environment(&[("LINEDESK__BOOTSTRAP__ADMIN_PASSWORD_FILE", name)]);
        assert_eq!(password(&Effective::load(&inputs).unwrap()), secret);
    }
    // The later layer wins, whichever of the two it uses.
    inputs
        .flags
        .push(flag("--set", "bootstrap.admin_password", "from-a-flag"));
    assert_eq!(password(&Effective::load(&inputs).unwrap()), "from-a-flag");
    inputs.flags.clear();
    inputs.environment.extend(environment(&[(
        "LINEDESK__BOOTSTRAP__ADMIN_PASSWORD",
        "hunter22",
    )]));
    let text = Effective::load(&inputs).unwrap_err().to_string();
    assert!(
        text.contains("bootstrap.admin_password_file is given as well"),
        "{text}"
    );
    assert!(!text.contains("hunter22"), "{text}");
}

#[test]
fn a_secret_file_that_is_not_there_is_a_fault() {
    let text = fault(&[("LINEDESK__BOOTSTRAP__ADMIN_PASSWORD_FILE", "/no/such/file")]);
    assert!(text.starts_with("bootstrap.admin_password_file (environment variable LINEDESK__BOOTSTRAP__ADMIN_PASSWORD_FILE): cannot read /no/such/file"), "{text}");
}

#[test]
fn secrets_show_nowhere() {
    let secret = "hunter22-hunter22";
    let effective = load_environment(&[("LINEDESK__BOOTSTRAP__ADMIN_PASSWORD", secret)]).unwrap();
    let shown = effective.to_string();
    assert!(
        shown.contains("bootstrap.admin_password = \"********\""),
        "{shown}"
    );
    assert!(!format!("{shown}{effective:?}").contains("hunter22"));
    for pair in [
        ("LINEDESK__BOOTSTRAP__ADMIN_PASSWORD", "hunter"),
        (
            "LINEDESK__DATABASE__URL",
            "postgres://desk:hunter/22@db/desk",
        ),
        (
            "LINEDESK__DATABASE__READ_URL",
            "postgres://desk:hunter@22@db/desk",
        ),
        ("LINEDESK__DATABASE__URL", "mysql://desk:hunter22@db/desk"),
        ("LINEDESK__BOOTSTRAP__ADMIN_PASWORD", "hunter22"),
    ] {
        let text = fault(&[pair]);
        assert!(text.contains(pair.0) && !text.contains("hunter"), "{text}");
    }
}

#[test]
fn a_url_with_a_password_is_shown_without_it() {
    let (folder, mut inputs) = nothing();
    let file = folder.path().join("url");
    fs::write(&file, "postgres://desk:hunter22@db/desk\n").unwrap();
    inputs.environment = environment(&[
        ("LINEDESK__DATABASE__URL_FILE", file.to_str().unwrap()),
        (
            "LINEDESK__DATABASE__READ_URL",
            "postgres://replica/desk?user=desk&password=hunter33",
        ),
    ]);
    let effective = Effective::load(&inputs).unwrap();
    let shown = effective.to_string();
    for line in [
        "database.url = \"postgres://desk:***@db/desk\"",
        "database.read_url = \"postgres://replica/desk?user=desk&password=***\"",
        "# auth.signing_key_file =",
    ] {
        assert!(shown.contains(line), "{line} in\n{shown}");
    }
    assert!(!format!("{shown}{effective:?}").contains("hunter"));
    let DatabaseUrl::Postgres(url) = &effective.settings.database.url else {
        panic!("it is PostgreSQL's")
    };
    assert_eq!(url.expose(), "postgres://desk:hunter22@db/desk");
    assert_eq!(effective.settings.auth.signing_key_file, None);
}

#[test]
fn a_password_that_no_admin_could_have_is_a_fault_that_names_its_source() {
    const NAME: &str = "LINEDESK__BOOTSTRAP__ADMIN_PASSWORD";
    for (password, why) in [
        ("password", "is one of the commonest passwords"),
        ("12345678", "must not consist of digits alone"),
        ("Admin.Admin", "is too similar to the user name"),
        ("        ", "must not consist of spaces alone"),
        ("two\nlines", "must not contain control characters"),
    ] {
        let pairs = [
            (NAME, password),
            ("LINEDESK__BOOTSTRAP__ADMIN_USERNAME", "admin.admin"),
        ];
        let text = fault(&pairs);
        let from = format!("bootstrap.admin_password (environment variable {NAME}): ");
        assert!(text.starts_with(&from) && text.contains(why), "{text}");
    }
}
