//! The APIs: which there are, where, and who may use the simple one.

use std::net::IpAddr;

use linedesk_web::{Dialect, Mount, Mounts};

use crate::config::fault::Origin;
use crate::config::parse;
use crate::config::reader::{Kind, Noted, Reader};

/// The APIs.
#[derive(Debug, Clone)]
pub struct Dialects {
    /// Which there are, and where.
    pub mounts: Mounts,
    /// The simple API's own settings.
    pub simple: Simple,
}

/// The simple API, whose document knows no sign-in.
#[derive(Debug, Clone, Copy)]
pub struct Simple {
    /// Who may use it.
    pub access: Access,
    /// Whether `anonymous` is meant even where others than this machine reach it.
    pub allow_public: bool,
    /// Whether people are told of tickets that were made without signing in.
    pub notify: bool,
}

/// Who may use the simple API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody where only this machine reaches it, whoever has a token elsewhere.
    Auto,
    /// Anybody.
    Anonymous,
    /// Whoever has a token.
    Token,
}

/// The key whose value may not be `anonymous` everywhere.
const ACCESS: &str = "dialects.simple.access";

impl Dialects {
    /// Whether the simple API serves people who have not signed in.
    ///
    /// # Errors
    /// Where that is asked for on an address that others reach, and not said to be meant.
    pub fn simple_is_open(&self, is_loopback: bool) -> Result<bool, OpenToAll> {
        if !self.mounts.simple.is_enabled {
            return Ok(false);
        }
        match self.simple.access {
            Access::Token => Ok(false),
            Access::Auto => Ok(is_loopback),
            Access::Anonymous if is_loopback || self.simple.allow_public => Ok(true),
            Access::Anonymous => Err(OpenToAll),
        }
    }

    /// `host`: where the server listens, if that is known already.
    pub(super) fn read(r: &mut Reader, host: Option<&str>) -> Result<Self, Noted> {
        let isp = mount(r, "dialects.isp.enabled", "dialects.isp.mount");
        let crm = mount(r, "dialects.crm.enabled", "dialects.crm.mount");
        let helpdesk = mount(r, "dialects.helpdesk.enabled", "dialects.helpdesk.mount");
        let simple = mount(r, "dialects.simple.enabled", "dialects.simple.mount");
        let maintenance = mount(
            r,
            "dialects.maintenance.enabled",
            "dialects.maintenance.mount",
        );
        let settings = Simple::read(r);
        let mounts = Mounts {
            isp: isp?,
            crm: crm?,
            helpdesk: helpdesk?,
            simple: simple?,
            maintenance: maintenance?,
        };
        if let Some((inner, outer)) = mounts.clash() {
            refuse_clash(r, &mounts, inner, outer);
        }
        let dialects = Self {
            mounts,
            simple: settings?,
        };
        // A name is looked up when the server starts, an address can be judged now.
        let address = host.and_then(|host| host.parse::<IpAddr>().ok());
        if let Some(address) = address
            && let Err(refused) = dialects.simple_is_open(address.to_canonical().is_loopback())
        {
            r.refuse(ACCESS, refused.to_string());
        }
        Ok(dialects)
    }
}

/// Somebody would open the simple API to everybody without saying that it is meant.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error(
    "\"anonymous\" on an address that is not loopback would let anybody read, change and delete the tickets of the \
     simple API; choose \"token\", or say that it is meant with dialects.simple.allow_public = true"
)]
pub struct OpenToAll;

impl OpenToAll {
    /// The setting that asks for it.
    pub const KEY: &'static str = ACCESS;
}

impl Simple {
    fn read(r: &mut Reader) -> Result<Self, Noted> {
        let access = r.value(ACCESS, Kind::Text, parse::access);
        let allow_public = r.value("dialects.simple.allow_public", Kind::Switch, parse::switch);
        let notify = r.value("dialects.simple.notify", Kind::Switch, parse::switch);
        Ok(Self {
            access: access?,
            allow_public: allow_public?,
            notify: notify?,
        })
    }
}

/// Names the one of two mounts that somebody has set.
fn refuse_clash(r: &mut Reader, mounts: &Mounts, inner: Dialect, outer: Dialect) {
    let key = |dialect: Dialect| format!("dialects.{}.mount", dialect.name());
    let (wrong, other) = match r.origin(&key(inner)) {
        Origin::BuiltIn => (outer, inner),
        _ => (inner, outer),
    };
    let (key, other, path) = (key(wrong), key(other), &mounts.of(other).path);
    let message = format!("hides paths of another API, or has its own hidden: {other} is {path:?}");
    r.refuse(&key, message);
}

fn mount(r: &mut Reader, enabled: &'static str, path: &'static str) -> Result<Mount, Noted> {
    let is_enabled = r.value(enabled, Kind::Switch, parse::switch);
    let path = r.value(path, Kind::Text, parse::mount);
    Ok(Mount {
        is_enabled: is_enabled?,
        path: path?,
    })
}
