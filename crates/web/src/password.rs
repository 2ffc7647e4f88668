//! The page behind the link in the letter to whoever forgot a password: the new one, typed twice.
//!
//! The token in the link is the secret; there is no cookie that another site could use. Looking at the page uses nothing up:
//! programs that check mail follow its links.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, get, post, web};
use linedesk_app::{App, Error, Fault, Kind, accounts};
use linedesk_domain::ids::UserId;
use minijinja::context;
use serde::Deserialize;

use crate::failure::{Answer, Failure};
use crate::sheet::{self, message};

/// The largest form in bytes: two passwords that are much too long, and a token.
const MAX_BODY: usize = 16 << 10;

/// The routes.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(show).service(set);
}

/// A link, or a filled form, as it came.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Filled {
    uid: String,
    token: String,
    new_password: String,
    again: String,
}

#[get("/password")]
async fn show(app: web::Data<App>, link: web::Query<Filled>) -> Answer {
    let filled = link.into_inner();
    match accounts::check_reset(&app, uid(&filled), &filled.token).await {
        Ok(()) => form(&filled, &[]),
        Err(error) => refusal(error, &filled),
    }
}

#[post("/password")]
async fn set(app: web::Data<App>, request: HttpRequest, payload: web::Payload) -> Answer {
    let filled: Filled = sheet::filled(&request, payload, MAX_BODY).await?;
    let (uid, new) = (uid(&filled), &filled.new_password);
    if filled.again != *new {
        // Whoever has no good link learns that, and nothing else.
        return match accounts::check_reset(&app, uid, &filled.token).await {
            Ok(()) => form(&filled, &["The two passwords are not the same.".to_owned()]),
            Err(error) => refusal(error, &filled),
        };
    }
    match accounts::confirm_reset(&app, uid, &filled.token, new).await {
        Ok(()) => message(
            StatusCode::OK,
            "Your password is set",
            "You can sign in with it now. You can close this page.",
        ),
        Err(error) => refusal(error, &filled),
    }
}

/// Whose password; for what is no id, that of nobody.
fn uid(filled: &Filled) -> UserId {
    UserId(filled.uid.parse().unwrap_or_default())
}

/// The form, with what is wrong with what was filled in. What was typed is not sent back.
fn form(filled: &Filled, faults: &[String]) -> Answer {
    let status = if faults.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    let form = context! { uid => &filled.uid, token => &filled.token, faults => faults.to_vec() };
    sheet::ask(status, "password.html", &form)
}

/// Why the password was not set, in words for whoever followed the link.
fn refusal(error: Error, filled: &Filled) -> Answer {
    match error {
        Error::Invalid(faults) if faults.iter().all(is_about_password) => {
            let words = |fault: &Fault| format!("The password {}.", fault.message);
            form(filled, &faults.iter().map(words).collect::<Vec<_>>())
        }
        Error::Invalid(_) => message(
            StatusCode::BAD_REQUEST,
            "This link does not work any more",
            "It is good for half an hour, and for one password. Please ask for a new one, or open it again from the \
             e-mail: a part may be missing.",
        ),
        error if error.kind() == Kind::Unavailable => message(
            StatusCode::SERVICE_UNAVAILABLE,
            "Just a moment, please",
            "Your password cannot be set right now. Please try again in a minute.",
        ),
        error => Err(Failure::from(error)),
    }
}

fn is_about_password(fault: &Fault) -> bool {
    fault.field == "new_password"
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;

    async fn html(page: Answer) -> (StatusCode, String) {
        let page = page.unwrap();
        let status = page.status();
        let body = to_bytes(page.into_body()).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    fn filled() -> Filled {
        Filled {
            uid: "\"><script>".to_owned(),
            token: "'><img src=x>".to_owned(),
            new_password: "Typed.Once.17".to_owned(),
            again: "Typed.Again.18".to_owned(),
        }
    }

    #[actix_web::test]
    async fn nothing_that_is_filled_in_becomes_a_part_of_the_page_or_comes_back() {
        let (status, page) = html(form(&filled(), &["<b>".to_owned()])).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        for part in ["<script", "<img", "<b>", "Typed", "http"] {
            assert!(!page.contains(part), "{part}: {page}");
        }
    }

    #[actix_web::test]
    async fn every_fault_of_a_password_is_told_and_nothing_more_about_a_bad_link() {
        let fault = |field: &str, message: &str| Fault::new(field, "code", message);
        let weak = vec![
            fault("new_password", "must have at least 8 characters"),
            fault("new_password", "must not consist of digits alone"),
        ];
        let (_, page) = html(refusal(Error::Invalid(weak.clone()), &filled())).await;
        assert!(page.contains("<p>The password must have at least 8 characters.</p>"));
        assert!(page.contains("<p>The password must not consist of digits alone.</p>"));
        let both = [vec![fault("token", "is not valid or has expired")], weak].concat();
        let (status, page) = html(refusal(Error::Invalid(both), &filled())).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(page.contains("does not work any more") && !page.contains("<form"));
    }
}
