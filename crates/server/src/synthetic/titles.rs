//! What tickets are about.

use linedesk_domain::class::Category;

use super::random::Random;
use super::words::{STREETS, word};

/// How often tickets are of each category.
pub(super) const CATEGORIES: [(Category, u32); 15] = [
    (Category::TechnicalSupport, 24),
    (Category::BillingInquiry, 15),
    (Category::OutageReport, 11),
    (Category::EquipmentIssue, 9),
    (Category::Repair, 7),
    (Category::Installation, 7),
    (Category::ServiceChange, 6),
    (Category::NewService, 5),
    (Category::Complaint, 4),
    (Category::GeneralInquiry, 4),
    (Category::SalesInquiry, 3),
    (Category::Cancellation, 2),
    (Category::Account, 1),
    (Category::ZoneConfig, 1),
    (Category::FeatureRequest, 1),
];

/// A title for a ticket of that category.
pub(super) fn title(random: &mut Random, category: Category) -> String {
    let about = match category {
        Category::TechnicalSupport => [
            "Slow connection",
            "Connection drops",
            "No sync",
            "Cannot log in",
        ],
        Category::BillingInquiry => [
            "Charged twice",
            "Wrong amount",
            "Question about the bill",
            "Refund missing",
        ],
        Category::NewService => [
            "Wants a line",
            "New site",
            "Second line wanted",
            "Trial wanted",
        ],
        Category::ServiceChange => [
            "Upgrade wanted",
            "Downgrade wanted",
            "Moving house",
            "Static address wanted",
        ],
        Category::Cancellation => [
            "Wants to leave",
            "Contract ends",
            "Closing the site",
            "Cancels the add-on",
        ],
        Category::OutageReport => [
            "No service at all",
            "Whole street down",
            "Site unreachable",
            "Power cut, no service",
        ],
        Category::EquipmentIssue => [
            "Device keeps restarting",
            "Device is dead",
            "Remote lost",
            "Loose connector",
        ],
        Category::Installation => [
            "Installation due",
            "Technician did not come",
            "Cabling needed",
            "Self-install fails",
        ],
        Category::Repair => [
            "Broken socket",
            "Cut cable",
            "Water in the cabinet",
            "Repair not finished",
        ],
        Category::Complaint => [
            "Waited too long",
            "Not told of the works",
            "Rude on the phone",
            "Third time now",
        ],
        Category::SalesInquiry => [
            "Asks for an offer",
            "Compares tariffs",
            "Volume discount",
            "Wants a visit",
        ],
        Category::GeneralInquiry => [
            "General question",
            "Opening hours",
            "Coverage question",
            "Wants a call",
        ],
        Category::ZoneConfig => [
            "Zone not answering",
            "New record",
            "Reverse entry wrong",
            "Zone transfer fails",
        ],
        Category::Account => [
            "Locked out",
            "Name changed",
            "New contact person",
            "Merge two accounts",
        ],
        Category::FeatureRequest => [
            "Wants usage graphs",
            "Wants alerts",
            "Wants an app",
            "Wants exports",
        ],
    };
    let house = 1 + random.below(180);
    format!(
        "{}: {}, {house} {}",
        random.pick(&about),
        word(random),
        random.pick(&STREETS)
    )
}
