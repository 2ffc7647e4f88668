//! Customers, both ways.

use linedesk_app::directory::{CustomerPatch, NewCustomer};
use linedesk_app::models::{Customer, DirectoryPage};
use linedesk_domain::access::Operation;

use crate::extract::{Body, Faults};
use crate::isp::convert::directory::Entries;
use crate::isp::dto::directory::customer::{
    CustomerDto, CustomerListDto, CustomerPatchBody, NewCustomerBody,
};

impl Body for NewCustomerBody {
    type Command = NewCustomer;
    const OPERATION: Option<Operation> = Some(Operation::WriteDirectory);

    fn command(self, faults: &mut Faults) -> Option<NewCustomer> {
        self.rest.refuse(faults);
        let name = self.name.required("name", faults, Ok);
        let account_number = self.account_number.optional("account_number", faults, Ok);
        let email = self.email.optional("email", faults, Ok);
        let phone = self.phone.optional("phone", faults, Ok);
        let tier = self.tier.optional("tier", faults, Ok);
        let address = self.address.optional("address", faults, Ok);
        Some(NewCustomer {
            name: name?,
            account_number,
            email,
            phone,
            tier,
            address,
        })
    }
}

impl Body for CustomerPatchBody {
    type Command = CustomerPatch;
    const OPERATION: Option<Operation> = Some(Operation::WriteDirectory);
    const READ_ONLY: &[&str] = &["id", "created_at", "updated_at"];

    fn command(self, faults: &mut Faults) -> Option<CustomerPatch> {
        self.rest.refuse(faults);
        Some(CustomerPatch {
            name: self.name.unless_null("name", faults, Ok),
            account_number: self.account_number.patch("account_number", faults, Ok),
            email: self.email.patch("email", faults, Ok),
            phone: self.phone.patch("phone", faults, Ok),
            tier: self.tier.patch("tier", faults, Ok),
            address: self.address.patch("address", faults, Ok),
            is_active: self.is_active.unless_null("is_active", faults, Ok),
        })
    }
}

/// One of them.
pub fn customer(customer: &Customer) -> CustomerDto<'_> {
    let Customer {
        id,
        name,
        account_number,
        email,
        phone,
        tier,
        address,
        is_active,
        created_at,
        updated_at,
    } = customer;
    CustomerDto {
        id: id.0,
        name,
        account_number: account_number.as_deref(),
        email: email.as_deref(),
        phone: phone.as_deref(),
        tier: tier.as_deref(),
        address: address.as_deref(),
        is_active: *is_active,
        created_at: (*created_at).into(),
        updated_at: (*updated_at).into(),
    }
}

/// A page of them.
pub fn customers<'a, const C: bool, const R: bool>(
    page: &'a DirectoryPage<Customer>,
    asked: &Entries<C, R>,
) -> CustomerListDto<'a> {
    let items = page.items.iter().map(customer).collect();
    CustomerListDto {
        items,
        total: page.total,
        limit: asked.0.limit,
        offset: asked.0.offset,
    }
}
