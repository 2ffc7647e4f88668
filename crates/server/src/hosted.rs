//! A desk at work in somebody's program: everything but the HTTP server. `serve` puts one around it; a larger backend mounts
//! its routes in its own.

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use anyhow::{Context as _, bail};
use linedesk_app::App;
use linedesk_app::directory::operator::FirstAdmin;
use linedesk_web::{Around, WebSettings};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;

use crate::config::{OpenToAll, Settings};
use crate::desk::{self, Desk, Overrides};
use crate::files;
use crate::places::{Held, Places};
use crate::serve::web_settings;
use crate::workers::Workers;

/// A desk at work: its data are open and held against other processes, and its workers run. Dropped without
/// [`Hosted::stop`], they end by themselves, a moment later.
#[expect(missing_debug_implementations, reason = "holds trait objects")]
pub struct Hosted {
    /// The use cases.
    pub app: App,
    /// The first admin, if this start made it.
    pub first_admin: Option<FirstAdmin>,
    settings: Arc<Settings>,
    pub(crate) stopping: CancellationToken,
    workers: Workers,
    held: Held,
}

impl Hosted {
    /// Puts a desk to work on the data that `settings` name: everything is made that is not there yet, the schema is brought
    /// up to date where the settings let it, and the workers run when this returns. What is measured goes to the `metrics`
    /// recorder of the program, if it has one, and what is logged to its `tracing` subscriber.
    ///
    /// # Errors
    /// When `server.public_url` is not set, another process uses the data, or a part cannot be opened.
    pub async fn start(settings: Settings, overrides: Overrides) -> anyhow::Result<Self> {
        if settings.server.public_url.is_none() {
            bail!(
                "server.public_url is not set: a desk in another program does not know where its clients find it"
            );
        }
        Self::at_work(settings, &overrides, None).await
    }

    /// The same for any settings, with the measurements of the process where they are the desk's to tidy.
    pub(crate) async fn at_work(
        settings: Settings,
        overrides: &Overrides,
        measured: Option<PrometheusHandle>,
    ) -> anyhow::Result<Self> {
        let places = Places::of(&settings);
        places.create()?;
        let held = places.hold()?;
        if settings.database.migrate_on_start {
            desk::migrate(&settings)?;
        }
        let Desk { app, store } = desk::open(&settings, overrides).await?;
        app.queries
            .ready()
            .await
            .context("the database cannot be used; is `linedesk migrate` needed?")?;
        files::check(&*app.blobs, &settings).await?;
        if let Some(s3) = &settings.storage.s3 {
            let (bucket, endpoint) = (&s3.bucket, &s3.endpoint);
            tracing::info!(bucket, endpoint, "attachments are in a bucket");
        }
        if let Some(url) = &settings.database.read_url {
            tracing::info!(%url, "reports are read from the replica");
        }
        let first_admin = desk::furnish(&app, &settings).await?;
        let workers =
            Workers::start(app.clone(), store, measured).context("cannot start the workers")?;
        Ok(Self {
            app,
            first_admin,
            settings: Arc::new(settings),
            stopping: CancellationToken::new(),
            workers,
            held,
        })
    }

    /// The dialects that the settings name, and what `around` says, for `actix_web::App::configure` on each worker. Paths are
    /// those of the settings (`dialects.isp.mount` and so on), whole: not to be put into a scope. Nobody is let in without a
    /// token, unless the settings open the simple dialect to all.
    ///
    /// # Errors
    /// When the settings open the simple dialect and do not say that everybody is meant.
    pub fn routes(
        &self,
        around: Around,
    ) -> anyhow::Result<impl Fn(&mut ServiceConfig) + Clone + Send + use<>> {
        let simple_is_open = self.settings.dialects.simple_is_open(false);
        let simple_is_open = simple_is_open.context(OpenToAll::KEY)?;
        let web = WebSettings {
            around,
            stopping: self.stopping.clone(),
            ..web_settings(&self.settings, self.settings.server.port, simple_is_open)
        };
        Ok(linedesk_web::configure(self.app.clone(), web))
    }

    /// Says that the server around it is about to stop: `/readyz` says no, streams of events and those who wait for some end,
    /// which would hold a graceful stop up otherwise, and the workers come to their end while the last requests do.
    pub fn announce_stop(&self) {
        self.stopping.cancel();
        self.workers.tell_to_stop();
    }

    /// Stops the workers and writes everything that was taken on. To be called when the last request has been answered.
    ///
    /// # Errors
    /// When a worker broke down so that it cannot be waited for.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.stopping.cancel();
        // Both wait for threads to end.
        tokio::task::spawn_blocking(move || {
            self.workers.stop();
            drop(self.app);
            drop(self.held);
        })
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_desk_in_another_program_has_to_be_told_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let settings = Settings::given(&[("storage.dir", data.to_str().unwrap())]).unwrap();
        let refused = Hosted::start(settings, Overrides::default()).await.err();
        let refused = refused.unwrap().to_string();
        assert!(
            refused.starts_with("server.public_url is not set"),
            "{refused}"
        );
        assert!(!data.exists(), "nothing is made for it");
    }

    #[tokio::test]
    async fn a_desk_in_another_program_lets_visitors_in_only_where_everybody_is_meant() {
        for (access, more, is_ready) in [
            ("auto", "false", true),
            ("anonymous", "false", false),
            ("anonymous", "true", true),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let settings = Settings::given(&[
                ("storage.dir", folder.path().to_str().unwrap()),
                ("server.public_url", "https://portal.example.net"),
                ("auth.bcrypt_cost", "4"),
                ("dialects.simple.access", access),
                ("dialects.simple.allow_public", more),
            ])
            .unwrap();
            let desk = Hosted::start(settings, Overrides::default()).await.unwrap();
            let routes = desk.routes(Around::SignIn).map(drop);
            assert_eq!(routes.is_ok(), is_ready, "{access} {more}");
            desk.stop().await.unwrap();
        }
    }
}
