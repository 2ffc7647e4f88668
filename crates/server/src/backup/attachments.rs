//! The names of attachments, in the folder and in the archive.

use std::fs;
use std::io;
use std::path::Path;

use uuid::Uuid;

/// `<xx>/<id>` of every whole attachment in the folder, in order. Those still arriving are left out.
pub(super) fn list(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for shelf in entries(folder)? {
        if is_shelf(&shelf) {
            let files = entries(&folder.join(&shelf))?.into_iter();
            let files = files.map(|file| format!("{shelf}/{file}"));
            names.extend(files.filter(|name| is_name(name)));
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Whether `name` is `<xx>/<id>` exactly as the program writes it, so that it cannot lead anywhere else.
pub(super) fn is_name(name: &str) -> bool {
    let Some((shelf, file)) = name.split_once('/') else {
        return false;
    };
    let own = |id: &Uuid| id.hyphenated().to_string() == file && file.ends_with(shelf);
    is_shelf(shelf) && Uuid::parse_str(file).is_ok_and(|id| own(&id))
}

fn is_shelf(name: &str) -> bool {
    name.len() == 2
        && name
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// The names in a folder; nothing where there is no folder.
fn entries(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let names = entries.map(|entry| Ok(entry?.file_name().into_string().ok()));
    names.filter_map(Result::transpose).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_as_the_program_writes_them_are_taken() {
        let id = "0190a5f0-0000-7000-8000-0000000000ab";
        assert!(is_name(&format!("ab/{id}")));
        for name in [
            format!("ac/{id}"),
            id.to_owned(),
            format!("ab/../{id}"),
            format!("../ab/{id}"),
            format!("ab//{id}"),
            format!("AB/{}", id.to_uppercase()),
            format!("ab/{}", id.replace('-', "")),
            format!("tmp/{id}"),
            "ab/..".to_owned(),
            "/etc/passwd".to_owned(),
        ] {
            assert!(!is_name(&name), "{name}");
        }
    }
}
