//! The desk beside somebody else's pages.

use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{HttpResponse, web};

use super::*;
use crate::dialect::Mount;
use crate::openapi::tests::empty_desk;
use crate::{WebSettings, configure};

/// A status and the beginning of what a server answers that has a page at `/`, and answers `not here` where nothing is.
async fn answers(around: Around, path: &str) -> (StatusCode, String) {
    let mut mounts = Mounts {
        isp: Mount::at("/desk/api"),
        ..Mounts::default()
    };
    for other in [
        &mut mounts.crm,
        &mut mounts.helpdesk,
        &mut mounts.simple,
        &mut mounts.maintenance,
    ] {
        other.is_enabled = false;
    }
    let settings = WebSettings {
        mounts,
        around,
        ..WebSettings::default()
    };
    let app = actix_web::App::new()
        .configure(configure(empty_desk(), settings))
        // Behind the desk, so that it is the desk that leaves them alone.
        .route("/", web::get().to(async || HttpResponse::Ok().body("home")))
        .default_service(web::to(async || HttpResponse::NotFound().body("not here")));
    let server = init_service(app).await;
    let response = call_service(&server, TestRequest::get().uri(path).to_request()).await;
    let status = response.status();
    let body = read_body(response).await;
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[actix_web::test]
async fn a_desk_in_a_larger_server_leaves_that_servers_paths_alone() {
    for around in [Around::SignIn, Around::Surveys] {
        let home = answers(around, "/").await;
        assert_eq!(home, (StatusCode::OK, "home".to_owned()));
        for path in [
            "/docs",
            "/healthz",
            "/metrics",
            "/tickets",
            "/desk",
            "/desk/apis",
        ] {
            let (status, body) = answers(around, path).await;
            assert_eq!(
                (status, body.as_str()),
                (StatusCode::NOT_FOUND, "not here"),
                "{path}"
            );
        }
        let (status, body) = answers(around, "/desk/api/tickets").await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert!(body.contains("\"code\""), "{body}");
        let (status, body) = answers(around, "/desk/api/nothing").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(body.contains("\"code\""), "{body}");
    }
    let (status, body) = answers(Around::Everything, "/elsewhere").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(body.contains("\"code\""), "{body}");
}

#[actix_web::test]
async fn people_sign_in_at_the_desk_only_where_it_says_who_they_are() {
    let (status, _) = answers(Around::SignIn, "/auth/users/me").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    for path in ["/auth/users/me", "/password"] {
        let (status, body) = answers(Around::Surveys, path).await;
        assert_eq!(
            (status, body.as_str()),
            (StatusCode::NOT_FOUND, "not here"),
            "{path}"
        );
    }
    let (_, body) = answers(Around::Surveys, "/desk/api/openapi.json").await;
    assert!(
        !body.contains("/auth/") && !body.contains("/healthz"),
        "{body}"
    );
    assert!(body.contains("/desk/api/tickets"));
}
