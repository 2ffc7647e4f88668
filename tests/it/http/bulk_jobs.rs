//! The same action on very many tickets, as clients see the job.

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

use super::api::{Answer, Api, each, text};
use super::desk::{Desk, at, eventually, with};
use super::program::{Program, Server};

const BULK: &str = "/api/v1/tickets/bulk";

async fn tickets(desk: &Desk, customer: &str, count: usize) -> Vec<String> {
    let made = stream::iter(0..count).map(|_| desk.ticket(customer));
    made.buffered(16).collect().await
}

async fn ask(api: &Api, body: Value) -> Answer {
    let ask = api.ask("POST", BULK).header("Prefer", "respond-async");
    ask.json(body).send().await
}

fn place(job: &Answer) -> String {
    format!("{BULK}/{}", job.str("id"))
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

async fn ended(api: &Api, place: &str) -> Answer {
    eventually("the end of the job", || async {
        let answer = api.get(place).await.is(200);
        let status = answer.str("status");
        (!["queued", "running"].contains(&status.as_str())).then_some(answer)
    })
    .await
}

/// Until so many of its tickets are done.
async fn reaches(api: &Api, place: &str, done: i64) {
    eventually("the progress", || async {
        let answer = api.get(place).await.is(200);
        let so_far = answer.json["progress"]["tickets_done"].as_i64();
        (so_far >= Some(done)).then_some(())
    })
    .await;
}

/// How many comments each ticket has.
async fn comments(desk: &Desk, ids: &[String]) -> Vec<usize> {
    let read = stream::iter(ids).map(|id| async {
        let found = desk.admin.get(&at(id, "/comments?limit=10")).await;
        found.is(200).list("comments").len()
    });
    read.buffered(16).collect().await
}

#[tokio::test]
async fn a_job_over_more_tickets_than_a_call_takes_is_watched_and_read() {
    let desk = Desk::shared().await;
    let (customer, lead) = (desk.account(json!({})).await, desk.lead().await);
    let ids = tickets(&desk, &customer, 1_200).await;
    for n in [3, 64, 1_100] {
        let close = at(&ids[n], "/close");
        desk.admin.post(&close, json!({})).await.is(200);
    }
    let filter = json!({ "customer_id": customer });
    let begin = json!({ "filter": filter, "action": "status", "status": "in_progress" });
    let refused = lead.post(BULK, begin.clone()).await;
    assert!(
        refused.faults().contains("filter out_of_range"),
        "{refused}"
    );
    assert!(
        refused.text().contains("Prefer: respond-async"),
        "{refused}"
    );

    let keyed = || {
        let ask = lead.ask("POST", BULK).header("Idempotency-Key", "storm");
        let ask = ask.header("Prefer", "return=minimal, respond-async");
        ask.json(begin.clone())
    };
    let asked = keyed().send().await.is(202);
    let again = keyed().send().await.is(202);
    for answer in [&asked, &again] {
        assert_eq!(answer.header("preference-applied"), "respond-async");
        assert_eq!(answer.header("location"), place(&asked));
        assert_eq!(answer.str("status"), "queued");
        assert_eq!(answer.json["progress"]["tickets_total"], 1_200);
    }
    assert_eq!(again.header("idempotency-replayed"), "true");
    let place = place(&asked);
    let done = ended(&lead, &place).await;
    assert_eq!(done.str("status"), "done");
    let told = ["succeeded", "failed", "progress", "request", "created_by"];
    assert_eq!(
        told.map(|name| done.json[name].clone()),
        [
            json!(1_197),
            json!(3),
            json!({ "tickets_done": 1_200, "tickets_total": 1_200 }),
            json!({ "action": "status" }),
            json!(lead.id),
        ]
    );
    let list = lead.get(BULK).await.is(200);
    assert_eq!(
        (list.list("items").len(), &list.json["total"]),
        (1, &json!(1))
    );

    let results = |query: &'static str| {
        let path = format!("{place}/results{query}");
        let lead = &lead;
        async move { lead.get(&path).await.is(200) }
    };
    let (first, second) = (
        results("?limit=1000").await,
        results("?limit=1000&offset=1000").await,
    );
    assert_eq!(
        (&first.json["total"], &second.json["offset"]),
        (&json!(1_200), &json!(1_000))
    );
    let mut listed = each(&first.list("items"), "ticket_id");
    listed.extend(each(&second.list("items"), "ticket_id"));
    assert_eq!(sorted(listed), sorted(ids.clone()), "each once");
    let failed = results("?failed=true").await;
    assert_eq!(failed.json["total"], 3);
    let refusals = failed.list("items");
    for refusal in &refusals {
        assert_eq!(
            (&refusal["status"], &refusal["error"]["code"]),
            (&json!(409), &json!("invalid_transition"))
        );
    }
    let closed = [3, 64, 1_100].map(|n| ids[n].clone()).to_vec();
    assert_eq!(sorted(each(&refusals, "ticket_id")), sorted(closed));
    assert_eq!(
        results("?failed=true&offset=2").await.list("items").len(),
        1
    );
    let csv = results(".csv").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let file = csv.text();
    let lines: Vec<_> = file.split("\r\n").collect();
    assert_eq!(
        (lines.len(), lines[0]),
        (1_202, "ticket_id,status,code,detail")
    );
    assert_eq!(file.matches(",200,,").count(), 1_197);
    let few = results(".csv?failed=true").await.text();
    assert_eq!(few.matches(",409,invalid_transition,").count(), 3);
    lead.delete(&place).await.is(204);
    assert_eq!(lead.get(&place).await.is(200).str("status"), "done");
}

