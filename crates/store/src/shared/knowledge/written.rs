//! Writing the knowledge base.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::Timestamp;
use jiff::civil::Date;
use linedesk_domain::ids::{ArticleId, ShelfId, UserId};
use linedesk_domain::knowledge::{Article, Shelf, Template};
use linedesk_ports::knowledge::{ArticleText, Feedback, KnowledgeWrite};
use linedesk_ports::store::{StoreError, Unique};
use uuid::Uuid;

use super::Conn;
use super::articles::place;
use super::standing::number;
use crate::fault::{Fault, explain_duplicate};
use crate::rows::knowledge::{NewArticleRow, ShelfRow, TemplateRow, VersionRow};
use crate::schema::{
    kb_articles, kb_feedback, kb_shelves, kb_tags, kb_versions, resolution_templates,
};
use crate::statement::Statement;
use crate::types::{At, Key};

/// Writes something of the knowledge base.
pub(crate) fn write(connection: &mut Conn, write: KnowledgeWrite) -> Result<(), Fault> {
    match write {
        KnowledgeWrite::Article {
            article,
            text,
            by,
            expected,
        } => self::article(connection, &article, text, by, expected),
        KnowledgeWrite::Shelf { shelf, tree } => self::shelf(connection, shelf, tree),
        KnowledgeWrite::DeleteShelf { id, tree } => delete_shelf(connection, id, tree),
        KnowledgeWrite::View {
            article,
            viewer,
            day,
        } => view(connection, article, viewer, day),
        KnowledgeWrite::Feedback(feedback) => self::feedback(connection, feedback),
        KnowledgeWrite::Template { template, expected } => {
            self::template(connection, template, expected)
        }
        KnowledgeWrite::DeleteTemplate { id } => {
            let row = resolution_templates::table.filter(resolution_templates::id.eq(Key(id.0)));
            diesel::delete(row).execute(connection)?;
            Ok(())
        }
    }
}

fn article(
    connection: &mut Conn,
    article: &Article,
    text: ArticleText,
    by: UserId,
    expected: Option<i64>,
) -> Result<(), Fault> {
    // Held until the commit: changes become visible in the order of their numbers.
    let changed = Statement::<BigInt>::new("UPDATE sequences SET value = value + 1 WHERE name = ")
        .bind("kb")
        .sql(" RETURNING value");
    let changed: i64 = changed.get_result(connection)?;
    let row = NewArticleRow::new(article, text, changed);
    let seq: i64 = match expected {
        None => {
            let insert = diesel::insert_into(kb_articles::table)
                .values(&row)
                .returning(kb_articles::seq);
            explain_duplicate(insert.get_result(connection), |_| Unique::Slug)?
        }
        Some(version) => {
            let target = kb_articles::table
                .filter(kb_articles::id.eq(Key(article.id.0)))
                .filter(kb_articles::version.eq(version));
            let update = diesel::update(target).set(&row).returning(kb_articles::seq);
            update
                .get_result(connection)
                .optional()?
                .ok_or(StoreError::Stale)?
        }
    };
    diesel::delete(kb_tags::table.filter(kb_tags::article.eq(seq))).execute(connection)?;
    for tag in &article.content.tags {
        diesel::insert_into(kb_tags::table)
            .values((kb_tags::tag.eq(tag.as_str()), kb_tags::article.eq(seq)))
            .execute(connection)?;
    }
    diesel::insert_into(kb_versions::table)
        .values(VersionRow::new(seq, article.as_version(by)))
        .execute(connection)?;
    Ok(())
}

/// Takes the tree's next number, if it still is at `tree`.
fn turn(connection: &mut Conn, tree: i64) -> Result<(), Fault> {
    let turned = Statement::<BigInt>::new("UPDATE sequences SET value = value + 1 WHERE name = ")
        .bind("kb_tree")
        .sql(" AND value = ")
        .bind(tree)
        .sql(" RETURNING value");
    let turned: Option<i64> = turned.get_result(connection).optional()?;
    turned.map(|_| ()).ok_or_else(|| StoreError::Stale.into())
}

