//! The program as the tests start it: the same main function, but it does not outlive the test that started it.

use std::io::{Read as _, stdin};
use std::process::ExitCode;

fn main() -> ExitCode {
    // Commands may read standard input; a server never does, and its end is the end of the test.
    if std::env::args().any(|argument| argument == "serve") {
        std::thread::spawn(|| {
            let mut rest = Vec::new();
            let _ended = stdin().read_to_end(&mut rest);
            std::process::exit(70);
        });
    }
    linedesk_server::main()
}
