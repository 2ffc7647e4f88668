//! The texts inside the binary.

macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!("../../templates/", $name)))
    };
}

/// Name and source of each.
pub(super) const FILES: &[(&str, &str)] = &[
    file!("layout.txt"),
    file!("layout.html"),
    file!("receipt.txt"),
    file!("receipt.html"),
    file!("receipt.sms"),
    file!("created.txt"),
    file!("created.html"),
    file!("created.sms"),
    file!("assigned.txt"),
    file!("assigned.html"),
    file!("assigned.sms"),
    file!("reply.txt"),
    file!("reply.html"),
    file!("reply.sms"),
    file!("status_changed.txt"),
    file!("status_changed.html"),
    file!("status_changed.sms"),
    file!("merged.txt"),
    file!("merged.html"),
    file!("merged.sms"),
    file!("assigned_to_you.txt"),
    file!("assigned_to_you.html"),
    file!("assigned_to_you.sms"),
    file!("customer_replied.txt"),
    file!("customer_replied.html"),
    file!("customer_replied.sms"),
    file!("sla_warning.txt"),
    file!("sla_warning.html"),
    file!("sla_warning.sms"),
    file!("sla_breach.txt"),
    file!("sla_breach.html"),
    file!("sla_breach.sms"),
    file!("escalated.txt"),
    file!("escalated.html"),
    file!("escalated.sms"),
    file!("digest.txt"),
    file!("digest.html"),
    file!("digest.sms"),
    file!("digest.subject"),
    file!("password_reset.txt"),
    file!("password_reset.html"),
    file!("password_reset.sms"),
    file!("password_reset.subject"),
];
