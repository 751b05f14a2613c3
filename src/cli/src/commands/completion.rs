//! `flui completion`: scripts for shells.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::{args::Cli, exit::Fault, printer::Printer};

/// Prints the completion script.
pub(crate) fn run(printer: Printer, shell: Shell) -> Result<(), Fault> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "flui", &mut script);
    printer.data(String::from_utf8_lossy(&script).trim_end())
}
