//! What is asked of a list, narrowed to what the caller may see.

use diesel::sql_types::BigInt;
use jiff::Timestamp;
use linedesk_domain::sla::SlaState;
use linedesk_ports::queries::TicketFilter;
use linedesk_ports::store::Scope;

use crate::codes::Coded;
use crate::fault::Fault;
use crate::places::first_place;
use crate::scope::narrow;
use crate::sqlite::Conn;
use crate::sqlite::search::{Match, Searched, searched, words};
use crate::statement::Statement;

/// A filter within a scope.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// The filter; a scope of one account has become its customer.
    pub(crate) filter: TicketFilter,
    /// The filter's text as an expression of the search index.
    pub(crate) text: Option<String>,
    /// What "overdue" is measured against.
    pub(crate) now: Timestamp,
}

/// An index that serves lists in order of creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SingleIndex {
    Status,
    Customer,
    Assignee,
}

impl Asked {
    /// What is asked; `None` where nothing can match: a text without a word, or another account's customer.
    pub(crate) fn new(
        connection: &mut Conn,
        scope: Scope,
        mut filter: TicketFilter,
        now: Timestamp,
    ) -> Result<Option<Self>, Fault> {
        if !narrow(scope, &mut filter) {
            return Ok(None);
        }
        let asked = filter
            .text
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty());
        let text = match asked {
            Some(text) => match words(connection, text)? {
                Some(words) => Some(words),
                None => return Ok(None),
            },
            None => match searched(connection, &filter.search)? {
                Searched::Nothing => None,
                Searched::Never => return Ok(None),
                Searched::For(words) => Some(words),
            },
        };
        Ok(Some(Self { filter, text, now }))
    }

    /// The same with another filter.
    pub(crate) fn narrowed(&self, change: impl FnOnce(&mut TicketFilter)) -> Self {
        let mut narrowed = self.clone();
        change(&mut narrowed.filter);
        narrowed
    }

    fn search(&self) -> Match {
        let found = Match::of(&self.filter, self.text.as_deref());
        if self.filter.overdue == Some(true) {
            found.and_unresolved()
        } else {
            found
        }
    }

    /// Whether words or facets are asked for.
    pub(crate) fn asks_search_index(&self) -> bool {
        !self.search().is_empty()
    }

    /// Whether anything is asked for that leaves tickets out.
    pub(crate) fn is_narrow(&self) -> bool {
        self.asks_search_index()
            || self.filter.created_from.is_some()
            || self.filter.created_before.is_some()
    }

    /// The places of what matches, by the search index; "overdue" is not asked, only "unresolved".
    pub(crate) fn matches(&self) -> Statement<BigInt> {
        let found = Statement::new("SELECT rowid FROM ticket_search WHERE ticket_search MATCH ")
            .bind(self.search().expression().as_str());
        self.within(found, "ticket_search.rowid")
    }

    /// The same beside their tickets, of which more can be asked.
    pub(super) fn joined_matches(&self) -> Statement<BigInt> {
        let found = Statement::new(
            "SELECT ticket_search.rowid FROM ticket_search CROSS JOIN tickets ON tickets.place = ticket_search.rowid \
             WHERE ticket_search MATCH ",
        );
        self.within(
            found.bind(self.search().expression().as_str()),
            "ticket_search.rowid",
        )
    }

    /// Adds the span of time, as a span of places.
    pub(super) fn within<S>(
        &self,
        mut statement: Statement<S>,
        column: &'static str,
    ) -> Statement<S> {
        if let Some(from) = self.filter.created_from {
            statement = statement
                .sql(" AND ")
                .sql(column)
                .sql(" >= ")
                .bind(first_place(from.as_microsecond()));
        }
        if let Some(before) = self.filter.created_before {
            statement = statement
                .sql(" AND ")
                .sql(column)
                .sql(" < ")
                .bind(first_place(before.as_microsecond()));
        }
        statement
    }

    /// Whether the index of unresolved tickets by due time holds every column that is asked for.
    pub(crate) fn is_in_due_index(&self) -> bool {
        let filter = &self.filter;
        self.text.is_none()
            && filter.service.is_empty()
            && filter.tag.is_empty()
            && filter.created_by.is_none()
    }

    /// The places of overdue tickets by that index.
    pub(crate) fn overdue_from_index(&self) -> Statement<BigInt> {
        let found = Statement::new(
            "SELECT place FROM tickets INDEXED BY tickets_unresolved_by_due \
             WHERE deleted_at IS NULL AND resolved_at IS NULL AND due_at IS NOT NULL AND due_at < ",
        );
        self.and_columns(found.bind(self.now))
    }

    /// The index that serves the whole question in order of creation.
    pub(super) fn single_index(&self) -> Option<SingleIndex> {
        let filter = &self.filter;
        if self.asks_beyond_columns()
            || !(filter.priority.is_empty() && filter.category.is_empty())
            || filter.sla_breach.is_some()
        {
            return None;
        }
        match (
            filter.status.len(),
            filter.customer.len(),
            filter.assignee.len(),
        ) {
            (1, 0, 0) => Some(SingleIndex::Status),
            (0, 1, 0) => Some(SingleIndex::Customer),
            (0, 0, 1) => Some(SingleIndex::Assignee),
            _ => None,
        }
    }

    /// Whether statuses are asked for, and beside them nothing but priorities, categories and breaches, which counters tell.
    pub(super) fn is_of_statuses(&self) -> bool {
        let filter = &self.filter;
        !(self.asks_beyond_columns() || filter.status.is_empty())
            && filter.customer.is_empty()
            && filter.assignee.is_empty()
            && filter.created_from.is_none()
            && filter.created_before.is_none()
    }

    /// Whether words, services, teams, tags, makers or the present time are asked for.
    fn asks_beyond_columns(&self) -> bool {
        let TicketFilter {
            text: _,
            search: _,
            status: _,
            priority: _,
            category: _,
            assignee: _,
            team,
            customer: _,
            service,
            tag,
            unassigned,
            overdue,
            sla_breach: _,
            created_from: _,
            created_before: _,
            created_by,
        } = &self.filter;
        self.text.is_some()
            || unassigned.is_some()
            || overdue.is_some()
            || created_by.is_some()
            || !(team.is_empty() && service.is_empty() && tag.is_empty())
    }

    /// Adds everything but text as conditions on columns.
    pub(crate) fn and_columns<S>(&self, statement: Statement<S>) -> Statement<S> {
        let filter = &self.filter;
        let mut statement = statement
            .and_in("status", filter.status.iter().map(|status| status.code()))
            .and_in(
                "priority",
                filter.priority.iter().map(|priority| priority.code()),
            )
            .and_in(
                "category",
                filter.category.iter().map(|category| category.code()),
            )
            .and_in("assigned_to", filter.assignee.iter().map(|id| id.0))
            .and_in("assigned_team", filter.team.iter().map(|id| id.0))
            .and_in("customer_id", filter.customer.iter().map(|id| id.0))
            .and_in("service_id", filter.service.iter().map(|id| id.0))
            .and_in("created_by", filter.created_by.iter().map(|id| id.0));
        for tag in &filter.tag {
            let asks =
                " AND EXISTS (SELECT 1 FROM json_each(tickets.tags) WHERE json_each.value = ";
            statement = statement.sql(asks).bind(tag.as_str()).sql(")");
        }
        statement = match filter.unassigned {
            Some(true) => statement.sql(" AND assigned_to IS NULL"),
            Some(false) => statement.sql(" AND assigned_to IS NOT NULL"),
            None => statement,
        };
        statement = match filter.sla_breach {
            Some(true) => statement
                .sql(" AND sla_state = ")
                .bind(SlaState::Breached.code()),
            Some(false) => statement
                .sql(" AND sla_state <> ")
                .bind(SlaState::Breached.code()),
            None => statement,
        };
        self.within(statement, "place")
    }

    /// Adds the text as a condition on each row.
    pub(crate) fn and_text<S>(&self, statement: Statement<S>) -> Statement<S> {
        match self.text.as_deref() {
            Some(text) => statement
                .sql(" AND place IN (SELECT rowid FROM ticket_search WHERE ticket_search MATCH ")
                .bind(text)
                .sql(")"),
            None => statement,
        }
    }

    /// Adds what is asked of the due time.
    pub(crate) fn and_overdue<S>(&self, statement: Statement<S>) -> Statement<S> {
        match self.filter.overdue {
            Some(true) => statement.sql(" AND tickets.resolved_at IS NULL AND tickets.due_at < ").bind(self.now),
            Some(false) => statement
                .sql(" AND (tickets.resolved_at IS NOT NULL OR tickets.due_at IS NULL OR tickets.due_at >= ")
                .bind(self.now)
                .sql(")"),
            None => statement,
        }
    }
}
