//! An edited ticket, inward; and what of it cannot be edited, held against what is stored.

use std::collections::BTreeMap;

use linedesk_app::{Error, Fault};
use linedesk_domain::ticket::TicketData;
use linedesk_domain::ticket::edit::{Edit, Patch};
use serde_json::Value;

use crate::extract::given::list;
use crate::extract::{Body, Faults, parse};
use crate::isp::dto::actions::{DESCRIPTION_MIN, TITLE_MIN};
use crate::isp::dto::edit::EditTicketBody;
use crate::isp::dto::ticket::TicketDto;

/// Fields of a ticket that clients read and cannot change by an edit.
const READ_ONLY: [&str; 17] = [
    "id",
    "number",
    "ticket_number",
    "customer_id",
    "assigned_to",
    "assigned_team",
    "escalation_level",
    "source",
    "merged_into",
    "created_by",
    "created_at",
    "updated_at",
    "first_response_at",
    "resolved_at",
    "closed_at",
    "resolution_template_id",
    "sla",
];
/// Fields of a ticket's detail that hold lists of other things. They have a place of their own where they are written,
/// and move without the ticket: as lists they are taken as they come.
const LISTS: [&str; 4] = ["history", "comments", "attachments", "related_tickets"];
/// Fields of the detail that are worked out anew for each reader, or have a place of their own where they are written: as objects, or `null`, they are taken as they come.
const WORKED_OUT: [&str; 7] = [
    "customer_details",
    "service_details",
    "contact_details",
    "sla_metrics",
    "assignee",
    "team",
    "satisfaction",
];

/// An edit, with what else was sent.
#[derive(Debug)]
pub struct EditTicket {
    /// What changes.
    pub edit: Edit,
    /// The version that the client read.
    pub version: Option<i64>,
    /// Read-only fields that have to hold what is stored.
    pub read_only: BTreeMap<String, Value>,
}

impl EditTicket {
    /// Whether anything in it has to be held against what is stored.
    pub fn has_to_be_compared(&self) -> bool {
        self.version.is_some() || !self.read_only.is_empty() || self.short_fields().next().is_some()
    }

    /// The fields that are too short, with their least lengths.
    fn short_fields(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let title = self.short_title().then_some(("title", TITLE_MIN));
        let description = self
            .short_description()
            .then_some(("description", DESCRIPTION_MIN));
        [title, description].into_iter().flatten()
    }

    /// Shorter than this dialect takes: fine only where another dialect made the ticket so.
    fn short_title(&self) -> bool {
        self.edit
            .title
            .as_ref()
            .is_some_and(|title| is_short(title.as_str(), TITLE_MIN))
    }

    /// As above.
    fn short_description(&self) -> bool {
        self.edit
            .description
            .as_ref()
            .is_some_and(|text| is_short(text.as_str(), DESCRIPTION_MIN))
    }
}

fn too_short(least: u64) -> String {
    format!("must have at least {least} characters")
}

fn is_short(text: &str, least: u64) -> bool {
    (text.chars().count() as u64) < least
}

impl Body for EditTicketBody {
    type Command = EditTicket;

    fn command(self, faults: &mut Faults) -> Option<EditTicket> {
        let read_only = self.read_only.into_iter();
        let read_only: BTreeMap<_, _> = read_only
            .filter(|(name, value)| !is_beside(name, value, faults))
            .collect();
        let tags = self.tags.unless_null("tags", faults, Ok);
        let edit = Edit {
            title: self.title.unless_null("title", faults, parse::text),
            description: self
                .description
                .unless_null("description", faults, parse::text),
            category: self.category.unless_null("category", faults, parse::word),
            priority: self.priority.unless_null("priority", faults, parse::word),
            status: self.status.unless_null("status", faults, parse::word),
            service: self.service_id.patch("service_id", faults, parse::id),
            contact: self.contact_id.patch("contact_id", faults, parse::id),
            contact_method: self
                .contact_method
                .unless_null("contact_method", faults, parse::word),
            preferred_contact_time: blank_clears(self.preferred_contact_time.patch(
                "preferred_contact_time",
                faults,
                parse::text_or_none,
            )),
            contact_info: blank_clears(self.contact_info.patch(
                "contact_info",
                faults,
                parse::text_or_none,
            )),
            tags: tags.map(|tags| list(tags, "tags", faults, parse::text)),
            due_date: self.due_date.patch("due_date", faults, parse::instant),
            resolution: blank_clears(self.resolution.patch(
                "resolution",
                faults,
                parse::text_or_none,
            )),
            resolution_code: blank_clears(self.resolution_code.patch(
                "resolution_code",
                faults,
                parse::text_or_none,
            )),
            staff_message: Patch::Keep,
            team: Patch::Keep,
            assignee: Patch::Keep,
        };
        let version = self.version.optional("version", faults, Ok);
        let sent = EditTicket {
            edit,
            version,
            read_only,
        };
        if !faults.is_empty() {
            // It will not be held against what is stored any more, so this is the time to tell.
            sent.short_fields()
                .for_each(|(field, least)| faults.push(field, "too_short", too_short(least)));
        }
        Some(sent)
    }
}

