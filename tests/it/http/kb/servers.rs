//! The knowledge base of several servers on one database.

mod postgres_only {
    use serde_json::json;

    use crate::http::desk::{Desk, next};
    use crate::http::kb::{at, write};
    use crate::http::program::Program;

    const SEARCH: &str = "/api/v1/support/kb/search";

    #[tokio::test]
    async fn what_one_server_has_written_every_other_finds_at_once() {
        let program = Program::new();
        let servers = [program.serve(), program.serve(), program.serve()];
        let mut desks = Vec::new();
        for server in &servers {
            desks.push(Desk::on(server).await);
        }
        let tag = format!("servers-{}", next());
        let write_and_look = |writer: usize, n: usize| {
            let (desks, tag) = (&desks, &tag);
            async move {
                let word = format!("word{writer}x{n}");
                let article = json!({ "title": format!("About {word}"), "tags": [tag] });
                let id = write(&desks[writer].admin, article).await.str("id");
                for desk in desks {
                    let search = json!({ "query": word, "tags": [tag] });
                    let found = desk.anonymous.post(SEARCH, search).await.is(200);
                    assert_eq!(found.json["total"], 1, "{word}");
                    // Each of them changes the day's count of the same few articles.
                    desk.admin.get(&at(&id)).await.is(200);
                }
                let hidden = json!({ "visibility": "internal" });
                let other = &desks[(writer + 1) % desks.len()];
                other.admin.put(&at(&id), hidden).await.is(200);
                for desk in desks {
                    let search = json!({ "query": word, "tags": [tag] });
                    let found = desk.anonymous.post(SEARCH, search).await.is(200);
                    assert_eq!(found.json["total"], 0, "{word}");
                    assert_eq!(desk.admin.get(&at(&id)).await.is(200).json["views"], 1);
                }
            }
        };
        for n in 0..8 {
            tokio::join!(
                write_and_look(0, n),
                write_and_look(1, n),
                write_and_look(2, n)
            );
        }
    }
}
