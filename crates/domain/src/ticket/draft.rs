//! A decision in the making: the one place where a ticket's fields change, its history is written and its SLA is judged.

use jiff::Timestamp;

use super::rate::{Effort, Satisfaction};
use super::{Act, Decision, Ticket, TicketData, TicketError};
use crate::event::{Action, Audience, Change, Event, Field, Value};
use crate::ids::{CalendarVersionId, PolicyVersionId};
use crate::people::Actor;
use crate::sla::{self, Facts, Matched, SlaRecord};
use crate::workflow::Status;

/// A ticket being changed by one action.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) act: Act<'a>,
    /// The ticket as it will be.
    pub(super) data: TicketData,
    /// The ticket as the action found it, with what its clock did before the action.
    before: TicketData,
    events: Vec<Event>,
    /// The SLA's record as the action found it, before its clock did anything.
    found: Option<SlaRecord>,
}

/// What an action says of itself, beside the fields that it changed.
#[derive(Debug, Default)]
pub(super) struct Says {
    pub(super) note: Option<String>,
    pub(super) changes: Vec<Change>,
    pub(super) staff_only: bool,
    pub(super) notify_customer: bool,
}

impl<'a> Draft<'a> {
    /// Takes the ticket up at `act.at` (never before its last change: clocks of several servers may differ),
    /// after whatever its SLA clock did until then.
    pub(super) fn begin(ticket: Ticket, act: &Act<'a>) -> Self {
        let data = ticket.into_data();
        let act = Act {
            at: act.at.max(data.updated_at).max(data.timeline.latest()),
            ..*act
        };
        let mut draft = Self {
            act,
            before: data.clone(),
            found: data.sla.clone(),
            data,
            events: Vec::new(),
        };
        // Up to, but not including, this very instant: what is done exactly when it is due is done in time.
        let until = just_before(draft.act.at);
        draft.follow_the_book(until);
        draft.judge(until);
        draft.before = draft.data.clone();
        draft
    }

    /// A ticket that is being made.
    pub(super) fn new(data: TicketData, act: &Act<'a>) -> Self {
        Self {
            act: *act,
            before: data.clone(),
            data,
            events: Vec::new(),
            found: None,
        }
    }

    pub(super) const fn at(&self) -> Timestamp {
        self.act.at
    }

    /// The status that the action found.
    pub(super) const fn status_before(&self) -> Status {
        self.before.status
    }

    /// Refuses a merged ticket.
    pub(super) fn not_merged(&self) -> Result<(), TicketError> {
        self.data
            .merged_into
            .map_or(Ok(()), |into| Err(TicketError::Merged { into }))
    }

    /// Refuses a ticket that is resolved or closed.
    pub(super) fn not_done(&self) -> Result<(), TicketError> {
        match self.data.status {
            status if status.is_done() => Err(TicketError::Done { status }),
            _ => Ok(()),
        }
    }

    /// Ends an action that leaves an entry only if it changed a field.
    pub(super) fn finish_if_changed(self, action: Action, says: Says) -> Decision {
        if self.data == self.before && says.changes.is_empty() {
            self.close()
        } else {
            self.finish(action, says)
        }
    }

    /// Ends an action that leaves an entry in any case.
    pub(super) fn finish(mut self, action: Action, says: Says) -> Decision {
        let facts = |data: &TicketData| (data.priority, data.category);
        if facts(&self.before) != facts(&self.data) {
            self.match_policy();
        }
        let mut changes = differences(&self.before, &self.data);
        changes.extend(says.changes);
        self.events.push(Event {
            at: self.act.at,
            actor: self.act.by,
            action,
            changes,
            note: says.note,
            audience: if says.staff_only {
                Audience::Staff
            } else {
                Audience::Everyone
            },
            notify_customer: says.notify_customer,
        });
        self.data.updated_at = self.act.at;
        self.close()
    }

    /// Ends an action, of which there is nothing (more) to say: judges the ticket as it is now.
    pub(super) fn close(mut self) -> Decision {
        self.follow_the_book(self.act.at);
        self.judge(self.act.at);
        // A due time that was computed anew is no event, but to be seen.
        let says_the_same = sla::says_the_same(self.found.as_ref(), self.data.sla.as_ref());
        let changed = !self.events.is_empty() || !says_the_same;
        if changed {
            self.data.version += 1;
        }
        Decision {
            ticket: Ticket { data: self.data },
            events: self.events,
            changed,
        }
    }

    /// Chooses the policy that applies from now on; the past is then judged by it too.
    pub(super) fn match_policy(&mut self) {
        self.match_policy_at(self.act.at);
    }

