//! The interactive API pages and the front door.

use std::io::Read as _;
use std::sync::Arc;

use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpRequest, HttpResponse, get, web};
use flate2::read::GzDecoder;
use serde_json::json;
use utoipa_swagger_ui::Config;

use crate::failure::Failure;
use crate::{WebSettings, json};

/// The routes; the pages show the description at `settings.mounts.isp`, and go with it.
pub fn routes(config: &mut web::ServiceConfig, settings: &WebSettings) {
    config.service(root);
    if settings.mounts.isp.is_enabled {
        let shown = Config::from(format!("{}/openapi.json", settings.mounts.isp.path));
        config
            .app_data(web::Data::new(shown))
            .service(docs)
            .service(page);
    }
}

/// Where to begin, for somebody who looks in with a browser.
#[get("/")]
async fn root(settings: web::Data<WebSettings>) -> HttpResponse {
    let isp = &settings.mounts.isp;
    let shown = isp.is_enabled.then_some("/docs");
    let description = isp.is_enabled.then(|| format!("{}/openapi.json", isp.path));
    json::ok(&json!({ "name": "linedesk", "docs": shown, "openapi": description }))
}

#[get("/docs")]
async fn docs() -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, "/docs/index.html"))
        .finish()
}

#[get("/docs/{path:.*}")]
async fn page(
    request: HttpRequest,
    path: web::Path<String>,
    shown: web::Data<Config<'static>>,
) -> Result<HttpResponse, Failure> {
    let found = utoipa_swagger_ui::serve(&path, Arc::clone(&shown));
    let file = found.ok().flatten().ok_or_else(Failure::no_route)?;
    let mut answer = HttpResponse::Ok();
    answer
        .content_type(file.content_type)
        .insert_header((header::VARY, "Accept-Encoding"));
    // They lie in the program compressed.
    if !file.gzpipped {
        return Ok(answer.body(file.bytes.into_owned()));
    }
    if takes_gzip(request.headers()) {
        let gzip = (header::CONTENT_ENCODING, "gzip");
        return Ok(answer.insert_header(gzip).body(file.bytes.into_owned()));
    }
    let mut plain = Vec::new();
    if let Err(error) = GzDecoder::new(file.bytes.as_ref()).read_to_end(&mut plain) {
        tracing::error!(%error, "a page of the program cannot be unpacked");
        return Err(Failure::no_route());
    }
    Ok(answer.body(plain))
}

/// Whether the client said that it takes gzip, by name or by `*`, and not with a weight of nothing.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING);
    let texts = lines.filter_map(|value| value.to_str().ok());
    let taken = texts.flat_map(|line| line.split(',')).filter_map(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let weight = weight.trim().to_ascii_lowercase();
        let weight: f32 = weight.strip_prefix("q=")?.trim().parse().ok()?;
        Some((name.trim().to_ascii_lowercase(), weight > 0.0))
    });
    let taken: Vec<_> = taken.collect();
    let of = |wanted: &str| {
        taken
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, taken)| *taken)
    };
    of("gzip").or_else(|| of("*")).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn nobody_gets_gzip_who_does_not_ask_for_it() {
        let takes = |line: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(line));
            takes_gzip(&headers)
        };
        assert!(takes("gzip") && takes("br, GZIP;q=0.5") && takes("*"));
        for line in ["", "br", "identity", "gzip;q=0", "*, gzip;q=0", "*;q=0"] {
            assert!(!takes(line), "{line}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
