//! Canned answers. For staff.

use jiff::tz::TimeZone;
use linedesk_domain::access::Operation;
use linedesk_domain::class::Category;
use linedesk_domain::ids::{TemplateId, TicketId};
use linedesk_domain::knowledge::Template;
use linedesk_domain::knowledge::template::{Placeholder, Rendered, placeholders, render};
use linedesk_domain::text::{Label, TemplateBody};
use linedesk_domain::ticket::edit::Patch;
use linedesk_ports::knowledge::KnowledgeWrite;
use linedesk_ports::queries::TicketDetail;
use linedesk_ports::store::StoreError;
use linedesk_ports::tickets::TicketKey;

use super::{ATTEMPTS, outrun, write};
use crate::tickets::ticket_detail;
use crate::{App, Caller, Error};

/// A canned answer that is wanted.
#[derive(Debug, Clone)]
pub struct NewTemplate {
    /// `name`
    pub name: Label,
    /// `category`; for tickets of any if left out
    pub category: Option<Category>,
    /// `body`, with placeholders
    pub body: TemplateBody,
    /// `resolution_code`
    pub resolution_code: Option<Label>,
}

/// What changes of a canned answer.
#[derive(Debug, Clone, Default)]
pub struct TemplateEdit {
    /// `name`
    pub name: Option<Label>,
    /// `category`
    pub category: Patch<Category>,
    /// `body`
    pub body: Option<TemplateBody>,
    /// `resolution_code`
    pub resolution_code: Patch<Label>,
}

/// Canned answers by name; those of one category are those for it and those for any.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn list_templates(
    app: &App,
    caller: &Caller,
    category: Option<Category>,
) -> Result<Vec<Template>, Error> {
    caller.may(Operation::ReadKnowledgeWork)?;
    let mut all = app.knowledge.templates().await?;
    if let Some(category) = category {
        all.retain(|one| one.category.is_none_or(|own| own == category));
    }
    Ok(all)
}

/// One canned answer.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn template(app: &App, caller: &Caller, id: TemplateId) -> Result<Template, Error> {
    caller.may(Operation::ReadKnowledgeWork)?;
    find(app, id).await
}

async fn find(app: &App, id: TemplateId) -> Result<Template, Error> {
    let found = app.knowledge.template(id).await?;
    found.ok_or(Error::NotFound("resolution template"))
}

/// Makes a canned answer.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`], naming a placeholder that is not known; [`Error::Store`].
pub async fn create_template(
    app: &App,
    caller: &Caller,
    new: NewTemplate,
) -> Result<Template, Error> {
    caller.may(Operation::WriteKnowledge)?;
    check(&new.body)?;
    if app.knowledge.templates().await?.len() >= Template::MAX {
        return Err(Error::Conflict {
            detail: format!("there are {} resolution templates already", Template::MAX),
            code: "too_many",
        });
    }
    let now = app.clock.now();
    let template = Template {
        id: TemplateId(app.ids.next(now)),
        name: new.name,
        category: new.category,
        body: new.body,
        resolution_code: new.resolution_code,
        author: caller.id(),
        created_at: now,
        updated_at: now,
    };
    let made = KnowledgeWrite::Template {
        template: template.clone(),
        expected: None,
    };
    write(app, caller, made).await?;
    Ok(template)
}

/// Changes a canned answer.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Invalid`], naming a placeholder that is not known; [`Error::Store`].
pub async fn edit_template(
    app: &App,
    caller: &Caller,
    id: TemplateId,
    edit: TemplateEdit,
) -> Result<Template, Error> {
    caller.may(Operation::WriteKnowledge)?;
    edit.body.as_ref().map_or(Ok(()), check)?;
    let mut turn = None;
    for _ in 0..ATTEMPTS {
        let found = find(app, id).await?;
        let mut template = found.clone();
        template.name = edit.name.clone().unwrap_or(template.name);
        template.body = edit.body.clone().unwrap_or(template.body);
        edit.category.clone().apply(&mut template.category);
        edit.resolution_code
            .clone()
            .apply(&mut template.resolution_code);
        if template == found {
            return Ok(found);
        }
        template.updated_at = app.clock.now().max(found.updated_at);
        let changed = KnowledgeWrite::Template {
            template: template.clone(),
            expected: Some(found.updated_at),
        };
        match write(app, caller, changed).await {
            Ok(()) => return Ok(template),
            // Changed by somebody else, or gone.
            Err(StoreError::Stale) => super::queue_up(app, &mut turn).await,
            Err(error) => return Err(error.into()),
        }
    }
    Err(outrun())
}

/// Deletes a canned answer.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn delete_template(app: &App, caller: &Caller, id: TemplateId) -> Result<(), Error> {
    caller.may(Operation::WriteKnowledge)?;
    find(app, id).await?;
    write(app, caller, KnowledgeWrite::DeleteTemplate { id }).await?;
    Ok(())
}

/// A canned answer, filled in from a ticket that the caller may read.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`] where there is no such answer; [`Error::Invalid`] where there is no such
/// ticket; [`Error::Store`].
pub async fn render_template(
    app: &App,
    caller: &Caller,
    id: TemplateId,
    ticket: TicketId,
) -> Result<(Template, Rendered), Error> {
    caller.may(Operation::ReadKnowledgeWork)?;
    let template = find(app, id).await?;
    let detail = ticket_detail(app, caller, TicketKey::Id(ticket), false, false).await;
    let detail = detail.map_err(|error| match error {
        Error::NotFound(_) => Error::invalid("ticket_id", "unknown", "no ticket has this id"),
        error => error,
    })?;
    let today = app.clock.now().to_zoned(app.settings.timezone.clone());
    let value = |placeholder| match placeholder {
        Placeholder::Today => Some(today.date().to_string()),
        Placeholder::AgentName => Some(caller.user.display_name().to_owned()),
        other => of_ticket(app, &detail, other),
    };
    let rendered = render(template.body.as_str(), value)
        .map_err(|error| Error::invalid("body", "placeholder", error.to_string()))?;
    Ok((template, rendered))
}

fn of_ticket(app: &App, detail: &TicketDetail, placeholder: Placeholder) -> Option<String> {
    let ticket = &detail.ticket.data;
    let words = |name: &str| name.replace('_', " ");
    match placeholder {
        Placeholder::TicketNumber => Some(detail.ticket.numbers.label.clone()),
        Placeholder::TicketTitle => Some(ticket.title.as_str().to_owned()),
        Placeholder::TicketStatus => Some(words(ticket.status.name())),
        Placeholder::TicketPriority => Some(ticket.priority.name().to_owned()),
        Placeholder::TicketCategory => Some(words(ticket.category.name())),
        Placeholder::TicketCreated => {
            let zone: TimeZone = app.settings.timezone.clone();
            Some(ticket.created_at().to_zoned(zone).date().to_string())
        }
        Placeholder::CustomerName => detail.customer.as_ref().map(|one| one.name.clone()),
        Placeholder::CustomerAccount => detail.customer.as_ref()?.account_number.clone(),
        Placeholder::ContactName => detail.contact.as_ref().map(|one| one.name.clone()),
        Placeholder::ServiceName => detail.service.as_ref().map(|one| one.name.clone()),
        Placeholder::TeamName => detail.team.as_ref().map(|one| one.name.clone()),
        Placeholder::AgentName | Placeholder::Today => None,
    }
}

fn check(body: &TemplateBody) -> Result<(), Error> {
    placeholders(body.as_str())
        .map(|_| ())
        .map_err(|error| Error::invalid("body", "placeholder", error.to_string()))
}
