//! Identities in the path. One that cannot be an identity names nothing: 404.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use linedesk_app::Error;
use linedesk_app::models::{ArticleKey, TicketKey};
use linedesk_domain::ids::{
    ArticleId, AttachmentId, CalendarId, CommentId, ContactId, CustomerId, JobId, PolicyId,
    ServiceId, ShelfId, TeamId, TemplateId, TicketId, TokenId, UserId, WebhookId,
};
use linedesk_domain::knowledge::Slug;
use uuid::Uuid;

use super::parse;
use crate::failure::Failure;

/// What can be named in a path.
pub trait InPath: Sized {
    /// The name of the path's parameter.
    const PARAMETER: &'static str;
    /// What is not found if there is none.
    const THING: &'static str;

    /// The identity itself.
    fn of(id: Uuid) -> Self;
}

macro_rules! in_path {
    ($($type:ident: $parameter:literal, $thing:literal);+ $(;)?) => {$(
        impl InPath for $type {
            const PARAMETER: &'static str = $parameter;
            const THING: &'static str = $thing;

            fn of(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

in_path! {
    TicketId: "ticket_id", "ticket";
    CommentId: "comment_id", "comment";
    AttachmentId: "attachment_id", "file";
    CustomerId: "customer_id", "customer";
    ContactId: "contact_id", "contact";
    ServiceId: "service_id", "service";
    TeamId: "team_id", "team";
    UserId: "user_id", "user";
    PolicyId: "policy_id", "policy";
    CalendarId: "calendar_id", "calendar";
    TokenId: "token_id", "token";
    ArticleId: "article_id", "article";
    ShelfId: "category_id", "category";
    TemplateId: "template_id", "resolution template";
    WebhookId: "webhook_id", "webhook";
    JobId: "simulation_id", "simulation";
}

/// A bulk job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkJobPath(pub JobId);

impl InPath for BulkJobPath {
    const PARAMETER: &'static str = "bulk_id";
    const THING: &'static str = "bulk job";

    fn of(id: Uuid) -> Self {
        Self(JobId(id))
    }
}

/// An identity out of the path.
#[derive(Debug, Clone, Copy)]
pub struct At<T>(pub T);

impl<T: InPath + 'static> FromRequest for At<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get(T::PARAMETER).and_then(parse::uuid);
        ready(
            id.map(|id| Self(T::of(id)))
                .ok_or_else(|| Error::NotFound(T::THING).into()),
        )
    }
}

/// The message of the outbox that the path names.
#[derive(Debug, Clone, Copy)]
pub struct MessagePath(pub i64);

impl FromRequest for MessagePath {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("message_id").and_then(number_in);
        ready(
            id.map(Self)
                .ok_or_else(|| Error::NotFound("message").into()),
        )
    }
}

/// The ticket that the path names by its integer, as the older dialects do.
#[derive(Debug, Clone, Copy)]
pub struct Number(pub TicketKey);

impl FromRequest for Number {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let number = request.match_info().get(TicketId::PARAMETER);
        let key = number.and_then(number_in).map(TicketKey::Number);
        ready(
            key.map(Self)
                .ok_or_else(|| Error::NotFound(TicketId::THING).into()),
        )
    }
}

/// A ticket's integer in its one spelling: no sign, no zeros in front.
fn number_in(text: &str) -> Option<i64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| is_plain)
}

/// The ticket that the path names, by its UUID or, in the older dialects, by its integer.
pub(super) fn named(request: &HttpRequest) -> Result<TicketKey, Failure> {
    let id = request.match_info().get(TicketId::PARAMETER).unwrap_or("");
    let key = match parse::uuid(id) {
        Some(id) => Some(TicketKey::Id(TicketId(id))),
        None => number_in(id).map(TicketKey::Number),
    };
    key.ok_or_else(|| Error::NotFound(TicketId::THING).into())
}

/// The ticket that the path names.
#[derive(Debug, Clone, Copy)]
pub struct Key(pub TicketKey);

impl FromRequest for Key {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let id = At::<TicketId>::from_request(request, payload).into_inner();
        ready(id.map(|At(id)| Self(TicketKey::Id(id))))
    }
}

#[cfg(test)]
mod tests {
    use super::number_in;

    #[test]
    fn integers_have_one_spelling() {
        assert_eq!(number_in("66"), Some(66));
        for text in [
            "",
            "0",
            "066",
            "-1",
            "+1",
            "1.0",
            "x",
            "99999999999999999999",
        ] {
            assert_eq!(number_in(text), None, "{text}");
        }
    }
}

/// The article that the path names, by its identity or its slug.
#[derive(Debug, Clone)]
pub struct Article(pub ArticleKey);

impl FromRequest for Article {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let named = request.match_info().get("article_id").unwrap_or_default();
        let key = match parse::uuid(named) {
            Some(id) => Some(ArticleKey::Id(ArticleId(id))),
            None => Slug::parse(named).map(ArticleKey::Slug),
        };
        ready(
            key.map(Self)
                .ok_or_else(|| Error::NotFound("article").into()),
        )
    }
}

/// The number of a version that the path names.
#[derive(Debug, Clone, Copy)]
pub struct VersionNumber(pub i64);

impl FromRequest for VersionNumber {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let named = request.match_info().get("version").unwrap_or_default();
        let digits = named.bytes().all(|byte| byte.is_ascii_digit());
        let number = named.parse().ok().filter(|number| digits && *number > 0);
        ready(
            number
                .map(Self)
                .ok_or_else(|| Error::NotFound("version").into()),
        )
    }
}
