//! What is asked of a list, narrowed to what the caller may see.

use std::cell::OnceCell;

use jiff::Timestamp;
use linedesk_domain::sla::SlaState;
use linedesk_ports::queries::{Count, TicketFilter};
use linedesk_ports::store::Scope;

use crate::codes::Coded;
use crate::facets;
use crate::fault::Fault;
use crate::places::first_place;
use crate::postgres::Conn;
use crate::postgres::counts::Gathered;
use crate::postgres::search::{self, Searched, Words};
use crate::scope::narrow;
use crate::statement::Statement;

/// A filter within a scope.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The filter; a scope of one account has become its customer.
    pub(crate) filter: TicketFilter,
    /// The words of the filter's text.
    pub(crate) text: Option<Words>,
    /// What "overdue" is measured against.
    pub(crate) now: Timestamp,
    /// How many match, once they were counted.
    pub(crate) counted: OnceCell<Count>,
    /// What was gathered of the matches, once it was.
    pub(crate) gathered: OnceCell<Gathered>,
}

/// Finds the rows whose column holds an expression. The expression is handed in where the planner does not see it: one
/// plan serves rare words and common ones.
const HOLDS: &str = " @@ (SELECT ";

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
            Some(text) => match search::words(connection, text)? {
                Some(words) => Some(words),
                None => return Ok(None),
            },
            None => match search::searched(connection, &filter.search)? {
                Searched::Nothing => None,
                Searched::Never => return Ok(None),
                Searched::For(words) => Some(words),
            },
        };
        Ok(Some(Self {
            filter,
            text,
            now,
            counted: OnceCell::new(),
            gathered: OnceCell::new(),
        }))
    }

    /// The same with another filter.
    pub(crate) fn narrowed(&self, change: impl FnOnce(&mut TicketFilter)) -> Self {
        let mut filter = self.filter.clone();
        change(&mut filter);
        Self {
            filter,
            text: self.text.clone(),
            now: self.now,
            counted: OnceCell::new(),
            gathered: OnceCell::new(),
        }
    }

    fn facets(&self) -> Vec<Vec<String>> {
        let mut all = facets::asked(&self.filter);
        if self.filter.overdue == Some(true) {
            all.push(vec![facets::unresolved(true)]);
        }
        all
    }

    /// The text and what is asked for among the words with it, as a `tsquery`.
    fn words(&self) -> String {
        let text = self.text.as_ref().map_or("", |text| text.query.as_str());
        let mut facets = self.facets();
        let are_done = |done| {
            self.filter
                .status
                .iter()
                .all(|status| status.is_done() == done)
        };
        if !self.filter.status.is_empty() && (are_done(true) || are_done(false)) {
            facets.push(vec![facets::unresolved(are_done(false))]);
        }
        search::with_facets(text, &facets)
    }

    /// Whether anything is asked for that leaves tickets out.
    pub(crate) fn is_narrow(&self) -> bool {
        self.text.is_some()
            || self.filter.overdue.is_some()
            || self.filter.created_from.is_some()
            || self.filter.created_before.is_some()
            || !self.facets().is_empty()
    }

    /// `columns` of all that match, in no order, of the rows of `ticket_search` or of `tickets`: both have `place`,
    /// `status`, `sla_state` and `due_at`.
    pub(crate) fn matches<S>(&self, columns: &'static str) -> Statement<S> {
        let select = Statement::new("SELECT ").sql(columns);
        if self.text.is_some() {
            let words = self.words();
            let found = select.sql(" FROM ticket_search WHERE words").sql(HOLDS);
            return self.and_moving(found.bind(words.as_str()).sql("::text::tsquery)"));
        }
        let facets = self.facets();
        if self.filter.overdue == Some(true) && self.is_in_due_index() {
            let found = select.sql(
                " FROM tickets WHERE deleted_at IS NULL AND resolved_at IS NULL AND due_at IS NOT NULL AND due_at < ",
            );
            return self.and_columns(found.bind(self.now));
        }
        let found = select.sql(" FROM tickets WHERE deleted_at IS NULL");
        if facets.is_empty() {
            // So that they are read by that index, whatever the limit.
            return self
                .within(self.and_overdue(found))
                .sql(" ORDER BY place DESC");
        }
        let facets = search::of_facets(&facets);
        let found = found.sql(" AND facets").sql(HOLDS).bind(facets.as_str());
        self.within(self.and_overdue(found.sql("::text::tsquery)")))
    }

    /// Whether one word is asked for, and nothing else.
    pub(crate) fn is_one_word(&self) -> bool {
        self.is_only_text() && self.filter.search.is_empty() && !self.words().contains('&')
    }

    /// Whether more match than are counted one by one, as is known without counting.
    pub(crate) fn are_many(&self) -> bool {
        self.text.as_ref().is_some_and(|text| text.are_in_many) && self.is_only_text()
    }

    fn is_only_text(&self) -> bool {
        let only_text = TicketFilter {
            text: self.filter.text.clone(),
            search: self.filter.search.clone(),
            ..TicketFilter::default()
        };
        self.filter == only_text
    }

    /// `columns` of matches among the newest tickets.
    pub(crate) fn newest<S>(&self, columns: &'static str, walked: i64) -> Statement<S> {
        let newest = Statement::new("SELECT ").sql(columns);
        let newest = self.within(newest.sql(if self.text.is_some() {
            " FROM (SELECT * FROM ticket_search WHERE TRUE"
        } else {
            " FROM (SELECT * FROM tickets WHERE deleted_at IS NULL"
        }));
        let newest = newest.sql(" ORDER BY place DESC").limit(walked);
        let newest = newest.sql(") AS walked WHERE TRUE");
        if self.text.is_some() {
            self.and_words(newest)
        } else {
            self.and_overdue(self.and_columns(newest))
        }
    }

    /// Whether the rows of matches are those of the words' table.
    pub(crate) const fn has_words(&self) -> bool {
        self.text.is_some()
    }

    /// Adds all that is asked as conditions on rows of `ticket_search`.
    pub(crate) fn and_words<S>(&self, statement: Statement<S>) -> Statement<S> {
        let words = self.words();
        let held = statement.sql(" AND words").sql(HOLDS);
        self.and_moving(held.bind(words.as_str()).sql("::text::tsquery)"))
    }

    /// Adds, as conditions on columns of `ticket_search`, what is not among the words.
    fn and_moving<S>(&self, statement: Statement<S>) -> Statement<S> {
        let filter = &self.filter;
        let statement = statement
            .and_in("status", filter.status.iter().map(|status| status.code()))
            .and_in("assigned_to", filter.assignee.iter().map(|id| id.0))
            .and_in("assigned_team", filter.team.iter().map(|id| id.0));
        self.within(self.and_overdue(self.and_standing(statement)))
    }

    /// Whether the index of unresolved tickets by due time holds every column that is asked for.
    fn is_in_due_index(&self) -> bool {
        let filter = &self.filter;
        filter.service.is_empty() && filter.tag.is_empty() && filter.created_by.is_none()
    }

    /// Whether one index holds exactly what is asked for, in order of creation.
    pub(super) fn is_single_index(&self) -> bool {
        let filter = &self.filter;
        let TicketFilter {
            text: _,
            search: _,
            status,
            priority,
            category,
            assignee,
            team,
            customer,
            service,
            tag,
            unassigned,
            overdue,
            sla_breach,
            created_from: _,
            created_before: _,
            created_by,
        } = filter;
        let others = self.text.is_some()
            || unassigned.is_some()
            || overdue.is_some()
            || sla_breach.is_some()
            || created_by.is_some()
            || !(priority.is_empty()
                && category.is_empty()
                && team.is_empty()
                && service.is_empty()
                && tag.is_empty());
        !others && status.len() + customer.len() + assignee.len() <= 1
    }

    /// Adds everything but text and due time as conditions on columns of `tickets`.
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
            statement = statement.sql(" AND tags ? ").bind(tag.as_str());
        }
        self.within(self.and_standing(statement))
    }

    /// Adds whether there is an assignee, and whether an SLA target was missed.
    fn and_standing<S>(&self, statement: Statement<S>) -> Statement<S> {
        let statement = match self.filter.unassigned {
            Some(true) => statement.sql(" AND assigned_to IS NULL"),
            Some(false) => statement.sql(" AND assigned_to IS NOT NULL"),
            None => statement,
        };
        match self.filter.sla_breach {
            Some(true) => statement
                .sql(" AND sla_state = ")
                .bind(SlaState::Breached.code()),
            Some(false) => statement
                .sql(" AND sla_state <> ")
                .bind(SlaState::Breached.code()),
            None => statement,
        }
    }

    /// Adds the span of time, as a span of places.
    pub(super) fn within<S>(&self, mut statement: Statement<S>) -> Statement<S> {
        if let Some(from) = self.filter.created_from {
            let place = first_place(from.as_microsecond());
            statement = statement.sql(" AND place >= ").bind(place);
        }
        if let Some(before) = self.filter.created_before {
            let place = first_place(before.as_microsecond());
            statement = statement.sql(" AND place < ").bind(place);
        }
        statement
    }

    /// Adds what is asked of the due time.
    pub(crate) fn and_overdue<S>(&self, statement: Statement<S>) -> Statement<S> {
        match self.filter.overdue {
            Some(true) => statement
                .sql(" AND status NOT IN (6, 7) AND due_at < ")
                .bind(self.now),
            Some(false) => statement
                .sql(" AND (status IN (6, 7) OR due_at IS NULL OR due_at >= ")
                .bind(self.now)
                .sql(")"),
            None => statement,
        }
    }
}
