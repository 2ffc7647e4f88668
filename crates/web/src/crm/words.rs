//! The dialect's words for status, priority and category, both ways.
//!
//! Its words are fewer than ours. Whoever sends back the word that it was shown means "as it is"; any other word means
//! the first of ours that reads so.

use linedesk_domain::class::{Category, Priority};
use linedesk_domain::workflow::Status;

use crate::extract::parse::Word;

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every word.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// As clients write it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl Word for $name {
            const WORDS: &'static [Self] = Self::ALL;

            fn word(self) -> &'static str {
                self.name()
            }
        }
    };
}

vocabulary! {
    /// Where a ticket stands.
    CrmStatus {
        /// Nobody works on it yet, or it came back.
        New => "new",
        /// Somebody has it.
        Assigned => "assigned",
        /// Being worked on.
        InProgress => "in_progress",
        /// Waiting for the customer or for a supplier.
        Pending => "pending",
        /// Work is done.
        Resolved => "resolved",
        /// Finished.
        Closed => "closed",
    }
}

vocabulary! {
    /// How urgent a ticket is.
    CrmPriority {
        /// Can wait.
        Low => "low",
        /// The default.
        Medium => "medium",
        /// Hurts.
        High => "high",
        /// Whatever is above high.
        Urgent => "urgent",
    }
}

vocabulary! {
    /// What a ticket is about.
    CrmCategory {
        /// Something does not work.
        Technical => "technical",
        /// Money.
        Billing => "billing",
        /// A zone's configuration.
        ZoneConfig => "zone_config",
        /// The account itself.
        Account => "account",
        /// Something that does not exist yet.
        FeatureRequest => "feature_request",
        /// Anything else; the default.
        General => "general",
    }
}

impl CrmStatus {
    /// How a status reads.
    pub const fn of(status: Status) -> Self {
        match status {
            Status::Open | Status::Reopened => Self::New,
            Status::Assigned => Self::Assigned,
            Status::InProgress => Self::InProgress,
            Status::PendingCustomer | Status::PendingVendor => Self::Pending,
            Status::Resolved => Self::Resolved,
            Status::Closed => Self::Closed,
        }
    }

    /// The statuses that read so, the first of which is meant by the word.
    pub fn read_so(self) -> impl Iterator<Item = Status> {
        Status::ALL
            .into_iter()
            .filter(move |status| Self::of(*status) == self)
    }

    /// What the word means for a ticket that is `present`; `None`: it is to stay as it is. `new` is open or reopened,
    /// whichever the workflow allows.
    pub fn meant(self, present: Status) -> Option<Status> {
        if Self::of(present) == self {
            return None;
        }
        let allowed = self.read_so().find(|status| present.allows(*status));
        allowed.or_else(|| self.read_so().next())
    }
}

impl CrmPriority {
    /// How a priority reads.
    pub const fn of(priority: Priority) -> Self {
        match priority {
            Priority::Low => Self::Low,
            Priority::Medium => Self::Medium,
            Priority::High => Self::High,
            Priority::Urgent | Priority::Critical | Priority::Emergency => Self::Urgent,
        }
    }

    /// The priorities that read so.
    pub fn read_so(self) -> impl Iterator<Item = Priority> {
        let all = Priority::ALL.iter().copied();
        all.filter(move |priority| Self::of(*priority) == self)
    }

    /// What the word means for a ticket of `present` priority; `None`: it is to stay as it is.
    pub fn meant(self, present: Priority) -> Option<Priority> {
        (Self::of(present) != self).then_some(self.priority())
    }

    /// What the word means by itself.
    pub const fn priority(self) -> Priority {
        match self {
            Self::Low => Priority::Low,
            Self::Medium => Priority::Medium,
            Self::High => Priority::High,
            Self::Urgent => Priority::Urgent,
        }
    }
}

impl CrmCategory {
    /// How a category reads.
    pub const fn of(category: Category) -> Self {
        match category {
            Category::TechnicalSupport
            | Category::OutageReport
            | Category::EquipmentIssue
            | Category::Installation
            | Category::Repair => Self::Technical,
            Category::BillingInquiry => Self::Billing,
            Category::ZoneConfig => Self::ZoneConfig,
            Category::Account => Self::Account,
            Category::FeatureRequest => Self::FeatureRequest,
            Category::GeneralInquiry
            | Category::NewService
            | Category::ServiceChange
            | Category::Cancellation
            | Category::Complaint
            | Category::SalesInquiry => Self::General,
        }
    }

    /// The categories that read so.
    pub fn read_so(self) -> impl Iterator<Item = Category> {
        let all = Category::ALL.iter().copied();
        all.filter(move |category| Self::of(*category) == self)
    }

    /// What the word means for a ticket of `present` category; `None`: it is to stay as it is.
    pub fn meant(self, present: Category) -> Option<Category> {
        (Self::of(present) != self).then_some(self.category())
    }

    /// What the word means by itself.
    pub const fn category(self) -> Category {
        match self {
            Self::Technical => Category::TechnicalSupport,
            Self::Billing => Category::BillingInquiry,
            Self::ZoneConfig => Category::ZoneConfig,
            Self::Account => Category::Account,
            Self::FeatureRequest => Category::FeatureRequest,
            Self::General => Category::GeneralInquiry,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_reads_as_the_contract_has_it() {
        let read: Vec<_> = Status::ALL
            .into_iter()
            .map(|status| format!("{} {}", status.name(), CrmStatus::of(status).name()))
            .collect();
        assert_eq!(
            read,
            [
                "open new",
                "assigned assigned",
                "in_progress in_progress",
                "pending_customer pending",
                "pending_vendor pending",
                "resolved resolved",
                "closed closed",
                "reopened new",
            ]
        );
    }

    #[test]
    fn what_was_shown_changes_nothing_and_what_is_set_is_read_back() {
        for present in Status::ALL {
            for word in CrmStatus::ALL {
                match word.meant(present) {
                    None => assert_eq!(CrmStatus::of(present), *word),
                    Some(meant) => assert_eq!(CrmStatus::of(meant), *word),
                }
            }
            assert_eq!(CrmStatus::of(present).meant(present), None);
        }
        for present in Priority::ALL {
            assert_eq!(CrmPriority::of(*present).meant(*present), None);
            for word in CrmPriority::ALL {
                let meant = word.meant(*present).unwrap_or(*present);
                assert_eq!(CrmPriority::of(meant), *word);
            }
        }
        for present in Category::ALL {
            assert_eq!(CrmCategory::of(*present).meant(*present), None);
            for word in CrmCategory::ALL {
                let meant = word.meant(*present).unwrap_or(*present);
                assert_eq!(CrmCategory::of(meant), *word);
            }
        }
    }

    #[test]
    fn a_word_means_what_the_workflow_allows() {
        assert_eq!(CrmStatus::New.meant(Status::Assigned), Some(Status::Open));
        assert_eq!(CrmStatus::New.meant(Status::Closed), Some(Status::Reopened));
        assert_eq!(
            CrmStatus::New.meant(Status::PendingVendor),
            Some(Status::Open)
        );
        assert_eq!(
            CrmStatus::Pending.meant(Status::Open),
            Some(Status::PendingCustomer)
        );
    }
}
