//! Takes each section out of what was given.

use std::path::Path;
use std::time::Duration;

use super::{
    Auth, Bootstrap, Database, Dialects, Http, Knowledge, Limits, Log, Notifications, Server,
    Settings, Sms, Smtp, Storage, Tickets, Webhooks,
};
use crate::config::database_url::{DatabaseUrl, PostgresUrl};
use crate::config::fault::Origin;
use crate::config::parse::{self, DAY};
use crate::config::reader::{Kind, Noted, Reader};
use crate::config::secret::MASK;

impl Settings {
    /// Every section is read before any is missed, so that all faults are found.
    pub(in crate::config) fn read(r: &mut Reader) -> Result<Self, Noted> {
        let server = Server::read(r);
        let http = Http::read(r);
        let storage = Storage::read(r);
        let dir = storage
            .as_ref()
            .map(|storage| storage.dir.clone())
            .unwrap_or_default();
        let database = Database::read(r, &dir);
        let shared = matches!(&database, Ok(database) if database.is_shared());
        let auth = Auth::read(r, &dir, shared);
        let bootstrap = Bootstrap::read(r);
        let host = server.as_ref().ok().map(|server| server.host.as_str());
        let dialects = Dialects::read(r, host);
        let tickets = Tickets::read(r);
        let knowledge = Knowledge::read(r);
        let notifications = Notifications::read(r, &dir);
        let smtp = Smtp::read(r);
        let sms = Sms::read(r);
        let webhooks = Webhooks::read(r);
        let limits = Limits::read(r);
        let log = Log::read(r);
        Ok(Self {
            server: server?,
            http: http?,
            database: database?,
            storage: storage?,
            auth: auth?,
            bootstrap: bootstrap?,
            dialects: dialects?,
            tickets: tickets?,
            knowledge: knowledge?,
            notifications: notifications?,
            smtp: smtp?,
            sms: sms?,
            webhooks: webhooks?,
            limits: limits?,
            log: log?,
        })
    }
}

impl Server {
    fn read(r: &mut Reader) -> Result<Self, Noted> {
        let host = r.value("server.host", Kind::Text, parse::host);
        let port = r.value("server.port", Kind::Number, parse::whole(0..=u16::MAX));
        let public_url = r.optional("server.public_url", Kind::Text, parse::public_url);
        let workers = r.value("server.workers", Kind::Number, parse::whole(0..=1024_usize));
        let trusted_proxies = r.list("server.trusted_proxies", parse::network);
        let server = Self {
            host: host?,
            port: port?,
            public_url: public_url?,
            workers: workers?,
            trusted_proxies: trusted_proxies?,
        };
        if server.public_url.is_none() {
            let url = format!("{:?}", server.public_url_at(server.port));
            r.show(
                "server.public_url",
                Some(url),
                Origin::Derived("server.host and server.port"),
            );
        }
        Ok(server)
    }
}

impl Http {
    fn read(r: &mut Reader) -> Result<Self, Noted> {
        let patience = parse::duration(Duration::from_secs(1)..=Duration::from_hours(1));
        let send_timeout = r.value("http.send_timeout", Kind::Text, patience);
        let send_memory = r.value("http.send_memory", Kind::Size, parse::size);
        let cors_origins = r.list("http.cors_origins", parse::origin);
        Ok(Self {
            send_timeout: send_timeout?,
            send_memory: send_memory?,
            cors_origins: cors_origins?,
        })
    }
}

impl Database {
    fn read(r: &mut Reader, dir: &Path) -> Result<Self, Noted> {
        let url = r.secret("database.url", parse::database_url, DatabaseUrl::to_string);
        let url = url.map(|given| {
            given.unwrap_or_else(|| {
                let url = DatabaseUrl::inside(dir);
                r.show(
                    "database.url",
                    Some(format!("{:?}", url.to_string())),
                    Origin::Derived("storage.dir"),
                );
                url
            })
        });
        let read_url = r.secret(
            "database.read_url",
            parse::replica_url,
            PostgresUrl::to_string,
        );
        match (&url, &read_url) {
            (_, Ok(None)) => r.show("database.read_url", None, Origin::Nowhere),
            (Ok(DatabaseUrl::Sqlite(_)), Ok(Some(_))) => r.refuse(
                "database.read_url",
                "goes with a database.url of PostgreSQL only".to_owned(),
            ),
            _ => {}
        }
        let connections = || parse::whole(1..=64_usize);
        let pool_size = r.value("database.pool_size", Kind::Number, connections());
        let writers = r.value("database.writers", Kind::Number, connections());
        let patience = || parse::duration(Duration::from_secs(1)..=Duration::from_mins(5));
        let connect_timeout = r.value("database.connect_timeout", Kind::Text, patience());
        let statement_timeout = r.value("database.statement_timeout", Kind::Text, patience());
        let lock_timeout = r.value("database.lock_timeout", Kind::Text, patience());
        let queue_wait = r.value("database.queue_wait", Kind::Text, patience());
        let migrate_on_start = r.value("database.migrate_on_start", Kind::Switch, parse::switch);
        Ok(Self {
            url: url?,
            read_url: read_url?,
            pool_size: pool_size?,
            writers: writers?,
            connect_timeout: connect_timeout?,
            statement_timeout: statement_timeout?,
            lock_timeout: lock_timeout?,
            queue_wait: queue_wait?,
            migrate_on_start: migrate_on_start?,
        })
    }
}

