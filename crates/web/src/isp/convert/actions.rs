//! Bodies of what is done to tickets, inward.

use linedesk_app::tickets::{AssignTicket, AssignTo, CreateTicket, EscalateTicket};
use linedesk_domain::class::{ContactMethod, Priority, Source};
use linedesk_domain::ids::{TeamId, TicketId, UserId};
use linedesk_domain::text::Note;
use linedesk_domain::ticket::TOP_LEVEL;
use linedesk_domain::ticket::merge::Relation;
use linedesk_domain::ticket::rate::{Effort, Rating, Score};
use linedesk_domain::ticket::status::Resolution;

use crate::extract::faults::Wrong;
use crate::extract::given::list;
use crate::extract::{Body, Faults, Given, parse};
use crate::isp::dto::actions::{
    AssignBody, CreateTicketBody, EscalateBody, LinkBody, MergeBody, ReopenBody, ResolutionBody,
    SatisfactionBody, SurveyBody,
};

impl Body for CreateTicketBody {
    type Command = CreateTicket;

    fn command(self, faults: &mut Faults) -> Option<CreateTicket> {
        self.rest.refuse(faults);
        let files = self
            .attachments
            .optional("attachments", faults, Ok)
            .unwrap_or_default();
        let tags = self.tags.optional("tags", faults, Ok).unwrap_or_default();
        let customer = self.customer_id.optional("customer_id", faults, parse::id);
        let title = self.title.required("title", faults, parse::text);
        let description = self
            .description
            .required("description", faults, parse::text);
        let category = self.category.required("category", faults, parse::word);
        let time = self.preferred_contact_time.optional(
            "preferred_contact_time",
            faults,
            parse::text_or_none,
        );
        let info = self
            .contact_info
            .optional("contact_info", faults, parse::text_or_none);
        let command = CreateTicket {
            customer,
            priority: self
                .priority
                .optional("priority", faults, parse::word)
                .unwrap_or(Priority::Medium),
            service: self.service_id.optional("service_id", faults, parse::id),
            contact: self.contact_id.optional("contact_id", faults, parse::id),
            contact_method: self
                .contact_method
                .optional("contact_method", faults, parse::word)
                .unwrap_or(ContactMethod::Portal),
            preferred_contact_time: time.flatten(),
            contact_info: info.flatten(),
            tags: list(tags, "tags", faults, parse::text),
            due_date: self.due_date.optional("due_date", faults, parse::instant),
            attachments: list(files, "attachments", faults, parse::id),
            source: Source::Isp,
            title: title?,
            description: description?,
            category: category?,
        };
        Some(command)
    }
}

/// What an assignee's id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AssignmentType {
    User,
    Team,
    Auto,
}

fn assignment_type(name: impl AsRef<str>) -> Result<AssignmentType, Wrong> {
    match name.as_ref() {
        "user" => Ok(AssignmentType::User),
        "team" => Ok(AssignmentType::Team),
        "auto" => Ok(AssignmentType::Auto),
        _ => Err(("unknown_value", "must be user, team or auto".to_owned())),
    }
}

/// To whom: `null` is nobody, but leaving it out is a fault, so that a slip does not take a ticket from its agent. An
/// agent who cannot be anybody's is nobody: 404, as for an agent who is not there.
pub fn assign_to(
    assigned_to: Given<String>,
    kind: Given<String>,
    faults: &mut Faults,
) -> Option<AssignTo> {
    let kind = kind
        .optional("assignment_type", faults, assignment_type)
        .unwrap_or(AssignmentType::User);
    if kind == AssignmentType::Auto {
        if !matches!(assigned_to, Given::Absent | Given::Null) {
            faults.push("assigned_to", "not_allowed", "is chosen by routing");
        }
        return Some(AssignTo::Auto);
    }
    if assigned_to == Given::Null {
        return Some(AssignTo::Nobody);
    }
    let name = assigned_to.required("assigned_to", faults, Ok)?;
    Some(match (kind, parse::uuid(&name)) {
        (AssignmentType::Auto, _) => AssignTo::Auto,
        (AssignmentType::User, id) => AssignTo::User(UserId(id.unwrap_or_default())),
        (AssignmentType::Team, Some(id)) => AssignTo::Team(TeamId(id)),
        (AssignmentType::Team, None) => AssignTo::TeamNamed(name),
    })
}

