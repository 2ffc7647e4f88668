//! Mail, SMS and webhooks: what may be left out, and what goes together.

use std::path::Path;
use std::time::Duration;

use super::{fault, load_environment};
use crate::config::{Faults, SmsAuth, SmsFormat, SmtpTls};

const HOST: (&str, &str) = ("LINEDESK__SMTP__HOST", "smtp.example.net");
const FROM: (&str, &str) = ("LINEDESK__SMTP__FROM", "Desk <desk@example.net>");
const GATEWAY: (&str, &str) = (
    "LINEDESK__SMS__URL",
    "https://sms.example.net/?key=hunter22",
);

#[test]
fn nothing_has_to_be_set() {
    let settings = load_environment(&[]).unwrap().settings;
    assert!(settings.notifications.enabled);
    let templates = &settings.notifications.templates;
    assert_eq!(templates, Path::new("data/templates"));
    assert_eq!(settings.smtp.host, None);
    assert!(settings.smtp.account.is_none());
    assert_eq!(settings.smtp.timeout, Duration::from_secs(10));
    assert!(settings.sms.url.is_none());
    assert_eq!(
        (settings.sms.auth, settings.sms.format),
        (SmsAuth::Bearer, SmsFormat::Json)
    );
    assert!(!settings.webhooks.allow_http && settings.webhooks.allowed_networks.is_empty());
    assert_eq!(settings.webhooks.timeout, Duration::from_secs(15));
}

#[test]
fn the_port_follows_from_the_way() {
    for (tls, expected, port) in [
        ("none", SmtpTls::None, 25),
        ("starttls", SmtpTls::StartTls, 587),
        ("tls", SmtpTls::Tls, 465),
    ] {
        let set = [HOST, FROM, ("LINEDESK__SMTP__TLS", tls)];
        let smtp = load_environment(&set).unwrap().settings.smtp;
        assert_eq!((smtp.tls, smtp.port), (expected, port));
        let set = [
            HOST,
            FROM,
            ("LINEDESK__SMTP__TLS", tls),
            ("LINEDESK__SMTP__PORT", "2525"),
        ];
        assert_eq!(load_environment(&set).unwrap().settings.smtp.port, 2525);
    }
}

#[test]
fn what_does_not_go_together_is_refused() {
    let name = ("LINEDESK__SMTP__USERNAME", "desk");
    let password = ("LINEDESK__SMTP__PASSWORD", "hunter22");
    let clear = ("LINEDESK__SMTP__TLS", "none");
    let basic = ("LINEDESK__SMS__AUTH", "basic");
    for (set, told) in [
        (vec![HOST], "smtp.from"),
        (vec![HOST, FROM, name], "smtp.username"),
        (vec![HOST, FROM, password], "smtp.password"),
        (vec![HOST, FROM, name, password, clear], "smtp.tls"),
        (vec![("LINEDESK__SMTP__TLS", "maybe")], "smtp.tls"),
        (vec![("LINEDESK__SMTP__TIMEOUT", "5m")], "smtp.timeout"),
        (vec![GATEWAY], "sms.token"),
        (
            vec![GATEWAY, basic, ("LINEDESK__SMS__TOKEN", "hunter22")],
            "sms.token",
        ),
        (vec![("LINEDESK__SMS__URL", "hunter22")], "sms.url"),
        (vec![("LINEDESK__SMS__AUTH", "header:")], "sms.auth"),
        (
            vec![("LINEDESK__SMS__COUNTRY_CODE", "049")],
            "sms.country_code",
        ),
        (
            vec![("LINEDESK__WEBHOOKS__ALLOWED_NETWORKS", "10.0.0.0/99")],
            "webhooks.allowed_networks",
        ),
    ] {
        let text = fault(&set);
        assert!(text.starts_with(told), "{set:?}: {text}");
        assert!(!text.contains("hunter"), "{text}");
    }
    let here = ("LINEDESK__SMTP__HOST", "127.0.0.1");
    let local = load_environment(&[here, clear, name, password]).map_err(|Faults(faults)| faults);
    assert!(local.unwrap().settings.smtp.account.is_some());
}

#[test]
fn secrets_of_other_services_are_not_shown() {
    let effective = load_environment(&[
        HOST,
        FROM,
        ("LINEDESK__SMTP__USERNAME", "desk"),
        ("LINEDESK__SMTP__PASSWORD", "hunter22"),
        GATEWAY,
        ("LINEDESK__SMS__TOKEN", "hunter33"),
    ])
    .unwrap();
    let shown = effective.to_string();
    for line in [
        "smtp.password = \"********\"",
        "sms.url = \"https://sms.example.net/?********\"",
        "sms.token = \"********\"",
    ] {
        assert!(shown.contains(line), "{line} in\n{shown}");
    }
    assert!(!format!("{shown}{effective:?}").contains("hunter"));
}
