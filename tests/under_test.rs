//! The program as the tests start it: the same main function, but a server does not outlive the test that started it,
//! nor does its folder.

use std::io::{Read as _, stdin};
use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(folder) = std::env::var_os("REMOVED_WHEN_STANDARD_INPUT_ENDS") {
        std::thread::spawn(move || {
            let mut rest = Vec::new();
            let _ended = stdin().read_to_end(&mut rest);
            let _gone_already = std::fs::remove_dir_all(folder);
            std::process::exit(70);
        });
    }
    linedesk_server::main()
}
