//! Everything that tickets can be filtered by, as words that a search index holds beside their text.
//!
//! A word consists of letters and digits, and no text can be mistaken for it: it has a column of its own.

use std::fmt::Write as _;

use linedesk_domain::ids::CustomerId;
use linedesk_domain::sla::SlaState;
use linedesk_ports::queries::TicketFilter;
use uuid::Uuid;

use crate::codes::Coded;
use crate::rows::ticket::TicketRow;

/// A ticket's facets.
pub(crate) fn of(row: &TicketRow) -> Vec<String> {
    let mut words = vec![
        format!("zst{}", row.status),
        format!("zpr{}", row.priority),
        format!("zcat{}", row.category),
        format!("zsr{}", row.source),
        breached(row.sla_state == SlaState::Breached.code()),
        unresolved(row.resolved_at.is_none()),
    ];
    match row.assigned_to {
        Some(key) => words.extend([id("as", key.0), "zasany".to_owned()]),
        None => words.push("zasnone".to_owned()),
    }
    let ids = [
        ("tm", row.assigned_team),
        ("cu", row.customer_id),
        ("sv", row.service_id),
        ("cb", row.created_by),
    ];
    words.extend(
        ids.into_iter()
            .filter_map(|(kind, key)| Some(id(kind, key?.0))),
    );
    words.extend(row.tags.0.iter().map(|tag| tagged(tag)));
    words
}

/// What a filter asks of facets: of each list, one has to be there. What depends on the present time (overdue) and on
/// the instant of creation is asked elsewhere.
pub(crate) fn asked(filter: &TicketFilter) -> Vec<Vec<String>> {
    let codes = |kind: &str, codes: &mut dyn Iterator<Item = i16>| -> Vec<String> {
        codes.map(|code| format!("z{kind}{code}")).collect()
    };
    let ids = |kind: &str, ids: &mut dyn Iterator<Item = Uuid>| -> Vec<String> {
        ids.map(|one| id(kind, one)).collect()
    };
    let mut all = vec![
        codes("st", &mut filter.status.iter().map(|one| one.code())),
        codes("pr", &mut filter.priority.iter().map(|one| one.code())),
        codes("cat", &mut filter.category.iter().map(|one| one.code())),
        ids("as", &mut filter.assignee.iter().map(|one| one.0)),
        ids("tm", &mut filter.team.iter().map(|one| one.0)),
        ids("cu", &mut filter.customer.iter().map(|one| one.0)),
        ids("sv", &mut filter.service.iter().map(|one| one.0)),
    ];
    all.extend(filter.tag.iter().map(|tag| vec![tagged(tag.as_str())]));
    let assigned = |none| if none { "zasnone" } else { "zasany" };
    all.push(Vec::from_iter(
        filter.unassigned.map(|none| assigned(none).to_owned()),
    ));
    all.push(Vec::from_iter(filter.sla_breach.map(breached)));
    all.push(ids("cb", &mut filter.created_by.iter().map(|one| one.0)));
    all.retain(|any| !any.is_empty());
    all
}

/// Whether it is still to be resolved.
pub(crate) fn unresolved(is_unresolved: bool) -> String {
    format!("zun{}", u8::from(is_unresolved))
}

/// That it is that customer's.
pub(crate) fn of_customer(customer: CustomerId) -> String {
    id("cu", customer.0)
}

fn breached(is_breached: bool) -> String {
    format!("zbr{}", u8::from(is_breached))
}

fn id(kind: &str, id: Uuid) -> String {
    format!("z{kind}{}", id.as_simple())
}

fn tagged(tag: &str) -> String {
    tag.bytes().fold("ztg".to_owned(), |mut word, byte| {
        let _ = write!(word, "{byte:02x}");
        word
    })
}
