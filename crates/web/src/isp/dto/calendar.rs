//! Calendars.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Given, Rest};
use crate::instant::Instant;
use crate::isp::schema;

/// A version of a calendar.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaCalendar)]
pub struct CalendarDto<'a> {
    /// The calendar's identity through all its versions.
    pub id: Uuid,
    /// This version's own identity.
    pub version_id: Uuid,
    /// 1 for the first.
    pub version: u32,
    /// From when on it is the present version.
    pub effective_from: Instant,
    /// Whether it is for open tickets too (`open`), or for those to come (`new`).
    pub apply_to: &'static str,
    /// Whether this version withdraws the calendar.
    pub retired: bool,
    /// What it is called.
    pub name: &'a str,
    /// The IANA name of the zone whose wall clock the hours are read on.
    pub timezone: &'a str,
    /// Open around the clock.
    pub always_open: bool,
    /// Opening hours by weekday, `monday` to `sunday`.
    pub hours: BTreeMap<&'static str, Vec<[String; 2]>>,
    /// Days that are closed as a whole.
    pub holidays: Vec<HolidayDto<'a>>,
}

/// A day that is closed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Holiday)]
pub struct HolidayDto<'a> {
    /// The local day.
    #[schema(format = Date)]
    pub date: String,
    /// What is celebrated.
    pub name: &'a str,
}

/// Calendars, all versions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaCalendarList)]
pub struct CalendarListDto<'a> {
    /// By name, each calendar's oldest version first.
    pub items: Vec<CalendarDto<'a>>,
    /// How many versions there are.
    pub total: usize,
}

/// A calendar as somebody wants it.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(example = json!({
    "name": "Shop", "timezone": "Europe/Berlin",
    "hours": { "monday": [["08:00", "12:00"], ["13:00", "18:00"]], "saturday": [["09:00", "13:00"]] },
    "holidays": [{ "date": "2026-12-25", "name": "Christmas" }]
}))]
pub struct CalendarBody {
    /// What it is called, 1 to 100 characters.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 100)]
    pub name: Given<String>,
    /// The IANA name of the zone whose wall clock the hours are read on.
    #[schema(value_type = String, required = true)]
    pub timezone: Given<String>,
    /// Open around the clock, every day; then there are no hours and no holidays.
    #[schema(value_type = Option<bool>, default = false)]
    pub always_open: Given<bool>,
    /// Opening hours by weekday: from, to, in `HH:MM`; `24:00` is the end of the day.
    #[schema(value_type = Option<HoursBody>)]
    pub hours: Given<HoursBody>,
    /// Days that are closed as a whole.
    #[schema(value_type = Option<Vec<HolidayBody>>, max_items = 1000)]
    pub holidays: Given<Vec<HolidayBody>>,
    /// For `PUT`: whether open tickets are judged by the new version too; `new` if left out.
    #[schema(value_type = Option<schema::ApplyTo>)]
    pub apply_to: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// Opening hours of a weekday: pairs of times.
pub type DayBody = Given<Vec<Vec<String>>>;

/// Opening hours by weekday; a day that is left out is closed.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, ToSchema)]
#[serde(default)]
pub struct HoursBody {
    /// Monday
    #[schema(value_type = Option<Vec<Vec<String>>>)]
    pub monday: DayBody,
    /// Tuesday
    #[schema(value_type = Option<Vec<Vec<String>>>)]
    pub tuesday: DayBody,
    /// Wednesday
    #[schema(value_type = Option<Vec<Vec<String>>>)]
    pub wednesday: DayBody,
    /// Thursday
    #[schema(value_type = Option<Vec<Vec<String>>>)]
    pub thursday: DayBody,
    /// Friday
    #[schema(value_type = Option<Vec<Vec<String>>>)]
    pub friday: DayBody,
    /// Saturday
    #[schema(value_type = Option<Vec<Vec<String>>>)]
    pub saturday: DayBody,
    /// Sunday
    #[schema(value_type = Option<Vec<Vec<String>>>)]
    pub sunday: DayBody,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}

/// A day that is closed.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, ToSchema)]
#[serde(default)]
pub struct HolidayBody {
    /// The local day.
    #[schema(value_type = String, format = Date, required = true)]
    pub date: Given<String>,
    /// What is celebrated, at most 100 characters.
    #[schema(value_type = Option<String>, max_length = 100)]
    pub name: Given<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: Rest,
}
