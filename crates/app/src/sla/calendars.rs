//! Calendars: opening hours and holidays.

use linedesk_domain::access::Operation;
use linedesk_domain::ids::{CalendarId, CalendarVersionId};
use linedesk_domain::sla::{CalendarError, CalendarSpec, CalendarVersion, SlaBook};
use linedesk_ports::changes::Write;

use super::{ATTEMPTS, ApplyTo, effective, outrun, trim, withdrawn, write_version};
use crate::App;
use crate::caller::Caller;
use crate::error::{Error, Fault};

/// Every version of every calendar: by name, then oldest version first.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn list_calendars(app: &App, caller: &Caller) -> Result<Vec<CalendarVersion>, Error> {
    caller.may(Operation::ReadSlaPolicies)?;
    let book = app.tickets.book().await?;
    let mut versions: Vec<_> = book.calendars().cloned().collect();
    versions.sort_by_cached_key(|version| {
        let name = latest(&book, version.calendar).map(|latest| latest.spec.name.clone());
        (name, version.calendar, version.version)
    });
    Ok(versions)
}

/// Every version of one calendar, oldest first.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn calendar(
    app: &App,
    caller: &Caller,
    id: CalendarId,
) -> Result<Vec<CalendarVersion>, Error> {
    let mut versions = list_calendars(app, caller).await?;
    versions.retain(|version| version.calendar == id);
    if versions.is_empty() {
        Err(Error::NotFound("calendar"))
    } else {
        Ok(versions)
    }
}

/// Makes a calendar.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] with all faults; [`Error::Store`].
pub async fn create_calendar(
    app: &App,
    caller: &Caller,
    spec: CalendarSpec,
) -> Result<CalendarVersion, Error> {
    caller.may(Operation::WriteSlaPolicies)?;
    let now = app.clock.now();
    let (id, calendar) = (
        CalendarVersionId(app.ids.next(now)),
        CalendarId(app.ids.next(now)),
    );
    let version = CalendarVersion::new(id, calendar, 1, now, false, tidy(spec)?)
        .map_err(|errors| refused(&errors))?;
    let write = Write::Calendar(version.clone());
    write_version(app, caller.mark.clone(), write)
        .await?
        .ok_or_else(outrun)?;
    Ok(version)
}

/// Makes the next version of a calendar.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Conflict`] `retired`; [`Error::Invalid`] with all faults;
/// [`Error::Store`].
pub async fn update_calendar(
    app: &App,
    caller: &Caller,
    id: CalendarId,
    spec: CalendarSpec,
    apply_to: ApplyTo,
) -> Result<CalendarVersion, Error> {
    caller.may(Operation::WriteSlaPolicies)?;
    let spec = tidy(spec)?;
    for _ in 0..ATTEMPTS {
        let book = app.tickets.book().await?;
        let present = latest(&book, id).ok_or(Error::NotFound("calendar"))?;
        if present.retired {
            return Err(withdrawn("calendar"));
        }
        let next = following(app, present, apply_to, spec.clone())?;
        let write = Write::Calendar(next.clone());
        if write_version(app, caller.mark.clone(), write)
            .await?
            .is_some()
        {
            return Ok(next);
        }
    }
    Err(outrun())
}

/// Withdraws a calendar: it is not offered for policies any more; those that name it keep its hours. Doing it twice is
/// no error.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn retire_calendar(app: &App, caller: &Caller, id: CalendarId) -> Result<(), Error> {
    caller.may(Operation::WriteSlaPolicies)?;
    for _ in 0..ATTEMPTS {
        let book = app.tickets.book().await?;
        let present = latest(&book, id).ok_or(Error::NotFound("calendar"))?;
        if present.retired {
            return Ok(());
        }
        let mut next = following(app, present, ApplyTo::New, present.spec.clone())?;
        next.retired = true;
        if write_version(app, caller.mark.clone(), Write::Calendar(next))
            .await?
            .is_some()
        {
            return Ok(());
        }
    }
    Err(outrun())
}

pub(super) fn latest(book: &SlaBook, id: CalendarId) -> Option<&CalendarVersion> {
    book.calendars()
        .filter(|version| version.calendar == id)
        .max_by_key(|version| version.version)
}

fn following(
    app: &App,
    present: &CalendarVersion,
    apply_to: ApplyTo,
    spec: CalendarSpec,
) -> Result<CalendarVersion, Error> {
    let now = app.clock.now();
    CalendarVersion::new(
        CalendarVersionId(app.ids.next(now)),
        present.calendar,
        present.version + 1,
        effective(now, present.effective_from),
        apply_to == ApplyTo::Open,
        spec,
    )
    .map_err(|errors| refused(&errors))
}

/// The calendar with its texts trimmed. What else is wrong with it comes out where the version is made.
fn tidy(mut spec: CalendarSpec) -> Result<CalendarSpec, Error> {
    trim(&mut spec.name);
    trim(&mut spec.timezone);
    for holiday in &mut spec.holidays {
        trim(&mut holiday.name);
    }
    let control = |field: String, text: &str| {
        let fault = || {
            Fault::new(
                field,
                "control_characters",
                "must not contain control characters",
            )
        };
        text.chars().any(char::is_control).then(fault)
    };
    let name = control("name".to_owned(), &spec.name);
    let holidays = spec.holidays.iter().enumerate();
    let holidays =
        holidays.filter_map(|(index, day)| control(format!("holidays[{index}].name"), &day.name));
    let faults: Vec<Fault> = name.into_iter().chain(holidays).collect();
    if faults.is_empty() {
        return Ok(spec);
    }
    let others = spec.check().err().unwrap_or_default();
    Err(Error::Invalid(
        faults.into_iter().chain(others.iter().map(fault)).collect(),
    ))
}

/// The calendar with its texts trimmed, or everything that is wrong with it.
pub(super) fn checked(spec: CalendarSpec) -> Result<CalendarSpec, Error> {
    let spec = tidy(spec)?;
    match spec.check() {
        Ok(()) => Ok(spec),
        Err(errors) => Err(refused(&errors)),
    }
}

fn refused(errors: &[CalendarError]) -> Error {
    Error::Invalid(errors.iter().map(fault).collect())
}

/// What is wrong with a calendar, as clients hear of it.
pub fn fault(error: &CalendarError) -> Fault {
    let code = match error {
        CalendarError::NameEmpty | CalendarError::NeverOpen => "required",
        CalendarError::NameTooLong { .. } | CalendarError::HolidayNameTooLong { .. } => "too_long",
        CalendarError::UnknownZone { .. } => "unknown",
        CalendarError::Backwards { .. } => "backwards",
        CalendarError::Overlap { .. } => "overlap",
        CalendarError::HoursOfAlwaysOpen | CalendarError::HolidaysOfAlwaysOpen => "not_allowed",
        CalendarError::DuplicateHoliday { .. } => "duplicate",
        CalendarError::TooManyHolidays { .. } => "too_many",
    };
    Fault::new(error.field(), code, error.to_string())
}