fn shelf(connection: &mut Conn, shelf: Shelf, tree: i64) -> Result<(), Fault> {
    turn(connection, tree)?;
    let row = ShelfRow::from(shelf);
    diesel::insert_into(kb_shelves::table)
        .values(&row)
        .on_conflict(kb_shelves::id)
        .do_update()
        .set(&row)
        .execute(connection)?;
    Ok(())
}

fn delete_shelf(connection: &mut Conn, id: ShelfId, tree: i64) -> Result<(), Fault> {
    turn(connection, tree)?;
    diesel::delete(kb_shelves::table.filter(kb_shelves::id.eq(Key(id.0)))).execute(connection)?;
    Ok(())
}

fn view(connection: &mut Conn, article: ArticleId, viewer: Uuid, day: Date) -> Result<(), Fault> {
    let (seq, day) = (seq(connection, article)?, number(day));
    let reader = Statement::<BigInt>::new("INSERT INTO kb_readers (article, day, viewer) VALUES (")
        .bind(seq)
        .sql(", ")
        .bind(day)
        .sql(", ")
        .bind(viewer)
        .sql(") ON CONFLICT DO NOTHING RETURNING article");
    let is_new: Option<i64> = reader.get_result(connection).optional()?;
    if is_new.is_none() {
        return Ok(());
    }
    let counted = Statement::<BigInt>::new("INSERT INTO kb_days (article, day, views) VALUES (")
        .bind(seq)
        .sql(", ")
        .bind(day)
        .sql(", 1) ON CONFLICT (article, day) DO UPDATE SET views = kb_days.views + 1 RETURNING views");
    let views: i64 = counted.get_result(connection)?;
    if views == 1 {
        // Who has read it on other days need not be known any more.
        let gone = Statement::<BigInt>::new("DELETE FROM kb_readers WHERE article = ")
            .bind(seq)
            .sql(" AND day < ")
            .bind(day)
            .sql(" RETURNING day");
        let _gone: Vec<i64> = gone.load(connection)?;
    }
    Ok(())
}

fn feedback(connection: &mut Conn, feedback: Feedback) -> Result<(), Fault> {
    let seq = seq(connection, feedback.article)?;
    let comment = feedback.comment.map(|text| text.as_str().to_owned());
    let changing = (
        kb_feedback::helpful.eq(feedback.helpful),
        kb_feedback::comment.eq(comment),
        kb_feedback::updated_at.eq(At(feedback.updated_at)),
    );
    diesel::insert_into(kb_feedback::table)
        .values((
            kb_feedback::article.eq(seq),
            kb_feedback::user_id.eq(Key(feedback.user.0)),
            kb_feedback::created_at.eq(At(feedback.created_at)),
            changing.clone(),
        ))
        .on_conflict((kb_feedback::article, kb_feedback::user_id))
        .do_update()
        .set(changing)
        .execute(connection)?;
    Ok(())
}

fn template(
    connection: &mut Conn,
    template: Template,
    expected: Option<Timestamp>,
) -> Result<(), Fault> {
    let id = Key(template.id.0);
    let row = TemplateRow::from(template);
    let written = match expected {
        None => diesel::insert_into(resolution_templates::table)
            .values(&row)
            .execute(connection)?,
        Some(read_at) => {
            let target = resolution_templates::table
                .filter(resolution_templates::id.eq(id))
                .filter(resolution_templates::updated_at.eq(At(read_at)));
            diesel::update(target).set(&row).execute(connection)?
        }
    };
    match written {
        1 => Ok(()),
        _ => Err(StoreError::Stale.into()),
    }
}

fn seq(connection: &mut Conn, article: ArticleId) -> Result<i64, Fault> {
    Ok(place(connection, article)?.ok_or(StoreError::Dangling)?)
}
