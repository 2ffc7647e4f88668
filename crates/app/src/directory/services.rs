//! What customers subscribe to.

use linedesk_domain::access::Operation;
use linedesk_domain::ids::{CustomerId, ServiceId};
use linedesk_domain::ticket::edit::Patch;
use linedesk_ports::changes::Write;
use linedesk_ports::directory::{DirectoryFilter, DirectoryPage, Service};

use super::fields::{Faults, NAME_MAX, patched};
use super::{active_customer, turn, write};
use crate::App;
use crate::caller::Caller;
use crate::error::Error;

const KIND_MAX: usize = 50;
const IDENTIFIER_MAX: usize = 200;
const SITE_MAX: usize = 500;
const STATUS_MAX: usize = 50;

/// A service that is wanted.
#[derive(Debug, Clone)]
pub struct NewService {
    /// Whose it is.
    pub customer: CustomerId,
    /// Name.
    pub name: String,
    /// What kind: `fibre`, `voice`, …
    pub kind: Option<String>,
    /// The provider's own identifier.
    pub identifier: Option<String>,
    /// Where it is delivered, lines allowed.
    pub site: Option<String>,
    /// The provider's own word for how it is.
    pub status: Option<String>,
}

/// What changes of a service. It stays with its customer.
#[derive(Debug, Clone, Default)]
pub struct ServicePatch {
    /// `name`
    pub name: Option<String>,
    /// `kind`
    pub kind: Patch<String>,
    /// `identifier`
    pub identifier: Patch<String>,
    /// `site`
    pub site: Patch<String>,
    /// `status`
    pub status: Patch<String>,
    /// `is_active`
    pub is_active: Option<bool>,
}

/// Services by name.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub async fn list_services(
    app: &App,
    caller: &Caller,
    filter: DirectoryFilter,
) -> Result<DirectoryPage<Service>, Error> {
    caller.may(Operation::ReadDirectory)?;
    Ok(app.directory.services(filter).await?)
}

/// One service.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn get_service(app: &App, caller: &Caller, id: ServiceId) -> Result<Service, Error> {
    caller.may(Operation::ReadDirectory)?;
    find(app, id).await
}

/// Makes a service.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] with all faults; [`Error::Store`].
pub async fn create_service(app: &App, caller: &Caller, new: NewService) -> Result<Service, Error> {
    caller.may(Operation::WriteDirectory)?;
    let now = app.clock.now();
    let NewService {
        customer,
        name,
        kind,
        identifier,
        site,
        status,
    } = new;
    let mut faults = Faults::default();
    active_customer(app, customer, &mut faults).await?;
    let raw = Service {
        id: ServiceId(app.ids.next(now)),
        customer,
        name,
        kind,
        identifier,
        site,
        status,
        is_active: true,
        created_at: now,
        updated_at: now,
    };
    let service = checked(raw, &mut faults)?;
    write(app, caller, Write::Service(service.clone())).await?;
    Ok(service)
}

/// Changes a service.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Invalid`] with all faults; [`Error::Store`].
pub async fn update_service(
    app: &App,
    caller: &Caller,
    id: ServiceId,
    patch: ServicePatch,
) -> Result<Service, Error> {
    caller.may(Operation::WriteDirectory)?;
    let _turn = turn().await;
    let found = find(app, id).await?;
    let raw = Service {
        id,
        customer: found.customer,
        name: patch.name.unwrap_or_else(|| found.name.clone()),
        kind: patched(found.kind.clone(), patch.kind),
        identifier: patched(found.identifier.clone(), patch.identifier),
        site: patched(found.site.clone(), patch.site),
        status: patched(found.status.clone(), patch.status),
        is_active: patch.is_active.unwrap_or(found.is_active),
        created_at: found.created_at,
        updated_at: found.updated_at,
    };
    let mut service = checked(raw, &mut Faults::default())?;
    if service != found {
        service.updated_at = app.clock.now();
        write(app, caller, Write::Service(service.clone())).await?;
    }
    Ok(service)
}

/// Switches a service off.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Store`].
pub async fn deactivate_service(app: &App, caller: &Caller, id: ServiceId) -> Result<(), Error> {
    let patch = ServicePatch {
        is_active: Some(false),
        ..ServicePatch::default()
    };
    update_service(app, caller, id, patch).await.map(|_| ())
}

async fn find(app: &App, id: ServiceId) -> Result<Service, Error> {
    app.directory
        .service(id)
        .await?
        .ok_or(Error::NotFound("service"))
}

fn checked(mut service: Service, faults: &mut Faults) -> Result<Service, Error> {
    service.name = faults.line("name", &service.name, NAME_MAX);
    service.kind = faults.maybe_line("kind", service.kind.as_deref(), KIND_MAX);
    service.identifier =
        faults.maybe_line("identifier", service.identifier.as_deref(), IDENTIFIER_MAX);
    service.site = faults.maybe_lines("site", service.site.as_deref(), SITE_MAX);
    service.status = faults.maybe_line("status", service.status.as_deref(), STATUS_MAX);
    faults.done()?;
    Ok(service)
}
