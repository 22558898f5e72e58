//! The program: everything it can do is asked for on the command line; asked for nothing, it opens the window.

use std::process::ExitCode;

fn main() -> ExitCode {
    loadscape::cli::main()
}
