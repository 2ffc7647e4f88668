//! Where settings come from and what is said about wrong ones.

mod notifications;
mod secrets;
mod storage;
mod tickets;

use std::fs;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use super::*;

/// Sources under the test's control: no file, no variable, no flag.
fn nothing() -> (TempDir, Inputs) {
    let folder = tempfile::tempdir().unwrap();
    let inputs = Inputs {
        config_dir: Some(folder.path().to_owned()),
        ..Inputs::default()
    };
    (folder, inputs)
}

fn environment(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs
        .iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

fn flag(flag: &str, key: &str, value: &str) -> FlagSetting {
    FlagSetting {
        flag: flag.to_owned(),
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

fn load_environment(pairs: &[(&str, &str)]) -> Result<Effective, Faults> {
    let (_folder, mut inputs) = nothing();
    inputs.environment = environment(pairs);
    Effective::load(&inputs)
}

/// The one fault that these variables cause.
fn fault(pairs: &[(&str, &str)]) -> String {
    let Faults(faults) = load_environment(pairs).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults[0].to_string()
}

#[test]
fn without_any_configuration_everything_has_its_default() {
    let effective = load_environment(&[]).unwrap();
    let settings = &effective.settings;
    assert_eq!(
        (settings.server.host.as_str(), settings.server.port),
        ("127.0.0.1", 8000)
    );
    assert_eq!(settings.server.public_url_at(8000), "http://127.0.0.1:8000");
    assert_eq!(
        settings.database.url,
        DatabaseUrl::Sqlite("data/linedesk.db".into())
    );
    assert_eq!(
        settings.auth.signing_key_file.as_deref(),
        Some(Path::new("data/signing.key"))
    );
    assert_eq!(settings.auth.access_lifetime, Duration::from_mins(10));
    assert_eq!(settings.auth.refresh_lifetime, Duration::from_hours(7 * 24));
    assert_eq!(settings.storage.max_upload, 25 * 1024 * 1024);
    assert_eq!(
        settings.tickets.reopen_window,
        Duration::from_hours(30 * 24)
    );
    assert_eq!(settings.dialects.mounts.isp.path, "/api/v1");
    assert!(settings.bootstrap.admin_password.is_none());
}

#[test]
fn a_larger_program_gives_settings_by_key_and_hears_of_all_that_are_wrong() {
    let settings = Settings::given(&[
        ("storage.dir", "desk"),
        ("server.public_url", "https://portal.example.net"),
    ])
    .unwrap();
    assert_eq!(
        settings.database.url,
        DatabaseUrl::Sqlite("desk/linedesk.db".into())
    );
    let wrong = Settings::given(&[("storage.dirr", "desk"), ("auth.bcrypt_cost", "40")]);
    let Faults(faults) = wrong.unwrap_err();
    let keys: Vec<_> = faults.iter().map(|fault| fault.key.as_deref()).collect();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(keys.contains(&Some("storage.dirr")) && keys.contains(&Some("auth.bcrypt_cost")));
    assert!(faults.iter().all(|fault| fault.origin == Origin::Program));
}

#[test]
fn later_sources_win_over_earlier_ones() {
    let (folder, mut inputs) = nothing();
    let port = |inputs: &Inputs| Effective::load(inputs).unwrap().settings.server.port;
    fs::write(folder.path().join("default.toml"), "[server]\nport = 1\n").unwrap();
    assert_eq!(port(&inputs), 1);
    fs::write(folder.path().join("staging.toml"), "[server]\nport = 2\n").unwrap();
    inputs.environment = environment(&[("LINEDESK_PROFILE", "staging")]);
    assert_eq!(port(&inputs), 2);
    fs::write(folder.path().join("live.toml"), "server.port = 3\n").unwrap();
    inputs.profile = Some("live".to_owned());
    assert_eq!(port(&inputs), 3);
    inputs
        .environment
        .extend(environment(&[("LINEDESK__SERVER__PORT", "4")]));
    assert_eq!(port(&inputs), 4);
    inputs.flags.push(flag("--port", "server.port", "5"));
    assert_eq!(port(&inputs), 5);
}

#[test]
fn the_data_folder_moves_what_is_kept_in_it_unless_that_is_set() {
    let (_folder, mut inputs) = nothing();
    inputs
        .flags
        .push(flag("--data-dir", "storage.dir", "/srv/desk"));
    let settings = Effective::load(&inputs).unwrap().settings;
    assert_eq!(
        settings.database.url.to_string(),
        "sqlite:///srv/desk/linedesk.db"
    );
    assert_eq!(
        settings.auth.signing_key_file.as_deref(),
        Some(Path::new("/srv/desk/signing.key"))
    );
    inputs
        .flags
        .push(flag("--database-url", "database.url", "sqlite://x.db"));
    assert_eq!(
        Effective::load(&inputs)
            .unwrap()
            .settings
            .database
            .url
            .to_string(),
        "sqlite://x.db"
    );
}

#[test]
fn an_unknown_key_names_its_source_and_what_was_meant() {
    let (folder, mut inputs) = nothing();
    let file = folder.path().join("default.toml");
    fs::write(&file, "[server]\nprot = 1\n\n[sever]\n").unwrap();
    inputs.environment = environment(&[
        ("LINEDESK__VAULT__PASSWORD", "hunter22"),
        ("LINEDESK__SERVER", "x"),
    ]);
    inputs.flags.push(flag("--set", "log.levle", "info"));
    let Faults(faults) = Effective::load(&inputs).unwrap_err();
    let texts: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "log.levle (flag --set): unknown key; did you mean log.level?".to_owned(),
            "server (environment variable LINEDESK__SERVER): this is a section, not a setting"
                .to_owned(),
            format!(
                "server.prot ({}): unknown key; did you mean server.port?",
                file.display()
            ),
            format!("sever ({}): unknown section", file.display()),
            "vault.password (environment variable LINEDESK__VAULT__PASSWORD): unknown key"
                .to_owned(),
        ]
    );
}

#[test]
fn all_faults_are_told_at_once() {
    let (folder, mut inputs) = nothing();
    fs::write(
        folder.path().join("default.toml"),
        "[server]\nport = \"9000\"\nhost = 7\n[auth]\nbcrypt_cost = 1\n",
    )
    .unwrap();
    inputs.environment = environment(&[
        ("LINEDESK__SERVER__WORKERS", "many"),
        ("LINEDESK__TICKETS__TIMEZONE", "Mars/Base"),
        ("LINEDESK__LOG__LEVEL", "inof"),
        ("LINEDESK__STORAGE__MAX_UPLOAD", "25MB"),
        ("LINEDESK__DATABASE__MIGRATE_ON_START", "yes"),
        ("LINEDESK__SERVER__TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
        (
            "LINEDESK__KNOWLEDGE__IMAGE_HOSTS",
            "cdn.example.net:8443, https://cdn",
        ),
    ]);
    let Faults(faults) = Effective::load(&inputs).unwrap_err();
    assert_eq!(faults.len(), 10, "{faults:#?}");
    let text = Faults(faults).to_string();
    let at = folder.path().join("default.toml");
    for wanted in [
        format!("server.port ({}): expected a whole number without quotes, found text", at.display()),
        format!("server.host ({}): expected text in quotes, found a number", at.display()),
        "server.workers (environment variable LINEDESK__SERVER__WORKERS): \"many\" is not a whole number".to_owned(),
        "server.trusted_proxies (environment variable LINEDESK__SERVER__TRUSTED_PROXIES): \"proxy\" is not".to_owned(),
        "knowledge.image_hosts (environment variable LINEDESK__KNOWLEDGE__IMAGE_HOSTS): \"https://cdn\" is not a host".to_owned(),
    ] {
        assert!(text.contains(&wanted), "{wanted}\nin\n{text}");
    }
}

#[test]
fn a_file_that_is_not_toml_says_where_without_its_content() {
    let (folder, inputs) = nothing();
    fs::write(
        folder.path().join("default.toml"),
        "[bootstrap]\nadmin_password = \"hunter22\n",
    )
    .unwrap();
    let text = Effective::load(&inputs).unwrap_err().to_string();
    assert!(
        text.contains("default.toml: TOML parse error at line 2"),
        "{text}"
    );
    assert!(!text.contains("hunter22"), "{text}");
}

#[test]
fn show_tells_where_each_value_comes_from_and_is_toml() {
    let (folder, mut inputs) = nothing();
    let file = folder.path().join("default.toml");
    fs::write(&file, "[log]\nformat = \"json\"\n").unwrap();
    inputs.environment = environment(&[("LINEDESK__SERVER__TRUSTED_PROXIES", "10.0.0.0/8,::1")]);
    inputs.flags.push(flag("--port", "server.port", "9000"));
    let shown = Effective::load(&inputs).unwrap().to_string();
    let origin = |line: &str| {
        let found = shown
            .lines()
            .find(|shown| shown.starts_with(line))
            .unwrap_or_else(|| panic!("{line} in\n{shown}"));
        found.rsplit_once("  # ").unwrap().1.to_owned()
    };
    assert_eq!(origin("server.port = 9000 "), "flag --port");
    assert_eq!(
        origin("server.public_url = \"http://127.0.0.1:9000\""),
        "from server.host and server.port"
    );
    assert_eq!(origin("log.format = \"json\""), file.display().to_string());
    assert_eq!(
        origin("server.trusted_proxies = [\"10.0.0.0/8\", \"::1\"]"),
        "environment variable LINEDESK__SERVER__TRUSTED_PROXIES"
    );
    assert_eq!(origin("auth.open_registration = true"), "built-in default");
    assert_eq!(origin("# bootstrap.admin_password ="), "not set");
    // What was shown, given again, is the same.
    fs::write(&file, &shown).unwrap();
    assert_eq!(
        Effective::load(&Inputs {
            flags: Vec::new(),
            environment: Vec::new(),
            ..inputs
        })
        .unwrap()
        .settings
        .server
        .port,
        9000
    );
}

#[test]
fn values_that_do_not_make_sense_are_refused() {
    for (name, value) in [
        ("SERVER__PORT", "65536"),
        ("SERVER__PORT", ""),
        ("SERVER__HOST", "127.0.0.1:80"),
        ("SERVER__HOST", "999.1.1.1"),
        ("SERVER__PUBLIC_URL", "desk.example.net"),
        ("SERVER__PUBLIC_URL", "https://desk.example.net/"),
        ("AUTH__ACCESS_LIFETIME", "600"),
        ("AUTH__ACCESS_LIFETIME", "0s"),
        ("AUTH__REFRESH_LIFETIME", "5m"),
        ("DIALECTS__ISP__MOUNT", "api"),
        ("DIALECTS__ISP__MOUNT", "/api/"),
        ("DIALECTS__ISP__MOUNT", "/a//b"),
        ("DIALECTS__ISP__MOUNT", "/../x"),
        ("DIALECTS__ISP__MOUNT", "/docs/api"),
        ("DIALECTS__ISP__MOUNT", "/auth"),
        ("DIALECTS__CRM__MOUNT", "/api/v1"),
        ("DIALECTS__SIMPLE__MOUNT", "/maintenance/tickets"),
        ("DIALECTS__MAINTENANCE__MOUNT", "/api/ticket"),
        ("DIALECTS__SIMPLE__ACCESS", "open"),
        ("DATABASE__POOL_SIZE", "0"),
        ("DATABASE__WRITERS", "65"),
        ("DATABASE__CONNECT_TIMEOUT", "0s"),
        ("DATABASE__STATEMENT_TIMEOUT", "10"),
        ("DATABASE__LOCK_TIMEOUT", "1d"),
        ("DATABASE__QUEUE_WAIT", "fast"),
        ("DATABASE__URL", "postgres://db:port/desk"),
        ("DATABASE__READ_URL", "sqlite://x.db"),
        ("DATABASE__READ_URL", "postgres://replica/desk"),
        ("BOOTSTRAP__ADMIN_EMAIL", "nobody"),
        ("BOOTSTRAP__ADMIN_USERNAME", "System"),
        ("BOOTSTRAP__ADMIN_USERNAME", "аdmin"),
        ("TICKETS__TIMEZONE", "localtime"),
        ("TICKETS__DELETED_RETENTION", "23h"),
        ("TICKETS__DELETED_RETENTION", "36501d"),
        ("TICKETS__DELETED_RETENTION", "never"),
        ("LOG__FORMAT", "xml"),
    ] {
        let variable = format!("LINEDESK__{name}");
        let text = fault(&[(&variable, value)]);
        assert!(text.contains(&variable), "{text}");
    }
}

#[test]
fn an_empty_value_means_not_set_where_that_is_possible() {
    let pairs = [
        ("LINEDESK__BOOTSTRAP__ADMIN_PASSWORD", ""),
        ("LINEDESK__SERVER__PUBLIC_URL", ""),
    ];
    let settings = load_environment(&pairs).unwrap().settings;
    assert!(settings.bootstrap.admin_password.is_none() && settings.server.public_url.is_none());
}

#[test]
fn a_profile_or_folder_that_is_not_there_is_a_fault() {
    let (folder, mut inputs) = nothing();
    inputs.profile = Some("live".to_owned());
    assert!(
        Effective::load(&inputs)
            .unwrap_err()
            .to_string()
            .contains("flag --profile: there is no")
    );
    inputs.profile = Some("../live".to_owned());
    assert!(
        Effective::load(&inputs)
            .unwrap_err()
            .to_string()
            .contains("is not a profile name")
    );
    inputs.profile = None;
    inputs.config_dir = Some(folder.path().join("none"));
    assert!(
        Effective::load(&inputs)
            .unwrap_err()
            .to_string()
            .contains("flag --config-dir")
    );
}

#[test]
fn other_variables_are_left_alone() {
    assert!(load_environment(&[("LINEDESK_PORT", "tcp://10.0.0.1:80"), ("PATH", "/bin")]).is_ok());
}

#[test]
fn the_simple_api_is_not_opened_to_others_by_accident() {
    let public = ("LINEDESK__SERVER__HOST", "0.0.0.0");
    let anonymous = ("LINEDESK__DIALECTS__SIMPLE__ACCESS", "anonymous");
    let text = fault(&[public, anonymous]);
    assert!(text.starts_with("dialects.simple.access ("), "{text}");
    assert!(
        text.contains("dialects.simple.allow_public = true"),
        "{text}"
    );
    let meant = ("LINEDESK__DIALECTS__SIMPLE__ALLOW_PUBLIC", "true");
    let off = ("LINEDESK__DIALECTS__SIMPLE__ENABLED", "false");
    for (pairs, is_open) in [
        (&[anonymous][..], true),
        (&[public], false),
        (&[public, anonymous, meant], true),
        (&[public, anonymous, off], false),
    ] {
        let settings = load_environment(pairs).unwrap().settings;
        let is_loopback = settings.server.host == "127.0.0.1";
        let open = settings.dialects.simple_is_open(is_loopback).unwrap();
        assert_eq!(open, is_open, "{pairs:?}");
    }
}

#[test]
fn mounts_that_hide_each_other_are_named() {
    let text = fault(&[("LINEDESK__DIALECTS__CRM__MOUNT", "/tickets/crm")]);
    assert!(text.starts_with("dialects.crm.mount ("), "{text}");
    assert!(
        text.contains("dialects.simple.mount is \"/tickets\""),
        "{text}"
    );
}
