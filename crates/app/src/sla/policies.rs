//! SLA policies.

use linedesk_domain::access::Operation;
use linedesk_domain::ids::{PolicyId, PolicyVersionId};
use linedesk_domain::sla::{PolicyError, PolicySpec, PolicyVersion, SlaBook};
use linedesk_ports::changes::Write;

use super::{ATTEMPTS, ApplyTo, calendars, effective, outrun, trim, withdrawn, write_version};
use crate::App;
use crate::caller::Caller;
use crate::directory::fields::Faults;
use crate::error::{Error, Fault};

/// Longest customer tier, in characters.
const TIER_MAX: usize = 50;
/// Longest list of conditions.
const TIERS_MAX: usize = 100;

/// Every version of every policy: by position, name, then oldest version first.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn list_policies(app: &App, caller: &Caller) -> Result<Vec<PolicyVersion>, Error> {
    caller.may(Operation::ReadSlaPolicies)?;
    let book = app.tickets.book().await?;
    let mut versions: Vec<_> = book.policies().cloned().collect();
    versions.sort_by_cached_key(|version| {
        let spec = latest(&book, version.policy)
            .map(|latest| (latest.spec.position, latest.spec.name.clone()));
        (spec, version.policy, version.version)
    });
    Ok(versions)
}

/// Every version of one policy, oldest first.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn policy(app: &App, caller: &Caller, id: PolicyId) -> Result<Vec<PolicyVersion>, Error> {
    let mut versions = list_policies(app, caller).await?;
    versions.retain(|version| version.policy == id);
    if versions.is_empty() {
        Err(Error::NotFound("SLA policy"))
    } else {
        Ok(versions)
    }
}

/// Makes a policy, for tickets made or matched again from now on.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] with all faults; [`Error::Store`].
pub async fn create_policy(
    app: &App,
    caller: &Caller,
    spec: PolicySpec,
) -> Result<PolicyVersion, Error> {
    caller.may(Operation::WriteSlaPolicies)?;
    let book = app.tickets.book().await?;
    let spec = checked(&book, spec, None)?;
    let now = app.clock.now();
    let version = PolicyVersion {
        id: PolicyVersionId(app.ids.next(now)),
        policy: PolicyId(app.ids.next(now)),
        version: 1,
        effective_from: now,
        applies_to_open: false,
        retired: false,
        spec,
    };
    let write = Write::Policy(version.clone());
    write_version(app, caller.mark.clone(), write)
        .await?
        .ok_or_else(outrun)?;
    Ok(version)
}

/// Makes the next version of a policy.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Conflict`] `retired`; [`Error::Invalid`] with all faults;
/// [`Error::Store`].
pub async fn update_policy(
    app: &App,
    caller: &Caller,
    id: PolicyId,
    spec: PolicySpec,
    apply_to: ApplyTo,
) -> Result<PolicyVersion, Error> {
    caller.may(Operation::WriteSlaPolicies)?;
    for _ in 0..ATTEMPTS {
        let book = app.tickets.book().await?;
        let present = latest(&book, id).ok_or(Error::NotFound("SLA policy"))?;
        if present.retired {
            return Err(withdrawn("policy"));
        }
        let next = PolicyVersion {
            applies_to_open: apply_to == ApplyTo::Open,
            spec: checked(&book, spec.clone(), Some(present))?,
            ..following(app, present)
        };
        let write = Write::Policy(next.clone());
        if write_version(app, caller.mark.clone(), write)
            .await?
            .is_some()
        {
            return Ok(next);
        }
    }
    Err(outrun())
}

/// Withdraws a policy: no ticket comes under it any more. Doing it twice is no error.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn retire_policy(app: &App, caller: &Caller, id: PolicyId) -> Result<(), Error> {
    caller.may(Operation::WriteSlaPolicies)?;
    for _ in 0..ATTEMPTS {
        let book = app.tickets.book().await?;
        let present = latest(&book, id).ok_or(Error::NotFound("SLA policy"))?;
        if present.retired {
            return Ok(());
        }
        let next = PolicyVersion {
            applies_to_open: false,
            retired: true,
            ..following(app, present)
        };
        if write_version(app, caller.mark.clone(), Write::Policy(next))
            .await?
            .is_some()
        {
            return Ok(());
        }
    }
    Err(outrun())
}

pub(super) fn latest(book: &SlaBook, id: PolicyId) -> Option<&PolicyVersion> {
    book.policies()
        .filter(|version| version.policy == id)
        .max_by_key(|version| version.version)
}

fn following(app: &App, present: &PolicyVersion) -> PolicyVersion {
    let now = app.clock.now();
    PolicyVersion {
        id: PolicyVersionId(app.ids.next(now)),
        version: present.version + 1,
        effective_from: effective(now, present.effective_from),
        ..present.clone()
    }
}

/// The policy with its texts trimmed, or everything that is wrong with it. A calendar that `present` names already may
/// have been withdrawn since.
pub(super) fn checked(
    book: &SlaBook,
    mut spec: PolicySpec,
    present: Option<&PolicyVersion>,
) -> Result<PolicySpec, Error> {
    let mut faults = Faults::default();
    trim(&mut spec.name);
    if spec.name.chars().any(char::is_control) {
        faults.add(
            "name",
            "control_characters",
            "must not contain control characters",
        );
    }
    let tiers = &mut spec.conditions.customer_tiers;
    if tiers.len() > TIERS_MAX {
        faults.add(
            "conditions.customer_tiers",
            "too_many",
            format!("at most {TIERS_MAX}"),
        );
    }
    for (index, tier) in tiers.iter_mut().enumerate() {
        if !tier.trim().is_empty() {
            *tier = faults.line(
                &format!("conditions.customer_tiers[{index}]"),
                tier,
                TIER_MAX,
            );
        }
    }
    let wrong = spec.check().err().unwrap_or_default();
    faults.extend(wrong.iter().map(fault));
    if let Some(calendar) = spec.calendar
        && present.is_none_or(|present| present.spec.calendar != Some(calendar))
        && calendars::latest(book, calendar).is_none_or(|calendar| calendar.retired)
    {
        faults.add("calendar_id", "unknown", "no calendar has this id");
    }
    faults.done()?;
    Ok(spec)
}

/// What is wrong with a policy, as clients hear of it.
pub fn fault(error: &PolicyError) -> Fault {
    let code = match error {
        PolicyError::NameEmpty | PolicyError::TierEmpty { .. } => "required",
        PolicyError::NameTooLong { .. } => "too_long",
        PolicyError::TargetTooShort { .. } => "too_small",
        PolicyError::TargetTooLong { .. } => "too_large",
        PolicyError::PausesDone { .. } => "not_allowed",
        PolicyError::WarningPercent { .. } => "out_of_range",
    };
    Fault::new(error.field(), code, error.to_string())
}
