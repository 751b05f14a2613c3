//! What the guides in `docs/` are run with.

use std::process::Command;

use anyhow::Result;

use super::debian;
use crate::process;

/// A program, what it is asked for to see whether it is there, and Debian's packages that bring it.
const PROGRAMS: [(&str, &str, &[&str]); 3] = [
    ("curl", "--version", &["curl"]),
    ("node", "--version", &["nodejs"]),
    ("go", "version", &["golang-go"]),
];

/// Finds the programs, or installs them.
pub(crate) fn guides() -> Result<()> {
    for (program, question, packages) in PROGRAMS {
        if process::output_of(Command::new(program).arg(question)).is_none() {
            debian::install(packages, &format!("{program}, by which the guides are run,"))?;
        }
    }
    Ok(())
}
