//! Feedback, both ways.

use linedesk_app::knowledge::{GiveFeedback, GivenFeedback};
use linedesk_app::models::{Feedback, FeedbackView, Slice, Sliced};
use linedesk_domain::access::Operation;
use linedesk_domain::text::Note;

use super::author;
use crate::extract::{Body, Faults, parse};
use crate::isp::dto::kb::feedback::{FeedbackBody, FeedbackDto, FeedbackListDto, GivenFeedbackDto};

impl Body for FeedbackBody {
    type Command = GiveFeedback;
    const OPERATION: Option<Operation> = Some(Operation::GiveFeedback);

    fn command(self, faults: &mut Faults) -> Option<GiveFeedback> {
        self.rest.refuse(faults);
        let article = self.article_id.required("article_id", faults, parse::id);
        let helpful = self.helpful.required("helpful", faults, Ok);
        let comment = self
            .comment
            .optional("comment", faults, parse::text_or_none::<Note>);
        Some(GiveFeedback {
            article: article?,
            helpful: helpful?,
            comment: comment.flatten(),
        })
    }
}

/// What was said, and how the article stands with it.
pub fn given(given: &GivenFeedback) -> GivenFeedbackDto<'_> {
    let Feedback {
        article,
        user: _,
        helpful,
        comment,
        created_at,
        updated_at,
    } = &given.feedback;
    GivenFeedbackDto {
        article_id: article.0,
        helpful: *helpful,
        comment: comment.as_ref().map(Note::as_str),
        helpful_count: given.article.standing.helpful,
        not_helpful_count: given.article.standing.not_helpful,
        created_at: (*created_at).into(),
        updated_at: (*updated_at).into(),
    }
}

/// A page of it.
pub fn list(page: &Sliced<FeedbackView>, slice: Slice) -> FeedbackListDto<'_> {
    FeedbackListDto {
        items: page.items.iter().map(one).collect(),
        total: page.total,
        limit: slice.limit,
        offset: slice.offset,
    }
}

fn one(view: &FeedbackView) -> FeedbackDto<'_> {
    let Feedback {
        article: _,
        user,
        helpful,
        comment,
        created_at,
        updated_at,
    } = &view.feedback;
    FeedbackDto {
        user: author(*user, view.user_name.as_deref()),
        helpful: *helpful,
        comment: comment.as_ref().map(Note::as_str),
        created_at: (*created_at).into(),
        updated_at: (*updated_at).into(),
    }
}
