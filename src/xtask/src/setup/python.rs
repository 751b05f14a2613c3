//! Programs from the Python package index, each in an environment of its own.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result};

use super::debian;
use crate::{process, workspace};

/// schemathesis, which asks an API what its document promises.
pub(crate) fn schemathesis() -> Result<PathBuf> {
    program("schemathesis", "end2end/api/requirements.txt")
}

/// Traefik, which is no package of Debian's.
pub(super) fn traefik() -> Result<PathBuf> {
    program("traefik", "end2end/traefik.txt")
}

/// Installs the packages of the file into `target/NAME`, each with the hash named there, unless they are there already, and
/// gives the program of that name.
fn program(name: &str, requirements: &str) -> Result<PathBuf> {
    let file = workspace::path(requirements)?;
    let wanted = fs::read(&file).with_context(|| format!("cannot read {requirements}"))?;
    let folder = workspace::path("target")?.join(name);
    let stamp = folder.join("installed.txt");
    if fs::read(&stamp).ok().as_ref() != Some(&wanted) {
        // Debian's Python alone cannot make environments.
        if process::output_of(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_none() {
            debian::install(
                &["python3", "python3-venv"],
                &format!("Python 3.11 or newer with venv for {name}"),
            )?;
        }
        println!("    installing {name} with pip");
        process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        let mut pip = Command::new(folder.join("bin/pip"));
        pip.args([
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "--only-binary",
            ":all:",
        ]);
        process::run(pip.arg("--requirement").arg(&file))?;
        fs::write(&stamp, wanted).with_context(|| format!("cannot write to {}", stamp.display()))?;
    }
    Ok(folder.join("bin").join(name))
}
