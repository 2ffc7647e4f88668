//! The same action on many tickets, both ways.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use linedesk_app::tickets::bulk::job::MAX_IDS;
use linedesk_app::tickets::{BulkAction, BulkCommand, BulkOutcome, BulkWhich};
use linedesk_domain::access::Operation;
use linedesk_domain::ticket::status::Resolution;

use super::actions::assign_to;
use super::list::filter;
use crate::extract::faults::Wrong;
use crate::extract::given::{Expected, list, long_list};
use crate::extract::query::QueryReader;
use crate::extract::{Body, Faults, Given, parse};
use crate::failure::status;
use crate::isp::dto::bulk::{BulkBody, BulkDto, BulkError, BulkResult};

impl Expected for BTreeMap<String, String> {
    const EXPECTED: &'static str = "an object of strings";
}

/// The kinds of action; each has fields of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Assign,
    Status,
    Priority,
    Tag,
    Comment,
    Close,
}

/// What a kind of action is called.
pub fn name_of(action: &BulkAction) -> &'static str {
    match action {
        BulkAction::Assign(_) => "assign",
        BulkAction::Status(_) => "status",
        BulkAction::Priority(_) => "priority",
        BulkAction::Tag { .. } => "tag",
        BulkAction::Comment { .. } => "comment",
        BulkAction::Close(_) => "close",
    }
}

fn kind(name: impl AsRef<str>) -> Result<Kind, Wrong> {
    match name.as_ref() {
        "assign" => Ok(Kind::Assign),
        "status" => Ok(Kind::Status),
        "priority" => Ok(Kind::Priority),
        "tag" => Ok(Kind::Tag),
        "comment" => Ok(Kind::Comment),
        "close" => Ok(Kind::Close),
        _ => Err((
            "unknown_value",
            "must be one of assign, status, priority, tag, comment, close".to_owned(),
        )),
    }
}

impl Body for BulkBody {
    type Command = BulkCommand;
    const OPERATION: Option<Operation> = Some(Operation::Bulk);

    fn command(mut self, faults: &mut Faults) -> Option<BulkCommand> {
        self.rest.refuse(faults);
        let which = self.which(faults);
        let kind = std::mem::take(&mut self.action).required("action", faults, kind)?;
        self.refuse_fields_of_others(kind, faults);
        let action = self.action(kind, faults);
        Some(BulkCommand {
            which: which?,
            action: action?,
        })
    }
}

impl BulkBody {
    fn which(&mut self, faults: &mut Faults) -> Option<BulkWhich> {
        let ids = std::mem::take(&mut self.ticket_ids).optional("ticket_ids", faults, Ok);
        let filter = std::mem::take(&mut self.filter).optional("filter", faults, Ok);
        match (ids, filter) {
            (Some(ids), None) => {
                // What comes with the answer may be fewer: whoever does it says so, and how more can be done.
                let ids = long_list(ids, "ticket_ids", MAX_IDS, faults, parse::id);
                Some(BulkWhich::Ids(ids))
            }
            (None, Some(filter)) => filter_of(filter, faults),
            (Some(_), Some(_)) => {
                faults.push("filter", "contradiction", "goes without `ticket_ids` only");
                None
            }
            (None, None) => {
                faults.push(
                    "ticket_ids",
                    "required",
                    "either these or `filter` is required",
                );
                None
            }
        }
    }

    fn action(self, kind: Kind, faults: &mut Faults) -> Option<BulkAction> {
        match kind {
            Kind::Assign => {
                assign_to(self.assigned_to, self.assignment_type, faults).map(BulkAction::Assign)
            }
            Kind::Status => self
                .status
                .required("status", faults, parse::word)
                .map(BulkAction::Status),
            Kind::Priority => self
                .priority
                .required("priority", faults, parse::word)
                .map(BulkAction::Priority),
            Kind::Tag => {
                let add = self.add.optional("add", faults, Ok).unwrap_or_default();
                let remove = self
                    .remove
                    .optional("remove", faults, Ok)
                    .unwrap_or_default();
                let add = list(add, "add", faults, parse::text);
                Some(BulkAction::Tag {
                    add,
                    remove: list(remove, "remove", faults, parse::text),
                })
            }
            Kind::Comment => {
                let is_internal = self.is_internal.or("is_internal", faults, false);
                let body = self.body.required("body", faults, parse::text)?;
                Some(BulkAction::Comment { body, is_internal })
            }
            Kind::Close => Some(BulkAction::Close(Resolution {
                text: self
                    .resolution
                    .optional("resolution", faults, parse::text_or_none)
                    .flatten(),
                code: self
                    .resolution_code
                    .optional("resolution_code", faults, parse::text_or_none)
                    .flatten(),
                template: self.resolution_template_id.optional(
                    "resolution_template_id",
                    faults,
                    parse::id,
                ),
                notify_customer: true,
            })),
        }
    }

