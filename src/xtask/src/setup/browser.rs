//! What the browser tests need: their packages and Chromium.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use super::debian;
use crate::{process, workspace};

/// Where distributions put Chromium and its kin.
const CHROMIUM: [&str; 4] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
];

/// Installs the packages of `end2end/` as its lock file names them, unless they are there already. No package's own
/// install script runs.
pub(crate) fn end2end_packages() -> Result<PathBuf> {
    let folder = workspace::path("end2end")?;
    if process::output_of(Command::new("npm").arg("--version")).is_none() {
        debian::install(&["nodejs", "npm"], "Node.js with npm for the browser tests")?;
    }
    let lock = fs::read(folder.join("package-lock.json")).context("cannot read end2end/package-lock.json")?;
    let stamp = folder.join("node_modules/.installed-lock.json");
    if fs::read(&stamp).ok().as_ref() != Some(&lock) {
        println!("    installing the packages of end2end with npm");
        let mut npm = Command::new("npm");
        process::run(
            npm.current_dir(&folder)
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]),
        )?;
        fs::write(&stamp, lock).context("cannot write to end2end/node_modules")?;
    }
    Ok(folder)
}

/// Finds a Chromium, or installs one. `None` means that Playwright has its own and needs no telling.
pub(crate) fn chromium(end2end: &Path) -> Result<Option<PathBuf>> {
    if let Some(named) = env::var_os("FLUI_CHROMIUM") {
        return Ok(Some(named.into()));
    }
    let installed = || CHROMIUM.iter().map(PathBuf::from).find(|program| program.exists());
    if let Some(program) = installed() {
        return Ok(Some(program));
    }
    if debian::is_root() && Path::new("/etc/debian_version").exists() {
        debian::install(&["chromium"], "Chromium for the browser tests")?;
        return Ok(installed());
    }
    println!("    no Chromium in /usr/bin: asking Playwright for its own");
    let mut playwright = Command::new("npx");
    process::run(
        playwright
            .current_dir(end2end)
            .args(["playwright", "install", "chromium"]),
    )?;
    Ok(None)
}
