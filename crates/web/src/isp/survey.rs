//! The answer to a survey, for portals with a page of their own.

use actix_web::http::StatusCode;
use actix_web::post;
use actix_web::web::Data;
use linedesk_app::{App, surveys};

use super::Answer;
use super::convert::actions::Surveyed;
use super::convert::detail::satisfaction;
use super::dto::actions::SurveyBody;
use super::dto::detail::SatisfactionDto;
use crate::extract::Json;
use crate::json;
use crate::mount::Mount;
use crate::problem::Problem;

/// The routes.
pub fn routes(config: &mut Mount<'_>) {
    config.service(answer_survey);
}

/// Answers the survey behind a link
///
/// For whoever got the link in the mail about a resolution, without signing in: the token is good for one answer. 404 for one
/// that is not ours, whatever is wrong with it; 409 where the resolution was rated already (`already_rated`), the ticket was
/// taken up again since (`survey_void`), or it is more than 30 days ago (`survey_expired`). A repeat is refused as the second
/// answer that it would be; no `Idempotency-Key` is needed.
#[utoipa::path(tag = "actions", security(()), request_body = SurveyBody, responses(
    (status = 201, description = "What was kept", body = SatisfactionDto<'static>),
    (status = 404, description = "The token is not ours, or the ticket is gone", body = Problem<'static>,
        content_type = "application/problem+json"),
))]
#[post("/survey")]
async fn answer_survey(app: Data<App>, Json(survey): Json<SurveyBody>) -> Answer {
    let Surveyed { token, rating } = survey;
    let view = surveys::answer_survey(&app, &token, rating).await?;
    let kept = view.ticket.data.satisfaction.as_ref().map(satisfaction);
    Ok(json::answer(StatusCode::CREATED, &kept))
}
