//! E-mail: composed here, then to the mail server or into a folder.

mod address;
mod compose;
mod folder;
mod pool;
mod refusal;
mod session;
mod stream;

use std::sync::Arc;

use lettre::Address;
use linedesk_ports::couriers::{Mail, Trouble, Undelivered};

use crate::error::NotifyError;
use crate::options::{MailOptions, MailWay};
use crate::templates::Templates;

use address::Sender;
use folder::Folder;
use pool::Pool;

/// The way for e-mail.
pub(crate) struct Post {
    sender: Sender,
    way: Way,
}

enum Way {
    Smtp(Arc<Pool>),
    Folder(Folder),
}

/// A mail as it travels.
struct Composed {
    /// The one who gets it.
    to: Address,
    /// The message: ASCII, with line ends as `\r\n`.
    text: String,
}

impl Post {
    pub(crate) fn new(options: MailOptions) -> Result<Self, NotifyError> {
        let sender = Sender::parse(&options.from)?;
        let way = match options.way {
            MailWay::Smtp(smtp) => Way::Smtp(Arc::new(Pool::new(smtp, &sender)?)),
            MailWay::Folder(folder) => Way::Folder(Folder::new(folder)),
        };
        Ok(Self { sender, way })
    }

    pub(crate) async fn send(&self, mail: &Mail, texts: &Templates) -> Result<(), Undelivered> {
        let to = address::recipient(&mail.to).ok_or_else(|| Undelivered::Never {
            reason: "the address is none that mail can be sent to".to_owned(),
        })?;
        let composed = compose::compose(mail, to, &self.sender, texts)?;
        match &self.way {
            Way::Smtp(pool) => pool.send(composed).await,
            Way::Folder(folder) => folder.write(mail, composed.text).await,
        }
    }
}

fn later(trouble: Trouble, reason: String) -> Undelivered {
    Undelivered::Later {
        reason,
        trouble,
        after: None,
    }
}
