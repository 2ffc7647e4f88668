//! SLA policies, both ways.

use jiff::SignedDuration;
use linedesk_app::sla::ApplyTo;
use linedesk_app::sla::policies::fault;
use linedesk_domain::access::Operation;
use linedesk_domain::sla::{Conditions, PolicySpec, PolicyVersion, Targets};
use linedesk_domain::workflow::Status;

use crate::extract::faults::Wrong;
use crate::extract::given::{Expected, list};
use crate::extract::{Body, Faults, Given, parse};
use crate::isp::dto::policy::{
    ConditionsBody, ConditionsDto, PolicyBody, PolicyDto, PolicyListDto, PolicyTargetsDto,
    TargetsBody,
};

const SECONDS_A_MINUTE: f64 = 60.0;

impl Expected for ConditionsBody {
    const EXPECTED: &'static str = "an object";
}

impl Expected for TargetsBody {
    const EXPECTED: &'static str = "an object";
}

/// A policy that is wanted, and for which tickets.
#[derive(Debug)]
pub struct WantedPolicy {
    /// What it says.
    pub spec: PolicySpec,
    /// For which tickets.
    pub apply_to: ApplyTo,
}

impl Body for PolicyBody {
    type Command = WantedPolicy;
    const OPERATION: Option<Operation> = Some(Operation::WriteSlaPolicies);
    const READ_ONLY: &[&str] = &["id", "version_id", "version", "effective_from", "retired"];

    fn command(self, faults: &mut Faults) -> Option<WantedPolicy> {
        self.rest.refuse(faults);
        let conditions = self
            .conditions
            .optional("conditions", faults, Ok)
            .unwrap_or_default();
        let pauses = self.pause_statuses.optional("pause_statuses", faults, Ok);
        let spec = PolicySpec {
            name: self.name.required("name", faults, Ok).unwrap_or_default(),
            position: self
                .position
                .required("position", faults, Ok)
                .unwrap_or_default(),
            conditions: faults.inside("conditions", |faults| of_conditions(conditions, faults)),
            targets: of_targets(self.targets, faults),
            calendar: self.calendar_id.optional("calendar_id", faults, parse::id),
            pause_statuses: match pauses {
                Some(names) => list(names, "pause_statuses", faults, parse::word),
                None => PolicySpec::PAUSE_STATUSES.to_vec(),
            },
            warning_percent: self.warning_percent.or(
                "warning_percent",
                faults,
                PolicySpec::WARNING_PERCENT,
            ),
        };
        let apply_to = self
            .apply_to
            .optional("apply_to", faults, apply_to)
            .unwrap_or_default();
        if let Err(errors) = spec.check() {
            for fault in errors.iter().map(fault) {
                faults.push(&fault.field, fault.code, fault.message);
            }
        }
        Some(WantedPolicy { spec, apply_to })
    }
}

/// `new` or `open`.
pub fn apply_to(name: impl AsRef<str>) -> Result<ApplyTo, Wrong> {
    ApplyTo::parse(name.as_ref()).ok_or_else(|| ("unknown_value", "must be new or open".to_owned()))
}

fn of_conditions(body: ConditionsBody, faults: &mut Faults) -> Conditions {
    let ConditionsBody {
        priorities,
        categories,
        customer_tiers,
        rest,
    } = body;
    rest.refuse(faults);
    let priorities = priorities
        .optional("priorities", faults, Ok)
        .unwrap_or_default();
    let categories = categories
        .optional("categories", faults, Ok)
        .unwrap_or_default();
    let tiers = customer_tiers
        .optional("customer_tiers", faults, Ok)
        .unwrap_or_default();
    Conditions {
        priorities: list(priorities, "priorities", faults, parse::word),
        categories: list(categories, "categories", faults, parse::word),
        customer_tiers: list(tiers, "customer_tiers", faults, Ok),
    }
}

