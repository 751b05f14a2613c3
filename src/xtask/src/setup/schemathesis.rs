//! schemathesis, which asks an API what its document promises: in a Python environment of its own.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result};

use super::debian;
use crate::{process, workspace};

/// Installs the packages of `end2end/api/requirements.txt`, each with the hash named there, unless they are there
/// already.
pub(crate) fn schemathesis() -> Result<PathBuf> {
    let requirements = workspace::path("end2end/api/requirements.txt")?;
    let wanted = fs::read(&requirements).context("cannot read end2end/api/requirements.txt")?;
    let folder = workspace::path("target/schemathesis")?;
    let stamp = folder.join("installed.txt");
    if fs::read(&stamp).ok().as_ref() != Some(&wanted) {
        // Debian's Python alone cannot make environments.
        if process::output_of(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_none() {
            debian::install(
                &["python3", "python3-venv"],
                "Python 3.11 or newer with venv for the API tests",
            )?;
        }
        println!("    installing schemathesis with pip");
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
        process::run(pip.arg("--requirement").arg(&requirements))?;
        fs::write(&stamp, wanted).context("cannot write to target/schemathesis")?;
    }
    Ok(folder.join("bin/schemathesis"))
}
