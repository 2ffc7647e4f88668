//! The direction of dependencies, and what may not stand in the core.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Which crate may see which other crates of ours. A new edge is a decision: change it here and in
/// `docs/ARCHITECTURE.md` together.
const EDGES: [(&str, &[&str]); 9] = [
    ("domain", &[]),
    ("ports", &["domain"]),
    ("app", &["domain", "ports"]),
    ("store", &["domain", "ports"]),
    ("files", &["domain", "ports"]),
    ("auth", &["domain", "ports"]),
    ("notify", &["domain", "ports"]),
    ("web", &["app", "domain"]),
    (
        "server",
        &[
            "app", "auth", "domain", "files", "notify", "ports", "store", "web",
        ],
    ),
];

/// What the pure core may be built on.
const DOMAIN_LIBRARIES: [&str; 4] = ["jiff", "rust-stemmers", "thiserror", "uuid"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests live in the workspace")
        .to_owned()
}

/// Each crate's dependencies, without those of its tests.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let name = |value: &Value| value["name"].as_str().expect("a name").to_owned();
    let normal = |package: &Value| {
        let all = package["dependencies"].as_array().expect("dependencies");
        all.iter()
            .filter(|dependency| dependency["kind"].is_null())
            .map(name)
            .collect()
    };
    packages
        .iter()
        .map(|package| (name(package), normal(package)))
        .collect()
}

#[test]
fn crates_depend_on_each_other_in_one_direction_only() {
    let found = dependencies();
    for (krate, allowed) in EDGES {
        let ours: BTreeSet<_> = found[&format!("linedesk-{krate}")]
            .iter()
            .filter_map(|dependency| dependency.strip_prefix("linedesk-").map(str::to_owned))
            .collect();
        let allowed: BTreeSet<_> = allowed.iter().map(|&name| name.to_owned()).collect();
        assert!(
            ours.is_subset(&allowed),
            "{krate} sees {ours:?}, allowed are {allowed:?}"
        );
    }
    let known = EDGES.len() + 1; // and the tests themselves
    assert_eq!(
        found.len(),
        known,
        "a crate is missing from the table: {:?}",
        found.keys()
    );
}

#[test]
fn the_core_is_built_on_nothing_that_does_io() {
    let found = &dependencies()["linedesk-domain"];
    let allowed: BTreeSet<_> = DOMAIN_LIBRARIES
        .iter()
        .map(|&name| name.to_owned())
        .collect();
    assert_eq!(found, &allowed);
}

#[test]
fn time_ids_and_the_environment_come_in_at_one_place() {
    let ambient = [
        concat!("Timestamp::", "now("),
        concat!("Zoned::", "now("),
        concat!("SystemTime::", "now("),
        concat!("Uuid::", "now_v7("),
        concat!("Uuid::", "new_v4("),
        concat!("env::", "var("),
    ];
    let mut offenders = Vec::new();
    for file in sources(&root().join("crates")) {
        let path = file
            .strip_prefix(root())
            .expect("below the root")
            .display()
            .to_string();
        if path.starts_with("crates/server/src/system.rs")
            || path.starts_with("crates/server/src/config")
        {
            continue;
        }
        let text = fs::read_to_string(&file).expect("a source is readable");
        for call in ambient.iter().filter(|call| text.contains(**call)) {
            offenders.push(format!("{path}: {call}"));
        }
    }
    assert_eq!(offenders, Vec::<String>::new());
}

#[test]
fn no_source_file_grows_past_four_hundred_lines() {
    let lines = |file: &PathBuf| fs::read_to_string(file).expect("readable").lines().count();
    let long: Vec<_> = ["crates", "examples"]
        .into_iter()
        .flat_map(|folder| sources(&root().join(folder)))
        .filter(|file| lines(file) > 400)
        .collect();
    assert_eq!(long, Vec::<PathBuf>::new());
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the workspace");
    entries
        .map(|entry| entry.expect("an entry").path())
        .flat_map(|path| match path {
            path if path.is_dir() => sources(&path),
            path if path.extension().is_some_and(|extension| extension == "rs") => vec![path],
            _ => vec![],
        })
        .collect()
}
