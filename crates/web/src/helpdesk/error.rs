//! Failures in the names that this dialect has for things.

use linedesk_app::{Error, Fault};
use linedesk_domain::ticket::TicketError;

use crate::failure::Failure;

/// The failure of setting a status: what the ticket refuses is a fault of `status`.
pub fn of_status(error: Error) -> Failure {
    match error {
        Error::Ticket(refusal @ TicketError::StaffField { .. }) => Error::Ticket(refusal).into(),
        Error::Ticket(refusal) => {
            let fault = Fault::new("status", refusal.code(), refusal.to_string());
            Failure::invalid(vec![fault])
        }
        error => error.into(),
    }
}

/// The failure of an answer: what the ticket refuses is a fault of the message.
pub fn of_answer(error: Error) -> Failure {
    match error {
        Error::Ticket(refusal) => {
            let fault = Fault::new("message", refusal.code(), refusal.to_string());
            Failure::invalid(vec![fault])
        }
        error => error.into(),
    }
}
