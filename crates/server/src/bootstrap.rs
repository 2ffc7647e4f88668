//! The first start: a password for the first admin where nobody chose one.

use linedesk_ports::system::Ids;

use crate::config::Secret;

/// Without l, o, 0 and 1, which look like each other; 32 of them, so that five bits pick one evenly.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
const GROUPS: usize = 6;
const GROUP: usize = 4;

/// 120 bits of chance as six groups of four, easy to read and to type.
pub fn random_password(ids: &dyn Ids) -> Secret {
    let bytes = ids.random();
    let letters: Vec<char> = bytes
        .iter()
        .take(GROUPS * GROUP)
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect();
    let groups: Vec<String> = letters
        .chunks(GROUP)
        .map(|group| group.iter().collect())
        .collect();
    Secret::new(groups.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::SystemIds;

    #[test]
    fn a_random_password_is_long_readable_and_never_the_same() {
        let ids = SystemIds::new();
        let password = random_password(&ids);
        let text = password.expose();
        assert_eq!((text.len(), text.split('-').count()), (29, 6));
        assert!(text.bytes().all(|b| b == b'-' || LETTERS.contains(&b)));
        assert!(password != random_password(&ids));
    }
}
