//! What readers make of articles: how often they were read, and whether they helped.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use linedesk_domain::ids::{ArticleId, UserId};
use linedesk_domain::knowledge::{Audience, Publication};
use linedesk_ports::knowledge::{
    ArticleFilter, Days, Feedback, FeedbackView, Slice, Sliced, Standing,
};
use linedesk_ports::store::StoreError;
use uuid::Uuid;

use super::Conn;
use super::articles::{names, narrowed, place};
use crate::fault::Fault;
use crate::rows::knowledge::FeedbackRow;
use crate::schema::{kb_articles, kb_feedback, kb_readers};
use crate::statement::Statement;
use crate::types::Key;

/// Days since 1970.
pub(super) fn number(day: Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    i64::from((day - epoch).get_days())
}

/// The first instant of a day.
fn begins(day: Date) -> Result<Timestamp, StoreError> {
    let zoned = day.to_zoned(TimeZone::UTC);
    zoned
        .map(|zoned| zoned.timestamp())
        .map_err(|error| StoreError::Refused(error.to_string()))
}

/// Of the articles in those places, for ever.
pub(super) fn of(connection: &mut Conn, places: &[i64]) -> Result<HashMap<i64, Standing>, Fault> {
    if places.is_empty() {
        return Ok(HashMap::new());
    }
    let views = Statement::<(BigInt, BigInt)>::new(
        "SELECT article, CAST(sum(views) AS BIGINT) FROM kb_days WHERE views > 0",
    )
    .and_in("article", places.iter().copied())
    .sql(" GROUP BY article");
    let said = Statement::<(BigInt, Bool, BigInt)>::new(
        "SELECT article, helpful, count(*) FROM kb_feedback WHERE article > 0",
    )
    .and_in("article", places.iter().copied())
    .sql(" GROUP BY article, helpful");
    added(views.load(connection)?, said.load(connection)?)
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "where it is called every step may fail"
)]
fn added(
    views: Vec<(i64, i64)>,
    said: Vec<(i64, bool, i64)>,
) -> Result<HashMap<i64, Standing>, Fault> {
    let mut all: HashMap<i64, Standing> = HashMap::new();
    for (article, n) in views {
        all.entry(article).or_default().views = n.unsigned_abs();
    }
    for (article, helpful, n) in said {
        let standing = all.entry(article).or_default();
        if helpful {
            standing.helpful = n.unsigned_abs();
        } else {
            standing.not_helpful = n.unsigned_abs();
        }
    }
    Ok(all)
}

pub(crate) fn read_on(
    connection: &mut Conn,
    audience: Audience,
    filter: &ArticleFilter,
    days: Days,
) -> Result<Vec<(ArticleId, Standing)>, Fault> {
    let views = Statement::<(BigInt, BigInt)>::new(
        "SELECT article, CAST(sum(views) AS BIGINT) FROM kb_days WHERE day >= ",
    )
    .bind(number(days.from))
    .sql(" AND day <= ")
    .bind(number(days.to))
    .sql(" GROUP BY article");
    let after = days
        .to
        .checked_add(1.day())
        .map_err(|error| StoreError::Refused(error.to_string()))?;
    let said = Statement::<(BigInt, Bool, BigInt)>::new(
        "SELECT article, helpful, count(*) FROM kb_feedback WHERE updated_at >= ",
    )
    .bind(begins(days.from)?)
    .sql(" AND updated_at < ")
    .bind(begins(after)?)
    .sql(" GROUP BY article, helpful");
    let mut all = added(views.load(connection)?, said.load(connection)?)?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let published = ArticleFilter {
        publication: vec![Publication::Published],
        ..filter.clone()
    };
    let known: Vec<(i64, Key)> = narrowed(audience, &published)
        .select((kb_articles::seq, kb_articles::id))
        .load(connection)?;
    let known = known.into_iter();
    Ok(known
        .filter_map(|(seq, id)| Some((ArticleId(id.0), all.remove(&seq)?)))
        .collect())
}

pub(crate) fn is_counted(
    connection: &mut Conn,
    article: ArticleId,
    viewer: Uuid,
    day: Date,
) -> Result<bool, Fault> {
    let Some(seq) = place(connection, article)? else {
        return Ok(true);
    };
    let found = kb_readers::table
        .find((seq, number(day), Key(viewer)))
        .select(kb_readers::day);
    let found: Option<i64> = found.get_result(connection).optional()?;
    Ok(found.is_some())
}

pub(crate) fn feedback(
    connection: &mut Conn,
    article: ArticleId,
    user: UserId,
) -> Result<Option<Feedback>, Fault> {
    let Some(seq) = place(connection, article)? else {
        return Ok(None);
    };
    let found = kb_feedback::table
        .find((seq, Key(user.0)))
        .select(FeedbackRow::as_select());
    let row: Option<FeedbackRow> = found.get_result(connection).optional()?;
    Ok(row.map(|row| row.into_feedback(article)).transpose()?)
}

pub(crate) fn all_feedback(
    connection: &mut Conn,
    article: ArticleId,
    slice: Slice,
) -> Result<Sliced<FeedbackView>, Fault> {
    let Some(seq) = place(connection, article)? else {
        return Ok(Sliced {
            items: Vec::new(),
            total: 0,
        });
    };
    let all = kb_feedback::table.filter(kb_feedback::article.eq(seq));
    let total: i64 = all.count().get_result(connection)?;
    let page = all
        .order((kb_feedback::updated_at.desc(), kb_feedback::user_id))
        .limit(i64::from(slice.limit))
        .offset(i64::try_from(slice.offset).unwrap_or(i64::MAX))
        .select(FeedbackRow::as_select());
    let rows: Vec<FeedbackRow> = page.load(connection)?;
    let names = names(connection, rows.iter().map(|row| row.user_id))?;
    let view = |row: FeedbackRow| {
        Ok(FeedbackView {
            user_name: names.get(&row.user_id).cloned(),
            feedback: row.into_feedback(article)?,
        })
    };
    Ok(Sliced {
        items: rows.into_iter().map(view).collect::<Result<_, Fault>>()?,
        total: total.unsigned_abs(),
    })
}
