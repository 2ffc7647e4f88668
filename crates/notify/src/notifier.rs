//! All ways together.

use async_trait::async_trait;
use linedesk_ports::couriers::{Call, Couriers, Mail, Sms, Undelivered};

use crate::error::NotifyError;
use crate::mail::Post;
use crate::options::NotifyOptions;
use crate::sms::Gateway;
use crate::templates::Templates;
use crate::webhook::Webhooks;

/// Brings e-mail, SMS and webhooks away.
pub struct Notifier {
    texts: Templates,
    post: Post,
    gateway: Option<Gateway>,
    webhooks: Webhooks,
}

impl Notifier {
    /// Reads the templates and makes everything ready; connects to nothing.
    ///
    /// # Errors
    /// The first thing that cannot work: a template, an address, certificates, a pattern for SMS.
    pub fn new(options: NotifyOptions) -> Result<Self, NotifyError> {
        Ok(Self {
            texts: Templates::load(options.templates.as_deref())?,
            post: Post::new(options.mail)?,
            gateway: options.sms.map(Gateway::new).transpose()?,
            webhooks: Webhooks::new(options.webhooks)?,
        })
    }
}

#[async_trait]
impl Couriers for Notifier {
    async fn mail(&self, mail: &Mail) -> Result<(), Undelivered> {
        self.post.send(mail, &self.texts).await
    }

    async fn sms(&self, sms: &Sms) -> Result<(), Undelivered> {
        match &self.gateway {
            Some(gateway) => gateway.send(sms, &self.texts).await,
            None => Err(Undelivered::Never {
                reason: "there is no SMS gateway".to_owned(),
            }),
        }
    }

    fn has_sms(&self) -> bool {
        self.gateway.is_some()
    }

    async fn call(&self, call: &Call) -> Result<(), Undelivered> {
        self.webhooks.call(call).await
    }

    fn check_target(&self, url: &str) -> Result<(), String> {
        self.webhooks.check(url)
    }
}
