//! Bulk jobs, both ways.

use linedesk_app::models::DirectoryPage;
use linedesk_app::tickets::BulkOutcome;
use linedesk_app::tickets::MAX_LIMIT;
use linedesk_app::tickets::bulk::job::{self, BulkJob};

use super::bulk::{name_of, outcome};
use super::csv::cell;
use crate::extract::query::Page;
use crate::extract::{FromQuery, QueryReader};
use crate::isp::dto::bulk::{
    BulkJobDto, BulkJobListDto, BulkProgressDto, BulkRequestDto, BulkResultListDto,
};

/// Which outcomes of a job.
#[derive(Debug, Clone, Copy)]
pub struct OutcomesAsked {
    /// Those of tickets to which nothing was done, alone.
    pub failed: bool,
    /// Which part.
    pub page: Page,
}

impl FromQuery for OutcomesAsked {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let failed = Failed::read(query).is_some_and(|Failed(failed)| failed);
        let most = u64::try_from(job::MAX_TICKETS).unwrap_or(u64::MAX);
        let (limit, offset) = query.page(50, MAX_LIMIT, most);
        let page = Page { limit, offset };
        Some(Self { failed, page })
    }
}

/// Whether those outcomes alone are wanted of tickets to which nothing was done.
#[derive(Debug, Clone, Copy)]
pub struct Failed(pub bool);

impl FromQuery for Failed {
    fn read(query: &mut QueryReader) -> Option<Self> {
        Some(Self(query.flag("failed").unwrap_or(false)))
    }
}

/// A job.
pub fn job(found: &BulkJob) -> BulkJobDto<'_> {
    let BulkJob { job, action } = found;
    BulkJobDto {
        id: job.new.id.0,
        status: job.state.name(),
        progress: BulkProgressDto {
            tickets_done: job.progress.done,
            tickets_total: job.progress.total,
        },
        succeeded: job.progress.done - job.failed,
        failed: job.failed,
        created_at: job.new.created_at.into(),
        created_by: job.new.created_by.0,
        started_at: job.started_at.map(Into::into),
        finished_at: job.finished_at.map(Into::into),
        error: job.error.as_deref(),
        request: BulkRequestDto {
            action: name_of(action),
        },
    }
}

/// Jobs.
pub fn jobs(found: &DirectoryPage<BulkJob>, page: Page) -> BulkJobListDto<'_> {
    BulkJobListDto {
        items: found.items.iter().map(job).collect(),
        total: found.total,
        limit: page.limit,
        offset: page.offset,
    }
}

/// Outcomes.
pub fn results(found: DirectoryPage<BulkOutcome>, page: Page) -> BulkResultListDto {
    BulkResultListDto {
        items: found.items.into_iter().map(outcome).collect(),
        total: found.total,
        limit: page.limit,
        offset: page.offset,
    }
}

/// Outcomes for a spreadsheet (RFC 4180).
#[derive(Debug)]
pub struct Csv(String);

impl Default for Csv {
    fn default() -> Self {
        Self("ticket_id,status,code,detail\r\n".to_owned())
    }
}

impl Csv {
    /// Adds some.
    pub fn add(&mut self, outcomes: Vec<BulkOutcome>) {
        for one in outcomes.into_iter().map(outcome) {
            let error = one.error.as_ref();
            let cells = [
                one.ticket_id.to_string(),
                one.status.to_string(),
                error.map_or(String::new(), |error| cell(&error.code)),
                error.map_or(String::new(), |error| cell(&error.detail)),
            ];
            self.0.push_str(&cells.join(","));
            self.0.push_str("\r\n");
        }
    }

    /// The table.
    pub fn text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use linedesk_app::Kind;
    use linedesk_app::tickets::Refusal;
    use linedesk_domain::ids::TicketId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_table_has_a_line_for_each_ticket() {
        let ticket = TicketId(Uuid::from_u128(1));
        let refusal = Refusal {
            kind: Kind::Conflict,
            code: "invalid_transition".to_owned(),
            detail: "closed, \"done\"".to_owned(),
        };
        let mut csv = Csv::default();
        csv.add(vec![
            BulkOutcome {
                ticket,
                refusal: None,
            },
            BulkOutcome {
                ticket,
                refusal: Some(refusal),
            },
        ]);
        let lines = [
            "ticket_id,status,code,detail".to_owned(),
            format!("{ticket},200,,"),
            format!("{ticket},409,invalid_transition,\"closed, \"\"done\"\"\""),
            String::new(),
        ];
        assert_eq!(csv.text(), lines.join("\r\n"));
    }
}
