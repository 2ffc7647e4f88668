//! The five APIs, and where each is mounted.

use actix_web::HttpRequest;

/// One of the APIs over the same tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// The ISP portal's API.
    Isp,
    /// The CRM's API.
    Crm,
    /// The helpdesk API.
    Helpdesk,
    /// The simple API.
    Simple,
    /// The maintenance API.
    Maintenance,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 5] = [
        Self::Isp,
        Self::Crm,
        Self::Helpdesk,
        Self::Simple,
        Self::Maintenance,
    ];

    /// Its name in the settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Isp => "isp",
            Self::Crm => "crm",
            Self::Helpdesk => "helpdesk",
            Self::Simple => "simple",
            Self::Maintenance => "maintenance",
        }
    }

    /// The first parts of this dialect's paths, where they are few and known, so that other APIs can be mounted beside
    /// them; `None` where nothing else may be.
    const fn first_parts(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Helpdesk => Some(&["ticket", "comment"]),
            Self::Isp | Self::Crm | Self::Simple | Self::Maintenance => None,
        }
    }
}

/// Where a dialect is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Whether it is there at all.
    pub is_enabled: bool,
    /// The path it is under: begins with a slash and does not end with one.
    pub path: String,
}

impl Mount {
    /// There, under that path.
    pub fn at(path: &str) -> Self {
        Self {
            is_enabled: true,
            path: path.to_owned(),
        }
    }
}

/// Where all of them are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mounts {
    /// The ISP portal's API.
    pub isp: Mount,
    /// The CRM's API.
    pub crm: Mount,
    /// The helpdesk API, without its sign-in, which is every dialect's.
    pub helpdesk: Mount,
    /// The simple API.
    pub simple: Mount,
    /// The maintenance API.
    pub maintenance: Mount,
}

impl Default for Mounts {
    fn default() -> Self {
        Self {
            isp: Mount::at("/api/v1"),
            crm: Mount::at("/crm/api/v1"),
            helpdesk: Mount::at("/api"),
            simple: Mount::at("/tickets"),
            maintenance: Mount::at("/maintenance"),
        }
    }
}

impl Mounts {
    /// Where that dialect is.
    pub const fn of(&self, dialect: Dialect) -> &Mount {
        match dialect {
            Dialect::Isp => &self.isp,
            Dialect::Crm => &self.crm,
            Dialect::Helpdesk => &self.helpdesk,
            Dialect::Simple => &self.simple,
            Dialect::Maintenance => &self.maintenance,
        }
    }

    /// Where files of the CRM's API are: beside its mount, as Django has it (`/crm/media` for `/crm/api/v1`).
    pub fn media(&self) -> String {
        let path = &self.crm.path;
        format!("{}/media", path.strip_suffix("/api/v1").unwrap_or(path))
    }

    /// The dialects that are there with their paths, the longest path first: of two that fit, the longer one counts.
    pub fn enabled(&self) -> Vec<(Dialect, &str)> {
        let mut all: Vec<_> = Dialect::ALL
            .into_iter()
            .map(|dialect| (dialect, self.of(dialect)))
            .filter(|(_, mount)| mount.is_enabled)
            .map(|(dialect, mount)| (dialect, mount.path.as_str()))
            .collect();
        all.sort_by_key(|(_, path)| std::cmp::Reverse(path.len()));
        all
    }

    /// The dialect that a request's path belongs to.
    pub fn dialect_of(&self, path: &str) -> Option<Dialect> {
        let mut enabled = self.enabled().into_iter();
        let found = enabled.find(|(_, mount)| is_under(path, mount));
        let is_media = || self.crm.is_enabled && is_under(path, &self.media());
        match found {
            Some((dialect, _)) => Some(dialect),
            None => is_media().then_some(Dialect::Crm),
        }
    }

    /// Two dialects of which the first would hide paths of the second.
    pub fn clash(&self) -> Option<(Dialect, Dialect)> {
        let enabled = self.enabled();
        let mut pairs = enabled.iter().enumerate().flat_map(|(place, inner)| {
            let outers = enabled[place + 1..].iter();
            outers.map(move |outer| (*inner, *outer))
        });
        pairs
            .find(|((_, inner), (outer, mount))| hides(inner, mount, *outer))
            .map(|((inner, _), (outer, _))| (inner, outer))
    }
}

/// Whether something mounted at `inner` is in the way of a dialect at `mount`.
fn hides(inner: &str, mount: &str, dialect: Dialect) -> bool {
    if !is_under(inner, mount) {
        return false;
    }
    let first = inner[mount.len()..]
        .trim_start_matches('/')
        .split('/')
        .next();
    match (first, dialect.first_parts()) {
        (Some(first), Some(parts)) if !first.is_empty() => parts.contains(&first),
        _ => true,
    }
}

/// The path as routes are found by it: what is percent-encoded without need (`/%74ickets`) stands for itself.
pub fn routed_path(request: &HttpRequest) -> &str {
    request.match_info().as_str()
}

/// Whether `path` lies below `mount` or is it.
pub fn is_under(path: &str, mount: &str) -> bool {
    path.strip_prefix(mount)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(change: impl FnOnce(&mut Mounts)) -> Mounts {
        let mut mounts = Mounts::default();
        change(&mut mounts);
        mounts
    }

    #[test]
    fn a_mount_ends_at_a_slash() {
        assert!(is_under("/auth", "/auth") && is_under("/auth/users", "/auth"));
        assert!(!is_under("/authors", "/auth"));
    }

    #[test]
    fn the_longest_mount_wins() {
        let mounts = Mounts::default();
        for (path, dialect) in [
            ("/api/v1/tickets", Some(Dialect::Isp)),
            ("/api/v2", Some(Dialect::Helpdesk)),
            ("/api", Some(Dialect::Helpdesk)),
            ("/apiary", None),
            ("/crm/api/v1/tickets", Some(Dialect::Crm)),
            ("/crm", None),
            ("/crm/media/tickets", Some(Dialect::Crm)),
            ("/tickets/5", Some(Dialect::Simple)),
            ("/maintenance", Some(Dialect::Maintenance)),
            ("/auth/users", None),
        ] {
            assert_eq!(mounts.dialect_of(path), dialect, "{path}");
        }
        let without = moved(|mounts| mounts.isp.is_enabled = false);
        assert_eq!(
            without.dialect_of("/api/v1/tickets"),
            Some(Dialect::Helpdesk)
        );
    }

    #[test]
    fn no_dialect_may_hide_another_one() {
        use Dialect as D;
        assert_eq!(Mounts::default().clash(), None);
        let same = moved(|mounts| mounts.simple.path = "/maintenance".to_owned());
        assert_eq!(same.clash(), Some((D::Simple, D::Maintenance)));
        let inside = moved(|mounts| mounts.crm.path = "/api/v1/crm".to_owned());
        assert_eq!(inside.clash(), Some((D::Crm, D::Isp)));
        let hidden = moved(|mounts| mounts.simple.path = "/api/ticket".to_owned());
        assert_eq!(hidden.clash(), Some((D::Simple, D::Helpdesk)));
        let beside = moved(|mounts| mounts.simple.path = "/api/tickets".to_owned());
        assert_eq!(beside.clash(), None);
        let off = moved(|mounts| {
            mounts.simple.path = "/maintenance".to_owned();
            mounts.maintenance.is_enabled = false;
        });
        assert_eq!(off.clash(), None);
    }
}
