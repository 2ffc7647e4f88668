//! The pure conversions between the dialect's shapes and the domain's.

use linedesk_app::models::{FoundComment, Names, NamesWanted, Numbers, Stored};
use linedesk_app::tickets::{AddComment, CreateTicket};
use linedesk_domain::class::{Category, ContactMethod, Priority, Source};
use linedesk_domain::ids::UserId;
use linedesk_domain::text::{Description, Title, turns_writing};

use super::dto::{
    HelpdeskAnswerBody, HelpdeskCommentDto, HelpdeskStatusBody, HelpdeskTicketBody,
    HelpdeskTicketDto,
};
use super::words::HelpdeskStatus;
use crate::extract::{Body, Faults, parse};

impl Body for HelpdeskTicketBody {
    type Command = CreateTicket;

    fn command(self, faults: &mut Faults) -> Option<CreateTicket> {
        let customer = self.customer_id.optional("customer_id", faults, parse::id);
        let description = self.message.required("message", faults, parse::text)?;
        Some(CreateTicket {
            customer,
            title: title(&description),
            description,
            category: Category::GeneralInquiry,
            priority: Priority::Medium,
            service: None,
            contact: None,
            contact_method: ContactMethod::Portal,
            preferred_contact_time: None,
            contact_info: None,
            tags: Vec::new(),
            due_date: None,
            attachments: Vec::new(),
            source: Source::Helpdesk,
        })
    }
}

/// The message's first line, cut at the longest title: what may stand in a text and in no line becomes a space.
fn title(message: &Description) -> Title {
    let plain = |c: char| {
        if c.is_control() || turns_writing(c) {
            ' '
        } else {
            c
        }
    };
    let lines = message.as_str().lines().filter_map(|line| {
        let line = line.trim_start().chars().map(plain);
        let cut: String = line.take(Title::MAX_CHARS).collect();
        Title::parse(&cut).ok()
    });
    let mut lines = lines.fuse();
    // A message of which something is to be seen has such a line.
    lines
        .next()
        .unwrap_or_else(|| Title::parse("Ticket").expect("a word is a title"))
}

impl Body for HelpdeskAnswerBody {
    type Command = AddComment;

    fn command(self, faults: &mut Faults) -> Option<AddComment> {
        Some(AddComment {
            body: self.message.required("message", faults, parse::text)?,
            is_internal: false,
            attachments: Vec::new(),
        })
    }
}

impl Body for HelpdeskStatusBody {
    type Command = HelpdeskStatus;

    fn command(self, faults: &mut Faults) -> Option<HelpdeskStatus> {
        self.status.required("status", faults, parse::word)
    }
}

/// Where things of this dialect are.
#[derive(Debug, Clone)]
pub struct Places {
    /// The server's own address and the dialect's mount.
    pub base: String,
}

impl Places {
    /// Where a ticket is.
    pub fn ticket(&self, number: i64) -> String {
        format!("{}/ticket/{number}", self.base)
    }

    /// Where an answer is.
    pub fn comment(&self, number: i64) -> String {
        format!("{}/comment/{number}", self.base)
    }
}

/// Whose names tickets are shown with.
pub fn named<'a>(tickets: impl IntoIterator<Item = &'a Stored>) -> NamesWanted {
    let of = |stored: &Stored| [stored.data.created_by, stored.data.status_set_by];
    NamesWanted {
        users: tickets.into_iter().flat_map(of).flatten().collect(),
        ..NamesWanted::default()
    }
}

/// The integer of a user.
pub fn number(user: Option<UserId>, names: &Names) -> Option<i64> {
    names.users.get(&user?).map(|user| user.number)
}

/// A ticket.
pub fn ticket<'a>(
    stored: &'a Stored,
    answers: &[i64],
    names: &'a Names,
    places: &Places,
) -> HelpdeskTicketDto<'a> {
    let Stored {
        data,
        numbers: Numbers { number: id, .. },
    } = stored;
    let maker = data.created_by.and_then(|user| names.users.get(&user));
    HelpdeskTicketDto {
        id: *id,
        from_user_id: maker.map(|user| user.number),
        from_user: maker.map(|user| user.username.as_str()),
        message: data.description.as_str(),
        status: HelpdeskStatus::of(data.status).name(),
        changed_status: number(data.status_set_by, names),
        answers: answers.iter().map(|one| places.comment(*one)).collect(),
        created_at: data.created_at().into(),
    }
}

/// An answer.
pub fn comment<'a>(
    found: &'a FoundComment,
    names: &'a Names,
    places: &Places,
) -> HelpdeskCommentDto<'a> {
    let FoundComment {
        view,
        ticket_number,
        ticket_version: _,
    } = found;
    let author = view.comment.author.and_then(|user| names.users.get(&user));
    HelpdeskCommentDto {
        id: view.number,
        from_user_id: author.map(|user| user.number),
        from_user: author.map(|user| user.username.as_str()),
        to_ticket: places.ticket(*ticket_number),
        message: view.comment.body.as_str(),
        answered_at: view.comment.created_at.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::body::parse as read;

    fn titled(message: &str) -> String {
        let message = Description::parse(message).unwrap();
        title(&message).as_str().to_owned()
    }

    #[test]
    fn the_title_is_the_first_line_cut_at_200() {
        assert_eq!(titled("No signal\nsince noon"), "No signal");
        assert_eq!(titled(&"ü".repeat(300)).chars().count(), 200);
        assert_eq!(titled("a\tb\r\nc"), "a b");
        assert_eq!(titled("\u{200B}\nseen"), "seen");
    }

    #[test]
    fn a_question_keeps_all_of_its_message() {
        let new = read::<HelpdeskTicketBody>("{\"message\":\" one\\ntwo \",\"x\":1}".as_bytes());
        let new = new.unwrap();
        assert_eq!(
            (new.title.as_str(), new.description.as_str()),
            ("one", "one\ntwo")
        );
        let refused = read::<HelpdeskTicketBody>(b"{\"message\":\"\"}").unwrap_err();
        assert_eq!(refused.faults[0].field, "message");
    }
}
