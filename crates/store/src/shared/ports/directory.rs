//! The directories.

use async_trait::async_trait;
use linedesk_domain::ids::{ContactId, CustomerId, ServiceId, TeamId, UserId};
use linedesk_ports::directory::{
    Contact, Customer, Directory, DirectoryFilter, DirectoryPage, Service, Team, User,
};
use linedesk_ports::names::{Names, NamesWanted};
use linedesk_ports::store::StoreError;

use super::super::{Store, directory, names};

#[async_trait]
impl Directory for Store {
    async fn customer(&self, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        self.read(move |connection| directory::customer(connection, id))
            .await
    }

    async fn customers(
        &self,
        filter: DirectoryFilter,
    ) -> Result<DirectoryPage<Customer>, StoreError> {
        self.snapshot(move |connection| directory::customers(connection, &filter))
            .await
    }

    async fn contact(&self, id: ContactId) -> Result<Option<Contact>, StoreError> {
        self.read(move |connection| directory::contact(connection, id))
            .await
    }

    async fn contacts(
        &self,
        filter: DirectoryFilter,
    ) -> Result<DirectoryPage<Contact>, StoreError> {
        self.snapshot(move |connection| directory::contacts(connection, &filter))
            .await
    }

    async fn service(&self, id: ServiceId) -> Result<Option<Service>, StoreError> {
        self.read(move |connection| directory::service(connection, id))
            .await
    }

    async fn services(
        &self,
        filter: DirectoryFilter,
    ) -> Result<DirectoryPage<Service>, StoreError> {
        self.snapshot(move |connection| directory::services(connection, &filter))
            .await
    }

    async fn team(&self, id: TeamId) -> Result<Option<Team>, StoreError> {
        self.read(move |connection| directory::team(connection, id))
            .await
    }

    async fn teams(&self, filter: DirectoryFilter) -> Result<DirectoryPage<Team>, StoreError> {
        self.snapshot(move |connection| directory::teams(connection, &filter))
            .await
    }

    async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.read(move |connection| directory::user(connection, id))
            .await
    }

    async fn user_by_number(&self, number: i64) -> Result<Option<User>, StoreError> {
        self.read(move |connection| directory::user_by_number(connection, number))
            .await
    }

    async fn user_by_login(&self, login: &str) -> Result<Option<User>, StoreError> {
        let login = login.to_owned();
        self.read(move |connection| directory::user_by_login(connection, &login))
            .await
    }

    async fn names(&self, wanted: NamesWanted) -> Result<Names, StoreError> {
        self.snapshot(move |connection| names::names(connection, &wanted))
            .await
    }

    async fn users(&self, filter: DirectoryFilter) -> Result<DirectoryPage<User>, StoreError> {
        self.snapshot(move |connection| directory::users(connection, &filter))
            .await
    }
}
