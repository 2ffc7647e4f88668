//! The couriers as the settings have them.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use jiff::SignedDuration;
use linedesk_app::notifications::NotificationSettings;
use linedesk_domain::notice::Gathering;
use linedesk_notify::{
    MailOptions, MailWay, Notifier, NotifyOptions, SmsAuth, SmsContent, SmsOptions, SmtpOptions,
    SmtpTls, TargetRules, WebhookOptions,
};

use crate::config::{self, Secret, Settings, Sms, SmsFormat, Smtp, Webhooks};

/// Makes them ready: reads the templates and certificates, connects to nothing.
///
/// # Errors
/// When something that they need cannot be read, or is wrong.
pub fn open(settings: &Settings) -> anyhow::Result<Notifier> {
    let options = NotifyOptions {
        mail: MailOptions {
            from: settings.smtp.from.clone(),
            way: match &settings.smtp.host {
                Some(host) => MailWay::Smtp(smtp(host, &settings.smtp)?),
                None => MailWay::Folder(settings.storage.dir.join("mail")),
            },
        },
        sms: settings.sms.url.as_ref().map(|url| sms(url, &settings.sms)),
        webhooks: webhooks(&settings.webhooks)?,
        templates: Some(settings.notifications.templates.clone()),
    };
    Notifier::new(options).context("cannot set up notifications")
}

/// What notifications say of this installation.
pub fn notification_settings(settings: &Settings) -> NotificationSettings {
    let url = settings.server.public_url_at(settings.server.port);
    let told = &settings.notifications;
    let helpdesk = &settings.dialects.mounts.helpdesk;
    let ticket_url = || format!("{url}{}/ticket/{{number}}", helpdesk.path);
    let password_url = || format!("{url}/password?uid={{uid}}&token={{token}}");
    let survey_url = || format!("{url}/survey?token={{token}}");
    NotificationSettings {
        enabled: told.enabled,
        ticket_url: told
            .ticket_url
            .clone()
            .or_else(|| helpdesk.is_enabled.then(ticket_url)),
        password_url: told.password_url.clone().unwrap_or_else(password_url),
        survey_url: told
            .survey
            .then(|| told.survey_url.clone().unwrap_or_else(survey_url)),
        tells_anonymous: settings.dialects.simple.notify,
        gathering: gathering(told),
    }
}

fn gathering(told: &config::Notifications) -> Option<Gathering> {
    let window = SignedDuration::try_from(told.digest_window).ok()?;
    let singly = told.digest_after;
    (!window.is_zero()).then_some(Gathering { singly, window })
}

fn smtp(host: &str, smtp: &Smtp) -> anyhow::Result<SmtpOptions> {
    let account = smtp.account.as_ref();
    Ok(SmtpOptions {
        host: host.to_owned(),
        port: smtp.port,
        tls: match smtp.tls {
            config::SmtpTls::None => SmtpTls::None,
            config::SmtpTls::StartTls => SmtpTls::StartTls,
            config::SmtpTls::Tls => SmtpTls::Tls,
        },
        authorities: authorities("smtp.ca_file", smtp.ca_file.as_deref())?,
        credentials: account.map(|(name, password)| (name.clone(), password.expose().to_owned())),
        timeout: smtp.timeout,
        pool_size: smtp.pool_size,
    })
}

fn sms(url: &Secret, sms: &Sms) -> SmsOptions {
    let token = sms.token.as_ref().map_or("", Secret::expose);
    SmsOptions {
        url: url.expose().to_owned(),
        auth: match &sms.auth {
            config::SmsAuth::None => SmsAuth::None,
            config::SmsAuth::Bearer => SmsAuth::Bearer(token.to_owned()),
            config::SmsAuth::Basic => {
                let (user, password) = token.split_once(':').unwrap_or((token, ""));
                SmsAuth::Basic {
                    user: user.to_owned(),
                    password: password.to_owned(),
                }
            }
            config::SmsAuth::Header(name) => SmsAuth::Header {
                name: name.clone(),
                value: token.to_owned(),
            },
        },
        from: sms.from.clone(),
        content: match sms.format {
            SmsFormat::Json => SmsContent::Json,
            SmsFormat::Form => SmsContent::Form,
        },
        body: sms.body.clone(),
        country: sms.country_code.clone(),
        timeout: sms.timeout,
    }
}

