//! The program as the tests start it: the same main function, but a server does not outlive the test that started it,
//! nor does its folder. And what drops the databases of tests that have ended, and what works on the outbox beside others.

#[path = "under_test/claimer.rs"]
mod claimer;

use std::io::{Read as _, stdin};
use std::process::ExitCode;

use diesel::connection::SimpleConnection as _;
use diesel::pg::PgConnection;
use diesel::sql_types::Text;
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, sql_query};

fn main() -> ExitCode {
    if let Some(prefix) = std::env::var_os("DATABASES_DROPPED_WHEN_STANDARD_INPUT_ENDS") {
        let server = std::env::var_os("DATABASES_DROPPED_ON").unwrap_or_default();
        wait_for_the_end_of_standard_input();
        return drop_databases(&server.to_string_lossy(), &prefix.to_string_lossy());
    }
    if let Some(folder) = std::env::var_os("REMOVED_WHEN_STANDARD_INPUT_ENDS") {
        std::thread::spawn(move || {
            wait_for_the_end_of_standard_input();
            let _gone_already = std::fs::remove_dir_all(folder);
            std::process::exit(70);
        });
    }
    if let Some(url) = std::env::var_os("OUTBOX_WORKED_ON") {
        let file = std::env::var_os("OUTBOX_WORK_NOTED_IN").unwrap_or_default();
        std::thread::spawn(|| {
            wait_for_the_end_of_standard_input();
            std::process::exit(70);
        });
        return claimer::run(&url.to_string_lossy(), &file.to_string_lossy());
    }
    linedesk_server::main()
}

fn wait_for_the_end_of_standard_input() {
    let mut rest = Vec::new();
    let _ended = stdin().read_to_end(&mut rest);
}

/// Drops every database whose name begins so.
fn drop_databases(server: &str, prefix: &str) -> ExitCode {
    let Ok(mut session) = PgConnection::establish(server) else {
        return ExitCode::FAILURE;
    };
    let names = "SELECT datname::text AS name FROM pg_database WHERE starts_with(datname, $1)";
    let names = sql_query(names).bind::<Text, _>(prefix);
    for Name { name } in names.load(&mut session).unwrap_or_default() {
        let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        let _gone_already = session.batch_execute(&drop);
    }
    ExitCode::SUCCESS
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}
