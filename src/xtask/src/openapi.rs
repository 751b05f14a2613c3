//! `cargo xtask openapi`: the committed document of the API.

use std::{fs, process::Command};

use anyhow::{Context as _, Result};

use crate::{build, process, workspace};

const FILE: &str = "docs/openapi.json";

/// Writes docs/openapi.json anew from the code.
pub(crate) fn openapi() -> Result<()> {
    let dashboard = build::binaries(&["flui-dashboard"])?.join("flui-dashboard");
    let text = process::output_of(Command::new(dashboard).arg("openapi")).context("flui-dashboard openapi failed")?;
    fs::write(workspace::path(FILE)?, text + "\n").with_context(|| format!("cannot write {FILE}"))?;
    println!("{FILE} is as the code says.");
    Ok(())
}
