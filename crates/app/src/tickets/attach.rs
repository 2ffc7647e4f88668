//! Files: uploading, attaching, downloading, forgetting what was never attached.

use jiff::SignedDuration;
use linedesk_domain::access::Operation;
use linedesk_domain::ids::AttachmentId;
use linedesk_domain::text::turns_writing;
use linedesk_domain::ticket::{Act, Ticket};
use linedesk_ports::blobs::ByteStream;
use linedesk_ports::changes::{Changes, Write};
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::{Attachment, Loaded, TicketKey};

use super::TicketView;
use super::create::unusable;
use crate::change::{Decided, Wanted, change_ticket, change_ticket_with};
use crate::{App, Caller, Error};

/// How long an upload may wait to be attached.
pub const UNATTACHED_FOR: SignedDuration = SignedDuration::from_hours(24);
/// The longest file name, in bytes.
const NAME_MAX: usize = 255;

/// Keeps a file that belongs to no ticket yet. Its bytes are durable before its row is.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::Invalid`] for an upload that broke off, [`Error::Blobs`].
pub async fn upload(
    app: &App,
    caller: &Caller,
    name: &str,
    bytes: ByteStream,
) -> Result<Attachment, Error> {
    caller.may(Operation::AttachFile)?;
    let at = app.clock.now();
    let id = AttachmentId(app.ids.next(at));
    let stored = app.blobs.put(id, bytes, app.settings.max_upload).await?;
    let attachment = Attachment {
        id,
        ticket: None,
        comment: None,
        is_internal: false,
        name: base_name(name),
        size: stored.size,
        content_type: stored.content_type,
        sha256: stored.sha256,
        uploaded_by: Some(caller.id()),
        created_at: at,
    };
    let write = Write::NewAttachment(attachment.clone());
    match app
        .commit
        .commit(Changes {
            writes: vec![write],
            mark: None,
        })
        .await
    {
        Ok(_) => Ok(attachment),
        Err(error) => {
            if !matches!(error, StoreError::Unknown) {
                app.blobs.delete(id).await?;
            }
            Err(error.into())
        }
    }
}

/// The last part of a path, without control characters and those that turn the direction of writing (`a<turn>gpj.exe` would
/// read as `aexe.jpg`), at most 255 bytes.
fn base_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut clean: String = last
        .chars()
        .filter(|c| !c.is_control() && !turns_writing(*c))
        .collect();
    while clean.len() > NAME_MAX {
        clean.pop();
    }
    match clean.trim() {
        "" | "." | ".." => "file".to_owned(),
        trimmed => trimmed.to_owned(),
    }
}

/// Attaches uploads to a ticket. Answers the ticket and the files as they are then, in the order of `ids`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] for uploads that cannot be used, [`Error::Ticket`] on a merged ticket.
pub async fn attach(
    app: &App,
    caller: &Caller,
    key: TicketKey,
    expected: Option<i64>,
    ids: Vec<AttachmentId>,
    is_internal: bool,
) -> Result<(TicketView, Vec<Attachment>), Error> {
    let operation = if is_internal {
        Operation::ReadInternal
    } else {
        Operation::AttachFile
    };
    caller.may(Operation::AttachFile)?;
    let wanted = Wanted {
        operation,
        key,
        expected,
    };
    let Some((first, more)) = ids.split_first() else {
        return Err(Error::invalid(
            "file",
            "required",
            "there is no file in the upload",
        ));
    };
    let usable = async |_: &Loaded| usable_files(app, caller, &ids).await;
    let decide = |ticket: Ticket, act: &Act<'_>, files: &Vec<Attachment>| {
        let id = ticket.data().id;
        let decision = ticket.attach(act, *first, more, is_internal)?;
        let write = Write::Attach {
            ids: ids.clone(),
            ticket: id,
            comment: None,
            is_internal,
        };
        Ok(Decided {
            decision,
            writes: vec![write],
            extra: files.clone(),
        })
    };
    let changed = change_ticket_with(app, caller, wanted, usable, decide).await?;
    let ticket = changed.view.ticket.data.id;
    let mut files = changed.extra;
    files.sort_by_key(|file| ids.iter().position(|id| *id == file.id));
    for file in &mut files {
        file.ticket = Some(ticket);
        file.is_internal = is_internal;
    }
    Ok((changed.view, files))
}

/// The files, if the caller may attach all of them.
pub(super) async fn usable_files(
    app: &App,
    caller: &Caller,
    ids: &[AttachmentId],
) -> Result<Vec<Attachment>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = app.tickets.attachments(ids).await?;
    let faults = unusable("attachments", ids, &found, caller);
    if faults.is_empty() {
        Ok(found)
    } else {
        Err(Error::Invalid(faults))
    }
}