impl Body for AssignBody {
    type Command = AssignTicket;

    fn command(self, faults: &mut Faults) -> Option<AssignTicket> {
        self.rest.refuse(faults);
        let to = assign_to(self.assigned_to, self.assignment_type, faults);
        let priority = self
            .priority_change
            .optional("priority_change", faults, parse::word);
        let note = self
            .notes
            .optional("notes", faults, parse::text_or_none)
            .flatten();
        let notify_customer = self.notify_customer.or("notify_customer", faults, true);
        Some(AssignTicket {
            to: to?,
            priority,
            note,
            notify_customer,
        })
    }
}

impl Body for EscalateBody {
    type Command = EscalateTicket;

    fn command(self, faults: &mut Faults) -> Option<EscalateTicket> {
        self.rest.refuse(faults);
        let level = self.level.optional("level", faults, |level| match level {
            1..=TOP_LEVEL => Ok(level),
            _ => Err(("out_of_range", format!("must be 1 to {TOP_LEVEL}"))),
        });
        let to = self.assigned_to.optional("assigned_to", faults, parse::id);
        let priority = self
            .priority_change
            .optional("priority_change", faults, parse::word);
        Some(EscalateTicket {
            reason: self.reason.required("reason", faults, parse::text)?,
            level,
            to,
            priority,
        })
    }
}

/// Tickets to merge, and why.
#[derive(Debug)]
pub struct Merge {
    /// Those that close.
    pub sources: Vec<TicketId>,
    /// Why.
    pub reason: Option<Note>,
}

impl Body for MergeBody {
    type Command = Merge;

    fn command(self, faults: &mut Faults) -> Option<Merge> {
        self.rest.refuse(faults);
        let ids = self
            .ticket_ids
            .required("ticket_ids", faults, Ok)
            .unwrap_or_default();
        let sources = list(ids, "ticket_ids", faults, parse::id);
        Some(Merge {
            sources,
            reason: self
                .reason
                .optional("reason", faults, parse::text_or_none)
                .flatten(),
        })
    }
}

impl Body for ResolutionBody {
    type Command = Resolution;
    const MAY_BE_MISSING: bool = true;

    fn command(self, faults: &mut Faults) -> Option<Resolution> {
        self.rest.refuse(faults);
        let text = self
            .resolution
            .optional("resolution", faults, parse::text_or_none)
            .flatten();
        let code = self
            .resolution_code
            .optional("resolution_code", faults, parse::text_or_none)
            .flatten();
        Some(Resolution {
            text,
            code,
            template: self.resolution_template_id.optional(
                "resolution_template_id",
                faults,
                parse::id,
            ),
            notify_customer: self.notify_customer.or("notify_customer", faults, true),
        })
    }
}

impl Body for ReopenBody {
    type Command = Note;

    fn command(self, faults: &mut Faults) -> Option<Note> {
        self.rest.refuse(faults);
        self.reason.required("reason", faults, parse::text)
    }
}

impl Body for SatisfactionBody {
    type Command = Rating;

    fn command(self, faults: &mut Faults) -> Option<Rating> {
        self.rest.refuse(faults);
        rating(self.score, self.effort, self.comment, faults)
    }
}

/// The answer to a survey.
#[derive(Debug)]
pub struct Surveyed {
    /// What stood in the link.
    pub token: String,
    /// What its holder thinks.
    pub rating: Rating,
}

impl Body for SurveyBody {
    type Command = Surveyed;
    const IS_OPEN: bool = true;

