//! Policies and calendars: all versions, kept in memory while they do not change.

use std::sync::{Arc, Mutex, PoisonError};

use diesel::prelude::*;
use linedesk_domain::ids::{CalendarId, CalendarVersionId, PolicyId, PolicyVersionId};
use linedesk_domain::sla::{CalendarVersion, PolicyVersion, SlaBook};

use super::Conn;
use crate::fault::{Fault, corrupt};
use crate::rows::book::{CalendarDocument, PolicyDocument};
use crate::rows::checked;
use crate::schema::{calendar_versions, policy_versions, sequences};
use crate::types::{At, Json, Key};

/// The book as it was read last, and the generation of its tables then.
#[derive(Debug, Default)]
pub(crate) struct Books {
    last: Mutex<Option<(i64, Arc<SlaBook>)>>,
}

impl Books {
    /// The book as it is now.
    pub(crate) fn current(&self, connection: &mut Conn) -> Result<Arc<SlaBook>, Fault> {
        let generation: i64 = sequences::table
            .find("book")
            .select(sequences::value)
            .get_result(connection)?;
        if let Some((of, book)) = self.last().as_ref()
            && *of == generation
        {
            return Ok(Arc::clone(book));
        }
        let book = Arc::new(read(connection)?);
        *self.last() = Some((generation, Arc::clone(&book)));
        Ok(book)
    }

    fn last(&self) -> std::sync::MutexGuard<'_, Option<(i64, Arc<SlaBook>)>> {
        // A panic while it was held leaves either the old value or the new one: both are whole.
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type VersionRow<T> = (Key, Key, i64, At, bool, bool, Json<T>);

fn read(connection: &mut Conn) -> Result<SlaBook, Fault> {
    let calendars: Vec<VersionRow<CalendarDocument>> = calendar_versions::table
        .order((calendar_versions::calendar_id, calendar_versions::version))
        .load(connection)?;
    let policies: Vec<VersionRow<PolicyDocument>> = policy_versions::table
        .order((policy_versions::policy_id, policy_versions::version))
        .load(connection)?;
    let calendars = calendars
        .into_iter()
        .map(calendar)
        .collect::<Result<_, _>>()?;
    let policies = policies.into_iter().map(policy).collect::<Result<_, _>>()?;
    Ok(SlaBook::new(policies, calendars)
        .map_err(|error| corrupt("policy_versions", "all", error))?)
}

fn calendar(row: VersionRow<CalendarDocument>) -> Result<CalendarVersion, Fault> {
    const TABLE: &str = "calendar_versions";
    let (id, calendar, version, from, applies_to_open, retired, spec) = row;
    let version = checked(u32::try_from(version), TABLE, "version", &id.0)?;
    let spec = spec.0.into_spec(id.0)?;
    let built = CalendarVersion::new(
        CalendarVersionId(id.0),
        CalendarId(calendar.0),
        version,
        from.0,
        applies_to_open,
        spec,
    );
    let mut built = built.map_err(|faults| {
        let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
        corrupt(TABLE, id.0, faults.join("; "))
    })?;
    built.retired = retired;
    Ok(built)
}

fn policy(row: VersionRow<PolicyDocument>) -> Result<PolicyVersion, Fault> {
    let (id, policy, version, from, applies_to_open, retired, spec) = row;
    Ok(PolicyVersion {
        id: PolicyVersionId(id.0),
        policy: PolicyId(policy.0),
        version: checked(u32::try_from(version), "policy_versions", "version", &id.0)?,
        effective_from: from.0,
        applies_to_open,
        retired,
        spec: spec.0.into_spec(id.0)?,
    })
}

/// Adds a version of a policy.
pub(crate) fn add_policy(connection: &mut Conn, version: PolicyVersion) -> Result<(), Fault> {
    use policy_versions as columns;
    let row = (
        columns::id.eq(Key(version.id.0)),
        columns::policy_id.eq(Key(version.policy.0)),
        columns::version.eq(i64::from(version.version)),
        columns::effective_from.eq(At(version.effective_from)),
        columns::applies_to_open.eq(version.applies_to_open),
        columns::retired.eq(version.retired),
        columns::spec.eq(Json(PolicyDocument::from(version.spec))),
    );
    diesel::insert_into(columns::table)
        .values(row)
        .execute(connection)?;
    Ok(())
}

/// Adds a version of a calendar.
pub(crate) fn add_calendar(connection: &mut Conn, version: &CalendarVersion) -> Result<(), Fault> {
    use calendar_versions as columns;
    let row = (
        columns::id.eq(Key(version.id.0)),
        columns::calendar_id.eq(Key(version.calendar.0)),
        columns::version.eq(i64::from(version.version)),
        columns::effective_from.eq(At(version.effective_from)),
        columns::applies_to_open.eq(version.applies_to_open),
        columns::retired.eq(version.retired),
        columns::spec.eq(Json(CalendarDocument::from(&version.spec))),
    );
    diesel::insert_into(columns::table)
        .values(row)
        .execute(connection)?;
    Ok(())
}
