//! Tickets.

use diesel::prelude::*;
use jiff::Timestamp;
use linedesk_domain::class::ContactMethod;
use linedesk_domain::ids::{
    ContactId, CustomerId, ServiceId, TeamId, TemplateId, TicketId, UserId,
};
use linedesk_domain::sla::SlaState;
use linedesk_domain::text::{Description, Label, Note, Tag, Title};
use linedesk_domain::ticket::rate::{Effort, Score};
use linedesk_domain::ticket::{Satisfaction, Ticket, TicketData};
use linedesk_ports::queries::Stored;
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::Numbers;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::sla::{SlaDocument, from_document, to_document};
use super::{at, checked, decoded, instant};
use crate::codes::Coded;
use crate::fault::corrupt;
use crate::schema::tickets;
use crate::types::{At, Json, Key};

const TABLE: &str = "tickets";

/// A ticket's row.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = tickets)]
#[diesel(treat_none_as_default_value = false)]
pub(crate) struct TicketRow {
    pub(crate) place: i64,
    pub(crate) number: i64,
    pub(crate) id: Key,
    pub(crate) label: String,
    pub(crate) customer_id: Option<Key>,
    pub(crate) category: i16,
    pub(crate) priority: i16,
    pub(crate) status: i16,
    pub(crate) service_id: Option<Key>,
    pub(crate) contact_id: Option<Key>,
    pub(crate) assigned_to: Option<Key>,
    pub(crate) assigned_team: Option<Key>,
    pub(crate) escalation_level: i16,
    pub(crate) due_date: Option<At>,
    pub(crate) source: i16,
    pub(crate) merged_into: Option<Key>,
    pub(crate) created_by: Option<Key>,
    pub(crate) created_at: At,
    pub(crate) updated_at: At,
    pub(crate) resolved_at: Option<At>,
    pub(crate) closed_at: Option<At>,
    pub(crate) deleted_at: Option<At>,
    pub(crate) version: i64,
    pub(crate) sla_state: i16,
    pub(crate) due_at: Option<At>,
    pub(crate) next_timer_at: Option<At>,
    pub(crate) title: String,
    pub(crate) tags: Json<Vec<String>>,
    pub(crate) sla: Json<SlaDocument>,
    pub(crate) details: Json<Details>,
    pub(crate) description: String,
}

/// What differs between two states of a row: `None` is "as it was". Only what is named here ever changes, and only
/// the indexes of columns that changed are written.
#[expect(
    clippy::option_option,
    reason = "a changeset's outer option is \"as it was\", its inner one the column"
)]
#[derive(Debug, Default, PartialEq, AsChangeset)]
#[diesel(table_name = tickets)]
pub(crate) struct TicketUpdate {
    customer_id: Option<Option<Key>>,
    category: Option<i16>,
    priority: Option<i16>,
    status: Option<i16>,
    service_id: Option<Option<Key>>,
    contact_id: Option<Option<Key>>,
    assigned_to: Option<Option<Key>>,
    assigned_team: Option<Option<Key>>,
    escalation_level: Option<i16>,
    due_date: Option<Option<At>>,
    merged_into: Option<Option<Key>>,
    updated_at: Option<At>,
    resolved_at: Option<Option<At>>,
    closed_at: Option<Option<At>>,
    deleted_at: Option<Option<At>>,
    version: i64,
    sla_state: Option<i16>,
    due_at: Option<Option<At>>,
    next_timer_at: Option<Option<At>>,
    title: Option<String>,
    tags: Option<Json<Vec<String>>>,
    sla: Option<Json<SlaDocument>>,
    details: Option<Json<Details>>,
    description: Option<String>,
}

/// Fields that are read with a ticket and never searched by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Details {
    contact_method: i16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    preferred_contact_time: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact_info: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resolution: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resolution_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resolution_template: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    staff_message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    satisfaction: Option<Rated>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status_set_by: Option<Uuid>,
}

impl Details {
    /// How long its longer texts are together, in bytes.
    pub(crate) fn texts(&self) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        length(&self.resolution) + length(&self.staff_message)
    }
}

