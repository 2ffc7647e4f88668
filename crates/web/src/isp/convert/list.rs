//! Lists of tickets, both ways.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use linedesk_app::models::{Cursor, Sort, SortKey, Start, Summary, TicketFilter, TicketPage};
use linedesk_app::tickets::{ListTickets, MAX_LIMIT, MAX_OFFSET};
use linedesk_domain::ids::TeamId;
use linedesk_domain::text::Label;

use super::ticket::ticket;
use crate::extract::faults::Wrong;
use crate::extract::parse;
use crate::extract::query::{FromQuery, QueryReader};
use crate::isp::audience::Reader;
use crate::isp::dto::list::{SummaryDto, TicketListDto};

/// Tickets on one page unless the client says otherwise.
const DEFAULT_LIMIT: u32 = 50;

/// A list as a client asks for it.
#[derive(Debug)]
pub struct ListQuery(pub ListTickets);

impl FromQuery for ListQuery {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let (filter, team_names) = filter(query);
        let sort = query.one("sort", sort).unwrap_or(Sort {
            key: SortKey::CreatedAt,
            descending: true,
        });
        let cursor = query.one("cursor", |text| cursor(&text, sort));
        let (limit, offset) = page(query);
        if cursor.is_some() && offset.is_some() {
            query
                .faults
                .push("offset", "contradiction", "goes without `cursor` only");
        }
        let start = cursor.map_or(Start::Offset(offset.unwrap_or(0)), Start::After);
        Some(Self(ListTickets {
            filter,
            team_names,
            sort,
            start,
            limit,
            counts: true,
        }))
    }
}

fn page(query: &mut QueryReader) -> (u32, Option<u64>) {
    let limit = query.number("limit", 1, u64::from(MAX_LIMIT));
    let offset = query.one("offset", |text| match text.parse() {
        Ok(offset) if offset <= MAX_OFFSET => Ok(offset),
        Ok(_) => Err((
            "out_of_range",
            format!("must be at most {MAX_OFFSET}; read on with `cursor` from there"),
        )),
        Err(_) => Err((
            "out_of_range",
            format!("must be a whole number from 0 to {MAX_OFFSET}"),
        )),
    });
    (
        limit
            .and_then(|limit| u32::try_from(limit).ok())
            .unwrap_or(DEFAULT_LIMIT),
        offset,
    )
}

/// The filters, with teams by name beside them.
pub fn filter(query: &mut QueryReader) -> (TicketFilter, Vec<String>) {
    let mut team_names = Vec::new();
    let mut team = Vec::new();
    for name in query.several("assigned_team", parse::text::<Label>) {
        let name = name.as_str().to_owned();
        match parse::uuid(&name) {
            Some(id) => team.push(TeamId(id)),
            None => team_names.push(name),
        }
    }
    let zone = query.one("timezone", zone).unwrap_or(TimeZone::UTC);
    let from = query.one("created_from", parse::date);
    let to = query.one("created_to", parse::date);
    let filter = TicketFilter {
        text: query
            .one("q", parse::text_or_none::<Label>)
            .flatten()
            .map(|text| text.as_str().to_owned()),
        search: Vec::new(),
        status: query.several("status", parse::word),
        priority: query.several("priority", parse::word),
        category: query.several("category", parse::word),
        assignee: query.several("assigned_to", parse::id),
        team,
        customer: query.several("customer_id", parse::id),
        service: query.several("service_id", parse::id),
        tag: query.several("tag", parse::text),
        unassigned: query.flag("unassigned"),
        overdue: query.flag("overdue"),
        sla_breach: query.flag("sla_breach"),
        // The library's time ends within the last day that can be written: nothing was made after that.
        created_from: from.map(|day| begin_of(day, &zone).unwrap_or(Timestamp::MAX)),
        created_before: to.and_then(|day| begin_of(day.checked_add(1.day()).ok()?, &zone)),
        created_by: None,
    };
    (filter, team_names)
}

pub fn zone(name: impl AsRef<str>) -> Result<TimeZone, Wrong> {
    linedesk_domain::sla::zone(name.as_ref()).ok_or_else(|| {
        (
            "unknown_value",
            "must be the IANA name of a time zone".to_owned(),
        )
    })
}

/// The first instant of a day in a zone; `None` beyond the ends of time.
fn begin_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone())
        .ok()?
        .start_of_day()
        .ok()
        .map(|start| start.timestamp())
}

fn sort(text: impl AsRef<str>) -> Result<Sort, Wrong> {
    let text = text.as_ref();
    let (descending, name) = text
        .strip_prefix('-')
        .map_or((false, text), |name| (true, name));
    let key = match name {
        "created_at" => SortKey::CreatedAt,
        "updated_at" => SortKey::UpdatedAt,
        "priority" => SortKey::Priority,
        "due" => SortKey::Due,
        _ => {
            let names =
                "must be created_at, updated_at, priority or due, with or without a `-` before it";
            return Err(("unknown_value", names.to_owned()));
        }
    };
    Ok(Sort { key, descending })
}

/// The order that a cursor is a place in; a cursor of another order is refused.
const fn order(sort: Sort) -> u8 {
    let key = match sort.key {
        SortKey::CreatedAt => 0,
        SortKey::UpdatedAt => 2,
        SortKey::Priority => 4,
        SortKey::Due => 6,
    };
    if sort.descending { key + 1 } else { key }
}

