//! Who may do what: one table of role × operation × relation to the object.
//!
//! [`decide`] is that table. A service account is decided by its token's permissions instead of its role; a
//! person's token may narrow what the person may do, never widen it.

use crate::people::{Permission, Role};

/// Something that can be asked of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Make a ticket.
    CreateTicket,
    /// Read a ticket, its public comments, files and history; lists, counts, search.
    ReadTicket,
    /// Change a ticket's fields or status (which fields a customer may change is the ticket's own rule).
    EditTicket,
    /// Write a public comment.
    Comment,
    /// Upload to a ticket, download from it.
    AttachFile,
    /// Close.
    Close,
    /// Reopen.
    Reopen,
    /// Read and write internal notes and other staff-only things.
    ReadInternal,
    /// Say how content one was with the resolution.
    Rate,
    /// Read the desk's figures.
    ReadAnalytics,
    /// Give to somebody.
    Assign,
    /// Raise.
    Escalate,
    /// Declare done.
    Resolve,
    /// Merge tickets.
    Merge,
    /// Link tickets.
    Link,
    /// Read the SLA dashboard.
    ReadSlaStatus,
    /// Rewrite or delete comments of others.
    ModerateComments,
    /// Delete tickets.
    DeleteTicket,
    /// Act on many tickets at once.
    Bulk,
    /// See and cancel how others act on many tickets.
    OverseeBulk,
    /// Read the workflow table.
    ReadWorkflow,
    /// Read SLA policies and calendars.
    ReadSlaPolicies,
    /// Write SLA policies and calendars.
    WriteSlaPolicies,
    /// Read customers, contacts, services, teams, users.
    ReadDirectory,
    /// Write them.
    WriteDirectory,
    /// Make and withdraw API tokens.
    ManageTokens,
    /// Read the knowledge base: what is meant for customers, for customers; all of it for staff.
    ReadKnowledge,
    /// Say whether an article helped.
    GiveFeedback,
    /// Read articles' versions and feedback, and canned answers.
    ReadKnowledgeWork,
    /// Write articles and canned answers.
    WriteKnowledge,
    /// Arrange the knowledge base's categories.
    ArrangeKnowledge,
    /// Say where events are sent to; see and replay messages that were not delivered.
    ManageNotifications,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Self; 32] = [
        Self::CreateTicket,
        Self::ReadTicket,
        Self::EditTicket,
        Self::Comment,
        Self::AttachFile,
        Self::Close,
        Self::Reopen,
        Self::ReadInternal,
        Self::Rate,
        Self::ReadAnalytics,
        Self::Assign,
        Self::Escalate,
        Self::Resolve,
        Self::Merge,
        Self::Link,
        Self::ReadSlaStatus,
        Self::ModerateComments,
        Self::DeleteTicket,
        Self::Bulk,
        Self::OverseeBulk,
        Self::ReadWorkflow,
        Self::ReadSlaPolicies,
        Self::WriteSlaPolicies,
        Self::ReadDirectory,
        Self::WriteDirectory,
        Self::ManageTokens,
        Self::ReadKnowledge,
        Self::GiveFeedback,
        Self::ReadKnowledgeWork,
        Self::WriteKnowledge,
        Self::ArrangeKnowledge,
        Self::ManageNotifications,
    ];

    /// The permission that a token needs for it.
    pub const fn permission(self) -> Permission {
        match self {
            Self::ReadTicket
            | Self::ReadInternal
            | Self::ReadSlaStatus
            | Self::ReadWorkflow
            | Self::ReadSlaPolicies => Permission::TicketsRead,
            Self::CreateTicket
            | Self::EditTicket
            | Self::Comment
            | Self::AttachFile
            | Self::Close
            | Self::Reopen
            | Self::Rate
            | Self::Assign
            | Self::Escalate
            | Self::Resolve
            | Self::Merge
            | Self::Link => Permission::TicketsWrite,
            Self::ReadAnalytics => Permission::AnalyticsRead,
            Self::ReadDirectory => Permission::DirectoryRead,
            Self::WriteDirectory => Permission::DirectoryWrite,
            Self::ModerateComments
            | Self::DeleteTicket
            | Self::Bulk
            | Self::OverseeBulk
            | Self::WriteSlaPolicies
            | Self::ManageTokens
            | Self::ManageNotifications => Permission::Admin,
            Self::ReadKnowledge | Self::ReadKnowledgeWork => Permission::KbRead,
            Self::GiveFeedback | Self::WriteKnowledge | Self::ArrangeKnowledge => {
                Permission::KbWrite
            }
        }
    }
}

