//! Where attachments are, as the settings have it.

use std::sync::Arc;

use anyhow::Context as _;
use linedesk_files::{LocalFiles, S3Files, S3Options};
use linedesk_ports::blobs::Blobs;

use crate::config::{S3, Settings};
use crate::couriers::authorities;
use crate::places::Places;
use crate::system::SystemClock;

/// What is said where nothing can be kept.
const BUCKET: &str = "the bucket of attachments (storage.s3) cannot be used";

/// Makes the place ready: a folder is made, a bucket is not connected to.
///
/// # Errors
/// When the folder cannot be used, or what the settings say of the bucket is wrong.
pub fn open(settings: &Settings, places: &Places) -> anyhow::Result<Arc<dyn Blobs>> {
    if let Some(s3) = &settings.storage.s3 {
        // Never the clock that an embedding program may put in: the service compares it with its own.
        let files = S3Files::open(&options(s3, places)?, Arc::new(SystemClock)).context(BUCKET)?;
        return Ok(Arc::new(files));
    }
    let folder = places.folder.join("attachments");
    let files = LocalFiles::open(&folder)
        .with_context(|| format!("cannot open the folder of attachments {}", folder.display()))?;
    Ok(Arc::new(files))
}

/// Passes if attachments can be kept, read and removed.
///
/// # Errors
/// Why they cannot.
pub async fn check(files: &dyn Blobs, settings: &Settings) -> anyhow::Result<()> {
    files.check().await.context(match settings.storage.s3 {
        Some(_) => BUCKET,
        None => "the folder of attachments cannot be used",
    })
}

fn options(s3: &S3, places: &Places) -> anyhow::Result<S3Options> {
    Ok(S3Options {
        endpoint: s3.endpoint.clone(),
        bucket: s3.bucket.clone(),
        region: s3.region.clone(),
        prefix: s3.prefix.clone(),
        access_key_id: s3.access_key_id.clone(),
        secret_access_key: s3.secret_access_key.expose().to_owned(),
        path_style: s3.path_style,
        timeout: s3.timeout,
        authorities: authorities("storage.s3.ca_file", s3.ca_file.as_deref())?,
        arrivals: places.arrivals(),
    })
}
