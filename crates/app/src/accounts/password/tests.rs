use super::*;

const OWNER: Owner<'_> = Owner {
    username: "wilhelmina",
    email: Some("mina.harker@whitby-line.example"),
};

fn codes(password: &str) -> Vec<&'static str> {
    faults("password", password, OWNER)
        .into_iter()
        .map(|fault| fault.code)
        .collect()
}

#[test]
fn every_rule_refuses_what_it_is_for() {
    let table: [(&str, &[&str]); 20] = [
        ("", &["too_short"]),
        ("Sh0rt!", &["too_short"]),
        ("seven77", &["too_short"]),
        ("eight-88", &[]),
        ("éééééééé", &[]),
        ("73195846", &["only_digits"]),
        ("1234567", &["too_short", "only_digits"]),
        ("Password1", &["too_common"]),
        ("QwertyUIOP", &["too_common"]),
        ("wilhelmina", &["too_similar"]),
        ("Wilhelmina1", &["too_similar"]),
        ("1wilhelmina1", &["too_similar"]),
        ("whitby-line", &["too_similar"]),
        ("mina.harker", &["too_similar"]),
        ("harker12", &["too_similar"]),
        ("wilhelmina keeps a diary", &[]),
        ("bell\u{7}bell bell", &["control_characters"]),
        ("            ", &["blank"]),
        (
            "\u{3000}\u{200B}\u{2060}\u{FEFF} \u{AD}\u{3000}\u{3000}",
            &["blank"],
        ),
        ("  spaced  out  ", &[]),
    ];
    for (password, expected) in table {
        assert_eq!(codes(password), expected, "{password:?}");
    }
}

#[test]
fn seventy_two_bytes_are_the_most() {
    let longest = "🦀".repeat(18);
    assert_eq!(longest.len(), 72);
    assert_eq!(codes(&longest), [""; 0]);
    assert_eq!(codes(&format!("{longest}x")), ["too_long"]);
    assert_eq!(codes(&"x".repeat(1_000_000)), ["too_long"]);
}

#[test]
fn a_user_without_an_address_is_compared_by_name_alone() {
    let owner = Owner {
        username: "bo",
        email: None,
    };
    assert_eq!(faults("password", "whitby-line", owner), []);
}

#[test]
fn faults_name_the_field_as_the_client_does_and_never_the_password() {
    for fault in faults("new_password", "qwerty12", OWNER) {
        assert_eq!(fault.field, "new_password");
        assert!(!fault.message.contains("qwerty12"));
    }
}

#[test]
fn the_list_holds_only_what_no_other_rule_refuses() {
    let mut count = 0;
    for line in COMMON.lines() {
        assert_eq!(line, line.to_lowercase());
        assert!(
            line.chars().count() >= MIN_CHARS && !line.chars().all(char::is_numeric),
            "{line}"
        );
        count += 1;
    }
    assert!(count >= 500, "{count}");
}
