//! The desk as a part of other programs: those in `examples/`, run.

use std::net::TcpListener;
use std::sync::Arc;

use linedesk_app::Parts;
use linedesk_server::config::Settings;
use linedesk_server::desk::{self, Overrides};
use linedesk_server::places::Places;
use reqwest::StatusCode;
use serde_json::json;

use super::api::Api;
use super::desk::{eventually, sign_in};
use crate::database::{CONNECTIONS, Database};

#[path = "../../../examples/in_a_portal.rs"]
mod in_a_portal;
#[path = "../../../examples/own_people.rs"]
mod own_people;
#[expect(dead_code, reason = "`main` is for those who run it")]
#[path = "../../../examples/rules_alone.rs"]
mod rules_alone;

#[test]
fn the_rules_alone_tell_what_a_clock_says_at_any_instant() {
    let mut told = Vec::new();
    rules_alone::tell(&mut told).unwrap();
    let told = String::from_utf8(told).unwrap();
    let expected = "\
A ticket that waits for its customer
  Fri 27 Mar 15:00  customer: created
  Fri 27 Mar 15:10  agent: assigned
  Fri 27 Mar 15:40  agent: commented
  Fri 27 Mar 16:00  agent: status_changed
  Sat 28 Mar 12:00  -> the clock stands still; 1h counted, 9h left
  Mon 30 Mar 10:00  customer: commented
  Mon 30 Mar 10:00  -> due Tue 31 Mar 10:00; 1h counted, 9h left
  Mon 30 Mar 16:30  system: sla_warning
  Mon 30 Mar 16:30  system: escalated
  Tue 31 Mar 09:30  agent: resolved
  Fri 10 Apr 09:00  -> done Tue 31 Mar 09:30; 9h 30m counted, 30m left
One that was forgotten
  Fri 27 Mar 15:00  customer: created
  Fri 27 Mar 15:45  system: sla_warning
  Fri 27 Mar 16:00  system: sla_breach
  Fri 27 Mar 16:00  system: escalated
  Mon 30 Mar 13:30  system: sla_warning
  Mon 30 Mar 16:00  system: sla_breach
  Mon 30 Mar 16:00  system: escalated
  Tue 31 Mar 12:00  system: escalated
";
    assert_eq!(told, expected);
}

fn free_port() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

#[tokio::test]
async fn a_portal_has_its_own_page_and_a_desk_whose_workers_run() {
    let folder = tempfile::tempdir().unwrap();
    let portal = in_a_portal::Portal::start(free_port(), folder.path())
        .await
        .unwrap();
    let api = Api::new(&format!("http://{}", portal.address));
    let home = api.get("/").await.is(200);
    assert!(home.text().contains("The support desk is open."));
    // What is not the desk's is the portal's, which answers it in its own way.
    for path in [
        "/docs",
        "/healthz",
        "/metrics",
        "/api/v1/tickets",
        "/nothing",
    ] {
        assert_eq!(api.get(path).await.is(404).text(), "", "{path}");
    }
    api.get("/desk/api/tickets")
        .await
        .problem(401, "unauthenticated");

    let admin = portal.desk.first_admin.clone().unwrap();
    let password = admin.password.unwrap();
    let tokens = sign_in(&api, "admin", &password).await.is(200);
    let admin = api.with_token(&tokens.str("access"));
    let body = json!({ "name": "Hotel Seeblick" });
    let customer = admin.post("/desk/api/customers", body).await.is(201);
    let ticket = json!({
        "customer_id": customer.str("id"), "title": "No signal", "description": "Dead since noon.",
        "category": "outage_report", "priority": "urgent",
    });
    let ticket = admin.post("/desk/api/tickets", ticket).await.is(201);
    let place = ticket.header("location");
    assert_eq!(place, format!("/desk/api/tickets/{}", ticket.str("id")));

    // Long work is done by the workers.
    let wanted = json!({
        "from": "2026-01-01", "to": "2035-12-31", "timezone": "UTC",
        "policy": { "name": "At once", "position": -5, "targets": { "first_response": 1 } },
    });
    let asked = admin.post("/desk/api/sla/simulate", wanted).await.is(202);
    eventually("the end of the simulation", || async {
        let job = admin.get(&asked.header("location")).await.is(200);
        (job.str("status") == "done").then_some(())
    })
    .await;

    portal.stop().await.unwrap();
    // The data are let go of: the portal can start again on them.
    let again = in_a_portal::Portal::start(free_port(), folder.path())
        .await
        .unwrap();
    assert!(again.desk.first_admin.is_none());
    again.stop().await.unwrap();
}

