//! The codes that stand for enums in rows, as the migrations write them down. They never follow an enum's order:
//! a variant that moves keeps its code.

use linedesk_domain::class::{Category, ContactMethod, Priority, Source};
use linedesk_domain::knowledge::{Publication, Visibility};
use linedesk_domain::people::Role;
use linedesk_domain::sla::SlaState;
use linedesk_domain::ticket::merge::Relation;
use linedesk_domain::workflow::Status;
use linedesk_ports::jobs::{JobKind, JobState};
use linedesk_ports::outbox::{Channel, MessageState};

macro_rules! codes {
    ($($name:ident { $($variant:ident = $code:literal),+ $(,)? })+) => {$(
        impl Coded for $name {
            fn code(self) -> i16 {
                match self { $(Self::$variant => $code),+ }
            }

            fn from_code(code: i16) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }
    )+};
}

/// An enum that rows hold as a code.
pub(crate) trait Coded: Sized + Copy {
    /// Its code.
    fn code(self) -> i16;

    /// What has that code.
    fn from_code(code: i16) -> Option<Self>;
}

codes! {
    Priority { Low = 1, Medium = 2, High = 3, Urgent = 4, Critical = 5, Emergency = 6 }
    Status {
        Open = 1, Assigned = 2, InProgress = 3, PendingCustomer = 4, PendingVendor = 5, Resolved = 6, Closed = 7,
        Reopened = 8,
    }
    Category {
        TechnicalSupport = 1, BillingInquiry = 2, NewService = 3, ServiceChange = 4, Cancellation = 5,
        OutageReport = 6, EquipmentIssue = 7, Installation = 8, Repair = 9, Complaint = 10, SalesInquiry = 11,
        GeneralInquiry = 12, ZoneConfig = 13, Account = 14, FeatureRequest = 15,
    }
    Source { Isp = 1, Crm = 2, Helpdesk = 3, Simple = 4, Maintenance = 5, System = 6 }
    ContactMethod { Phone = 1, Email = 2, Portal = 3, Chat = 4, InPerson = 5 }
    Role { Customer = 1, Service = 2, Agent = 3, Lead = 4, Admin = 5 }
    Relation { RelatesTo = 1, Duplicates = 2, Blocks = 3, CausedBy = 4 }
    Channel { Email = 1, Sms = 2, Webhook = 3 }
    MessageState { Pending = 1, Parked = 2 }
    SlaState { Quiet = 0, OnTrack = 1, AtRisk = 2, Paused = 3, Breached = 4 }
    Publication { Draft = 1, Published = 2, Archived = 3 }
    Visibility { Public = 1, Customers = 2, Internal = 3 }
    JobKind { SlaSimulation = 1, Bulk = 2 }
    JobState { Queued = 1, Running = 2, Done = 3, Cancelled = 4, Failed = 5 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_back() {
        fn check<T: Coded + PartialEq + std::fmt::Debug>(all: &[T]) {
            for value in all {
                assert_eq!(T::from_code(value.code()), Some(*value));
            }
            assert_eq!(T::from_code(99), None);
        }
        check(Priority::ALL);
        check(&Status::ALL);
        check(Category::ALL);
        check(Source::ALL);
        check(ContactMethod::ALL);
        check(&Role::ALL);
        check(&Relation::ALL);
        check(&Channel::ALL);
        check(&MessageState::ALL);
        check(Publication::ALL);
        check(Visibility::ALL);
        check(&JobKind::ALL);
        check(&JobState::ALL);
    }

    #[test]
    fn the_order_of_priorities_is_that_of_their_codes() {
        assert!(Priority::ALL.is_sorted_by_key(|priority| priority.code()));
    }
}
