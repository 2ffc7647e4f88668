//! Tickets outward.

use linedesk_app::models::{Numbers, Related, Stored, Why};
use linedesk_domain::sla::SlaBook;
use linedesk_domain::text::{Label, Note, Tag};
use linedesk_domain::ticket::TicketData;
use linedesk_domain::ticket::merge::Relation;

use super::sla;
use crate::isp::audience::Reader;
use crate::isp::dto::ticket::{TicketDto, TicketSummary};

/// The ticket as `reader` may read it.
pub fn ticket<'a>(stored: &'a Stored, book: &'a SlaBook, reader: Reader) -> TicketDto<'a> {
    let Stored {
        data,
        numbers: Numbers { number, label },
    } = stored;
    // Every field is named, so that a new one compiles only once it is decided who may read it.
    let TicketData {
        id,
        customer,
        title,
        description,
        category,
        priority,
        status,
        status_set_by: _,
        service,
        contact,
        contact_method,
        preferred_contact_time,
        contact_info,
        tags,
        assignee,
        team,
        escalation_level,
        due_date,
        source,
        merged_into,
        created_by,
        updated_at,
        resolved_at,
        closed_at,
        resolution,
        resolution_code,
        resolution_template,
        staff_message: _,
        satisfaction: _,
        deleted_at: _,
        version,
        timeline,
        sla: record,
    } = data;
    TicketDto {
        id: id.0,
        number: *number,
        ticket_number: label,
        customer_id: customer.map(|customer| customer.0),
        title: title.as_str(),
        description: description.as_str(),
        category: category.name(),
        priority: priority.name(),
        status: status.name(),
        service_id: service.map(|service| service.0),
        contact_id: contact.map(|contact| contact.0),
        contact_method: contact_method.name(),
        preferred_contact_time: preferred_contact_time.as_ref().map(Label::as_str),
        contact_info: contact_info.as_ref().map(Label::as_str),
        tags: tags.iter().map(Tag::as_str).collect(),
        assigned_to: assignee.map(|assignee| assignee.0),
        assigned_team: team.map(|team| team.0),
        escalation_level: reader.audience.staff_only(*escalation_level),
        due_date: due_date.map(Into::into),
        source: source.name(),
        merged_into: merged_into.map(|into| into.0),
        created_by: created_by.map(|user| user.0),
        created_at: timeline.created_at.into(),
        updated_at: (*updated_at).into(),
        first_response_at: timeline.first_response_at.map(Into::into),
        resolved_at: resolved_at.map(Into::into),
        closed_at: closed_at.map(Into::into),
        resolution: resolution.as_ref().map(Note::as_str),
        resolution_code: resolution_code.as_ref().map(Label::as_str),
        resolution_template_id: reader
            .audience
            .staff_only(resolution_template.map(|id| id.0).into()),
        version: *version,
        sla: sla::sla(record.as_ref(), timeline, book, reader),
    }
}

/// A ticket beside another.
pub fn related(related: &Related) -> TicketSummary<'_> {
    let Related {
        ticket: Stored { data, numbers },
        why,
    } = related;
    TicketSummary {
        id: data.id.0,
        number: numbers.number,
        ticket_number: &numbers.label,
        title: data.title.as_str(),
        status: data.status.name(),
        priority: data.priority.name(),
        created_at: data.created_at().into(),
        relation: relation(*why),
    }
}

const fn relation(why: Why) -> &'static str {
    match why {
        Why::MergedIntoThis => "merged_from",
        Why::ThisMergedInto => "merged_into",
        Why::LinkTo(relation) => relation.name(),
        Why::LinkFrom(Relation::RelatesTo) => "relates_to",
        Why::LinkFrom(Relation::Duplicates) => "duplicated_by",
        Why::LinkFrom(Relation::Blocks) => "blocked_by",
        Why::LinkFrom(Relation::CausedBy) => "causes",
        Why::SameService => "same_service",
    }
}
