//! What may help with a ticket, both ways.

use linedesk_app::Caller;
use linedesk_app::knowledge::{AskSuggestions, Suggested, Suggestions};
use linedesk_app::models::Stored;
use linedesk_domain::class::{Category, Priority};
use linedesk_domain::knowledge::Template;
use linedesk_domain::knowledge::guess::Guess;
use linedesk_domain::text::{Description, Label, Note};

use super::search::result;
use super::template::template;
use crate::extract::{Body, Faults, parse};
use crate::isp::audience::Reader;
use crate::isp::dto::kb::suggest::{
    GuessDto, SimilarTicketDto, SuggestBody, SuggestedTemplateDto, SuggestionsDto,
};

impl Body for SuggestBody {
    type Command = AskSuggestions;

    fn command(self, faults: &mut Faults) -> Option<AskSuggestions> {
        self.rest.refuse(faults);
        let title = self.title.required("title", faults, parse::text);
        let description =
            self.description
                .optional("description", faults, parse::text_or_none::<Description>);
        Some(AskSuggestions {
            title: title?,
            description: description.flatten(),
        })
    }
}

/// What may help.
pub fn suggestions<'a>(
    found: &'a Suggestions,
    caller: &Caller,
    reader: Reader,
) -> SuggestionsDto<'a> {
    let tickets = found.tickets.as_ref();
    let templates = found.templates.as_ref();
    SuggestionsDto {
        articles: found
            .articles
            .iter()
            .map(|hit| result(hit, caller))
            .collect(),
        similar_tickets: tickets
            .and_then(|all| reader.audience.staff_only(all))
            .map(|all| all.iter().map(ticket).collect()),
        resolution_templates: templates
            .and_then(|all| reader.audience.staff_only(all))
            .map(|all| all.iter().map(canned).collect()),
        category: found
            .category
            .as_ref()
            .map(|one| guess(one, Category::name)),
        priority: found
            .priority
            .as_ref()
            .map(|one| guess(one, Priority::name)),
    }
}

fn ticket(one: &Suggested<Stored>) -> SimilarTicketDto<'_> {
    let data = &one.what.data;
    SimilarTicketDto {
        id: data.id.0,
        ticket_number: &one.what.numbers.label,
        title: data.title.as_str(),
        status: data.status.name(),
        category: data.category.name(),
        resolution: data.resolution.as_ref().map(Note::as_str),
        resolution_code: data.resolution_code.as_ref().map(Label::as_str),
        resolved_at: data.resolved_at.map(Into::into),
        score: one.score,
        words: &one.words,
    }
}

fn canned(one: &Suggested<Template>) -> SuggestedTemplateDto<'_> {
    SuggestedTemplateDto {
        template: template(&one.what),
        score: one.score,
        words: &one.words,
    }
}

fn guess<T: Copy>(guess: &Guess<T>, name: fn(T) -> &'static str) -> GuessDto<'_> {
    GuessDto {
        value: name(guess.value),
        score: guess.score,
        words: &guess.words,
    }
}
