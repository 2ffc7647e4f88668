//! What an operator decides about the bucket.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

/// Which bucket, and how it is asked.
#[derive(Clone)]
pub struct S3Options {
    /// Where the service is: scheme, host, port where it is not the usual one, and a path where it has one.
    pub endpoint: String,
    /// The bucket's name.
    pub bucket: String,
    /// The region that requests are signed for.
    pub region: String,
    /// What names of objects begin with: nothing, or something that ends with a slash.
    pub prefix: String,
    /// Who signs.
    pub access_key_id: String,
    /// What with.
    pub secret_access_key: String,
    /// Whether the bucket's name stands in the path, and not in front of the host.
    pub path_style: bool,
    /// How long connecting, and every answer, may take, and how long an upload or download may stand still.
    pub timeout: Duration,
    /// Certificate authorities that are trusted beside the system's, in PEM.
    pub authorities: Option<Vec<u8>>,
    /// A folder of this machine for files that are still arriving; made where there is none.
    pub arrivals: PathBuf,
}

impl fmt::Debug for S3Options {
    // Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Options")
            .field("endpoint", &self.endpoint)
            .field("bucket", &self.bucket)
            .field("region", &self.region)
            .field("prefix", &self.prefix)
            .field("access_key_id", &self.access_key_id)
            .field("path_style", &self.path_style)
            .field("timeout", &self.timeout)
            .field("arrivals", &self.arrivals)
            .finish_non_exhaustive()
    }
}

/// Why a bucket cannot be set up.
#[derive(Debug, Error)]
pub enum S3Error {
    /// The address is none.
    #[error("{0:?} is no address of a bucket")]
    Address(String),
    /// TLS cannot be set up.
    #[error("TLS for the bucket cannot be set up: {0}")]
    Tls(String),
    /// The folder of arrivals cannot be used.
    #[error("the folder {} cannot be used", folder.display())]
    Folder {
        /// Which.
        folder: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// There is nothing to run requests on.
    #[error("there is no tokio runtime here")]
    Runtime,
}