    fn match_policy_at(&mut self, at: Timestamp) {
        let facts = Facts {
            priority: self.data.priority,
            category: self.data.category,
            customer_tier: self.act.tier,
        };
        let book = self.act.book;
        let matched = Matched {
            at,
            knew: book.versions_for_open(at),
        };
        let record = sla::rejudge(self.data.sla.take(), book.choose(&facts, at), matched);
        self.data.sla = Some(record);
    }

    /// Lets the versions for open tickets that took effect until then take over, one after the other, each at its own instant:
    /// late or at once, the ticket comes out the same.
    fn follow_the_book(&mut self, until: Timestamp) {
        while let Some(at) = self.superseded(until) {
            // What fell due before did so by the judge of that time.
            if self.data.next_timer_at().is_some_and(|next| next < at) {
                self.judge(just_before(at));
            }
            if self.take_over(at) {
                self.judge(at);
            }
        }
    }

    /// When another policy or calendar came to judge the open ticket, if one did by `until`.
    fn superseded(&self, until: Timestamp) -> Option<Timestamp> {
        let data = &self.data;
        if data.status.is_done() || data.deleted_at.is_some() {
            return None;
        }
        let record = data.sla.as_ref();
        // Records of tickets without a policy were not always kept.
        let matched = record.map_or_else(|| Matched::by_anybody(data.updated_at), |it| it.matched);
        let judge = record.and_then(SlaRecord::judge);
        let at = self.act.book.superseded(judge.as_ref(), matched, until)?;
        // Where somebody acted without knowing of it yet, it comes after that: history does not turn around.
        Some(at.max(data.updated_at))
    }

    /// Chooses the policy anew, as of `at`. Answers whether it is another one, which is then an entry of the clock's.
    fn take_over(&mut self, at: Timestamp) -> bool {
        let before = (policy(&self.data), calendar(&self.data));
        self.match_policy_at(at);
        let after = (policy(&self.data), calendar(&self.data));
        let fields = [
            (Field::SlaPolicy, Value::of(before.0), Value::of(after.0)),
            (Field::SlaCalendar, Value::of(before.1), Value::of(after.1)),
        ];
        let differ = fields.into_iter().filter(|(_, from, to)| from != to);
        let changes: Vec<_> = differ
            .map(|(field, from, to)| Change { field, from, to })
            .collect();
        let is_another = !changes.is_empty();
        if is_another {
            self.events
                .push(by_the_clock(at, Action::SlaRejudged, changes));
        }
        is_another
    }

    /// Judges the ticket at `at`, and records what its clock did since it was judged last.
    fn judge(&mut self, at: Timestamp) {
        let Some(record) = self.data.sla.take() else {
            return;
        };
        if self.data.deleted_at.is_some() {
            self.data.sla = Some(record.stopped());
            return;
        }
        let level = self.data.escalation_level;
        let judged = sla::judge(&record, &self.data.timeline, self.act.book, at, level);
        self.data.sla = Some(judged.record);
        for milestone in judged.milestones {
            self.record_milestone(milestone);
        }
    }

    fn record_milestone(&mut self, milestone: sla::Milestone) {
        let (action, changes) = match milestone.what {
            sla::What::Warned(target) => {
                (Action::SlaWarning { target }, vec![target_change(target)])
            }
            sla::What::Breached(target) => {
                (Action::SlaBreach { target }, vec![target_change(target)])
            }
            sla::What::Escalated(level) => {
                let from = self.data.escalation_level;
                if level <= from {
                    return;
                }
                self.data.escalation_level = level;
                (
                    Action::Escalated,
                    vec![Change {
                        field: Field::EscalationLevel,
                        from: number(from),
                        to: number(level),
                    }],
                )
            }
        };
        self.events
            .push(by_the_clock(milestone.at, action, changes));
    }
}

/// The last instant before that one.
fn just_before(at: Timestamp) -> Timestamp {
    at - jiff::SignedDuration::from_micros(1)
}

/// An entry of the clock's: for staff alone.
fn by_the_clock(at: Timestamp, action: Action, changes: Vec<Change>) -> Event {
    Event {
        at,
        actor: Actor::System,
        action,
        changes,
        note: None,
        audience: Audience::Staff,
        notify_customer: false,
    }
}

fn target_change(target: sla::Target) -> Change {
    Change {
        field: Field::SlaTarget,
        from: Value::Null,
        to: Value::Text(target.name().to_owned()),
    }
}