    fn command(self, faults: &mut Faults) -> Option<Surveyed> {
        self.rest.refuse(faults);
        let token = self.token.required("token", faults, Ok);
        let rating = rating(self.score, self.effort, self.comment, faults);
        Some(Surveyed {
            token: token?,
            rating: rating?,
        })
    }
}

fn rating(
    score: Given<u8>,
    effort: Given<u8>,
    comment: Given<String>,
    faults: &mut Faults,
) -> Option<Rating> {
    let scale = |max: u8| ("out_of_range", format!("must be from 1 to {max}"));
    let score = score.required("score", faults, |score| {
        Score::new(score).ok_or_else(|| scale(Score::MAX))
    });
    let effort = effort.optional("effort", faults, |effort| {
        Effort::new(effort).ok_or_else(|| scale(Effort::MAX))
    });
    let comment = comment.optional("comment", faults, parse::text_or_none);
    Some(Rating {
        score: score?,
        effort,
        comment: comment.flatten(),
    })
}

/// A link.
#[derive(Debug)]
pub struct Link {
    /// To which ticket.
    pub to: TicketId,
    /// How.
    pub relation: Relation,
}

impl Body for LinkBody {
    type Command = Link;

    fn command(self, faults: &mut Faults) -> Option<Link> {
        self.rest.refuse(faults);
        let relation = self.relation.required("relation", faults, parse::word);
        Some(Link {
            to: self.ticket_id.required("ticket_id", faults, parse::id)?,
            relation: relation?,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::body::parse;

    use super::*;

    fn faults<B: Body>(body: &str) -> Vec<String> {
        let Err(failure) = parse::<B>(body.as_bytes()) else {
            return Vec::new();
        };
        let mut faults: Vec<_> = failure
            .faults
            .iter()
            .map(|fault| format!("{} {}", fault.field, fault.code))
            .collect();
        faults.sort();
        faults
    }

    #[test]
    fn a_ticket_needs_little_and_has_defaults() {
        let body = r#"{"title":" No signal ","description":"0123456789","category":"repair","tags":["VIP"]}"#;
        let command = parse::<CreateTicketBody>(body.as_bytes()).unwrap();
        assert_eq!(
            (
                command.title.as_str(),
                command.priority,
                command.contact_method
            ),
            ("No signal", Priority::Medium, ContactMethod::Portal)
        );
        assert_eq!(command.tags[0].as_str(), "vip");
    }

    #[test]
    fn every_fault_of_a_ticket_is_told_at_once() {
        let body = r#"{"title":"  abc  ","description":7,"category":"nonsense","tags":["ok","a,b",3],"customer_id":"1",
                       "due_date":"tomorrow","is_admin":true}"#;
        assert_eq!(
            faults::<CreateTicketBody>(body),
            [
                "category unknown_value",
                "customer_id not_a_uuid",
                "description wrong_type",
                "due_date not_an_instant",
                "is_admin unknown_field",
                "tags[1] comma",
                "tags[2] wrong_type",
                "title length"
            ]
        );
        assert_eq!(
            faults::<CreateTicketBody>("{}"),
            [
                "category required",
                "description required",
                "title required"
            ]
        );
    }

    #[test]
    fn nobody_has_to_be_said() {
        let command = |body: &str| {
            parse::<AssignBody>(body.as_bytes())
                .map(|command| command.to)
                .ok()
        };
        assert_eq!(command(r#"{"assigned_to":null}"#), Some(AssignTo::Nobody));
        assert_eq!(command("{}"), None);
        let team = r#"{"assigned_to":"Tech","assignment_type":"team"}"#;
        assert_eq!(command(team), Some(AssignTo::TeamNamed("Tech".to_owned())));
    }

    #[test]
    fn an_escalation_has_three_levels() {
        assert_eq!(
            faults::<EscalateBody>(r#"{"reason":"x","level":4}"#),
            ["level out_of_range"]
        );
        assert_eq!(
            faults::<EscalateBody>(r#"{"reason":" ","level":-1}"#),
            ["level wrong_type", "reason empty"]
        );
    }
}
