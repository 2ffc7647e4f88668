//! The directories.

pub mod contact;
pub mod customer;
pub mod service;
pub mod team;
pub mod user;

use utoipa::IntoParams;
use uuid::Uuid;

use crate::isp::schema;

/// Which entries of a directory.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EntryParams {
    /// Words in names, numbers and addresses.
    #[param(max_length = 200, pattern = r"^[^\u0000-\u001F\u007F-\u009F]*$")]
    pub q: Option<String>,
    /// Active ones only, or inactive ones only.
    pub is_active: Option<bool>,
    /// At most so many.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u32>,
    /// Leave so many out.
    #[param(maximum = 4_294_967_295_u64, default = 0)]
    pub offset: Option<u64>,
}

/// Which entries of a directory that belong to customers.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CustomerParams {
    /// Words in names, numbers and addresses.
    #[param(max_length = 200, pattern = r"^[^\u0000-\u001F\u007F-\u009F]*$")]
    pub q: Option<String>,
    /// Of one customer.
    pub customer_id: Option<Uuid>,
    /// Active ones only, or inactive ones only.
    pub is_active: Option<bool>,
    /// At most so many.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u32>,
    /// Leave so many out.
    #[param(maximum = 4_294_967_295_u64, default = 0)]
    pub offset: Option<u64>,
}

/// Which users.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UserParams {
    /// Words in names and addresses.
    #[param(max_length = 200, pattern = r"^[^\u0000-\u001F\u007F-\u009F]*$")]
    pub q: Option<String>,
    /// Of one customer.
    pub customer_id: Option<Uuid>,
    /// Of one role.
    #[param(inline, value_type = Option<schema::RoleName>)]
    pub role: Option<String>,
    /// Active ones only, or inactive ones only.
    pub is_active: Option<bool>,
    /// At most so many.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u32>,
    /// Leave so many out.
    #[param(maximum = 4_294_967_295_u64, default = 0)]
    pub offset: Option<u64>,
}
