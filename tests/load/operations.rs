//! What is asked of the server.

use crate::facts::Facts;
use crate::http::Request;
use crate::random::Random;

/// One kind of request, or a mixture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Create,
    Comment,
    Status,
    Read,
    ReadAlone,
    List,
    ListFiltered,
    Summary,
    Search(&'static str),
    Mixed,
    /// The reads of the mixture.
    MixedReads,
}

impl Operation {
    /// All that is measured, writes last since they make the database grow.
    pub(crate) const ALL: [Self; 12] = [
        Self::Read,
        Self::ReadAlone,
        Self::List,
        Self::ListFiltered,
        Self::Summary,
        Self::Search("router"),
        Self::Search("voicemail"),
        Self::Search("backhoe"),
        Self::Mixed,
        Self::Create,
        Self::Comment,
        Self::Status,
    ];

    pub(crate) fn name(self) -> String {
        match self {
            Self::Create => "create".to_owned(),
            Self::Comment => "comment".to_owned(),
            Self::Status => "status change".to_owned(),
            Self::Read => "detail with history".to_owned(),
            Self::ReadAlone => "detail without history".to_owned(),
            Self::List => "list, newest 50".to_owned(),
            Self::ListFiltered => "list, 2 filters".to_owned(),
            Self::Summary => "summary".to_owned(),
            Self::Search(word) => match word {
                "router" => "search, word in 30 %".to_owned(),
                "voicemail" => "search, word in 1 %".to_owned(),
                _ => "search, word in 0.01 %".to_owned(),
            },
            Self::Mixed => "mixed, 10 % writes".to_owned(),
            Self::MixedReads => "mixed, reads alone".to_owned(),
        }
    }

    /// The kind that this time falls to it.
    pub(crate) fn drawn(self, random: &mut Random) -> Self {
        match self {
            Self::Mixed => match random.below(100) {
                0..5 => Self::Create,
                5..8 => Self::Comment,
                8..10 => Self::Status,
                10..70 => Self::Read,
                _ => Self::List,
            },
            Self::MixedReads => match random.below(90) {
                0..60 => Self::Read,
                _ => Self::List,
            },
            one => one,
        }
    }
}

/// One of those who ask.
#[derive(Debug)]
pub(crate) struct Client<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) token: &'a str,
    pub(crate) random: Random,
    /// Which of all clients it is.
    pub(crate) place: usize,
    pub(crate) clients: usize,
    /// How often it has asked.
    pub(crate) turn: usize,
}

impl Client<'_> {
    /// What it asks next.
    pub(crate) fn next(&mut self, operation: Operation) -> Request {
        self.turn += 1;
        let operation = operation.drawn(&mut self.random);
        let token = self.token;
        let list = |query: &str| Request::get(format!("/api/v1/tickets?{query}"), token);
        match operation {
            Operation::Create => {
                let customer: &String = self.random.pick(&self.facts.customers);
                Request::send("POST", "/api/v1/tickets", token, new_ticket(customer))
            }
            Operation::Comment => {
                let id = self.random.pick(&self.facts.tickets).uuid();
                let body = r#"{"body":"The line was measured from here; the values are within limits.","is_internal":true}"#;
                Request::send(
                    "POST",
                    format!("/api/v1/tickets/{id}/comments"),
                    token,
                    body.to_owned(),
                )
            }
            Operation::Status => {
                let (place, is_back) = own(
                    self.place,
                    self.clients,
                    self.turn,
                    self.facts.unresolved.len(),
                );
                let id = self.facts.unresolved[place].uuid();
                let status = if is_back {
                    "in_progress"
                } else {
                    "pending_vendor"
                };
                Request::send(
                    "PATCH",
                    format!("/api/v1/tickets/{id}"),
                    token,
                    format!(r#"{{"status":"{status}"}}"#),
                )
            }
            Operation::Read => Request::get(format!("/api/v1/tickets/{}", self.any()), token),
            Operation::ReadAlone => {
                let query = "include_history=false&include_comments=false";
                Request::get(format!("/api/v1/tickets/{}?{query}", self.any()), token)
            }
            Operation::List | Operation::Mixed | Operation::MixedReads => list("limit=50"),
            Operation::ListFiltered => list("status=open,assigned&priority=high,urgent&limit=50"),
            Operation::Summary => list("limit=1"),
            Operation::Search(word) => list(&format!("q={word}&limit=50")),
        }
    }

    fn any(&mut self) -> String {
        self.random.pick(&self.facts.tickets).uuid()
    }
}

/// Which of `len` tickets a client changes in that turn, so that no two clients ever change the same one; and whether
/// to the one status or to the other, since a change to the status that it has is none.
pub(crate) const fn own(client: usize, clients: usize, turn: usize, len: usize) -> (usize, bool) {
    let share = if len > clients { len / clients } else { 1 };
    let place = (client + (turn % share) * clients) % len;
    (place, (turn / share).is_multiple_of(2))
}

/// A ticket as a portal would send it.
pub(crate) fn new_ticket(customer: &str) -> String {
    serde_json::json!({
        "customer_id": customer,
        "title": TITLE,
        "description": DESCRIPTION,
        "category": "technical_support",
        "priority": "high",
        "tags": ["fibre", "business"],
    })
    .to_string()
}

pub(crate) const TITLE: &str = "No connection since this morning, 12 Mill Road";
pub(crate) const DESCRIPTION: &str = "The modem next to the window shows no light. We have already checked the cable, the \
    socket and the power. It began after the last storm, and the line has not been right since. Circuit CX403081.";
