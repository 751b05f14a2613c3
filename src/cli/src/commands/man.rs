//! `flui man`: manual pages, for packages and releases.

use std::{fs, io, path::Path};

use clap::CommandFactory;

use crate::{args::Cli, exit::Fault};

/// Writes `flui.1`, `flui-auth.1` and so on.
pub(crate) fn run(folder: &Path) -> Result<(), Fault> {
    let cannot = |error: io::Error| Fault::failure(format!("Cannot write to {}: {error}.", folder.display()));
    fs::create_dir_all(folder).map_err(cannot)?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(cannot)
}