fn webhooks(webhooks: &Webhooks) -> anyhow::Result<WebhookOptions> {
    let networks = webhooks.allowed_networks.clone();
    Ok(WebhookOptions {
        rules: TargetRules {
            allow_http: webhooks.allow_http,
            allowed: Arc::new(move |address| {
                networks.iter().any(|network| network.contains(address))
            }),
        },
        authorities: authorities("webhooks.ca_file", webhooks.ca_file.as_deref())?,
        timeout: webhooks.timeout,
    })
}

/// The certificates in the file that a setting names.
pub(crate) fn authorities(key: &str, file: Option<&Path>) -> anyhow::Result<Option<Vec<u8>>> {
    let read = |file: &Path| {
        fs::read(file).with_context(|| format!("{key}: cannot read {}", file.display()))
    };
    file.map(read).transpose()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use linedesk_ports::couriers::Couriers as _;

    use super::*;
    use crate::config::{Effective, Inputs};

    fn settings(pairs: &[(&str, &str)]) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let environment: Vec<(OsString, OsString)> = pairs
            .iter()
            .map(|(name, value)| (format!("LINEDESK__{name}").into(), value.into()))
            .collect();
        let inputs = Inputs {
            config_dir: Some(folder.path().to_owned()),
            environment,
            ..Inputs::default()
        };
        let effective = Effective::load(&inputs).map_err(|faults| faults.to_string())?;
        Ok(effective.settings)
    }

    fn opened(pairs: &[(&str, &str)]) -> Result<Notifier, String> {
        open(&settings(pairs)?).map_err(|error| format!("{error:#}"))
    }

    fn refused(pairs: &[(&str, &str)]) -> String {
        opened(pairs).err().expect("it cannot be set up")
    }

    #[tokio::test]
    async fn the_settings_reach_the_couriers() {
        let plain = opened(&[]).unwrap();
        assert!(!plain.has_sms());
        assert!(plain.check_target("http://8.8.8.8/").is_err());
        assert!(plain.check_target("https://10.1.2.3/").is_err());
        let set = opened(&[
            ("SMTP__HOST", "smtp.example.net"),
            ("SMTP__FROM", "Desk <desk@example.net>"),
            ("SMS__URL", "https://sms.example.net/send?key=hunter22"),
            ("SMS__TOKEN", "hunter22"),
            ("WEBHOOKS__ALLOW_HTTP", "true"),
            ("WEBHOOKS__ALLOWED_NETWORKS", "10.1.0.0/16,fd00::/8"),
        ])
        .unwrap();
        assert!(set.has_sms());
        assert_eq!(set.check_target("http://10.1.2.3/"), Ok(()));
        assert_eq!(set.check_target("http://[fd00::1]/"), Ok(()));
        assert!(set.check_target("http://10.2.0.1/").is_err());
    }

    #[test]
    fn letters_lead_to_tickets_only_where_there_is_something() {
        let url = |pairs: &[(&str, &str)]| {
            let settings = settings(pairs).unwrap();
            notification_settings(&settings).ticket_url
        };
        let moved = ("DIALECTS__HELPDESK__MOUNT", "/desk");
        let off = ("DIALECTS__HELPDESK__ENABLED", "false");
        let portal = "https://portal.example.net/{number}";
        assert_eq!(
            url(&[moved]).as_deref(),
            Some("http://127.0.0.1:8000/desk/ticket/{number}")
        );
        assert_eq!(url(&[moved, off]), None);
        assert_eq!(
            url(&[off, ("NOTIFICATIONS__TICKET_URL", portal)]).as_deref(),
            Some(portal)
        );
    }

    #[test]
    fn what_cannot_work_is_told_at_the_start() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("reply.txt"), "fine\n{{ tikcet }}").unwrap();
        let templates = folder.path().to_str().unwrap();
        let error = refused(&[("NOTIFICATIONS__TEMPLATES", templates)]);
        assert!(error.contains("reply.txt, line 2"), "{error}");
        let error = refused(&[("SMTP__FROM", "nobody")]);
        assert!(error.contains("\"nobody\""), "{error}");
        let sms = ("SMS__URL", "https://sms.example.net/");
        let error = refused(&[
            sms,
            ("SMS__AUTH", "none"),
            ("SMS__BODY", r#"{"to":"{to}"}"#),
        ]);
        assert!(error.contains("{text}"), "{error}");
        let error = refused(&[("WEBHOOKS__CA_FILE", "/no/such/file")]);
        assert!(
            error.contains("webhooks.ca_file: cannot read /no/such/file"),
            "{error}"
        );
    }
}
