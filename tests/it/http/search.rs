//! Full-text search.

use serde_json::json;

use super::api::each;
use super::desk::{Customer, Desk, at, next};

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |encoded, byte| {
        format!("{encoded}%{byte:02X}")
    })
}

async fn found(desk: &Desk, customer: &Customer, words: &str) -> Vec<String> {
    let path = format!(
        "/api/v1/tickets?customer_id={}&sort=created_at&q={}",
        customer.id,
        encoded(words)
    );
    let answer = desk.admin.get(&path).await.is(200);
    let titles = each(&answer.list("tickets"), "title");
    assert_eq!(answer.json["total"], titles.len(), "{words}: {answer}");
    titles
}

#[tokio::test]
async fn every_word_has_to_occur_in_title_description_or_number() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let make = |title: &'static str, description: &'static str| {
        let body = json!({ "title": title, "description": description });
        let (desk, customer) = (&desk, &customer.id);
        async move { desk.ticket_with(customer, body).await.str("ticket_number") }
    };
    let number = make("Router blinks red", "It began after the thunderstorm.").await;
    make("Router is silent", "No light at all, whatever I press.").await;
    make(
        "Störung in Köln",
        "Ein Gewitter hat die Leitung beschädigt.",
    )
    .await;

    assert_eq!(found(&desk, &customer, "router").await.len(), 2);
    assert_eq!(
        found(&desk, &customer, "ROUTER thunderstorm").await,
        ["Router blinks red"]
    );
    assert_eq!(
        found(&desk, &customer, "router gewitter").await,
        Vec::<String>::new()
    );
    assert_eq!(
        found(&desk, &customer, "störung").await,
        ["Störung in Köln"]
    );
    assert_eq!(
        found(&desk, &customer, &number).await,
        ["Router blinks red"]
    );
    assert_eq!(
        found(&desk, &customer, "status").await,
        Vec::<String>::new()
    );
    assert_eq!(found(&desk, &customer, "open").await, Vec::<String>::new());
}

#[tokio::test]
async fn whatever_is_searched_for_is_taken_as_words() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    desk.ticket_with(&customer.id, json!({ "title": "Alpha beta" }))
        .await;
    for query in [
        "\"",
        "\"\"",
        "alpha\"",
        "\"alpha",
        "'",
        "*",
        "al*",
        "alpha AND",
        "AND",
        "OR",
        "NOT",
        "alpha NOT beta",
        "NEAR(alpha beta)",
        "title:alpha",
        "description : beta",
        "{title description}:alpha",
        "^alpha",
        "-alpha",
        "(alpha",
        "alpha)",
        "alpha + beta",
        "a:b:c",
        "\\",
        "%",
        "_",
        ";",
        "--",
        "/*",
        "\u{1f4a5}",
        "ß",
        "\u{202e}",
        "alpha\tbeta",
        "alpha\nbeta",
        "!!",
        "....",
        "[alpha]",
        "alpha|beta",
        "alpha&beta",
        "<alpha>",
        "$1",
        "?1",
        "x'41'",
        "1",
        "''",
        "\" OR 1=1 --",
        "alpha\" OR \"1",
        "rowid:1",
        "-",
        "+",
        "#",
        "@",
        "~",
        "`",
        "=",
        ",",
    ] {
        let path = format!(
            "/api/v1/tickets?customer_id={}&q={}",
            customer.id,
            encoded(query)
        );
        let answer = desk.admin.get(&path).await;
        assert!([200, 400].contains(&answer.status), "{query}: {answer}");
    }
    let long = "word ".repeat(2_000);
    let answer = desk
        .admin
        .get(&format!(
            "/api/v1/tickets?customer_id={}&q={}",
            customer.id,
            encoded(&long)
        ))
        .await;
    assert!([200, 400, 414].contains(&answer.status), "{answer}");
    assert_eq!(
        found(&desk, &customer, "beta \"alpha\"").await,
        ["Alpha beta"]
    );
    assert_eq!(
        found(&desk, &customer, "alpha OR gamma").await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn an_edit_and_a_deletion_show_in_the_next_search() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let (before, after) = (format!("before{}", next()), format!("after{}", next()));
    let ticket = desk
        .ticket_with(
            &customer.id,
            json!({ "title": format!("The {before} title") }),
        )
        .await
        .str("id");
    assert_eq!(found(&desk, &customer, &before).await.len(), 1);
    desk.admin
        .put(
            &at(&ticket, ""),
            json!({ "title": format!("The {after} title") }),
        )
        .await
        .is(200);
    assert_eq!(found(&desk, &customer, &before).await.len(), 0);
    assert_eq!(found(&desk, &customer, &after).await.len(), 1);
    desk.admin.delete(&at(&ticket, "")).await.is(204);
    assert_eq!(found(&desk, &customer, &after).await.len(), 0);
}