#[tokio::test]
async fn a_company_has_its_own_people_at_the_desk() {
    let folder = tempfile::tempdir().unwrap();
    let backend = own_people::Backend::start(free_port(), folder.path())
        .await
        .unwrap();
    let anonymous = Api::new(&format!("http://{}", backend.address));
    let person = |name| anonymous.with_token(&backend.company.sign_in(name).unwrap());
    let (otto, anna) = (person("otto"), person("anna"));
    anonymous.get("/my-tickets").await.is(401);

    let ticket = json!({
        "title": "No signal", "description": "Dead since noon.",
        "category": "outage_report", "priority": "urgent",
    });
    let made = otto.post("/api/v1/tickets", ticket).await.is(201);
    let place = format!("/api/v1/tickets/{}", made.str("id"));
    assert_eq!(
        made.str("customer_id"),
        own_people::SEEBLICK.to_string(),
        "{made}"
    );
    let mine = otto.get("/my-tickets").await.is(200).text();
    let line = format!("{} No signal", made.str("ticket_number"));
    assert!(
        mine.starts_with("Tickets of otto:") && mine.contains(&line),
        "{mine}"
    );

    let answer = json!({ "body": "We are on it." });
    anna.post(&format!("{place}/comments"), answer)
        .await
        .is(201);
    let comments = otto.get(&format!("{place}/comments")).await.is(200);
    assert!(comments.text().contains("anna"), "{comments}");
    // The company alone makes people.
    let new =
        json!({ "username": "eve", "email": "eve@example.net", "password": "Violet.Anvil.73" });
    anonymous.post("/auth/users/", new).await.is(404);

    let leaves = |name: &str| {
        let stays = |person: &str| person != name;
        backend
            .company
            .change(|tables| tables.people.retain(|_, person| stays(&person.username)));
    };
    leaves("otto");
    // What was known of him is forgotten within seconds.
    eventually("the end of his session", || async {
        let answer = otto.get(&place).await;
        (answer.status == StatusCode::UNAUTHORIZED.as_u16()).then_some(())
    })
    .await;
    let seen = anna.get(&place).await.is(200);
    assert!(
        seen.text().contains("Hotel Seeblick"),
        "the tickets stay: {seen}"
    );
    backend.stop().await.unwrap();
}

#[tokio::test]
async fn copies_of_a_companys_people_are_written_once_as_long_as_nothing_changes() {
    let (folder, database) = (tempfile::tempdir().unwrap(), Database::new());
    let url = database.as_ref().map(Database::url);
    let mut given = vec![("storage.dir", folder.path().to_str().unwrap())];
    if let Some(url) = &url {
        given.extend([
            ("database.url", url.as_str()),
            ("database.pool_size", CONNECTIONS),
            ("database.writers", CONNECTIONS),
        ]);
    }
    let settings = Settings::given(&given).unwrap();
    Places::of(&settings).create().unwrap();
    desk::migrate(&settings).unwrap();
    let company = Arc::new(own_people::Company::new());
    let people = Arc::clone(&company);
    let overrides = Overrides::parts(move |parts| Parts {
        people: Some(Arc::<own_people::Company>::clone(&people)),
        ..parts
    });
    let app = desk::open(&settings, &overrides).await.unwrap().app;
    assert!(desk::furnish(&app, &settings).await.unwrap().is_none());

    let otto = app.directory.user_by_login("OTTO").await.unwrap().unwrap();
    let hotel = app.directory.customer(own_people::SEEBLICK).await.unwrap();
    assert!(otto.number > 0 && otto.customer == hotel.as_ref().map(|hotel| hotel.id));
    let again = app.directory.user(otto.id).await.unwrap();
    assert_eq!(again.as_ref(), Some(&otto));
    let numbered = app.directory.user_by_number(otto.number).await.unwrap();
    assert_eq!(numbered.as_ref(), Some(&otto));
    let hotel_again = app.directory.customer(own_people::SEEBLICK).await.unwrap();
    assert_eq!(hotel_again, hotel);

    company.change(|tables| {
        tables
            .people
            .entry(otto.id)
            .and_modify(|person| person.name = Some("Otto Huber".to_owned()));
    });
    let renamed = app.directory.user(otto.id).await.unwrap().unwrap();
    assert_eq!(renamed.display_name(), "Otto Huber");
    assert!(renamed.updated_at > otto.updated_at && renamed.epoch == otto.epoch);
    company.change(|tables| tables.people.clear());
    let gone = app.directory.user(otto.id).await.unwrap().unwrap();
    assert_eq!((gone.is_active, gone.epoch), (false, otto.epoch + 1));
    let still = app.directory.user(otto.id).await.unwrap();
    assert_eq!(still, Some(gone), "switched off once");
}
