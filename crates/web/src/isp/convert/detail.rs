//! A ticket with everything around it, outward.

use linedesk_app::models::{Contact, Customer, Service, Stored, TicketDetail};
use linedesk_domain::sla::{SlaRecord, SlaState};
use linedesk_domain::text::Note;
use linedesk_domain::ticket::Satisfaction;
use linedesk_domain::ticket::rate::Effort;

use super::attachment::attachment;
use super::comment::comment;
use super::history::newest;
use super::sla::hours;
use super::ticket::{related, ticket};
use crate::extract::query::{FromQuery, QueryReader};
use crate::isp::audience::{Nullable, Reader};
use crate::isp::dto::detail::{
    ContactSummary, CustomerSummary, Named, SatisfactionDto, ServiceSummary, SlaMetrics,
    TicketDetailDto,
};

/// What goes with a ticket.
#[derive(Debug, Clone, Copy)]
pub struct Include {
    /// The history.
    pub history: bool,
    /// The comments.
    pub comments: bool,
}

impl FromQuery for Include {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let history = query.flag("include_history").unwrap_or(true);
        Some(Self {
            history,
            comments: query.flag("include_comments").unwrap_or(true),
        })
    }
}

/// The ticket as `reader` may read it.
pub fn detail(detail: &TicketDetail, reader: Reader) -> TicketDetailDto<'_> {
    let TicketDetail {
        ticket: stored,
        customer: of_customer,
        service: of_service,
        contact: of_contact,
        assignee,
        team,
        history,
        comments,
        attachments,
        related: beside,
        tier: _,
        book,
    } = detail;
    TicketDetailDto {
        ticket: ticket(stored, book, reader),
        customer_details: of_customer.as_ref().map(customer),
        service_details: of_service.as_ref().map(service),
        contact_details: of_contact.as_ref().map(contact),
        assignee: assignee.as_ref().map(|user| Named {
            id: user.id.0,
            name: user.display_name(),
        }),
        team: team.as_ref().map(|team| Named {
            id: team.id.0,
            name: &team.name,
        }),
        sla_metrics: metrics(stored, reader),
        satisfaction: stored.data.satisfaction.as_ref().map(satisfaction),
        history: history.as_ref().map(|items| newest(items, reader.audience)),
        comments: comments.as_ref().map(|items| {
            items
                .items
                .iter()
                .map(|view| comment(view, reader))
                .collect()
        }),
        attachments: attachments
            .iter()
            .map(|file| attachment(file, reader))
            .collect(),
        related_tickets: beside.iter().map(related).collect(),
    }
}

fn customer(customer: &Customer) -> CustomerSummary<'_> {
    let Customer {
        id,
        name,
        account_number,
        email,
        phone,
        tier,
        address: _,
        is_active: _,
        created_at: _,
        updated_at: _,
    } = customer;
    CustomerSummary {
        id: id.0,
        name,
        account_number: account_number.as_deref(),
        email: email.as_deref(),
        phone: phone.as_deref(),
        tier: tier.as_deref(),
    }
}

fn service(service: &Service) -> ServiceSummary<'_> {
    let Service {
        id,
        customer: _,
        name,
        kind,
        identifier,
        site,
        status,
        is_active: _,
        created_at: _,
        updated_at: _,
    } = service;
    ServiceSummary {
        id: id.0,
        name,
        kind: kind.as_deref(),
        identifier: identifier.as_deref(),
        site: site.as_deref(),
        status: status.as_deref(),
    }
}

fn contact(contact: &Contact) -> ContactSummary<'_> {
    let Contact {
        id,
        customer: _,
        name,
        email,
        phone,
        is_active: _,
        created_at: _,
        updated_at: _,
    } = contact;
    ContactSummary {
        id: id.0,
        name,
        email: email.as_deref(),
        phone: phone.as_deref(),
    }
}

/// What the customer thinks of the resolution.
pub fn satisfaction(rating: &Satisfaction) -> SatisfactionDto<'_> {
    let Satisfaction {
        score,
        effort,
        comment,
        at,
    } = rating;
    SatisfactionDto {
        score: score.get(),
        effort: effort.map(Effort::get),
        comment: comment.as_ref().map(Note::as_str),
        created_at: (*at).into(),
    }
}

fn metrics(stored: &Stored, reader: Reader) -> SlaMetrics {
    let data = &stored.data;
    let created = data.created_at();
    let record = data.sla.as_ref();
    let at_risk = |record: &SlaRecord| {
        matches!(
            record.state(data.status.is_done()),
            SlaState::AtRisk | SlaState::Breached
        )
    };
    SlaMetrics {
        response_time_hours: data.first_response_at().map(|at| hours(created, at)),
        resolution_time_hours: data.resolved_at.map(|at| hours(created, at)),
        sla_breach_risk: reader.audience.staff_only(record.is_some_and(at_risk)),
        next_escalation: reader.audience.staff_only(Nullable::from(
            record
                .and_then(|record| record.next_escalation)
                .map(Into::into),
        )),
    }
}
