//! Failures in the names that this dialect has for things.

use actix_web::http::StatusCode;
use linedesk_app::{Error, Fault};
use linedesk_domain::ticket::TicketError;
use linedesk_domain::workflow::Status;

use super::words::CrmStatus;
use crate::failure::Failure;

/// The failure of a request about a ticket. What the workflow refuses is a fault of `status`.
pub fn of_ticket(error: Error) -> Failure {
    match error {
        Error::Ticket(
            refusal @ (TicketError::Transition { .. }
            | TicketError::NeedsAssignee
            | TicketError::ReopenWindowOver { .. }),
        ) => fault("status", refusal.code(), words(&refusal)),
        Error::Ticket(refusal @ TicketError::Done { .. }) => {
            fault("assigned_to", refusal.code(), words(&refusal))
        }
        Error::Ticket(refusal @ TicketError::Merged { .. }) => {
            fault("", refusal.code(), words(&refusal))
        }
        error => renamed(error.into()),
    }
}

/// The same of an assignment, which names a user.
pub fn of_assignment(error: Error) -> Failure {
    let mut failure = match error {
        Error::NotFound("assignee") => {
            let message = "nobody who takes tickets has this id";
            fault("user_id", "unknown", message.to_owned())
        }
        error => of_ticket(error),
    };
    for fault in &mut failure.faults {
        if fault.field == "assigned_to" {
            "user_id".clone_into(&mut fault.field);
        }
    }
    failure
}

fn fault(field: &str, code: &'static str, message: String) -> Failure {
    Failure::invalid(vec![Fault::new(field, code, message)])
}

/// The same refusal, in the words that clients read a status by.
fn words(refusal: &TicketError) -> String {
    let TicketError::Transition { from, to } = refusal else {
        return refusal.to_string();
    };
    let name = |status: &Status| CrmStatus::of(*status).name();
    let mut allowed: Vec<_> = from.next().iter().map(name).collect();
    let mut seen = Vec::new();
    allowed.retain(|word| {
        let is_new = !seen.contains(word);
        seen.push(*word);
        is_new
    });
    format!(
        "a ticket that is {} cannot become {}; allowed: {}",
        name(from),
        name(to),
        allowed.join(", ")
    )
}

/// The same failure, with this dialect's names of fields.
pub fn renamed(mut failure: Failure) -> Failure {
    for fault in &mut failure.faults {
        let name = match fault.field.as_str() {
            "title" => "subject",
            "customer_id" => "company",
            "contact_id" => "contact",
            "body" => "text",
            _ => continue,
        };
        name.clone_into(&mut fault.field);
    }
    if failure.status == StatusCode::FORBIDDEN {
        // Who may not is told so in one sentence, which names the field.
        failure.faults.clear();
    }
    failure
}

#[cfg(test)]
mod tests {
    use linedesk_domain::event::Field;

    use super::*;

    #[test]
    fn what_the_workflow_refuses_is_a_fault_of_the_status_in_the_dialects_words() {
        let refusal = TicketError::Transition {
            from: Status::PendingVendor,
            to: Status::Open,
        };
        let failure = of_ticket(Error::Ticket(refusal));
        assert_eq!(failure.status, StatusCode::BAD_REQUEST);
        assert_eq!(failure.faults[0].field, "status");
        assert_eq!(
            failure.faults[0].message,
            "a ticket that is pending cannot become new; \
             allowed: assigned, in_progress, pending, resolved, closed"
        );
    }

    #[test]
    fn fields_have_the_dialects_names() {
        let failure = of_ticket(Error::invalid("customer_id", "required", "x"));
        assert_eq!(failure.faults[0].field, "company");
        let field = Field::Priority;
        let failure = of_ticket(Error::Ticket(TicketError::StaffField { field }));
        assert_eq!(failure.status, StatusCode::FORBIDDEN);
        assert!(
            failure.detail.starts_with("priority "),
            "{}",
            failure.detail
        );
    }
}