fn score(data: &TicketData, of: impl Fn(&Satisfaction) -> Option<u8>) -> Value {
    data.satisfaction
        .as_ref()
        .and_then(of)
        .map_or(Value::Null, number)
}

fn number(level: u8) -> Value {
    Value::Number(i64::from(level))
}

/// The fields that differ, as history.
pub(super) fn differences(before: &TicketData, after: &TicketData) -> Vec<Change> {
    let tags =
        |data: &TicketData| Value::List(data.tags.iter().map(|t| t.as_str().to_owned()).collect());
    let text = |value: &str| Value::Text(value.to_owned());
    let of = |field: Field, data: &TicketData| match field {
        Field::Title => text(data.title.as_str()),
        Field::Description => text(data.description.as_str()),
        Field::Category => text(data.category.name()),
        Field::Priority => text(data.priority.name()),
        Field::Status => text(data.status.name()),
        Field::Service => Value::of(data.service),
        Field::Contact => Value::of(data.contact),
        Field::ContactMethod => text(data.contact_method.name()),
        Field::PreferredContactTime => Value::of(data.preferred_contact_time.as_ref()),
        Field::ContactInfo => Value::of(data.contact_info.as_ref()),
        Field::Tags => tags(data),
        Field::Assignee => Value::of(data.assignee),
        Field::Team => Value::of(data.team),
        Field::EscalationLevel => number(data.escalation_level),
        Field::DueDate => Value::of(data.due_date),
        Field::MergedInto => Value::of(data.merged_into),
        Field::Resolution => Value::of(data.resolution.as_ref()),
        Field::ResolutionCode => Value::of(data.resolution_code.as_ref()),
        Field::ResolutionTemplate => Value::of(data.resolution_template),
        Field::StaffMessage => Value::of(data.staff_message.as_ref()),
        Field::SatisfactionScore => score(data, |rating| Some(rating.score.get())),
        Field::EffortScore => score(data, |rating| rating.effort.map(Effort::get)),
        // Not fields of the ticket's own: the action says them.
        Field::Comment | Field::Attachment | Field::Link | Field::SlaTarget => Value::Null,
        Field::SlaPolicy => Value::of(policy(data)),
        Field::SlaCalendar => Value::of(calendar(data)),
    };
    Field::ALL
        .into_iter()
        .filter(|field| differ(*field, before, after))
        .map(|field| Change {
            field,
            from: of(field, before),
            to: of(field, after),
        })
        .collect()
}

/// Whether a field differs; compared as values, so that an unchanged description is never copied.
fn differ(field: Field, a: &TicketData, b: &TicketData) -> bool {
    match field {
        Field::Title => a.title != b.title,
        Field::Description => a.description != b.description,
        Field::Category => a.category != b.category,
        Field::Priority => a.priority != b.priority,
        Field::Status => a.status != b.status,
        Field::Service => a.service != b.service,
        Field::Contact => a.contact != b.contact,
        Field::ContactMethod => a.contact_method != b.contact_method,
        Field::PreferredContactTime => a.preferred_contact_time != b.preferred_contact_time,
        Field::ContactInfo => a.contact_info != b.contact_info,
        Field::Tags => a.tags != b.tags,
        Field::Assignee => a.assignee != b.assignee,
        Field::Team => a.team != b.team,
        Field::EscalationLevel => a.escalation_level != b.escalation_level,
        Field::DueDate => a.due_date != b.due_date,
        Field::MergedInto => a.merged_into != b.merged_into,
        Field::Resolution => a.resolution != b.resolution,
        Field::ResolutionCode => a.resolution_code != b.resolution_code,
        Field::ResolutionTemplate => a.resolution_template != b.resolution_template,
        Field::StaffMessage => a.staff_message != b.staff_message,
        Field::SatisfactionScore => {
            a.satisfaction.as_ref().map(|rating| rating.score)
                != b.satisfaction.as_ref().map(|rating| rating.score)
        }
        Field::EffortScore => {
            a.satisfaction.as_ref().and_then(|rating| rating.effort)
                != b.satisfaction.as_ref().and_then(|rating| rating.effort)
        }
        Field::SlaPolicy => policy(a) != policy(b),
        Field::SlaCalendar => calendar(a) != calendar(b),
        Field::Comment | Field::Attachment | Field::Link | Field::SlaTarget => false,
    }
}

fn policy(data: &TicketData) -> Option<PolicyVersionId> {
    data.sla.as_ref().and_then(|sla| sla.policy)
}

fn calendar(data: &TicketData) -> Option<CalendarVersionId> {
    data.sla.as_ref().and_then(|sla| sla.calendar)
}