#[tokio::test]
async fn a_filter_that_the_job_itself_changes_loses_none_and_ids_may_be_many() {
    let desk = Desk::shared().await;
    let (customer, lead) = (desk.account(json!({})).await, desk.lead().await);
    let mut ids = tickets(&desk, &customer, 300).await;
    let filter = json!({ "customer_id": customer, "status": "open" });
    let begin = json!({ "filter": filter, "action": "status", "status": "in_progress" });
    let asked = ask(&lead, begin).await.is(202);
    let done = ended(&lead, &place(&asked)).await;
    let counts = (&done.json["succeeded"], &done.json["failed"]);
    assert_eq!(counts, (&json!(300), &json!(0)));
    let path = format!("/api/v1/tickets?limit=1&customer_id={customer}&status=open");
    assert_eq!(desk.admin.get(&path).await.is(200).json["total"], 0);

    ids.extend((0..800).map(|n| format!("0190a5f0-0000-7000-8000-{n:012}")));
    let body = json!({ "ticket_ids": ids, "action": "tag", "add": ["storm"] });
    let asked = ask(&lead, body).await.is(202);
    let done = ended(&lead, &place(&asked)).await;
    let counts = (&done.json["succeeded"], &done.json["failed"]);
    assert_eq!(counts, (&json!(300), &json!(800)));
    let results = format!("{}/results?limit=2&offset=299", place(&asked));
    let two = lead.get(&results).await.is(200).list("items");
    assert_eq!(each(&two, "ticket_id"), ids[299..301], "in the order given");
    assert_eq!(
        (&two[0]["status"], &two[1]["status"]),
        (&json!(200), &json!(404))
    );
}

#[tokio::test]
async fn a_job_is_its_makers_and_the_admins() {
    let desk = Desk::shared().await;
    let customer = desk.customer().await;
    let (lead, other) = (desk.lead().await, desk.lead().await);
    let id = desk.ticket(&customer.id).await;
    let body = json!({ "ticket_ids": [id], "action": "priority", "priority": "high" });
    let asked = ask(&lead, body.clone()).await.is(202);
    let place = place(&asked);
    for path in [
        place.clone(),
        format!("{place}/results"),
        format!("{place}/results.csv"),
    ] {
        other.get(&path).await.is(404);
        customer.get(&path).await.is(403);
        desk.admin.get(&path).await.is(200);
    }
    other.delete(&place).await.problem(404, "not_found");
    assert_eq!(other.get(BULK).await.is(200).json["total"], 0);
    ask(&customer, body).await.problem(403, "forbidden");
    let all = desk.admin.get(&format!("{BULK}?limit=1000")).await.is(200);
    assert!(each(&all.list("items"), "id").contains(&asked.str("id")));
    assert_eq!(ended(&lead, &place).await.json["succeeded"], 1);
    let nobody = "0190a5f0-0000-7000-8000-000000000001";
    for path in [format!("{BULK}/{nobody}"), format!("{BULK}/x/results")] {
        desk.admin.get(&path).await.problem(404, "not_found");
    }
    let wrong = desk
        .admin
        .get(&format!("{place}/results?failed=maybe&limit=0"))
        .await;
    let faults = ["failed not_a_boolean", "limit out_of_range"];
    assert!(wrong.faults().iter().eq(faults), "{wrong}");
}

