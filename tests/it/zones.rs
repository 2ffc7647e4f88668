//! Time zones: what comes with the program counts, and nothing that the machine has.

use std::process::Command;

use jiff::Timestamp;

/// Zone information in which there is neither summer time nor an offset.
fn always_utc() -> Vec<u8> {
    let mut header = b"TZif2".to_vec();
    header.extend([0; 15]);
    for count in [0_u32, 0, 0, 0, 1, 4] {
        header.extend(count.to_be_bytes());
    }
    let kind_and_name = *b"\0\0\0\0\0\0UTC\0";
    let block = [header.as_slice(), &kind_and_name].concat();
    [block.as_slice(), &block, b"\nUTC0\n"].concat()
}

#[test]
fn berlin_is_an_hour_ahead_in_winter_and_two_in_summer() {
    let zone = linedesk_domain::sla::zone("Europe/Berlin").unwrap();
    let hours = |at: &str| {
        let at: Timestamp = at.parse().unwrap();
        zone.to_offset(at).seconds() / 3600
    };
    assert_eq!(hours("2026-01-15T12:00:00Z"), 1);
    assert_eq!(hours("2026-07-15T12:00:00Z"), 2);
}

#[test]
fn it_is_so_too_on_a_machine_with_other_rules() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("Europe")).unwrap();
    std::fs::write(folder.path().join("Europe/Berlin"), always_utc()).unwrap();
    // Such a database is read once in a process, and named by its environment: another process asks.
    let asked = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "zones::berlin_is_an_hour_ahead_in_winter_and_two_in_summer",
        ])
        .env("TZDIR", folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&asked.stdout);
    assert!(asked.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}
