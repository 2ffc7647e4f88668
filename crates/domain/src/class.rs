//! How a ticket is classified: category, priority, channel.

use crate::named::named;

named! {
    /// How urgent a ticket is; the order is the rank.
    Priority {
        /// Can wait.
        Low => "low",
        /// The default.
        Medium => "medium",
        /// Hurts.
        High => "high",
        /// Hurts badly.
        Urgent => "urgent",
        /// A service is down.
        Critical => "critical",
        /// People or the network at large are at risk.
        Emergency => "emergency",
    }
}

named! {
    /// What a ticket is about. Source: the twelve of the ISP portal's `POST /tickets`, and three of the CRM's.
    Category {
        /// Something does not work as it should.
        TechnicalSupport => "technical_support",
        /// A question about a bill.
        BillingInquiry => "billing_inquiry",
        /// Wants a service.
        NewService => "new_service",
        /// Wants a service changed.
        ServiceChange => "service_change",
        /// Wants to leave.
        Cancellation => "cancellation",
        /// A service is down.
        OutageReport => "outage_report",
        /// A device is broken.
        EquipmentIssue => "equipment_issue",
        /// Something has to be installed.
        Installation => "installation",
        /// Something has to be repaired.
        Repair => "repair",
        /// Is not content.
        Complaint => "complaint",
        /// Wants to buy.
        SalesInquiry => "sales_inquiry",
        /// Anything else.
        GeneralInquiry => "general_inquiry",
        /// A zone's configuration (CRM).
        ZoneConfig => "zone_config",
        /// The account itself (CRM).
        Account => "account",
        /// Wants something that does not exist yet (CRM).
        FeatureRequest => "feature_request",
    }
}

named! {
    /// How the customer wants to be reached.
    ContactMethod {
        /// By telephone or SMS.
        Phone => "phone",
        /// By e-mail.
        Email => "email",
        /// In the portal; the default.
        Portal => "portal",
        /// By chat.
        Chat => "chat",
        /// In person.
        InPerson => "in_person",
    }
}

named! {
    /// Which API a ticket came in by.
    Source {
        /// The ISP portal's API.
        Isp => "isp",
        /// The CRM's API.
        Crm => "crm",
        /// The helpdesk API.
        Helpdesk => "helpdesk",
        /// The simple API.
        Simple => "simple",
        /// The maintenance API.
        Maintenance => "maintenance",
        /// Made by the program itself (synthetic data).
        System => "system",
    }
}

impl Source {
    /// Whether staff says whose ticket it makes there; the others' requests have no place for it.
    pub const fn names_customers(self) -> bool {
        match self {
            Self::Isp | Self::Crm | Self::System => true,
            Self::Helpdesk | Self::Simple | Self::Maintenance => false,
        }
    }
}
