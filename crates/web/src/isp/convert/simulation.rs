//! SLA simulations, both ways.

use linedesk_app::models::DirectoryPage;
use linedesk_app::sla::simulate::{self, ChangedTicket, Filter, Group, Report, Simulation, Wanted};
use linedesk_domain::access::Operation;
use linedesk_domain::sla::{self, Counts, Draft, Shift, Tally, Target};

use super::csv::cell;
use crate::extract::given::{Expected, list};
use crate::extract::query::Page;
use crate::extract::{Body, Faults, parse};
use crate::isp::dto::calendar::CalendarBody;
use crate::isp::dto::detail::Named;
use crate::isp::dto::policy::PolicyBody;
use crate::isp::dto::simulation::{
    ChangeDto, ChangedTargetsDto, ChangedTicketDto, ChangedTicketListDto, CustomerSumsDto,
    OutcomesDto, ShiftDto, SimulationBody, SimulationDto, SimulationFiltersBody,
    SimulationFiltersDto, SimulationListDto, SimulationProgressDto, SimulationRequestDto,
    SimulationResultDto, SimulationSumsDto, SimulationTargetsDto, TeamSumsDto,
};

impl Expected for PolicyBody {
    const EXPECTED: &'static str = "an object";
}

impl Expected for CalendarBody {
    const EXPECTED: &'static str = "an object";
}

impl Expected for SimulationFiltersBody {
    const EXPECTED: &'static str = "an object";
}

impl Body for SimulationBody {
    type Command = Wanted;
    const OPERATION: Option<Operation> = Some(Operation::WriteSlaPolicies);

    fn command(self, faults: &mut Faults) -> Option<Wanted> {
        self.rest.refuse(faults);
        let first = self.from.required("from", faults, parse::date);
        let last = self.to.required("to", faults, parse::date);
        let timezone = self.timezone.optional("timezone", faults, Ok);
        let policy = self.policy.optional("policy", faults, Ok);
        let calendar = self.calendar.optional("calendar", faults, Ok);
        let filters = self.filters.optional("filters", faults, Ok);
        let draft = Draft {
            policy: policy.and_then(|body| inside("policy", body, faults, |it| it.spec)),
            replaces: self.replaces.optional("replaces", faults, parse::id),
            calendar: calendar.and_then(|body| inside("calendar", body, faults, |it| it.spec)),
            replaces_calendar: self.replaces_calendar.optional(
                "replaces_calendar",
                faults,
                parse::id,
            ),
        };
        let filter = faults.inside("filters", |faults| {
            filter(filters.unwrap_or_default(), faults)
        });
        // Where the rest can be judged, the zone is judged with it.
        let is_known = |name: &String| sla::zone(name).is_some();
        if (first.is_none() || last.is_none()) && !timezone.as_ref().is_none_or(is_known) {
            faults.push("timezone", "unknown", "no time zone is called so");
        }
        Some(Wanted {
            first: first?,
            last: last?,
            timezone,
            draft,
            filter,
        })
    }
}

/// What a body inside the body asks for.
fn inside<B: Body, T>(
    field: &str,
    body: B,
    faults: &mut Faults,
    part: impl FnOnce(B::Command) -> T,
) -> Option<T> {
    faults
        .inside(field, |faults| body.command(faults))
        .map(part)
}

fn filter(body: SimulationFiltersBody, faults: &mut Faults) -> Filter {
    let SimulationFiltersBody {
        priorities,
        categories,
        customer_id,
        team_id,
        rest,
    } = body;
    rest.refuse(faults);
    let priorities = priorities.optional("priorities", faults, Ok);
    let categories = categories.optional("categories", faults, Ok);
    Filter {
        priorities: list(
            priorities.unwrap_or_default(),
            "priorities",
            faults,
            parse::word,
        ),
        categories: list(
            categories.unwrap_or_default(),
            "categories",
            faults,
            parse::word,
        ),
        customer: customer_id.optional("customer_id", faults, parse::id),
        team: team_id.optional("team_id", faults, parse::id),
    }
}

/// A simulation.
pub fn simulation(found: &Simulation) -> SimulationDto<'_> {
    let Simulation {
        job,
        wanted,
        report,
    } = found;
    SimulationDto {
        id: job.new.id.0,
        status: job.state.name(),
        progress: SimulationProgressDto {
            tickets_done: job.progress.done,
            tickets_total: job.progress.total,
        },
        created_at: job.new.created_at.into(),
        created_by: job.new.created_by.0,
        started_at: job.started_at.map(Into::into),
        finished_at: job.finished_at.map(Into::into),
        error: job.error.as_deref(),
        request: request(wanted),
        result: report.as_ref().map(|report| result(report, job.rows)),
    }
}

/// Simulations.
pub fn simulations(found: &DirectoryPage<Simulation>, page: Page) -> SimulationListDto<'_> {
    SimulationListDto {
        items: found.items.iter().map(simulation).collect(),
        total: found.total,
        limit: page.limit,
        offset: page.offset,
    }
}

fn request(wanted: &Wanted) -> SimulationRequestDto<'_> {
    let Wanted {
        first,
        last,
        timezone,
        draft,
        filter,
    } = wanted;
    SimulationRequestDto {
        from: first.to_string(),
        to: last.to_string(),
        timezone: timezone.as_deref().unwrap_or("UTC"),
        policy: draft.policy.as_ref().map(|policy| policy.name.as_str()),
        replaces: draft.replaces.map(|id| id.0),
        calendar: draft
            .calendar
            .as_ref()
            .map(|calendar| calendar.name.as_str()),
        replaces_calendar: draft.replaces_calendar.map(|id| id.0),
        filters: SimulationFiltersDto {
            priorities: filter.priorities.iter().map(|one| one.name()).collect(),
            categories: filter.categories.iter().map(|one| one.name()).collect(),
            customer_id: filter.customer.map(|id| id.0),
            team_id: filter.team.map(|id| id.0),
        },
    }
}

