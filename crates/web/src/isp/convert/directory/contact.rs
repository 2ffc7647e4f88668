//! Contacts, both ways.

use linedesk_app::directory::{ContactPatch, NewContact};
use linedesk_app::models::{Contact, DirectoryPage};
use linedesk_domain::access::Operation;

use crate::extract::{Body, Faults, parse};
use crate::isp::convert::directory::Entries;
use crate::isp::dto::directory::contact::{
    ContactDto, ContactListDto, ContactPatchBody, NewContactBody,
};

impl Body for NewContactBody {
    type Command = NewContact;
    const OPERATION: Option<Operation> = Some(Operation::WriteDirectory);

    fn command(self, faults: &mut Faults) -> Option<NewContact> {
        self.rest.refuse(faults);
        let customer = self.customer_id.required("customer_id", faults, parse::id);
        let name = self.name.required("name", faults, Ok);
        let email = self.email.optional("email", faults, Ok);
        let phone = self.phone.optional("phone", faults, Ok);
        Some(NewContact {
            customer: customer?,
            name: name?,
            email,
            phone,
        })
    }
}

impl Body for ContactPatchBody {
    type Command = ContactPatch;
    const OPERATION: Option<Operation> = Some(Operation::WriteDirectory);
    const READ_ONLY: &[&str] = &["id", "customer_id", "created_at", "updated_at"];

    fn command(self, faults: &mut Faults) -> Option<ContactPatch> {
        self.rest.refuse(faults);
        Some(ContactPatch {
            name: self.name.unless_null("name", faults, Ok),
            email: self.email.patch("email", faults, Ok),
            phone: self.phone.patch("phone", faults, Ok),
            is_active: self.is_active.unless_null("is_active", faults, Ok),
        })
    }
}

/// One of them.
pub fn contact(contact: &Contact) -> ContactDto<'_> {
    let Contact {
        id,
        customer,
        name,
        email,
        phone,
        is_active,
        created_at,
        updated_at,
    } = contact;
    ContactDto {
        id: id.0,
        customer_id: customer.0,
        name,
        email: email.as_deref(),
        phone: phone.as_deref(),
        is_active: *is_active,
        created_at: (*created_at).into(),
        updated_at: (*updated_at).into(),
    }
}

/// A page of them.
pub fn contacts<'a, const C: bool, const R: bool>(
    page: &'a DirectoryPage<Contact>,
    asked: &Entries<C, R>,
) -> ContactListDto<'a> {
    let items = page.items.iter().map(contact).collect();
    ContactListDto {
        items,
        total: page.total,
        limit: asked.0.limit,
        offset: asked.0.offset,
    }
}