    /// A field of another action is a slip that would go unnoticed.
    fn refuse_fields_of_others(&self, kind: Kind, faults: &mut Faults) {
        let fields = [
            (
                Kind::Assign,
                "assigned_to",
                self.assigned_to != Given::Absent,
            ),
            (
                Kind::Assign,
                "assignment_type",
                self.assignment_type != Given::Absent,
            ),
            (Kind::Status, "status", self.status != Given::Absent),
            (Kind::Priority, "priority", self.priority != Given::Absent),
            (Kind::Tag, "add", self.add != Given::Absent),
            (Kind::Tag, "remove", self.remove != Given::Absent),
            (Kind::Comment, "body", self.body != Given::Absent),
            (
                Kind::Comment,
                "is_internal",
                self.is_internal != Given::Absent,
            ),
            (Kind::Close, "resolution", self.resolution != Given::Absent),
            (
                Kind::Close,
                "resolution_code",
                self.resolution_code != Given::Absent,
            ),
            (
                Kind::Close,
                "resolution_template_id",
                self.resolution_template_id != Given::Absent,
            ),
        ];
        for (_, field, _) in fields
            .into_iter()
            .filter(|(of, _, there)| *there && *of != kind)
        {
            faults.push(field, "contradiction", "does not go with this action");
        }
    }
}

/// The filter, in the words of the list's parameters.
fn filter_of(parameters: BTreeMap<String, String>, faults: &mut Faults) -> Option<BulkWhich> {
    let mut reader = QueryReader::of(parameters.into_iter().collect());
    let (filter, teams) = filter(&mut reader);
    if !teams.is_empty() {
        reader
            .faults
            .push("assigned_team", "not_a_uuid", "must be a UUID here");
    }
    match reader.finish(Some(filter)) {
        Ok(filter) => Some(BulkWhich::Filter(Box::new(filter))),
        Err(failure) => {
            for fault in failure.faults {
                faults.push(
                    &format!("filter.{}", fault.field),
                    fault.code,
                    fault.message,
                );
            }
            None
        }
    }
}

/// What became of the tickets.
pub fn outcomes(outcomes: Vec<BulkOutcome>) -> BulkDto {
    let results: Vec<_> = outcomes.into_iter().map(outcome).collect();
    let failed = results
        .iter()
        .filter(|result| result.error.is_some())
        .count();
    BulkDto {
        succeeded: results.len() - failed,
        failed,
        results,
    }
}

/// What became of one ticket.
pub fn outcome(BulkOutcome { ticket, refusal }: BulkOutcome) -> BulkResult {
    let status = refusal
        .as_ref()
        .map_or(StatusCode::OK, |refusal| status(refusal.kind));
    BulkResult {
        ticket_id: ticket.0,
        status: status.as_u16(),
        error: refusal.map(|refusal| BulkError {
            code: refusal.code,
            detail: refusal.detail,
        }),
    }
}

#[cfg(test)]
mod tests {
    use linedesk_domain::workflow::Status;

    use super::*;
    use crate::extract::body::parse;

    fn codes(body: &str) -> Vec<String> {
        let failure = parse::<BulkBody>(body.as_bytes()).unwrap_err();
        failure
            .faults
            .iter()
            .map(|fault| format!("{} {}", fault.field, fault.code))
            .collect()
    }

    #[test]
    fn a_filter_is_in_the_words_of_the_list() {
        let body = br#"{"filter":{"status":"open,assigned"},"action":"status","status":"closed"}"#;
        let command = parse::<BulkBody>(body).unwrap();
        let BulkWhich::Filter(filter) = command.which else {
            panic!("must be a filter")
        };
        assert_eq!(filter.status, [Status::Open, Status::Assigned]);
        assert_eq!(
            codes(r#"{"filter":{"colour":"red"},"action":"close"}"#),
            ["filter.colour unknown_parameter"]
        );
    }

    #[test]
    fn either_ids_or_a_filter_and_only_the_fields_of_the_action() {
        assert_eq!(codes(r#"{"action":"close"}"#), ["ticket_ids required"]);
        assert_eq!(
            codes(r#"{"ticket_ids":[],"filter":{},"action":"close"}"#),
            ["filter contradiction"]
        );
        assert_eq!(
            codes(r#"{"ticket_ids":[],"action":"status","status":"open","add":[]}"#),
            ["add contradiction"]
        );
    }
}
