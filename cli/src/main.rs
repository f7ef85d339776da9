//! The command `uff`; see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    uff_cli::run(std::env::args_os()).into()
}