/// Whether a field that cannot be changed is passed over; a fault if it cannot have been read so.
fn is_beside(name: &str, value: &Value, faults: &mut Faults) -> bool {
    let fits = match name {
        name if LISTS.contains(&name) => value.is_array(),
        name if WORKED_OUT.contains(&name) => value.is_object() || value.is_null(),
        name if READ_ONLY.contains(&name) => return false,
        _ => {
            faults.push(name, "unknown_field", "there is no such field");
            return true;
        }
    };
    if !fits {
        faults.push(name, "read_only", "cannot be changed here");
    }
    true
}

fn blank_clears<T>(patch: Patch<Option<T>>) -> Patch<T> {
    match patch {
        Patch::Keep => Patch::Keep,
        Patch::Clear | Patch::Set(None) => Patch::Clear,
        Patch::Set(Some(value)) => Patch::Set(value),
    }
}

/// Passes if every read-only field that was sent holds what is stored, as this client reads it (`shown`).
///
/// # Errors
/// [`Error::Stale`] where the ticket has moved on since the client read it, [`Error::Invalid`] naming each field.
pub fn check_read_only(
    sent: &EditTicket,
    stored: &TicketData,
    shown: &TicketDto<'_>,
) -> Result<(), Error> {
    if sent
        .version
        .is_some_and(|version| version != stored.version)
    {
        return Err(Error::Stale);
    }
    let mut faults = differences(
        &sent.read_only,
        &serde_json::to_value(shown).unwrap_or_default(),
    );
    let same_title = sent.edit.title.as_ref() == Some(&stored.title);
    let same_description = sent.edit.description.as_ref() == Some(&stored.description);
    let short = sent.short_fields().filter(|(field, _)| {
        !if *field == "title" {
            same_title
        } else {
            same_description
        }
    });
    faults.extend(short.map(|(field, least)| Fault::new(field, "too_short", too_short(least))));
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}

fn differences(sent: &BTreeMap<String, Value>, shown: &Value) -> Vec<Fault> {
    let same = |name: &str, value: &Value| match shown.get(name) {
        Some(shown) if name == "sla" => {
            without_clock(value.clone()) == without_clock(shown.clone())
        }
        Some(shown) => value == shown,
        None => false,
    };
    let differ = sent.iter().filter(|(name, value)| !same(name, value));
    differ
        .map(|(name, _)| Fault::new(name, "read_only", "cannot be changed here"))
        .collect()
}

/// The SLA without what the clock alone changes between reading and writing.
fn without_clock(mut sla: Value) -> Value {
    if let Some(targets) = sla.get_mut("targets").and_then(Value::as_object_mut) {
        for target in targets.values_mut().filter_map(Value::as_object_mut) {
            target.remove("remaining_seconds");
        }
    }
    sla
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::extract::body::parse;

    fn read(body: &Value) -> EditTicket {
        parse::<EditTicketBody>(body.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn null_clears_what_may_be_empty_and_nothing_else() {
        let sent = read(
            &json!({ "service_id": null, "resolution": " ", "due_date": "2026-03-14T09:00:00Z" }),
        );
        assert_eq!(
            (sent.edit.service, sent.edit.resolution),
            (Patch::Clear, Patch::Clear)
        );
        assert!(matches!(sent.edit.due_date, Patch::Set(_)) && sent.edit.contact == Patch::Keep);
        let refused =
            parse::<EditTicketBody>(br#"{"title":null,"status":"new","colour":1}"#).unwrap_err();
        let fields: Vec<_> = refused
            .faults
            .iter()
            .map(|fault| (fault.field.as_str(), fault.code))
            .collect();
        assert_eq!(
            fields,
            [
                ("colour", "unknown_field"),
                ("title", "required"),
                ("status", "unknown_value")
            ]
        );
    }

    #[test]
    fn what_was_read_can_be_sent_back() {
        let sla = |left: i64| json!({ "targets": { "resolution": { "due_at": "x", "remaining_seconds": left } } });
        let shown = json!({ "id": "a", "number": 7, "version": 3, "sla": sla(10) });
        let sent =
            read(&json!({ "id": "a", "number": 7, "version": 3, "sla": sla(20), "history": [] }));
        assert_eq!(
            (differences(&sent.read_only, &shown), sent.version),
            (Vec::new(), Some(3))
        );
    }

    #[test]
    fn what_lies_beside_the_ticket_has_to_look_as_it_was_read() {
        read(&json!({ "comments": [{ "id": "x" }], "team": null, "sla_metrics": {} }));
        let body = br#"{"comments":"mine","history":null,"team":[],"sla_metrics":7}"#;
        let refused = parse::<EditTicketBody>(body).unwrap_err();
        assert_eq!(refused.faults.len(), 4);
        assert!(refused.faults.iter().all(|fault| fault.code == "read_only"));
    }

    #[test]
    fn any_difference_is_named() {
        let shown = json!({ "number": 7, "customer_id": null });
        let sent = read(&json!({ "number": 8, "customer_id": null, "escalation_level": 0 }));
        let faults = differences(&sent.read_only, &shown);
        let fields: Vec<_> = faults
            .iter()
            .map(|fault| (fault.field.as_str(), fault.code))
            .collect();
        assert_eq!(
            fields,
            [("escalation_level", "read_only"), ("number", "read_only")]
        );
    }
}