fn of_targets(body: Given<TargetsBody>, faults: &mut Faults) -> Targets {
    let Some(body) = body.required("targets", faults, Ok) else {
        return Targets::default();
    };
    let TargetsBody {
        first_response,
        next_response,
        resolution,
        rest,
    } = body;
    faults.inside("targets", |faults| {
        rest.refuse(faults);
        Targets {
            first_response: first_response.optional("first_response", faults, minutes),
            next_response: next_response.optional("next_response", faults, minutes),
            resolution: resolution.optional("resolution", faults, minutes),
        }
    })
}

/// Minutes with fractions, to the microsecond.
fn minutes(minutes: f64) -> Result<SignedDuration, Wrong> {
    let micros =
        SignedDuration::try_from_secs_f64(minutes * SECONDS_A_MINUTE).map(|span| span.as_micros());
    let micros = micros.ok().and_then(|micros| i64::try_from(micros).ok());
    micros
        .map(SignedDuration::from_micros)
        .ok_or_else(|| ("out_of_range", "is too long".to_owned()))
}

/// A version of a policy.
pub fn policy(version: &PolicyVersion) -> PolicyDto<'_> {
    let PolicyVersion {
        id,
        policy,
        version,
        effective_from,
        applies_to_open,
        retired,
        spec,
    } = version;
    let PolicySpec {
        name,
        position,
        conditions,
        targets,
        calendar,
        pause_statuses,
        warning_percent,
    } = spec;
    let Conditions {
        priorities,
        categories,
        customer_tiers,
    } = conditions;
    let Targets {
        first_response,
        next_response,
        resolution,
    } = *targets;
    let minutes =
        |span: Option<SignedDuration>| span.map(|span| span.as_secs_f64() / SECONDS_A_MINUTE);
    let apply_to = if *applies_to_open {
        ApplyTo::Open
    } else {
        ApplyTo::New
    };
    PolicyDto {
        id: policy.0,
        version_id: id.0,
        version: *version,
        effective_from: (*effective_from).into(),
        apply_to: apply_to.name(),
        retired: *retired,
        name,
        position: *position,
        conditions: ConditionsDto {
            priorities: priorities.iter().map(|priority| priority.name()).collect(),
            categories: categories.iter().map(|category| category.name()).collect(),
            customer_tiers,
        },
        targets: PolicyTargetsDto {
            first_response: minutes(first_response),
            next_response: minutes(next_response),
            resolution: minutes(resolution),
        },
        calendar_id: calendar.map(|calendar| calendar.0),
        pause_statuses: pause_statuses.iter().copied().map(Status::name).collect(),
        warning_percent: *warning_percent,
    }
}

/// Policies, all versions.
pub fn policies(versions: &[PolicyVersion]) -> PolicyListDto<'_> {
    PolicyListDto {
        items: versions.iter().map(policy).collect(),
        total: versions.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::body::parse;

    #[test]
    fn minutes_may_have_fractions_and_the_rest_has_defaults() {
        let body =
            br#"{"name":"Gold","position":1,"targets":{"first_response":0.5,"resolution":240}}"#;
        let spec = parse::<PolicyBody>(body).unwrap().spec;
        assert_eq!(
            spec.targets.first_response,
            Some(SignedDuration::from_secs(30))
        );
        assert_eq!(
            (spec.targets.next_response, spec.warning_percent),
            (None, 75)
        );
        assert_eq!(spec.pause_statuses, [Status::PendingCustomer]);
    }

    #[test]
    fn faults_name_their_place() {
        let body = br#"{"name":" ","position":1,"targets":{"resolution":-1,"x":1},"conditions":{"priorities":["no"]},
                        "pause_statuses":["closed"]}"#;
        let failure = parse::<PolicyBody>(body).unwrap_err();
        let mut fields: Vec<_> = failure
            .faults
            .iter()
            .map(|fault| (fault.field.as_str(), fault.code))
            .collect();
        fields.sort_unstable();
        assert_eq!(
            fields,
            [
                ("conditions.priorities[0]", "unknown_value"),
                ("name", "required"),
                ("pause_statuses[0]", "not_allowed"),
                ("targets.resolution", "too_small"),
                ("targets.x", "unknown_field")
            ]
        );
    }
}
