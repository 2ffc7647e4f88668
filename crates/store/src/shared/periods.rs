//! The tickets of a period, in the order of creation.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, SmallInt, Text};
use linedesk_domain::ids::{CustomerId, TeamId, TicketId};
use linedesk_ports::periods::{Period, PeriodCustomer, PeriodTicket};
use linedesk_ports::store::Scope;

use super::Conn;
use crate::codes::Coded as _;
use crate::fault::Fault;
use crate::places::first_place;
use crate::rows::sla::{SlaDocument, from_document};
use crate::rows::{decoded, known};
use crate::statement::Statement;
use crate::types::{At, DbJson, DbTime, DbUuid, Json, Key};

const TABLE: &str = "tickets";

type TicketSql = (
    (BigInt, DbUuid, Text, DbTime, SmallInt, SmallInt),
    (Nullable<DbUuid>, Nullable<Text>, Nullable<Text>),
    (Nullable<DbUuid>, DbJson),
);

#[derive(Debug, Queryable)]
struct Row {
    ticket: (i64, Key, String, At, i16, i16),
    customer: (Option<Key>, Option<String>, Option<String>),
    rest: (Option<Key>, Json<SlaDocument>),
}

pub(crate) fn count(connection: &mut Conn, scope: Scope, period: Period) -> Result<u64, Fault> {
    let count = Statement::<BigInt>::new("SELECT count(*) FROM tickets AS ticket WHERE ");
    let count: i64 = within(count, scope, period, None).get_result(connection)?;
    Ok(count.unsigned_abs())
}

pub(crate) fn tickets(
    connection: &mut Conn,
    scope: Scope,
    period: Period,
    after: Option<i64>,
    limit: u32,
) -> Result<Vec<PeriodTicket>, Fault> {
    let select = Statement::<TicketSql>::new(
        "SELECT ticket.place, ticket.id, ticket.label, ticket.created_at, ticket.priority, ticket.category, \
         ticket.customer_id, customers.name, customers.tier, ticket.assigned_team, ticket.sla \
         FROM tickets AS ticket LEFT JOIN customers ON customers.id = ticket.customer_id WHERE ",
    );
    let page = within(select, scope, period, after)
        .sql(" ORDER BY ticket.place")
        .limit(i64::from(limit));
    let rows: Vec<Row> = page.load(connection)?;
    rows.into_iter().map(Row::into_ticket).collect()
}

/// Adds the conditions. A place tells when a ticket was made, so that the order of creation serves the period too.
fn within<S>(
    statement: Statement<S>,
    scope: Scope,
    period: Period,
    after: Option<i64>,
) -> Statement<S> {
    let from = first_place(period.from.as_microsecond()).saturating_sub(1);
    let mut statement = statement
        .sql("ticket.deleted_at IS NULL AND ticket.place > ")
        .bind(after.map_or(from, |after| after.max(from)))
        .sql(" AND ticket.place < ")
        .bind(first_place(period.until.as_microsecond()));
    if let Some(CustomerId(customer)) = period.customer {
        statement = statement.sql(" AND ticket.customer_id = ").bind(customer);
    }
    match scope {
        Scope::Everything => statement,
        Scope::Account(CustomerId(own)) => statement.sql(" AND ticket.customer_id = ").bind(own),
        Scope::MadeBy { account, maker } => statement
            .sql(" AND ticket.customer_id = ")
            .bind(account.0)
            .sql(" AND ticket.created_by = ")
            .bind(maker.0),
        Scope::Visitors(source) => statement
            .sql(" AND ticket.created_by IS NULL AND ticket.source = ")
            .bind(source.code()),
    }
}

impl Row {
    fn into_ticket(self) -> Result<PeriodTicket, Fault> {
        let (place, Key(id), label, At(created_at), priority, category) = self.ticket;
        let (customer, name, tier) = self.customer;
        let (team, Json(document)) = self.rest;
        let (timeline, record) = from_document(document, created_at, id)?;
        let customer = match customer {
            Some(Key(customer)) => Some(PeriodCustomer {
                id: CustomerId(customer),
                name: known(name, TABLE, "customer_id", &id)?,
                tier,
            }),
            None => None,
        };
        Ok(PeriodTicket {
            place,
            id: TicketId(id),
            label,
            priority: decoded(priority, TABLE, "priority", &id)?,
            category: decoded(category, TABLE, "category", &id)?,
            customer,
            team: team.map(|key| TeamId(key.0)),
            timeline,
            record,
        })
    }
}
