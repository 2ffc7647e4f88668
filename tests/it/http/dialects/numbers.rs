//! Parts of ticket numbers in searches, the same in every API that has one.

use serde_json::{Value, json};

use super::crm::{TICKETS, zone_offline};
use crate::http::desk::{Customer, Desk, with};

/// How many of the customer's own tickets each API's search finds.
async fn found(customer: &Customer, text: &str) -> usize {
    let isp = customer.get(&format!("/api/v1/tickets?q={text}")).await;
    let isp = isp.is(200).list("tickets").len();
    let crm = customer.get(&format!("{TICKETS}?search={text}")).await;
    let crm = crm.is(200);
    assert_eq!(crm.list("results").len(), isp, "{text}");
    assert_eq!(crm.json["count"], isp, "{text}");
    let maintenance = customer.get(&format!("/maintenance?q={text}")).await;
    let maintenance = maintenance.is(200).json.as_array().map(Vec::len);
    assert_eq!(maintenance, Some(isp), "{text}");
    isp
}

#[tokio::test]
async fn a_ticket_is_found_by_its_number_its_beginnings_and_its_sequence() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let make = async |subject: &str| {
        let body = with(zone_offline(&customer.id), json!({ "subject": subject }));
        customer.post(TICKETS, body).await.is(201)
    };
    let one = make("Zone offline").await;
    make("Zone 20190101-0001 and T-1000 offline").await;
    let number = one.str("ticket_number");
    let (day, sequence) = number[2..].split_once('-').expect("a day and a sequence");
    for whole in [
        number.clone(),
        number.to_lowercase(),
        format!("{day}-{sequence}"),
        sequence.to_owned(),
        format!("offline+{sequence}"),
        format!("{number}+zone"),
    ] {
        assert_eq!(found(&customer, &whole).await, 1, "{whole}");
    }
    for end in 3..=number.len() - sequence.len() {
        let beginning = &number[..end];
        assert_eq!(found(&customer, beginning).await, 2, "{beginning}");
        let with_a_word = format!("{beginning}+zone");
        assert_eq!(found(&customer, &with_a_word).await, 2, "{beginning}");
    }
    assert_eq!(found(&customer, day).await, 2);
    // What texts say is found as before.
    for text in ["20190101-0001", "T-1000", "20190101", "t-1000+offline"] {
        assert_eq!(found(&customer, text).await, 1, "{text}");
    }
    for nothing in ["T-1999", "T-29991231", "T-20190101", "99998877", "T-202613"] {
        assert_eq!(found(&customer, nothing).await, 0, "{nothing}");
    }
}

#[tokio::test]
async fn the_days_of_a_number_go_with_other_filters_and_in_bulk_calls() {
    let desk = Desk::shared().await;
    let (customer, lead) = (desk.customer().await, desk.lead().await);
    let made = lead.post(TICKETS, zone_offline(&customer.id)).await.is(201);
    let month = made.str("ticket_number")[..8].to_owned();
    let own = format!("customer_id={}", customer.id);
    let found = async |more: &str| {
        let path = format!("/api/v1/tickets?q={month}&{own}&{more}");
        lead.get(&path).await.is(200).list("tickets").len()
    };
    assert_eq!(found("priority=high").await, 1);
    assert_eq!(found("priority=low").await, 0);
    assert_eq!(found("created_to=2001-01-01").await, 0);
    let bulk = async |text: &str| {
        let filter = json!({ "q": text, "customer_id": customer.id });
        let body = json!({ "filter": filter, "action": "tag", "add": ["found"] });
        let done = lead.post("/api/v1/tickets/bulk", body).await.is(200);
        done.json["succeeded"].clone()
    };
    assert_eq!(bulk("T-2001").await, Value::from(0));
    assert_eq!(bulk(&month).await, Value::from(1));
}

#[tokio::test]
async fn a_companys_name_is_found_without_its_accents() {
    let desk = Desk::shared().await;
    let agent = desk.agent().await;
    let id = desk.account(json!({ "name": "Hôtel Éclair Žižkov" })).await;
    agent.post(TICKETS, zone_offline(&id)).await.is(201);
    for text in [
        "hotel",
        "HÔTEL",
        "eclair",
        "zizk",
        "hotel+eclair",
        "éclair+zone",
    ] {
        let path = format!("{TICKETS}?company={id}&search={text}");
        let found = agent.get(&path).await.is(200);
        assert_eq!(found.json["count"], 1, "{text}");
    }
    let path = format!("{TICKETS}?company={id}&search=motel");
    assert_eq!(agent.get(&path).await.is(200).json["count"], 0);
}
