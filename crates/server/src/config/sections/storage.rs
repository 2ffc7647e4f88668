//! Where things are kept.

use std::path::PathBuf;
use std::time::Duration;

use super::notifications::{optional, patience, secret};
use crate::config::fault::Origin;
use crate::config::parse;
use crate::config::reader::{Kind, Noted, Reader};
use crate::config::secret::{MASK, Secret};

/// The most that S3 takes at once.
const MOST_AT_ONCE: u64 = 5 << 30;

/// Where things are kept.
#[derive(Debug, Clone)]
pub struct Storage {
    /// Folder of everything that the program keeps.
    pub dir: PathBuf,
    /// Largest attachment, in bytes.
    pub max_upload: u64,
    /// The bucket of attachments; `None`: they are in the folder.
    pub s3: Option<S3>,
}

/// A bucket, and how it is asked.
#[derive(Debug, Clone)]
pub struct S3 {
    /// Its name.
    pub bucket: String,
    /// Where the service is, without a slash at the end.
    pub endpoint: String,
    /// The region that requests are signed for.
    pub region: String,
    /// What names of objects begin with: nothing, or something that ends with a slash.
    pub prefix: String,
    /// Who signs.
    pub access_key_id: String,
    /// What with.
    pub secret_access_key: Secret,
    /// Whether the bucket's name stands in the path, and not in front of the host.
    pub path_style: bool,
    /// How long an answer may take, and how long a transfer may stand still.
    pub timeout: Duration,
    /// A file with authorities that are trusted beside the system's.
    pub ca_file: Option<PathBuf>,
}

impl Storage {
    pub(super) fn read(r: &mut Reader) -> Result<Self, Noted> {
        let dir = r.value("storage.dir", Kind::Text, parse::path);
        let max_upload = r.value("storage.max_upload", Kind::Size, parse::size);
        let s3 = S3::read(r);
        if let (Ok(most), Ok(Some(_))) = (&max_upload, &s3)
            && *most > MOST_AT_ONCE
        {
            let message = "a bucket (storage.s3.bucket) takes at most 5GiB at once";
            r.refuse("storage.max_upload", message.to_owned());
        }
        Ok(Self {
            dir: dir?,
            max_upload: max_upload?,
            s3: s3?,
        })
    }
}

impl S3 {
    fn read(r: &mut Reader) -> Result<Option<Self>, Noted> {
        let bucket = optional(r, "storage.s3.bucket", parse::bucket);
        let region = r.value("storage.s3.region", Kind::Text, parse::region);
        let given = r.optional("storage.s3.endpoint", Kind::Text, parse::endpoint);
        let prefix = r.value("storage.s3.prefix", Kind::Text, parse::prefix);
        let access_key_id = optional(r, "storage.s3.access_key_id", parse::text);
        let secret_access_key =
            r.secret("storage.s3.secret_access_key", secret, |_| MASK.to_owned());
        if matches!(secret_access_key, Ok(None)) {
            r.show("storage.s3.secret_access_key", None, Origin::Nowhere);
        }
        let path_style = r.optional("storage.s3.path_style", Kind::Switch, parse::switch);
        let allow_http = r.value("storage.s3.allow_http", Kind::Switch, parse::switch);
        let timeout = r.value("storage.s3.timeout", Kind::Text, patience());
        let ca_file = optional(r, "storage.s3.ca_file", parse::path);

        let (bucket, region, prefix) = (bucket?, region?, prefix?);
        let (given, path_style) = (given?, path_style?);
        let (access_key_id, secret_access_key) = (access_key_id?, secret_access_key?);
        let (allow_http, timeout, ca_file) = (allow_http?, timeout?, ca_file?);

        let Some(bucket) = bucket else {
            let others = [
                ("storage.s3.endpoint", given.is_some()),
                ("storage.s3.access_key_id", access_key_id.is_some()),
                ("storage.s3.secret_access_key", secret_access_key.is_some()),
            ];
            // Whoever says so much means a bucket, and would find the files in a folder.
            if let Some((key, _)) = others.iter().find(|(_, is_set)| *is_set) {
                r.refuse("storage.s3.bucket", format!("has to be set with {key}"));
                return Err(Noted);
            }
            r.show("storage.s3.endpoint", None, Origin::Nowhere);
            if path_style.is_none() {
                r.show("storage.s3.path_style", None, Origin::Nowhere);
            }
            return Ok(None);
        };
        let path_style = Self::path_style(r, path_style, given.is_some());
        let endpoint = Self::endpoint(r, given, &region);
        let (Some(access_key_id), Some(secret_access_key)) = (&access_key_id, &secret_access_key)
        else {
            let missing = match access_key_id {
                None => "storage.s3.access_key_id",
                Some(_) => "storage.s3.secret_access_key",
            };
            r.refuse(missing, "has to be set with storage.s3.bucket".to_owned());
            return Err(Noted);
        };
        let s3 = Self {
            bucket,
            endpoint,
            region,
            prefix,
            access_key_id: access_key_id.clone(),
            secret_access_key: secret_access_key.clone(),
            path_style,
            timeout,
            ca_file,
        };
        s3.check(r, allow_http);
        Ok(Some(s3))
    }

    /// AWS has each bucket at a host of its own, others seldom have.
    fn path_style(r: &mut Reader, given: Option<bool>, is_elsewhere: bool) -> bool {
        given.unwrap_or_else(|| {
            let from = Origin::Derived("storage.s3.endpoint");
            r.show(
                "storage.s3.path_style",
                Some(is_elsewhere.to_string()),
                from,
            );
            is_elsewhere
        })
    }

    fn endpoint(r: &mut Reader, given: Option<String>, region: &str) -> String {
        given.unwrap_or_else(|| {
            let url = format!("https://s3.{region}.amazonaws.com");
            let from = Origin::Derived("storage.s3.region");
            r.show("storage.s3.endpoint", Some(format!("{url:?}")), from);
            url
        })
    }

    /// What does not go together.
    fn check(&self, r: &mut Reader, allow_http: bool) {
        if self.endpoint.starts_with("http://") && !allow_http {
            let message = "would send attachments in the clear; choose https, or set storage.s3.allow_http = true";
            r.refuse("storage.s3.endpoint", message.to_owned());
        }
        if !self.path_style && self.bucket.contains('.') && self.endpoint.starts_with("https://") {
            let message =
                "has to be true for a bucket whose name has dots: no certificate fits its host";
            r.refuse("storage.s3.path_style", message.to_owned());
        }
    }
}
