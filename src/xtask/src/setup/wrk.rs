//! What puts servers under load.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use super::debian;

/// Finds wrk, or installs it.
pub(crate) fn wrk() -> Result<PathBuf> {
    if let Some(program) = find() {
        return Ok(program);
    }
    debian::install(&["wrk"], "wrk, which puts servers under load,")?;
    find().context("the package wrk brought no program")
}

fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join("wrk"))
        .find(|program| Path::is_file(program))
}