/// What the customer thinks of the resolution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rated {
    #[serde(rename = "s")]
    score: u8,
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    effort: Option<u8>,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    /// Microseconds since 1970.
    #[serde(rename = "a")]
    at: i64,
}

/// What only the store knows of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    /// Its place in the order of creation.
    pub(crate) place: i64,
    /// Its numbers.
    pub(crate) numbers: Numbers,
}

impl TicketRow {
    /// The row of a ticket.
    pub(crate) fn new(data: &TicketData, placed: Placed) -> Self {
        let Placed {
            place,
            numbers: Numbers { number, label },
        } = placed;
        let text = |label: &Option<Label>| label.as_ref().map(|label| label.as_str().to_owned());
        let note = |note: &Option<Note>| note.as_ref().map(|note| note.as_str().to_owned());
        Self {
            place,
            number,
            id: Key(data.id.0),
            label,
            customer_id: data.customer.map(|id| Key(id.0)),
            category: data.category.code(),
            priority: data.priority.code(),
            status: data.status.code(),
            service_id: data.service.map(|id| Key(id.0)),
            contact_id: data.contact.map(|id| Key(id.0)),
            assigned_to: data.assignee.map(|id| Key(id.0)),
            assigned_team: data.team.map(|id| Key(id.0)),
            escalation_level: i16::from(data.escalation_level),
            due_date: at(data.due_date),
            source: data.source.code(),
            merged_into: data.merged_into.map(|id| Key(id.0)),
            created_by: data.created_by.map(|id| Key(id.0)),
            created_at: At(data.created_at()),
            updated_at: At(data.updated_at),
            resolved_at: at(data.resolved_at),
            closed_at: at(data.closed_at),
            deleted_at: at(data.deleted_at),
            version: data.version,
            sla_state: state(data).code(),
            due_at: at(data.due_at()),
            next_timer_at: at(data.next_timer_at()),
            title: data.title.as_str().to_owned(),
            tags: Json(
                data.tags
                    .iter()
                    .map(|tag| tag.as_str().to_owned())
                    .collect(),
            ),
            sla: Json(to_document(&data.timeline, data.sla.as_ref())),
            details: Json(Details {
                contact_method: data.contact_method.code(),
                preferred_contact_time: text(&data.preferred_contact_time),
                contact_info: text(&data.contact_info),
                resolution: note(&data.resolution),
                resolution_code: text(&data.resolution_code),
                resolution_template: data.resolution_template.map(|id| id.0),
                staff_message: note(&data.staff_message),
                satisfaction: data.satisfaction.as_ref().map(rated),
                status_set_by: data.status_set_by.map(|id| id.0),
            }),
            description: data.description.as_str().to_owned(),
        }
    }

    /// How the row became `after`.
    pub(crate) fn update_to(&self, after: &Self) -> TicketUpdate {
        macro_rules! changed {
            ($($field:ident),+) => {
                TicketUpdate {
                    version: after.version,
                    $($field: (self.$field != after.$field).then(|| after.$field.clone()),)+
                }
            };
        }
        changed!(
            customer_id,
            category,
            priority,
            status,
            service_id,
            contact_id,
            assigned_to,
            assigned_team,
            escalation_level,
            due_date,
            merged_into,
            updated_at,
            resolved_at,
            closed_at,
            deleted_at,
            sla_state,
            due_at,
            next_timer_at,
            title,
            tags,
            sla,
            details,
            description
        )
    }