/// A file that the caller may read: by its ticket's own rule, or its own upload while unattached.
///
/// # Errors
/// [`Error::NotFound`] for everything else.
pub async fn download(app: &App, caller: &Caller, id: AttachmentId) -> Result<Attachment, Error> {
    caller.may(Operation::ReadTicket)?;
    known_file(app, caller, id).await
}

/// The file, if it is not hidden from the caller.
async fn known_file(app: &App, caller: &Caller, id: AttachmentId) -> Result<Attachment, Error> {
    let found = app.tickets.attachments(&[id]).await?.into_iter().next();
    let file = found.ok_or(Error::NotFound("file"))?;
    let readable = match file.ticket {
        None => file.uploaded_by == Some(caller.id()),
        Some(_) if file.is_internal && !caller.can(Operation::ReadInternal) => false,
        Some(ticket) => app
            .tickets
            .ticket(caller.scope(), TicketKey::Id(ticket))
            .await?
            .is_some(),
    };
    if readable {
        Ok(file)
    } else {
        Err(Error::NotFound("file"))
    }
}

/// The bytes of a file; `range` is a start and an exclusive end.
///
/// # Errors
/// [`Error::NotFound`] where the bytes are missing, [`Error::Blobs`].
pub async fn open_file(
    app: &App,
    file: &Attachment,
    range: Option<(u64, u64)>,
) -> Result<ByteStream, Error> {
    Ok(app.blobs.get(file.id, range).await?)
}

/// A file that is to be taken back, as far as the caller may know of it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub async fn file_to_change(
    app: &App,
    caller: &Caller,
    id: AttachmentId,
) -> Result<Attachment, Error> {
    caller.may(Operation::AttachFile)?;
    known_file(app, caller, id).await
}

/// Takes a file back that was found: whoever uploaded it, or a lead. Answers its ticket; `None` where it had none.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`] for somebody else's file, [`Error::Stale`] under `expected`, [`Error::Ticket`] on
/// a merged ticket.
pub async fn delete_attachment(
    app: &App,
    caller: &Caller,
    file: Attachment,
    expected: Option<i64>,
) -> Result<Option<TicketView>, Error> {
    caller.may(Operation::AttachFile)?;
    let id = file.id;
    if file.uploaded_by != Some(caller.id()) {
        caller.may(Operation::ModerateComments)?;
    }
    let forget = || vec![Write::ForgetAttachments(vec![id])];
    let view = match file.ticket {
        None if expected.is_some() => return Err(Error::Stale),
        None => {
            let changes = Changes {
                writes: forget(),
                mark: caller.mark.clone(),
            };
            app.commit.commit(changes).await?;
            None
        }
        Some(ticket) => {
            let wanted = Wanted {
                operation: Operation::AttachFile,
                key: TicketKey::Id(ticket),
                expected,
            };
            let decide = |ticket: Ticket, act: &Act<'_>| {
                Ok(Decided {
                    decision: ticket.detach(act, id, file.is_internal)?,
                    writes: forget(),
                    extra: (),
                })
            };
            Some(change_ticket(app, caller, wanted, decide).await?.0)
        }
    };
    // The row went first: bytes without one are invisible.
    if let Err(error) = app.blobs.delete(id).await {
        tracing::error!(file = %id, %error, "the bytes of a deleted file are still there");
    }
    Ok(view)
}

/// Forgets uploads that were never attached. Answers how many.
///
/// # Errors
/// [`Error::Store`], [`Error::Blobs`].
pub async fn expire_uploads(app: &App) -> Result<usize, Error> {
    let before = app.clock.now() - UNATTACHED_FOR;
    let mut expired = 0;
    loop {
        let ids = app.tickets.orphans(before, 500).await?;
        if ids.is_empty() {
            return Ok(expired);
        }
        // Without its row nobody knows bytes by name any more: where they cannot be removed, all of it waits.
        app.blobs.check().await?;
        expired += ids.len();
        // Rows first: a row without bytes would be an error to its reader, bytes without a row are invisible.
        let write = Write::ForgetAttachments(ids.clone());
        app.commit
            .commit(Changes {
                writes: vec![write],
                mark: None,
            })
            .await?;
        for (at, id) in ids.iter().enumerate() {
            if let Err(error) = app.blobs.delete(*id).await {
                let left: Vec<_> = ids[at..].iter().map(ToString::to_string).collect();
                tracing::error!(?left, "the bytes of forgotten uploads are still there");
                return Err(error.into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::base_name;

    #[test]
    fn names_are_reduced_to_their_last_part() {
        assert_eq!(base_name("../../etc/passwd"), "passwd");
        assert_eq!(base_name("C:\\temp\\line.pcap"), "line.pcap");
        assert_eq!(base_name("a\u{0}b\r\n.txt"), "ab.txt");
        assert_eq!(base_name(".."), "file");
        assert_eq!(base_name("dir/"), "file");
        assert_eq!(base_name(&"ü".repeat(300)).len(), 254);
    }
}
