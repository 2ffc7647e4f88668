//! Which files there are.

use std::fs;
use std::io;
use std::path::Path;

use linedesk_domain::ids::AttachmentId;
use uuid::Uuid;

use super::last;

/// Up to `limit` ids of whole files behind `after`: one shelf after the other, and on each in order.
pub(super) fn kept(
    folder: &Path,
    after: Option<AttachmentId>,
    limit: usize,
) -> io::Result<Vec<AttachmentId>> {
    let mut kept = Vec::new();
    for shelf in after.map_or(0, last)..=u8::MAX {
        if kept.len() >= limit {
            break;
        }
        let mut ids = on_shelf(folder, shelf)?;
        ids.retain(|id| after.is_none_or(|after| (shelf, *id) > (last(after), after)));
        ids.sort_unstable();
        ids.truncate(limit - kept.len());
        kept.append(&mut ids);
    }
    Ok(kept)
}

fn on_shelf(folder: &Path, shelf: u8) -> io::Result<Vec<AttachmentId>> {
    let entries = match fs::read_dir(folder.join(format!("{shelf:02x}"))) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut ids = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let id = name.to_str().and_then(|name| Uuid::try_parse(name).ok());
        // A name that is not spelled as ours are is somebody else's.
        let ours = id.filter(|id| name == *id.hyphenated().to_string());
        if let Some(id) = ours.map(AttachmentId)
            && last(id) == shelf
            && entry.file_type()?.is_file()
        {
            ids.push(id);
        }
    }
    Ok(ids)
}
