//! Debian's packages, installed where this program may do so.

use std::{path::Path, process::Command};

use anyhow::{Result, bail};

use crate::process;

/// Whether this program runs as root.
pub(crate) fn is_root() -> bool {
    process::output_of(Command::new("id").arg("-u")).as_deref() == Some("0")
}

/// Installs packages with apt-get, as root on Debian and its kin; anywhere else an error that says what is missing.
pub(crate) fn install(packages: &[&str], what_for: &str) -> Result<()> {
    let names = packages.join(" ");
    if !Path::new("/usr/bin/apt-get").exists() || !is_root() {
        bail!("{what_for} is not there: install it (Debian: apt-get install {names})");
    }
    println!("    installing {names} with apt-get");
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet=2");
        command
    };
    process::run(apt().arg("update"))?;
    process::run(
        apt()
            .args(["install", "--yes", "--no-install-recommends"])
            .args(packages),
    )
}