fn result(report: &Report, listed: i64) -> SimulationResultDto<'_> {
    let by_priority = report.by_priority.iter();
    SimulationResultDto {
        judged_at: report.judged_at.into(),
        sums: sums(&report.total.0),
        by_priority: by_priority
            .map(|(name, shown)| (name.as_str(), sums(&shown.0)))
            .collect(),
        by_team: report.by_team.iter().map(team).collect(),
        teams: report.teams,
        by_customer: report.by_customer.iter().map(customer).collect(),
        customers: report.customers,
        listed,
    }
}

fn named(of: &simulate::Named) -> Named<'_> {
    Named {
        id: of.id,
        name: &of.name,
    }
}

fn team(group: &Group) -> TeamSumsDto<'_> {
    TeamSumsDto {
        team: group.of.as_ref().map(named),
        sums: sums(&group.sums.0),
    }
}

fn customer(group: &Group) -> CustomerSumsDto<'_> {
    CustomerSumsDto {
        customer: group.of.as_ref().map(named),
        sums: sums(&group.sums.0),
    }
}

fn sums(tally: &Tally) -> SimulationSumsDto {
    let shift = |target: Target| shift(&tally.targets[target.index()]);
    SimulationSumsDto {
        tickets: tally.tickets,
        changed: tally.changed,
        newly_breached: tally.newly_breached,
        no_longer_breached: tally.no_longer_breached,
        targets: SimulationTargetsDto {
            first_response: shift(Target::FirstResponse),
            next_response: shift(Target::NextResponse),
            resolution: shift(Target::Resolution),
        },
    }
}

fn shift(shift: &Shift) -> ShiftDto {
    let outcomes = |counts: Counts| OutcomesDto {
        met: counts.met,
        breached: counts.breached,
        pending: counts.pending,
    };
    ShiftDto {
        before: outcomes(shift.before),
        after: outcomes(shift.after),
    }
}

/// Changed tickets.
pub fn changed_tickets(
    found: &DirectoryPage<ChangedTicket>,
    page: Page,
) -> ChangedTicketListDto<'_> {
    ChangedTicketListDto {
        items: found.items.iter().map(changed_ticket).collect(),
        total: found.total,
        limit: page.limit,
        offset: page.offset,
    }
}

fn changed_ticket(ticket: &ChangedTicket) -> ChangedTicketDto<'_> {
    let change = |target: Target| {
        let (before, after) = ticket.outcomes(target);
        ChangeDto {
            before: before.name(),
            after: after.name(),
        }
    };
    ChangedTicketDto {
        ticket_id: ticket.id,
        ticket_number: &ticket.label,
        created_at: ticket.created_at.into(),
        priority: &ticket.priority,
        category: &ticket.category,
        customer: ticket.customer.as_ref().map(named),
        team: ticket.team.as_ref().map(named),
        policy_before: ticket.policy_before.as_deref(),
        policy_after: ticket.policy_after.as_deref(),
        targets: ChangedTargetsDto {
            first_response: change(Target::FirstResponse),
            next_response: change(Target::NextResponse),
            resolution: change(Target::Resolution),
        },
    }
}

/// The columns of [`csv`].
const COLUMNS: &str = "ticket_id,ticket_number,created_at,priority,category,customer,team,policy_before,policy_after,\
    first_response_before,first_response_after,next_response_before,next_response_after,\
    resolution_before,resolution_after\r\n";

/// Changed tickets for a spreadsheet (RFC 4180).
pub fn csv(tickets: &[ChangedTicket]) -> String {
    let mut text = COLUMNS.to_owned();
    for ticket in tickets {
        let shown = changed_ticket(ticket);
        let name = |of: &Option<Named<'_>>| of.as_ref().map_or(String::new(), |of| cell(of.name));
        let mut cells = vec![
            shown.ticket_id.to_string(),
            cell(shown.ticket_number),
            shown.created_at.to_string(),
            shown.priority.to_owned(),
            shown.category.to_owned(),
            name(&shown.customer),
            name(&shown.team),
            cell(shown.policy_before.unwrap_or_default()),
            cell(shown.policy_after.unwrap_or_default()),
        ];
        let ChangedTargetsDto {
            first_response,
            next_response,
            resolution,
        } = shown.targets;
        for change in [first_response, next_response, resolution] {
            cells.extend([change.before.to_owned(), change.after.to_owned()]);
        }
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::body::parse;

    #[test]
    fn faults_of_the_drafts_name_their_place() {
        let body = br#"{"from":"2026-13-01","policy":{"name":" ","targets":{"resolution":-1}},
                        "calendar":{"name":"Shop","timezone":"Mars/Base"},"filters":{"priorities":["no"],"x":1}}"#;
        let failure = parse::<SimulationBody>(body).unwrap_err();
        let mut fields: Vec<_> = failure
            .faults
            .iter()
            .map(|fault| fault.field.as_str())
            .collect();
        fields.sort_unstable();
        assert_eq!(
            fields,
            [
                "calendar.hours",
                "calendar.timezone",
                "filters.priorities[0]",
                "filters.x",
                "from",
                "policy.name",
                "policy.position",
                "policy.targets.resolution",
                "to"
            ]
        );
    }
}