    /// The ticket's fields and numbers.
    pub(crate) fn into_stored(self) -> Result<Stored, StoreError> {
        let id = self.id.0;
        let numbers = Numbers {
            number: self.number,
            label: self.label,
        };
        let (timeline, sla) = from_document(self.sla.0, self.created_at.0, id)?;
        let details = self.details.0;
        let data = TicketData {
            id: TicketId(id),
            customer: self.customer_id.map(|key| CustomerId(key.0)),
            title: checked(Title::parse(&self.title), TABLE, "title", &id)?,
            description: checked(
                Description::parse(&self.description),
                TABLE,
                "description",
                &id,
            )?,
            category: decoded(self.category, TABLE, "category", &id)?,
            priority: decoded(self.priority, TABLE, "priority", &id)?,
            status: decoded(self.status, TABLE, "status", &id)?,
            status_set_by: details.status_set_by.map(UserId),
            service: self.service_id.map(|key| ServiceId(key.0)),
            contact: self.contact_id.map(|key| ContactId(key.0)),
            contact_method: decoded::<ContactMethod>(
                details.contact_method,
                TABLE,
                "details",
                &id,
            )?,
            preferred_contact_time: label(details.preferred_contact_time.as_deref(), id)?,
            contact_info: label(details.contact_info.as_deref(), id)?,
            tags: self
                .tags
                .0
                .iter()
                .map(|tag| checked(Tag::parse(tag), TABLE, "tags", &id))
                .collect::<Result<_, _>>()?,
            assignee: self.assigned_to.map(|key| UserId(key.0)),
            team: self.assigned_team.map(|key| TeamId(key.0)),
            escalation_level: checked(
                u8::try_from(self.escalation_level),
                TABLE,
                "escalation_level",
                &id,
            )?,
            due_date: instant(self.due_date),
            source: decoded(self.source, TABLE, "source", &id)?,
            merged_into: self.merged_into.map(|key| TicketId(key.0)),
            created_by: self.created_by.map(|key| UserId(key.0)),
            updated_at: self.updated_at.0,
            resolved_at: instant(self.resolved_at),
            closed_at: instant(self.closed_at),
            resolution: note(details.resolution.as_deref(), id)?,
            resolution_code: label(details.resolution_code.as_deref(), id)?,
            resolution_template: details.resolution_template.map(TemplateId),
            staff_message: note(details.staff_message.as_deref(), id)?,
            satisfaction: rated_as(details.satisfaction.as_ref(), id)?,
            deleted_at: instant(self.deleted_at),
            version: self.version,
            timeline,
            sla,
        };
        Ok(Stored { data, numbers })
    }

    /// The aggregate and its numbers.
    pub(crate) fn into_ticket(self) -> Result<(Ticket, Numbers), StoreError> {
        let id = self.id.0;
        let Stored { data, numbers } = self.into_stored()?;
        Ok((
            Ticket::restore(data).map_err(|error| corrupt(TABLE, id, error))?,
            numbers,
        ))
    }
}

/// How a ticket stands with its SLA.
pub(crate) fn state(data: &TicketData) -> SlaState {
    data.sla
        .as_ref()
        .map_or(SlaState::Quiet, |sla| sla.state(data.status.is_done()))
}

fn rated(rating: &Satisfaction) -> Rated {
    Rated {
        score: rating.score.get(),
        effort: rating.effort.map(Effort::get),
        comment: rating.comment.as_ref().map(|it| it.as_str().to_owned()),
        at: rating.at.as_microsecond(),
    }
}

fn rated_as(rated: Option<&Rated>, row: Uuid) -> Result<Option<Satisfaction>, StoreError> {
    let Some(rated) = rated else {
        return Ok(None);
    };
    let off_scale = "a score is not on its scale";
    let score = Score::new(rated.score).ok_or(off_scale);
    let effort = rated
        .effort
        .map(|effort| Effort::new(effort).ok_or(off_scale));
    let at = Timestamp::from_microsecond(rated.at);
    Ok(Some(Satisfaction {
        score: checked(score, TABLE, "details", &row)?,
        effort: checked(effort.transpose(), TABLE, "details", &row)?,
        comment: note(rated.comment.as_deref(), row)?,
        at: checked(at, TABLE, "details", &row)?,
    }))
}

fn label(text: Option<&str>, row: Uuid) -> Result<Option<Label>, StoreError> {
    text.map(|text| checked(Label::parse(text), TABLE, "details", &row))
        .transpose()
}

fn note(text: Option<&str>, row: Uuid) -> Result<Option<Note>, StoreError> {
    text.map(|text| checked(Note::parse(text), TABLE, "details", &row))
        .transpose()
}