impl Auth {
    /// `shared`: with a database that several servers may use, which keeps their one key.
    fn read(r: &mut Reader, dir: &Path, shared: bool) -> Result<Self, Noted> {
        let open_registration = r.value("auth.open_registration", Kind::Switch, parse::switch);
        let access = r.value(
            "auth.access_lifetime",
            Kind::Text,
            parse::duration(Duration::from_secs(1)..=DAY),
        );
        let refresh = r.value(
            "auth.refresh_lifetime",
            Kind::Text,
            parse::duration(Duration::from_secs(1)..=DAY * 365),
        );
        let key_file = r
            .optional("auth.signing_key_file", Kind::Text, parse::path)
            .map(|given| {
                const KEY: &str = "auth.signing_key_file";
                if given.is_some() {
                    return given;
                }
                if shared {
                    let from = Origin::Derived("database.url: the key is in the database");
                    r.show(KEY, None, from);
                    return None;
                }
                let file = dir.join("signing.key");
                let shown = format!("{:?}", file.display().to_string());
                r.show(KEY, Some(shown), Origin::Derived("storage.dir"));
                Some(file)
            });
        let bcrypt_cost = r.value("auth.bcrypt_cost", Kind::Number, parse::whole(4..=16_u32));
        if let (Ok(access), Ok(refresh)) = (access, refresh)
            && refresh < access
        {
            r.refuse(
                "auth.refresh_lifetime",
                "shorter than auth.access_lifetime".to_owned(),
            );
        }
        Ok(Self {
            open_registration: open_registration?,
            access_lifetime: access?,
            refresh_lifetime: refresh?,
            signing_key_file: key_file?,
            bcrypt_cost: bcrypt_cost?,
        })
    }
}

impl Bootstrap {
    fn read(r: &mut Reader) -> Result<Self, Noted> {
        let admin_username = r.value("bootstrap.admin_username", Kind::Text, parse::user_name);
        let admin_email = r.value("bootstrap.admin_email", Kind::Text, parse::email);
        let (name, email) = (admin_username.as_deref().ok(), admin_email.as_deref().ok());
        let password = parse::password(name, email);
        let admin_password = r.secret("bootstrap.admin_password", password, |_| MASK.to_owned());
        if matches!(admin_password, Ok(None)) {
            r.show("bootstrap.admin_password", None, Origin::Nowhere);
        }
        Ok(Self {
            admin_username: admin_username?,
            admin_password: admin_password?,
            admin_email: admin_email?,
        })
    }
}

impl Tickets {
    fn read(r: &mut Reader) -> Result<Self, Noted> {
        let window = r.value(
            "tickets.reopen_window",
            Kind::Text,
            parse::duration(Duration::ZERO..=DAY * 36_500),
        );
        let retention = r.value(
            "tickets.deleted_retention",
            Kind::Text,
            parse::retention(DAY..=DAY * 36_500),
        );
        let timezone = r.value("tickets.timezone", Kind::Text, parse::timezone);
        Ok(Self {
            reopen_window: window?,
            deleted_retention: retention?,
            timezone: timezone?,
        })
    }
}

impl Knowledge {
    fn read(r: &mut Reader) -> Result<Self, Noted> {
        Ok(Self {
            image_hosts: r.list("knowledge.image_hosts", parse::host_and_port)?,
        })
    }
}

impl Limits {
    fn read(r: &mut Reader) -> Result<Self, Noted> {
        let account = r.value(
            "limits.login_account_failures",
            Kind::Number,
            parse::whole(1..=1_000_000_u32),
        );
        let address = r.value(
            "limits.login_address_failures",
            Kind::Number,
            parse::whole(1..=1_000_000_u32),
        );
        let window = r.value(
            "limits.login_window",
            Kind::Text,
            parse::duration(Duration::from_secs(1)..=DAY),
        );
        Ok(Self {
            login_account_failures: account?,
            login_address_failures: address?,
            login_window: window?,
        })
    }
}

impl Log {
    fn read(r: &mut Reader) -> Result<Self, Noted> {
        let level = r.value("log.level", Kind::Text, parse::log_level);
        let format = r.value("log.format", Kind::Text, parse::log_format);
        Ok(Self {
            level: level?,
            format: format?,
        })
    }
}
