//! Canned answers.

use diesel::prelude::*;
use linedesk_domain::ids::TemplateId;
use linedesk_domain::knowledge::Template;

use super::Conn;
use crate::fault::Fault;
use crate::rows::knowledge::TemplateRow;
use crate::schema::resolution_templates;
use crate::types::Key;

pub(crate) fn templates(connection: &mut Conn) -> Result<Vec<Template>, Fault> {
    let all = resolution_templates::table
        .order((resolution_templates::name_key, resolution_templates::seq))
        .select(TemplateRow::as_select());
    let rows: Vec<TemplateRow> = all.load(connection)?;
    Ok(rows
        .into_iter()
        .map(Template::try_from)
        .collect::<Result<_, _>>()?)
}

pub(crate) fn template(connection: &mut Conn, id: TemplateId) -> Result<Option<Template>, Fault> {
    let found = resolution_templates::table
        .filter(resolution_templates::id.eq(Key(id.0)))
        .select(TemplateRow::as_select());
    let row: Option<TemplateRow> = found.get_result(connection).optional()?;
    Ok(row.map(Template::try_from).transpose()?)
}