/// How the caller stands to the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// There is no object, or none in particular.
    None,
    /// It belongs to the caller's own customer account.
    Own,
    /// It belongs to somebody else.
    Foreign,
}

/// What the table says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Go on.
    Allow,
    /// The caller may know of the object, but may not do this.
    Forbid,
    /// To this caller the object does not exist.
    Hide,
}

/// What `role` may do. `permissions` are those of the token in use, `None` for somebody who signed in with a password.
///
/// Source: the API contract, "People": customers touch their own account's tickets only, agents do everything
/// but delete and administer, leads also delete, act in bulk and edit SLA policies, admins also manage.
pub fn decide(
    role: Role,
    permissions: Option<&[Permission]>,
    operation: Operation,
    relation: Relation,
) -> Answer {
    if role == Role::Customer && relation == Relation::Foreign {
        return Answer::Hide;
    }
    let within_token = match permissions {
        Some(held) => held.contains(&operation.permission()) || held.contains(&Permission::Admin),
        // A machine has no rights of its own, only those of the token that it holds.
        None => role != Role::Service,
    };
    if within_token && by_role(role, operation) {
        Answer::Allow
    } else {
        Answer::Forbid
    }
}

/// What somebody who did not sign in may do, at an API that lets visitors in: all that the simple API has.
pub const fn decide_for_visitor(operation: Operation) -> Answer {
    use Operation as O;
    match operation {
        O::CreateTicket
        | O::ReadTicket
        | O::EditTicket
        | O::Resolve
        | O::Close
        | O::Reopen
        | O::DeleteTicket
        | O::ReadKnowledge => Answer::Allow,
        O::Comment
        | O::AttachFile
        | O::ReadInternal
        | O::Rate
        | O::ReadAnalytics
        | O::Assign
        | O::Escalate
        | O::Merge
        | O::Link
        | O::ReadSlaStatus
        | O::ModerateComments
        | O::Bulk
        | O::OverseeBulk
        | O::ReadWorkflow
        | O::ReadSlaPolicies
        | O::WriteSlaPolicies
        | O::ReadDirectory
        | O::WriteDirectory
        | O::ManageTokens
        | O::GiveFeedback
        | O::ReadKnowledgeWork
        | O::WriteKnowledge
        | O::ArrangeKnowledge
        | O::ManageNotifications => Answer::Forbid,
    }
}

/// What somebody may do who holds the link to a survey: say how content one was, and nothing else.
pub fn decide_for_surveyed(operation: Operation) -> Answer {
    if operation == Operation::Rate {
        Answer::Allow
    } else {
        Answer::Forbid
    }
}

/// The least role for each operation. A service account is bounded by its token alone.
const fn by_role(role: Role, operation: Operation) -> bool {
    use Operation as O;
    match operation {
        O::CreateTicket
        | O::ReadTicket
        | O::EditTicket
        | O::Comment
        | O::AttachFile
        | O::Close
        | O::Reopen
        | O::ReadWorkflow
        | O::ReadKnowledge => true,
        // The customer's own word: nobody else has it.
        O::Rate => matches!(role, Role::Customer),
        // A machine has no opinion.
        O::GiveFeedback => !matches!(role, Role::Service),
        O::ReadInternal
        | O::Assign
        | O::Escalate
        | O::Resolve
        | O::Merge
        | O::Link
        | O::ReadSlaStatus
        | O::ReadSlaPolicies
        | O::ReadAnalytics
        | O::ReadDirectory
        | O::ReadKnowledgeWork
        | O::WriteKnowledge => {
            matches!(role, Role::Service | Role::Agent | Role::Lead | Role::Admin)
        }
        O::ModerateComments
        | O::DeleteTicket
        | O::Bulk
        | O::WriteSlaPolicies
        | O::ArrangeKnowledge => {
            matches!(role, Role::Service | Role::Lead | Role::Admin)
        }
        O::OverseeBulk | O::WriteDirectory | O::ManageTokens | O::ManageNotifications => {
            matches!(role, Role::Service | Role::Admin)
        }
    }
}

#[cfg(test)]
mod tests;
