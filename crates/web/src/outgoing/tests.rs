use actix_web::body::to_bytes;
use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, test};
use futures_util::stream;

use super::*;

const LONG: usize = 300 * 1024;

/// An application with room for one long answer.
macro_rules! app {
    () => {{
        let settings = WebSettings {
            outgoing: Outgoing::new(400 * 1024),
            ..WebSettings::default()
        };
        let long = || async { HttpResponse::Ok().body("x".repeat(LONG)) };
        let streamed = || async {
            let parts = ["y".repeat(LONG), "z".repeat(LONG)];
            let parts = parts.map(|part| Ok::<_, Error>(Bytes::from(part)));
            HttpResponse::Ok().streaming(stream::iter(parts))
        };
        let app = App::new()
            .app_data(web::Data::new(settings))
            .route("/long", web::get().to(long))
            .route("/long", web::post().to(long))
            .route("/streamed", web::get().to(streamed))
            .route("/short", web::get().to(|| async { "short" }))
            .wrap(from_fn(hold));
        test::init_service(app).await
    }};
}

macro_rules! ask {
    ($app:expr, $method:ident, $path:expr) => {
        test::call_service(&$app, test::TestRequest::$method().uri($path).to_request()).await
    };
}

#[actix_web::test]
async fn while_long_answers_wait_there_is_no_other_and_afterwards_there_is() {
    let app = app!();
    let waiting = ask!(app, get, "/long");
    assert_eq!(waiting.status(), 200);
    let refused = ask!(app, get, "/long");
    assert_eq!(refused.status(), 503);
    let again = refused.headers().get(header::RETRY_AFTER);
    assert_eq!(again.unwrap(), "10");
    assert_eq!(ask!(app, get, "/short").status(), 200);
    let bytes = to_bytes(waiting.into_body()).await.unwrap();
    assert_eq!(bytes.len(), LONG);
    assert_eq!(ask!(app, get, "/long").status(), 200);
}

#[actix_web::test]
async fn what_was_done_is_told_in_any_case() {
    let app = app!();
    let _waiting = ask!(app, get, "/long");
    let told = ask!(app, post, "/long");
    assert_eq!(told.status(), 200);
    assert_eq!(to_bytes(told.into_body()).await.unwrap().len(), LONG);
}

#[actix_web::test]
async fn a_stream_is_counted_part_by_part_and_breaks_off_where_there_is_no_room() {
    let app = app!();
    let whole = ask!(app, get, "/streamed");
    let bytes = to_bytes(whole.into_body()).await.unwrap();
    assert_eq!(bytes.len(), 2 * LONG);
    let _waiting = ask!(app, get, "/long");
    let broken = ask!(app, get, "/streamed");
    assert_eq!(broken.status(), 200, "it had begun");
    assert!(to_bytes(broken.into_body()).await.is_err());
}

#[test]
async fn an_answer_that_is_larger_than_the_room_is_let_in_alone() {
    let outgoing = Outgoing::new(1_000_000);
    let alone = outgoing.hold(5_000_000);
    assert!(alone.is_some());
    assert!(outgoing.hold(300_000).is_none());
    drop(alone);
    assert!(outgoing.hold(300_000).is_some());
}
