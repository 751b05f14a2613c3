//! nginx, Caddy and Traefik, behind which the tests put apps.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use super::{debian, python};
use crate::process;

/// Those that Debian has: each program, Debian's package of it, and the service that the package brings.
const PROXIES: [(&str, &str, &str); 2] = [("nginx", "nginx-light", "nginx"), ("caddy", "caddy", "caddy")];

/// Finds all, or installs what is missing.
pub(crate) fn proxies() -> Result<()> {
    of_debian()?;
    python::traefik()?;
    Ok(())
}

fn of_debian() -> Result<()> {
    if find("openssl").is_none() {
        debian::install(&["openssl"], "openssl, which makes certificates for the browser tests,")?;
    }
    for (program, package, service) in PROXIES {
        if find(program).is_none() {
            debian::install(&[package], &format!("{program}, which the tests put before apps,"))?;
            stop(service);
            find(program).with_context(|| format!("the package {package} brought no program"))?;
        }
    }
    Ok(())
}

/// Finds nginx, or installs it.
pub(crate) fn nginx() -> Result<PathBuf> {
    of_debian()?;
    find("nginx").context("nginx is gone")
}

/// Debian starts what it installs, and from then on at every boot: the tests want the programs alone.
fn stop(service: &str) {
    if Path::new("/run/systemd/system").exists() {
        process::output_of(Command::new("systemctl").args(["disable", "--now", service]));
    } else {
        process::output_of(Command::new("service").args([service, "stop"]));
    }
}

fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    // Debian keeps nginx where only administrators look.
    env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin")])
        .map(|folder| folder.join(program))
        .find(|program| program.is_file())
}
