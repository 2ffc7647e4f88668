//! Schemas of values whose names the domain knows.

use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

use linedesk_domain::class::{Category, ContactMethod, Priority, Source};
use linedesk_domain::people::{Permission, Role};
use linedesk_domain::sla::PolicySpec;
use linedesk_domain::ticket::merge::Relation;
use linedesk_domain::workflow::Status;

use crate::extract::parse::Word;

fn names(names: impl Iterator<Item = &'static str>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names.collect::<Vec<_>>()))
}

fn words<T: Word>() -> RefOr<Schema> {
    names(T::WORDS.iter().map(|word| word.word())).into()
}

fn list_of(item: RefOr<Schema>) -> RefOr<Schema> {
    ArrayBuilder::new().items(item).into()
}

fn or_null(schema: RefOr<Schema>) -> RefOr<Schema> {
    let null = ObjectBuilder::new().schema_type(SchemaType::Type(Type::Null));
    OneOfBuilder::new().item(schema).item(null).into()
}

macro_rules! word_schemas {
    ($($name:ident, $type:ty, $doc:literal;)+) => {$(
        #[doc = $doc]
        pub fn $name() -> RefOr<Schema> {
            words::<$type>()
        }
    )+};
}

word_schemas! {
    status, Status, "A ticket's status.";
    priority, Priority, "A priority.";
    category, Category, "A category.";
    contact_method, ContactMethod, "How to reach the customer.";
    relation, Relation, "How one ticket stands to another.";
    role, Role, "What an account may do.";
}

/// Which API a ticket came in by.
pub fn source() -> RefOr<Schema> {
    names(Source::ALL.iter().map(|source| source.name())).into()
}

/// A priority, or `null`.
pub fn priority_or_null() -> RefOr<Schema> {
    or_null(priority())
}

/// A contact method, or `null`.
pub fn contact_method_or_null() -> RefOr<Schema> {
    or_null(contact_method())
}

/// A role, or `null`.
pub fn role_or_null() -> RefOr<Schema> {
    or_null(role())
}

/// Statuses.
pub fn statuses() -> RefOr<Schema> {
    list_of(status())
}

/// Priorities.
pub fn priorities() -> RefOr<Schema> {
    list_of(priority())
}

/// Categories.
pub fn categories() -> RefOr<Schema> {
    list_of(category())
}

/// What API tokens may be used for.
pub fn scopes() -> RefOr<Schema> {
    list_of(words::<Permission>())
}

/// A warning share in percent.
pub fn warning_percent() -> RefOr<Schema> {
    let share = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(99));
    share.default(Some(PolicySpec::WARNING_PERCENT.into())).into()
}

/// What an assignee's id names.
pub fn assignment_type() -> RefOr<Schema> {
    or_null(names(["user", "team"].into_iter()).into())
}

/// Whether an SLA edit is for tickets to come or for open ones too.
pub fn apply_to() -> RefOr<Schema> {
    or_null(names(["new", "open"].into_iter()).into())
}

/// What is done to many tickets at once.
pub fn bulk_action() -> RefOr<Schema> {
    names(["assign", "status", "priority", "tag", "comment", "close"].into_iter()).into()
}
