//! Tickets, outward.

use jiff::Timestamp;
use linedesk_app::models::{CommentCounts, Names, NamesWanted, Numbers, Stored};
use linedesk_app::tickets::Parts;
use linedesk_domain::text::Tag;
use linedesk_domain::ticket::TicketData;

use super::comment::{attachment, comment};
use crate::crm::dto::ticket::CrmTicketDto;
use crate::crm::words::{CrmCategory, CrmPriority, CrmStatus};

/// What tickets are shown with, and to whom.
#[derive(Debug)]
pub struct Around<'a> {
    /// The names of what they refer to.
    pub names: &'a Names,
    /// Whether the reader may know of internal notes.
    pub reads_notes: bool,
    /// What "overdue" is measured against.
    pub now: Timestamp,
    /// Where files are.
    pub media: &'a str,
}

/// Whose names tickets are shown with.
pub fn named<'a>(tickets: impl IntoIterator<Item = &'a Stored>) -> NamesWanted {
    let mut wanted = NamesWanted::default();
    for Stored { data, .. } in tickets {
        wanted.customers.extend(data.customer);
        wanted.contacts.extend(data.contact);
        wanted.teams.extend(data.team);
        wanted.users.extend(data.assignee);
        wanted.users.extend(data.created_by);
    }
    wanted
}

/// A ticket without its comments and files.
pub fn ticket<'a>(
    stored: &'a Stored,
    counts: CommentCounts,
    around: &Around<'a>,
) -> CrmTicketDto<'a> {
    let Stored {
        data,
        numbers: Numbers { number: _, label },
    } = stored;
    let TicketData {
        id,
        customer,
        title,
        description,
        category,
        priority,
        status,
        status_set_by: _,
        service: _,
        contact,
        contact_method: _,
        preferred_contact_time: _,
        contact_info: _,
        tags,
        assignee,
        team,
        escalation_level: _,
        due_date,
        source: _,
        merged_into: _,
        created_by,
        updated_at,
        resolved_at,
        closed_at,
        resolution: _,
        resolution_code: _,
        resolution_template: _,
        staff_message: _,
        satisfaction: _,
        deleted_at: _,
        version: _,
        timeline,
        sla: _,
    } = data;
    let names = around.names;
    let user = |id| names.users.get(&id).map(|user| user.display.as_str());
    let hours = |end: Option<Timestamp>| Some(hours_between(timeline.created_at, end?));
    let tags: Vec<_> = tags.iter().map(Tag::as_str).collect();
    CrmTicketDto {
        id: id.0,
        ticket_number: label,
        subject: title.as_str(),
        description: description.as_str(),
        status: CrmStatus::of(*status).name(),
        priority: CrmPriority::of(*priority).name(),
        category: CrmCategory::of(*category).name(),
        company: customer.map(|id| id.0),
        company_name: customer.and_then(|id| names.customers.get(&id).map(String::as_str)),
        contact: contact.map(|id| id.0),
        contact_name: contact.and_then(|id| names.contacts.get(&id).map(String::as_str)),
        assigned_to: assignee.map(|id| id.0),
        assigned_to_name: assignee.and_then(user),
        assigned_team: team.and_then(|id| names.teams.get(&id).map(String::as_str)),
        created_by: created_by.map(|id| id.0),
        created_by_name: created_by.and_then(user),
        first_response_at: timeline.first_response_at.map(Into::into),
        resolved_at: resolved_at.map(Into::into),
        closed_at: closed_at.map(Into::into),
        due_date: due_date.map(Into::into),
        first_response_time_hours: hours(timeline.first_response_at),
        resolution_time_hours: hours(*resolved_at),
        is_overdue: data.is_overdue(around.now),
        tags: tags.join(","),
        comments: None,
        attachments: None,
        comments_count: counts.public,
        internal_notes_count: around.reads_notes.then_some(counts.internal),
        created_at: timeline.created_at.into(),
        updated_at: (*updated_at).into(),
    }
}

/// A ticket with its comments and files.
pub fn whole<'a>(
    stored: &'a Stored,
    counts: CommentCounts,
    Parts { comments, files }: &'a Parts,
    around: &Around<'a>,
) -> CrmTicketDto<'a> {
    let comments = comments.iter().map(|view| comment(view, around.names));
    let files = files
        .iter()
        .map(|file| attachment(file, around.names, around.media));
    CrmTicketDto {
        comments: Some(comments.collect()),
        attachments: Some(files.collect()),
        ..ticket(stored, counts, around)
    }
}

/// Hours by the clock on the wall, to two decimals.
fn hours_between(from: Timestamp, to: Timestamp) -> f64 {
    let hours = to.duration_since(from).as_secs_f64() / 3600.0;
    (hours * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_have_two_decimals() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let asked = at("2025-11-19T10:30:00Z");
        assert_eq!(
            hours_between(asked, at("2025-11-19T10:35:00Z")).to_string(),
            "0.08"
        );
        assert_eq!(
            hours_between(asked, at("2025-11-20T10:30:00Z")).to_string(),
            "24"
        );
    }
}
