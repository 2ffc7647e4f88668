//! The page behind the link in the letter about a resolution: how content the customer was, in half a minute and without
//! signing in.
//!
//! Looking at it answers nothing: programs that check mail follow its links. It needs no script, and nothing from elsewhere.

mod draw;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, get, post, web};
use linedesk_app::{App, Error, Kind, surveys};
use linedesk_domain::text::{Note, TextError};
use linedesk_domain::ticket::rate::{Effort, Rating, Score};
use serde::{Deserialize, Serialize};

use self::draw::{Form, form};
use crate::failure::{Answer, Failure};
use crate::sheet::{self, message};

/// The largest answer in bytes: a comment of 4,000 characters, each of which may be written in twelve.
const MAX_BODY: usize = 64 << 10;

/// The routes.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(show).service(answer);
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Link {
    token: String,
}

/// A filled form, as it came.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct Filled {
    token: String,
    score: String,
    effort: String,
    comment: String,
}

#[get("/survey")]
async fn show(app: web::Data<App>, link: web::Query<Link>) -> Answer {
    let Link { token } = link.into_inner();
    let filled = Filled {
        token,
        ..Filled::default()
    };
    ask(&app, filled, None).await
}

#[post("/survey")]
async fn answer(app: web::Data<App>, request: HttpRequest, payload: web::Payload) -> Answer {
    let filled: Filled = sheet::filled(&request, payload, MAX_BODY).await?;
    let rating = match rating(&filled) {
        Ok(rating) => rating,
        Err(fault) => return ask(&app, filled, Some(fault)).await,
    };
    match surveys::answer_survey(&app, &filled.token, rating).await {
        Ok(_) => message(
            StatusCode::OK,
            "Thank you!",
            "Your answer has arrived. It helps us to do better. You can close this page now.",
        ),
        Err(error) => refusal(error),
    }
}

/// The form, with what was filled in before and what is wrong with it; or why there is none.
async fn ask(app: &App, filled: Filled, fault: Option<&'static str>) -> Answer {
    match surveys::get_survey(app, &filled.token).await {
        Ok(survey) => form(&Form {
            label: &survey.label,
            title: &survey.title,
            fault,
            filled: &filled,
        }),
        Err(error) => refusal(error),
    }
}

/// What somebody means; in words what is wrong, where something is.
fn rating(filled: &Filled) -> Result<Rating, &'static str> {
    let number = |text: &str| text.parse::<u8>().unwrap_or_default();
    let score = Score::new(number(&filled.score));
    let effort = match filled.effort.as_str() {
        "" => None,
        text => Some(Effort::new(number(text)).ok_or("Please choose one of the answers.")?),
    };
    // Browsers count a line end as one character and send two.
    let comment = match Note::parse(&filled.comment.replace("\r\n", "\n")) {
        Ok(comment) => Some(comment),
        Err(TextError::Empty) => None,
        Err(TextError::TooLong { .. }) => {
            return Err("Please say it in fewer words: 4,000 characters at most.");
        }
        Err(TextError::Control | TextError::Comma) => {
            return Err("There is a character in your comment that cannot be kept.");
        }
    };
    Ok(Rating {
        score: score.ok_or("Please choose how satisfied you are.")?,
        effort,
        comment,
    })
}

/// Why nothing can be answered, in words for whoever followed the link.
fn refusal(error: Error) -> Answer {
    let kind = error.kind();
    let failure = Failure::from(error);
    let (heading, text) = match (kind, failure.code) {
        (Kind::NotFound, _) => (
            "This link does not work",
            "Please open it again from the e-mail, or copy all of it: a part may be missing.",
        ),
        (_, "already_rated") => (
            "You have answered already",
            "Thank you! There is nothing more to do: each link is good for one answer.",
        ),
        (_, "survey_void") => (
            "We are not done yet",
            "Your request has been taken up again since we asked. We will ask once more when it is resolved.",
        ),
        (_, "survey_expired") => (
            "This link has expired",
            "We asked more than 30 days ago. Thank you for wanting to answer all the same.",
        ),
        (Kind::Unavailable, _) => (
            "Just a moment, please",
            "We cannot take your answer right now. Please try again in a minute.",
        ),
        _ => return Err(failure),
    };
    message(failure.status, heading, text)
}

#[cfg(test)]
mod tests;
