//! What a file is, judged by its first bytes and never by its name or by what the sender says.
//!
//! Only types from a list are ever reported, none of which a browser runs: HTML, SVG, XML and scripts are `text/plain`,
//! programs are `application/octet-stream`.

/// Bytes at the start of a file that are looked at.
pub const HEAD_BYTES: usize = 8192;
/// The type of what nothing is known about.
pub const UNKNOWN: &str = "application/octet-stream";
const TEXT: &str = "text/plain";

/// Every type that is reported besides [`UNKNOWN`] and plain text.
const KNOWN: &[&str] = &[
    "application/gzip",
    "application/msword",
    "application/pdf",
    "application/rtf",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.rar",
    "application/x-7z-compressed",
    "application/x-bzip2",
    "application/x-tar",
    "application/x-xz",
    "application/zip",
    "application/zstd",
    "audio/aac",
    "audio/amr",
    "audio/m4a",
    "audio/mpeg",
    "audio/ogg",
    "audio/opus",
    "audio/x-flac",
    "audio/x-wav",
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/heif",
    "image/jpeg",
    "image/jxl",
    "image/png",
    "image/tiff",
    "image/webp",
    "video/mp4",
    "video/mpeg",
    "video/quicktime",
    "video/webm",
    "video/x-m4v",
    "video/x-matroska",
    "video/x-ms-wmv",
    "video/x-msvideo",
];

/// The type of a file that begins with `head`: all of it, or its first [`HEAD_BYTES`].
pub fn of(head: &[u8]) -> &'static str {
    // Text first: a letter that begins with "BM" is not a bitmap. Two kinds of document are text and yet more than that.
    if is_text(head) && !head.starts_with(b"%PDF-") && !head.starts_with(b"{\\rtf") {
        return TEXT;
    }
    let sniffed = infer::get(head).map_or(UNKNOWN, |kind| kind.mime_type());
    KNOWN
        .iter()
        .copied()
        .find(|known| *known == sniffed)
        .unwrap_or(UNKNOWN)
}

/// UTF-8 without control characters. Nothing at all is not text.
fn is_text(head: &[u8]) -> bool {
    let text = match str::from_utf8(head) {
        Ok(text) => text,
        // The last character may have been cut where the head ends.
        Err(error) if error.error_len().is_none() && head.len() >= HEAD_BYTES => {
            str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty()
        && !text.contains(|c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_documents_and_archives_are_known_by_their_first_bytes() {
        let samples: [(&[u8], &str); 8] = [
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image/jpeg"),
            (b"GIF89a\x01\0\x01\0", "image/gif"),
            (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
            (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
            (b"%PDF-1.4\nall of it in plain text", "application/pdf"),
            (b"PK\x03\x04\x14\0\0\0\x08\0", "application/zip"),
            (b"\x1f\x8b\x08\0\0\0\0\0", "application/gzip"),
        ];
        for (head, expected) in samples {
            assert_eq!(of(head), expected, "{head:?}");
        }
    }

    #[test]
    fn what_a_browser_would_run_is_plain_text() {
        let samples = [
            "<!DOCTYPE html><script>alert(1)</script>",
            "<html><body onload=alert(1)>",
            "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
            "<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
            "alert(document.cookie)",
            "#!/bin/sh\nrm -rf /\n",
            "\u{feff}<html>",
        ];
        for text in samples {
            assert_eq!(of(text.as_bytes()), "text/plain", "{text}");
        }
    }

    #[test]
    fn active_content_that_is_not_text_is_unknown() {
        let samples: [&[u8]; 8] = [
            b"<html>\0<script>alert(1)</script>",
            b"<!DOCTYPE html>\xff\xfe",
            b"<?xml version='1.0' encoding='latin1'?>\xe9",
            b"\xff\xfe<\0h\0t\0m\0l\0>\0",
            b"MZ\x90\0\x03\0\0\0",
            b"\x7fELF\x02\x01\x01\0",
            b"FWS\x06\0\0\0\0",
            b"\0asm\x01\0\0\0",
        ];
        for head in samples {
            assert_eq!(of(head), UNKNOWN, "{head:?}");
        }
    }

    #[test]
    fn text_is_utf_8_without_control_characters() {
        for text in [
            "ping: timeout\r\n\tafter 3 s\n",
            "Не работает интернет",
            "BMW in the driveway",
            "GIF89a is a format",
        ] {
            assert_eq!(of(text.as_bytes()), "text/plain", "{text}");
        }
        for head in [
            &b""[..],
            b"\0",
            b"a\0b",
            b"\x1b[31mred",
            b"\xe9t\xe9",
            b"cut \xd0",
        ] {
            assert_eq!(of(head), UNKNOWN, "{head:?}");
        }
    }

    #[test]
    fn a_character_cut_at_the_end_of_the_head_does_not_hide_text() {
        let long = "x".repeat(HEAD_BYTES - 1) + "é";
        assert_eq!(of(&long.as_bytes()[..HEAD_BYTES]), "text/plain");
    }

    #[test]
    fn every_type_on_the_list_is_well_formed_and_harmless() {
        let token = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b))
        };
        for known in KNOWN.iter().chain([&UNKNOWN, &TEXT]) {
            let (kind, sort) = known.split_once('/').unwrap();
            assert!(token(kind) && token(sort), "{known}");
            let active = ["html", "svg", "xml", "script"];
            let document = sort.starts_with("vnd.openxmlformats-");
            assert!(
                document || !active.iter().any(|active| sort.contains(active)),
                "{known}"
            );
        }
    }
}
