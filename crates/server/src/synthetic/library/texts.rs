//! What an internet provider's customers and staff look up.

use linedesk_domain::class::Category;
use linedesk_domain::knowledge::Visibility;

/// A category, and the one that it lies in.
pub(super) const SHELVES: [(&str, Option<&str>, &str); 7] = [
    ("Internet at home", None, "Wi-Fi, routers, lines"),
    (
        "Wi-Fi",
        Some("Internet at home"),
        "Coverage, channels, passwords",
    ),
    (
        "Routers",
        Some("Internet at home"),
        "Setting up, lights, updates",
    ),
    (
        "Lines and outages",
        Some("Internet at home"),
        "Fibre, cable, DSL; what to do when it is down",
    ),
    (
        "Bills and contracts",
        None,
        "Bills, payments, moving, leaving",
    ),
    (
        "Telephone and mail",
        None,
        "Telephone, voicemail, mailboxes",
    ),
    ("For staff", None, "How we work"),
];

/// An article.
pub(super) struct Text {
    pub(super) shelf: &'static str,
    pub(super) title: &'static str,
    pub(super) tags: &'static [&'static str],
    pub(super) visibility: Visibility,
    pub(super) body: &'static str,
}

/// The articles, the most read first.
pub(super) const ARTICLES: [Text; 14] = [
    Text {
        shelf: "Routers",
        title: "Restart the router the right way",
        tags: &["router", "reset", "no internet"],
        visibility: Visibility::Public,
        body: "Most short faults are gone after a restart.\n\n\
            1. Pull the router's power plug. Do not use the reset pin: it forgets your settings.\n\
            2. Wait **30 seconds**.\n\
            3. Plug it in again and wait until the internet light stays on. With cable this takes up to 5 minutes.\n\n\
            If the light still blinks after 10 minutes, see *What the lights on the router mean*.",
    },
    Text {
        shelf: "Wi-Fi",
        title: "Slow Wi-Fi: what you can do yourself",
        tags: &["wifi", "slow", "wireless"],
        visibility: Visibility::Public,
        body: "First measure with a cable. If it is fast there, the line is fine and the radio is the cause.\n\n\
            - Put the router in the open, off the floor, away from the microwave and the aquarium.\n\
            - Use **5 GHz** for devices in the same room, 2.4 GHz for those behind walls.\n\
            - In a house with many networks choose channel 1, 6 or 11 by hand.\n\
            - Large flats need a second access point. Repeaters halve the speed.",
    },
    Text {
        shelf: "Routers",
        title: "What the lights on the router mean",
        tags: &["router", "lights", "sync"],
        visibility: Visibility::Public,
        body: "| light | steady | blinking |\n| --- | --- | --- |\n| Power | on | starting, wait |\n\
            | Link | line is there | looking for the line |\n| Internet | connected | signing in |\n\
            | Wi-Fi | on | data is moving |\n\n\
            *Link* blinks for more than 10 minutes: check the cable to the wall socket, then report an outage.\n\
            *Internet* blinks, *Link* is steady: the sign-in data may be wrong, or the account is blocked.",
    },
    Text {
        shelf: "Lines and outages",
        title: "Is there an outage, and how do I report one?",
        tags: &["outage", "down", "no internet"],
        visibility: Visibility::Public,
        body: "Restart the router first. If your neighbours are offline too, it is probably an outage in your street.\n\n\
            Report it in the portal with your **circuit number** (on the bill, CX and six digits). We tell you by e-mail or SMS \
            when it is repaired. Outages of more than 24 hours are credited with the next bill without your asking.",
    },
    Text {
        shelf: "Bills and contracts",
        title: "Understand your first bill",
        tags: &["bill", "invoice", "charged"],
        visibility: Visibility::Public,
        body: "The first bill is higher than those that follow:\n\n\
            - the days from activation to the end of the month,\n- the next month in advance,\n- the connection fee, once.\n\n\
            From the second bill on it is one month. Credits stand at the end, with the ticket that they belong to.",
    },
    Text {
        shelf: "Wi-Fi",
        title: "Change the name and password of your Wi-Fi",
        tags: &["wifi", "password"],
        visibility: Visibility::Public,
        body: "Open `http://192.168.1.1` on a device in your network and sign in with the password on the label under the router. \
            Under *Wireless* choose a name and a password of at least 12 characters. All devices have to sign in again afterwards.",
    },
    Text {
        shelf: "Bills and contracts",
        title: "Moving house: take your line along",
        tags: &["moving", "address", "contract"],
        visibility: Visibility::Public,
        body: "Tell us **four weeks** before. We check what is there at the new address, and move the contract with its price.\n\n\
            Take the router along, leave the wall socket. If we cannot serve the new address, the contract ends with three months' notice.",
    },
    Text {
        shelf: "Lines and outages",
        title: "Connection drops in the evening",
        tags: &["slow", "drops", "evening", "latency"],
        visibility: Visibility::Customers,
        body: "Write down for three evenings when it drops, and whether *Link* blinks then.\n\n\
            If *Link* blinks, the line is disturbed: we measure it, and a technician may have to come. If it stays on, the \
            network in your area is full at that time; tell us the results of a speed test by cable at 20:00 and at 08:00.",
    },
    Text {
        shelf: "Telephone and mail",
        title: "Set up voicemail",
        tags: &["voicemail", "telephone"],
        visibility: Visibility::Customers,
        body: "Dial `*86`. The first time you choose a PIN and speak your greeting. Messages come by e-mail as well if you switch \
            that on in the portal under *Telephone*.",
    },
    Text {
        shelf: "Telephone and mail",
        title: "Mail on your phone: servers and ports",
        tags: &["mailbox", "imap", "smtp", "password"],
        visibility: Visibility::Customers,
        body: "| | server | port | security |\n| --- | --- | --- | --- |\n| Incoming (IMAP) | imap.example.net | 993 | TLS |\n\
            | Outgoing (SMTP) | smtp.example.net | 465 | TLS |\n\nThe user name is the whole address. Three wrong passwords lock the \
            mailbox for 15 minutes.",
    },
    Text {
        shelf: "Bills and contracts",
        title: "Pay by direct debit",
        tags: &["payment", "bill"],
        visibility: Visibility::Customers,
        body: "Enter your account in the portal under *Payment*. Bills are then drawn 10 days after they were written. A debit that \
            comes back costs the bank's fee; pay the bill within a week and nothing is blocked.",
    },
    Text {
        shelf: "For staff",
        title: "Before you send a technician",
        tags: &["field-visit", "dispatch"],
        visibility: Visibility::Internal,
        body: "- Line test from here, result in an internal note.\n- Restart and another cable done with the customer.\n\
            - Floor, access, a telephone number that is answered.\n- A free window of two hours.\n\nA visit without these fails one \
            time in four.",
    },
    Text {
        shelf: "For staff",
        title: "Credits: who may give how much",
        tags: &["billing", "credit"],
        visibility: Visibility::Internal,
        body: "Agents up to one month's fee, leads up to three, above that billing. Outages of more than 24 hours are credited by \
            themselves. Always name the ticket; resolve with `credited`.",
    },
    Text {
        shelf: "For staff",
        title: "Large outage: the first thirty minutes",
        tags: &["outage", "major"],
        visibility: Visibility::Internal,
        body: "1. One ticket as the main one, priority critical; merge the others into it.\n2. Tell the network team by telephone.\n\
            3. Put the street and the expected end into the announcement.\n4. Escalate to level 2 after 15 minutes without a cause.",
    },
];

