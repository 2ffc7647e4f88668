//! The program `linedesk`.

use std::process::ExitCode;

fn main() -> ExitCode {
    linedesk_server::main()
}
