//! Canned answers, both ways.

use linedesk_app::knowledge::{NewTemplate, TemplateEdit};
use linedesk_domain::access::Operation;
use linedesk_domain::class::Category;
use linedesk_domain::ids::TicketId;
use linedesk_domain::knowledge::Template;
use linedesk_domain::knowledge::template::{Placeholder, Rendered, placeholders};
use linedesk_domain::text::Label;

use crate::extract::query::{FromQuery, QueryReader};
use crate::extract::{Body, Faults, parse};
use crate::isp::dto::kb::template::{
    EditTemplateBody, NewTemplateBody, RenderTemplateBody, RenderedDto, TemplateDto,
    TemplateListDto,
};

/// Which canned answers.
#[derive(Debug)]
pub struct TemplatesQuery(pub Option<Category>);

impl FromQuery for TemplatesQuery {
    fn read(query: &mut QueryReader) -> Option<Self> {
        Some(Self(query.one("category", parse::word)))
    }
}

impl Body for NewTemplateBody {
    type Command = NewTemplate;
    const OPERATION: Option<Operation> = Some(Operation::WriteKnowledge);

    fn command(self, faults: &mut Faults) -> Option<NewTemplate> {
        self.rest.refuse(faults);
        let name = self.name.required("name", faults, parse::text);
        let category = self.category.optional("category", faults, parse::word);
        let body = self.body.required("body", faults, parse::text);
        let code =
            self.resolution_code
                .optional("resolution_code", faults, parse::text_or_none::<Label>);
        Some(NewTemplate {
            name: name?,
            category,
            body: body?,
            resolution_code: code.flatten(),
        })
    }
}

impl Body for EditTemplateBody {
    type Command = TemplateEdit;
    const OPERATION: Option<Operation> = Some(Operation::WriteKnowledge);
    const READ_ONLY: &[&str] = &["id", "placeholders", "created_at", "updated_at"];

    fn command(self, faults: &mut Faults) -> Option<TemplateEdit> {
        self.rest.refuse(faults);
        Some(TemplateEdit {
            name: self.name.unless_null("name", faults, parse::text),
            category: self.category.patch("category", faults, parse::word),
            body: self.body.unless_null("body", faults, parse::text),
            resolution_code: self
                .resolution_code
                .patch("resolution_code", faults, parse::text),
        })
    }
}

impl Body for RenderTemplateBody {
    type Command = TicketId;
    const OPERATION: Option<Operation> = Some(Operation::ReadKnowledgeWork);

    fn command(self, faults: &mut Faults) -> Option<TicketId> {
        self.rest.refuse(faults);
        self.ticket_id.required("ticket_id", faults, parse::id)
    }
}

/// A canned answer.
pub fn template(template: &Template) -> TemplateDto<'_> {
    let Template {
        id,
        name,
        category,
        body,
        resolution_code,
        author: _,
        created_at,
        updated_at,
    } = template;
    let found = placeholders(body.as_str()).unwrap_or_default();
    TemplateDto {
        id: id.0,
        name: name.as_str(),
        category: category.map(Category::name),
        body: body.as_str(),
        resolution_code: resolution_code.as_ref().map(Label::as_str),
        placeholders: found.into_iter().map(Placeholder::name).collect(),
        created_at: (*created_at).into(),
        updated_at: (*updated_at).into(),
    }
}

/// All of them.
pub fn templates(all: &[Template]) -> TemplateListDto<'_> {
    TemplateListDto {
        items: all.iter().map(template).collect(),
        total: all.len(),
    }
}

/// A canned answer that is filled in.
pub fn rendered<'a>(template: &'a Template, rendered: &'a Rendered) -> RenderedDto<'a> {
    let missing = rendered.missing.iter().copied();
    RenderedDto {
        body: &rendered.text,
        resolution_code: template.resolution_code.as_ref().map(Label::as_str),
        missing: missing.map(Placeholder::name).collect(),
    }
}