/// A canned answer: its name, its category, its resolution code, its text.
pub(super) const ANSWERS: [(&str, Option<Category>, &str, &str); 8] = [
    (
        "Settings corrected",
        None,
        "configuration",
        "Dear {{customer.name}},\n\nwe have corrected the settings of your line from here. Please restart your router once.\n\n{{agent.name}}",
    ),
    (
        "Wi-Fi channel changed",
        Some(Category::TechnicalSupport),
        "configuration",
        "Dear {{customer.name}},\n\nyour router now uses a channel that fewer of your neighbours use. If {{ticket.number}} comes back, just reply.\n\n{{agent.name}}",
    ),
    (
        "Device replaced",
        Some(Category::EquipmentIssue),
        "replaced",
        "Dear {{customer.name}},\n\na new device is on its way; a label for the old one is in the parcel.\n\n{{agent.name}}",
    ),
    (
        "Street is online again",
        Some(Category::OutageReport),
        "line_repaired",
        "Dear {{customer.name}},\n\nthe outage of {{ticket.created_date}} is repaired. Days without a line are credited.\n\n{{team.name}}",
    ),
    (
        "Line repaired by a technician",
        Some(Category::Repair),
        "line_repaired",
        "Dear {{customer.name}},\n\nour technician has repaired and measured {{service.name}}.\n\n{{agent.name}}",
    ),
    (
        "Amount credited",
        Some(Category::BillingInquiry),
        "credited",
        "Dear {{customer.name}},\n\nthe amount is credited with your next bill ({{ticket.number}}).\n\n{{agent.name}}",
    ),
    (
        "Bill explained",
        Some(Category::BillingInquiry),
        "explained",
        "Dear {{customer.name}},\n\nthe first bill holds the connection fee and the next month in advance; those that follow are lower.\n\n{{agent.name}}",
    ),
    (
        "No fault found",
        Some(Category::TechnicalSupport),
        "explained",
        "Dear {{customer.name}},\n\nwe have measured your line and found no fault. Please measure once by cable.\n\n{{agent.name}}",
    ),
];
