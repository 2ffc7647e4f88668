//! Categories, and how many articles a reader may know of in each.

use std::collections::HashMap;

use diesel::prelude::*;
use linedesk_domain::ids::ShelfId;
use linedesk_domain::knowledge::{Audience, Shelf};
use linedesk_ports::knowledge::ShelfCounts;

use super::Conn;
use crate::fault::Fault;
use crate::rows::knowledge::{ShelfRow, up_to};
use crate::schema::{kb_articles, kb_shelves, sequences};
use crate::types::Key;

pub(crate) fn shelves(connection: &mut Conn, audience: Audience) -> Result<ShelfCounts, Fault> {
    let tree = sequences::table
        .find("kb_tree")
        .select(sequences::value)
        .get_result(connection)?;
    let rows: Vec<ShelfRow> = kb_shelves::table
        .select(ShelfRow::as_select())
        .load(connection)?;
    // For everybody: of published articles. Staff finds drafts in the list.
    let counts: Vec<(Option<Key>, i64)> = kb_articles::table
        .filter(kb_articles::reach.le(up_to(audience)))
        .group_by(kb_articles::shelf_id)
        .select((kb_articles::shelf_id, diesel::dsl::count_star()))
        .load(connection)?;
    let articles: HashMap<_, _> = counts
        .into_iter()
        .map(|(key, n)| (key.map(|key| ShelfId(key.0)), n.unsigned_abs()))
        .collect();
    Ok(ShelfCounts {
        tree,
        shelves: rows
            .into_iter()
            .map(Shelf::try_from)
            .collect::<Result<_, _>>()?,
        articles,
    })
}