/// A place in a list as clients carry it around, opaque to them.
pub fn cursor_text(cursor: Cursor, sort: Sort) -> String {
    let mut bytes = [0; 17];
    bytes[0] = order(sort);
    bytes[1..9].copy_from_slice(&cursor.value.to_be_bytes());
    bytes[9..].copy_from_slice(&cursor.number.to_be_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn cursor(text: &str, sort: Sort) -> Result<Cursor, Wrong> {
    let wrong = || {
        (
            "invalid_cursor",
            "must be `next_cursor` of a page in the same order".to_owned(),
        )
    };
    let bytes: [u8; 17] = URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(wrong)?;
    let number = |at: usize| {
        let mut place = [0; 8];
        place.copy_from_slice(&bytes[at..at + 8]);
        i64::from_be_bytes(place)
    };
    if bytes[0] == order(sort) {
        Ok(Cursor {
            value: number(1),
            number: number(9),
        })
    } else {
        Err(wrong())
    }
}

/// A page as `reader` may read it; `sort`, `start` and `limit` as they were asked for.
pub fn list(
    page: &TicketPage,
    reader: Reader,
    sort: Sort,
    start: Start,
    limit: u32,
) -> TicketListDto<'_> {
    let total = page.total.unwrap_or_default();
    let known = page.summary.unwrap_or_default();
    TicketListDto {
        tickets: page
            .items
            .iter()
            .map(|stored| ticket(stored, &page.book, reader))
            .collect(),
        total: total.n,
        total_is_exact: total.is_exact,
        limit,
        offset: match start {
            Start::Offset(offset) => Some(offset),
            Start::After(_) => None,
        },
        next_cursor: page.next.map(|next| cursor_text(next, sort)),
        summary: summary(known),
        summary_is_exact: is_exact(&known),
    }
}

fn is_exact(summary: &Summary) -> bool {
    let others = [summary.overdue, summary.sla_breach];
    let mut all = summary.by_status.iter().chain(&others);
    all.all(|count| count.is_exact)
}

fn summary(summary: Summary) -> SummaryDto {
    let Summary {
        by_status,
        overdue,
        sla_breach,
    } = summary;
    let [
        open,
        assigned,
        in_progress,
        pending_customer,
        pending_vendor,
        resolved,
        closed,
        reopened,
    ] = by_status.map(|count| count.n);
    SummaryDto {
        open,
        assigned,
        in_progress,
        pending_customer,
        pending_vendor,
        resolved,
        closed,
        reopened,
        overdue: overdue.n,
        sla_breach: sla_breach.n,
    }
}

#[cfg(test)]
mod tests {
    use linedesk_domain::workflow::Status;

    use super::*;

    fn read(query: &str) -> ListTickets {
        let mut reader = QueryReader::new(query);
        let list = ListQuery::read(&mut reader);
        reader.finish(list).unwrap().0
    }

    fn faults(query: &str) -> Vec<String> {
        let mut reader = QueryReader::new(query);
        let list = ListQuery::read(&mut reader);
        let failure = reader.finish(list).unwrap_err();
        let mut faults: Vec<_> = failure
            .faults
            .into_iter()
            .map(|f| format!("{} {}", f.field, f.code))
            .collect();
        faults.sort();
        faults
    }

    #[test]
    fn filters_take_several_values() {
        let list = read(
            "status=open,assigned&assigned_team=Tech,0190a5f0-0000-7000-8000-000000000001&tag=vip",
        );
        assert_eq!(list.filter.status, [Status::Open, Status::Assigned]);
        assert_eq!(
            (
                list.team_names,
                list.filter.team.len(),
                list.filter.tag.len()
            ),
            (vec!["Tech".to_owned()], 1, 1)
        );
    }

    #[test]
    fn days_are_inclusive_and_of_the_zone() {
        let list = read("created_from=2026-03-29&created_to=2026-03-29&timezone=Europe/Berlin");
        assert_eq!(
            list.filter.created_from.unwrap().to_string(),
            "2026-03-28T23:00:00Z"
        );
        assert_eq!(
            list.filter.created_before.unwrap().to_string(),
            "2026-03-29T22:00:00Z"
        );
        let list = read("created_to=2026-03-29");
        assert_eq!(
            list.filter.created_before.unwrap().to_string(),
            "2026-03-30T00:00:00Z"
        );
    }

    #[test]
    fn the_last_day_that_can_be_written_matches_nothing_and_excludes_nothing() {
        let list = read("created_from=9999-12-31");
        assert_eq!(list.filter.created_from, Some(Timestamp::MAX));
        assert_eq!(read("created_to=9999-12-31").filter.created_before, None);
    }

    #[test]
    fn what_is_not_a_zone_is_refused() {
        for name in ["Factory", "localtime", "POSIXRULES", "Mars/Base"] {
            let query = format!("timezone={name}");
            assert_eq!(faults(&query), ["timezone unknown_value"], "{name}");
        }
    }

    #[test]
    fn a_cursor_is_good_in_its_own_order_only() {
        let sort = Sort {
            key: SortKey::Due,
            descending: true,
        };
        let place = Cursor {
            value: i64::MAX,
            number: 7,
        };
        let text = cursor_text(place, sort);
        assert_eq!(
            read(&format!("sort=-due&cursor={text}")).start,
            Start::After(place)
        );
        assert_eq!(
            faults(&format!("sort=due&cursor={text}")),
            ["cursor invalid_cursor"]
        );
        assert_eq!(faults("cursor=%00"), ["cursor invalid_cursor"]);
    }

    #[test]
    fn every_fault_is_told() {
        assert_eq!(
            faults("status=new&limit=1001&offset=10001&sort=title&colour=red&overdue=maybe"),
            [
                "colour unknown_parameter",
                "limit out_of_range",
                "offset out_of_range",
                "overdue not_a_boolean",
                "sort unknown_value",
                "status unknown_value"
            ]
        );
    }
}
