//! The names of attachments, the same in a folder and in a bucket, so that one can be copied to the other.
//!
//! They are made of ids alone, so nothing a sender says can lead elsewhere. The *last* digits are the shelf, since ids begin
//! with the time: the first two are the same for decades.

use linedesk_domain::ids::AttachmentId;

/// What goes before the slash: the last two hex digits.
pub(crate) fn shelf(id: AttachmentId) -> String {
    format!("{:02x}", id.0.as_bytes()[15])
}

/// `<shelf>/<id>`
pub(crate) fn name(id: AttachmentId) -> String {
    format!("{}/{}", shelf(id), id.0.hyphenated())
}