#[tokio::test]
async fn what_cannot_be_is_refused_before_there_is_a_job() {
    let desk = Desk::shared().await;
    let lead = desk.lead().await;
    let many: Vec<_> = (0..25_001)
        .map(|n| format!("0190a5f0-0000-7000-8000-{n:012}"))
        .collect();
    for (body, fault) in [
        (
            json!({ "ticket_ids": many, "action": "close" }),
            "ticket_ids too_long",
        ),
        (
            json!({ "ticket_ids": [], "action": "close" }),
            "ticket_ids out_of_range",
        ),
        (
            json!({ "filter": {}, "action": "close" }),
            "filter required",
        ),
        (json!({ "filter": { "status": "open" } }), "action required"),
    ] {
        let refused = ask(&lead, body).await.is(400);
        assert!(refused.faults().iter().eq([fault]), "{refused}");
    }
    assert_eq!(lead.get(BULK).await.is(200).json["total"], 0);
    // As many as there may be; of those that nobody has, each has an outcome.
    let body = json!({ "ticket_ids": many[..25_000], "action": "close" });
    let asked = ask(&lead, body).await.is(202);
    assert_eq!(asked.json["progress"]["tickets_total"], 25_000);
    reaches(&lead, &place(&asked), 64).await;
    lead.delete(&place(&asked)).await.is(204);
    let ended = ended(&lead, &place(&asked)).await;
    assert_eq!(
        (ended.str("status").as_str(), &ended.json["succeeded"]),
        ("cancelled", &json!(0))
    );
}

/// A desk on a server, with tickets of one customer and a job that writes on each.
async fn begun(server: &Server, count: usize) -> (Desk, Vec<String>, String) {
    let desk = Desk::on(server).await;
    let customer = desk.account(json!({})).await;
    let ids = tickets(&desk, &customer, count).await;
    let comment = json!({ "action": "comment", "body": "All clear.", "is_internal": true });
    let which = json!({ "filter": { "customer_id": customer } });
    let asked = ask(&desk.admin, with(which, comment)).await.is(202);
    (desk, ids, place(&asked))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_whose_server_is_killed_twice_writes_once_on_every_ticket() {
    let program = Program::new();
    let mut server = program.serve();
    let (desk, ids, place) = begun(&server, 1_500).await;
    reaches(&desk.admin, &place, 100).await;
    server.kill();
    server = program.serve();
    let desk = Desk::on(&server).await;
    reaches(&desk.admin, &place, 500).await;
    server.kill();
    // The one that is told to stop gives it back at once.
    server = program.serve();
    let desk = Desk::on(&server).await;
    reaches(&desk.admin, &place, 1_000).await;
    server.terminate();
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());
    server = program.serve();
    let desk = Desk::on(&server).await;
    let done = ended(&desk.admin, &place).await;
    assert_eq!(done.str("status"), "done", "{done}");
    assert_eq!(
        (&done.json["succeeded"], &done.json["failed"]),
        (&json!(1_500), &json!(0))
    );
    assert_eq!(comments(&desk, &ids).await, vec![1; 1_500]);
    let csv = desk
        .admin
        .get(&format!("{place}/results.csv"))
        .await
        .is(200);
    assert_eq!(csv.text().lines().count(), 1_501);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelling_stops_a_job_and_its_results_are_what_was_done() {
    let program = Program::new();
    let server = program.serve();
    let (desk, ids, place) = begun(&server, 1_500).await;
    reaches(&desk.admin, &place, 1).await;
    desk.admin.delete(&place).await.is(204);
    let cancelled = desk.admin.get(&place).await.is(200);
    assert_eq!(cancelled.str("status"), "cancelled");
    // The next job is begun when the cancelled one is let go of.
    let body = json!({ "ticket_ids": [ids[0]], "action": "priority", "priority": "high" });
    let next = ask(&desk.admin, body).await.is(202);
    ended(&desk.admin, &self::place(&next)).await;
    let results = desk
        .admin
        .get(&format!("{place}/results.csv"))
        .await
        .is(200)
        .text();
    let written: Vec<_> = results
        .lines()
        .skip(1)
        .map(|line| line[..36].to_owned())
        .collect();
    assert!((1..1_500).contains(&written.len()), "{}", written.len());
    let counts = comments(&desk, &ids).await;
    for (id, count) in ids.iter().zip(counts) {
        assert_eq!(count, usize::from(written.contains(id)), "{id}");
    }
    let page = desk
        .admin
        .get(&format!("{place}/results?limit=1"))
        .await
        .is(200);
    assert_eq!(page.json["total"], written.len());
    let stands = desk.admin.get(&place).await.is(200);
    assert_eq!(stands.json["progress"]["tickets_done"], written.len());
    assert_eq!(text(&stands.json["finished_at"]).len(), 27);
}

mod postgres_only {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn another_server_takes_a_job_over_while_requests_are_answered() {
        let program = Program::new();
        let first = program.serve();
        let (_, ids, place) = begun(&first, 1_200).await;
        let second = program.serve();
        let desk = Desk::on(&second).await;
        reaches(&desk.admin, &place, 100).await;
        first.kill();
        let done = ended(&desk.admin, &place).await;
        assert_eq!(
            (done.str("status").as_str(), &done.json["succeeded"]),
            ("done", &json!(1_200))
        );
        assert_eq!(comments(&desk, &ids).await, vec![1; 1_200]);
    }
}
