//! What is read, and what of it helps.

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use linedesk_domain::ids::ArticleId;
use linedesk_domain::knowledge::Language;
use linedesk_domain::knowledge::index::Filter;
use linedesk_domain::text::Tag;
use linedesk_ports::knowledge::{
    ArticleFilter, ArticleView, Days, KnowledgeWrite, Slice, Sliced, Standing,
};
use linedesk_ports::store::StoreError;
use uuid::Uuid;

use super::articles::shelves_of;
use super::{audience, check_slice, write};
use crate::{App, Caller, Error};

/// The longest period, in days.
pub const MAX_DAYS: i32 = 366;
/// The period if nobody says: today and the days before it.
const DAYS: i32 = 30;

/// A period and a place to look at.
#[derive(Debug, Clone)]
pub struct AskPopular {
    /// The first day, UTC; 29 days before the last if left out.
    pub from: Option<Date>,
    /// The last day, UTC; today if left out.
    pub to: Option<Date>,
    /// Category by id or name; what lies below it counts too.
    pub category: Option<String>,
    /// Tags; an article has to have all of them.
    pub tags: Vec<Tag>,
    /// Language.
    pub language: Option<Language>,
    /// Which page.
    pub slice: Slice,
}

/// An article that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Popular {
    /// The article.
    pub view: ArticleView,
    /// What readers made of it in the period.
    pub standing: Standing,
    /// What it is ordered by.
    pub score: f64,
}

/// The period that was looked at, and what was read in it.
#[derive(Debug, Clone, PartialEq)]
pub struct PopularPage {
    /// The period.
    pub days: Days,
    /// The articles, the most popular first.
    pub page: Sliced<Popular>,
}

/// Articles that were read most and helped most in a period, of those that the caller may read.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`], [`Error::Store`].
pub async fn popular(app: &App, caller: &Caller, asked: AskPopular) -> Result<PopularPage, Error> {
    let audience = audience(caller)?;
    check_slice(asked.slice)?;
    let days = period(today(app), asked.from, asked.to)?;
    let filter = ArticleFilter {
        of: Filter {
            shelves: shelves_of(app, audience, asked.category.as_deref()).await?,
            tags: asked.tags,
            language: asked.language,
        },
        ..ArticleFilter::default()
    };
    let mut read: Vec<(ArticleId, Standing, f64)> = app
        .knowledge
        .read_on(audience, filter, days)
        .await?
        .into_iter()
        .map(|(id, standing)| (id, standing, score(standing)))
        .collect();
    read.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    let total = read.len() as u64;
    let offset = usize::try_from(asked.slice.offset).unwrap_or(usize::MAX);
    let page: Vec<_> = read
        .into_iter()
        .skip(offset)
        .take(asked.slice.limit as usize)
        .collect();
    let ids = page.iter().map(|(id, ..)| *id).collect();
    let views = app.knowledge.articles_of(audience, ids).await?;
    let with_standing = |view: ArticleView| {
        let (_, standing, score) = page.iter().find(|(id, ..)| *id == view.article.id)?;
        Some(Popular {
            view,
            standing: *standing,
            score: *score,
        })
    };
    Ok(PopularPage {
        days,
        page: Sliced {
            items: views.into_iter().filter_map(with_standing).collect(),
            total,
        },
    })
}

/// Readings, of which those count in full that helped: as many as said so, with one voice for and one against added, so
/// that a single voice is no verdict.
#[expect(clippy::cast_precision_loss, reason = "far fewer readers than 2^52")]
fn score(standing: Standing) -> f64 {
    let (helpful, not) = (standing.helpful as f64, standing.not_helpful as f64);
    // Whoever says so has read it, also where the reading was counted on another day.
    let read = (standing.views as f64).max(helpful + not);
    read * (helpful + 1.0) / (helpful + not + 2.0)
}

fn today(app: &App) -> Date {
    app.clock.now().to_zoned(TimeZone::UTC).date()
}

fn period(today: Date, from: Option<Date>, to: Option<Date>) -> Result<Days, Error> {
    if to.is_none() && from.is_some_and(|from| from > today) {
        return Err(Error::invalid("from", "in_future", "must not be in future"));
    }
    let to = to.unwrap_or(today);
    let from = match from {
        Some(from) => from,
        None => to.saturating_sub((DAYS - 1).days()),
    };
    if from > to {
        return Err(Error::invalid(
            "to",
            "backwards",
            "must not be before `from`",
        ));
    }
    let epoch = Date::constant(1970, 1, 1);
    if from < epoch || to.checked_add(1.day()).is_err() {
        let message = "must be from 1970-01-01 to 9999-12-30";
        let field = if from < epoch { "from" } else { "to" };
        return Err(Error::invalid(field, "out_of_range", message));
    }
    if (to - from).get_days() >= MAX_DAYS {
        let message = format!("must be at most {} days before `to`", MAX_DAYS - 1);
        return Err(Error::invalid("from", "out_of_range", message));
    }
    Ok(Days { from, to })
}

/// Counts that somebody read an article today, unless that is counted already. That it cannot be counted is no reason not
/// to read: it is logged.
pub async fn count_view(app: &App, caller: &Caller, article: ArticleId, viewer: Uuid) {
    let day = today(app);
    let counted = async {
        if app.knowledge.is_counted(article, viewer, day).await? {
            return Ok(());
        }
        let view = KnowledgeWrite::View {
            article,
            viewer,
            day,
        };
        write(app, caller, view).await
    };
    let counted: Result<(), StoreError> = counted.await;
    if let Err(error) = counted {
        tracing::warn!(%error, "a reading was not counted");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(views: u64, helpful: u64, not_helpful: u64) -> Standing {
        Standing {
            views,
            helpful,
            not_helpful,
        }
    }

    #[test]
    fn what_helps_comes_before_what_is_only_read() {
        let order = [
            standing(100, 40, 2),
            standing(100, 1, 0),
            standing(100, 0, 0),
            standing(30, 5, 0),
            standing(100, 2, 20),
            standing(0, 0, 1),
        ];
        let scores = order.map(score);
        assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
    }

    #[test]
    fn a_period_is_thirty_days_up_to_today_unless_somebody_says() {
        let today = Date::constant(2026, 3, 31);
        let days = period(today, None, None).unwrap();
        assert_eq!((days.from, days.to), (Date::constant(2026, 3, 2), today));
        let all = period(today, Some(Date::constant(2025, 3, 31)), None);
        assert!(all.is_ok());
        for (from, to) in [
            (Some(Date::constant(2025, 3, 30)), None),
            (Some(Date::constant(2026, 4, 1)), None),
            (None, Some(Date::MAX)),
            (None, Some(Date::constant(1970, 1, 5))),
        ] {
            assert!(period(today, from, to).is_err(), "{from:?} {to:?}");
        }
    }
}
