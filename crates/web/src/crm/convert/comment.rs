//! Comments and files, outward.

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use linedesk_app::models::{Attachment, CommentView, Names};
use linedesk_domain::people::Role;
use linedesk_domain::ticket::comment::Comment;

use crate::crm::dto::attachment::CrmAttachmentDto;
use crate::crm::dto::comment::CrmCommentDto;

/// A comment, with the names that belong to it.
pub fn comment<'a>(view: &'a CommentView, names: &'a Names) -> CrmCommentDto<'a> {
    let CommentView {
        comment,
        number: _,
        ticket,
        author_name,
        author_role,
        attachments: _,
    } = view;
    let Comment {
        id,
        author,
        body,
        is_internal,
        created_at,
        updated_at,
    } = comment;
    let author_names = author.and_then(|author| names.users.get(&author));
    let team = author_names.and_then(|author| names.teams.get(&author.team?));
    CrmCommentDto {
        id: id.0,
        ticket: ticket.0,
        author: author.map(|author| author.0),
        author_name: author_name.as_deref(),
        author_role: team.map(String::as_str).or(author_role.map(Role::name)),
        text: body.as_str(),
        is_internal: *is_internal,
        created_at: (*created_at).into(),
        updated_at: (*updated_at).into(),
    }
}

/// A file, with the names that belong to it; `media` is where files are.
pub fn attachment<'a>(file: &'a Attachment, names: &'a Names, media: &str) -> CrmAttachmentDto<'a> {
    let Attachment {
        id,
        ticket,
        comment: _,
        is_internal: _,
        name,
        size,
        content_type: _,
        sha256: _,
        uploaded_by,
        created_at,
    } = file;
    let uploader = uploaded_by.and_then(|user| names.users.get(&user));
    CrmAttachmentDto {
        id: id.0,
        ticket: ticket.map(|ticket| ticket.0),
        file: path(file, media),
        name,
        size: *size,
        uploaded_by: uploaded_by.map(|user| user.0),
        uploaded_by_name: uploader.map(|user| user.display.as_str()),
        created_at: (*created_at).into(),
    }
}

/// Where a file's bytes are: below the month in which it was uploaded.
fn path(file: &Attachment, media: &str) -> String {
    let day = file.created_at.to_zoned(TimeZone::UTC).date();
    let (year, month, id) = (day.year(), day.month(), file.id);
    let name = encoded(&file.name);
    format!("{media}/tickets/attachments/{year:04}/{month:02}/{id}/{name}")
}

/// One part of a path: whatever is not surely harmless there is encoded.
fn encoded(name: &str) -> String {
    name.bytes().fold(String::new(), |mut all, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            all.push(char::from(byte));
        } else {
            let _ = write!(all, "%{byte:02X}");
        }
        all
    })
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn names_of_files_are_one_part_of_a_path() {
        assert_eq!(encoded("screenshot.png"), "screenshot.png");
        assert_eq!(encoded("a b/ü?.png"), "a%20b%2F%C3%BC%3F.png");
    }
}
