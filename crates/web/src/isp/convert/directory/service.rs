//! Services, both ways.

use linedesk_app::directory::{NewService, ServicePatch};
use linedesk_app::models::{DirectoryPage, Service};
use linedesk_domain::access::Operation;

use crate::extract::{Body, Faults, parse};
use crate::isp::convert::directory::Entries;
use crate::isp::dto::directory::service::{
    NewServiceBody, ServiceDto, ServiceListDto, ServicePatchBody,
};

impl Body for NewServiceBody {
    type Command = NewService;
    const OPERATION: Option<Operation> = Some(Operation::WriteDirectory);

    fn command(self, faults: &mut Faults) -> Option<NewService> {
        self.rest.refuse(faults);
        let customer = self.customer_id.required("customer_id", faults, parse::id);
        let name = self.name.required("name", faults, Ok);
        let kind = self.kind.optional("kind", faults, Ok);
        let identifier = self.identifier.optional("identifier", faults, Ok);
        let site = self.site.optional("site", faults, Ok);
        let status = self.status.optional("status", faults, Ok);
        Some(NewService {
            customer: customer?,
            name: name?,
            kind,
            identifier,
            site,
            status,
        })
    }
}

impl Body for ServicePatchBody {
    type Command = ServicePatch;
    const OPERATION: Option<Operation> = Some(Operation::WriteDirectory);
    const READ_ONLY: &[&str] = &["id", "customer_id", "created_at", "updated_at"];

    fn command(self, faults: &mut Faults) -> Option<ServicePatch> {
        self.rest.refuse(faults);
        Some(ServicePatch {
            name: self.name.unless_null("name", faults, Ok),
            kind: self.kind.patch("kind", faults, Ok),
            identifier: self.identifier.patch("identifier", faults, Ok),
            site: self.site.patch("site", faults, Ok),
            status: self.status.patch("status", faults, Ok),
            is_active: self.is_active.unless_null("is_active", faults, Ok),
        })
    }
}

/// One of them.
pub fn service(service: &Service) -> ServiceDto<'_> {
    let Service {
        id,
        customer,
        name,
        kind,
        identifier,
        site,
        status,
        is_active,
        created_at,
        updated_at,
    } = service;
    ServiceDto {
        id: id.0,
        customer_id: customer.0,
        name,
        kind: kind.as_deref(),
        identifier: identifier.as_deref(),
        site: site.as_deref(),
        status: status.as_deref(),
        is_active: *is_active,
        created_at: (*created_at).into(),
        updated_at: (*updated_at).into(),
    }
}

/// A page of them.
pub fn services<'a, const C: bool, const R: bool>(
    page: &'a DirectoryPage<Service>,
    asked: &Entries<C, R>,
) -> ServiceListDto<'a> {
    let items = page.items.iter().map(service).collect();
    ServiceListDto {
        items,
        total: page.total,
        limit: asked.0.limit,
        offset: asked.0.offset,
    }
}
