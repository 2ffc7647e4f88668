//! The directories, both ways.

pub mod contact;
pub mod customer;
pub mod service;
pub mod team;
pub mod user;

use linedesk_app::models::DirectoryFilter;
use linedesk_app::tickets::MAX_LIMIT;
use linedesk_domain::text::Label;

use crate::extract::parse;
use crate::extract::query::{FromQuery, QueryReader};

/// Which entries of a directory; `CUSTOMER`: of which customer may be said, `ROLE`: of which role.
#[derive(Debug, Clone)]
pub struct Entries<const CUSTOMER: bool, const ROLE: bool>(pub DirectoryFilter);

impl<const CUSTOMER: bool, const ROLE: bool> FromQuery for Entries<CUSTOMER, ROLE> {
    fn read(query: &mut QueryReader) -> Option<Self> {
        let (limit, offset) = query.page(50, MAX_LIMIT, u64::from(u32::MAX));
        let text = query.one("q", parse::text_or_none::<Label>).flatten();
        Some(Self(DirectoryFilter {
            text: text.map(|text| text.as_str().to_owned()),
            customer: if CUSTOMER {
                query.one("customer_id", parse::id)
            } else {
                None
            },
            is_active: query.flag("is_active"),
            role: if ROLE {
                query.one("role", parse::word)
            } else {
                None
            },
            limit,
            offset: u32::try_from(offset).unwrap_or(u32::MAX),
        }))
    }
}
