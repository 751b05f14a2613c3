//! `cargo xtask build`: the site and the binaries.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use clap::Args;

use crate::{
    assets,
    process::{self, step},
    workspace::{self, SiteOptions},
};

/// The binaries of an installation.
pub(crate) const INSTALLED: [&str; 2] = ["flui-dashboard", "flui"];

/// Builds the site into target/site and the binaries; with --release a complete installation in target/dist.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Optimise, and leave a complete installation in target/dist.
    #[arg(long)]
    release: bool,
}

pub(crate) fn build(arguments: &Arguments) -> Result<()> {
    if arguments.release {
        let dist = release(&INSTALLED)?;
        println!(
            "A complete installation is in {}: flui-dashboard, flui and the folders site and man.",
            dist.display()
        );
    } else {
        site()?;
        binaries(&INSTALLED)?;
    }
    Ok(())
}

/// Builds the site for daily work and returns its folder.
pub(crate) fn site() -> Result<PathBuf> {
    let options = SiteOptions::read()?;
    let site = workspace::path(&options.site_root)?;
    step("site", || assets::build(&site, &options))?;
    Ok(site)
}

/// Builds unoptimised binaries and returns their folder.
pub(crate) fn binaries(names: &[&str]) -> Result<PathBuf> {
    compile("binaries", names, &[])?;
    workspace::path("target/debug")
}

/// Builds the named binaries optimised and leaves [`INSTALLED`], the site, its options and the manual pages in `target/dist`, which is
/// returned. Other names stay in `target/release`.
pub(crate) fn release(names: &[&str]) -> Result<PathBuf> {
    let options = SiteOptions::read()?;
    let dist = workspace::path("target/dist")?;
    step("site", || assets::build(&dist.join("site"), &options))?;
    compile("release binaries", names, &["--release"])?;
    for name in INSTALLED {
        replace(&workspace::path("target/release")?.join(name), &dist.join(name))?;
    }
    step("manual pages", || {
        process::run(Command::new(dist.join("flui")).arg("man").arg(dist.join("man")))
    })?;
    let text = fs::read_to_string(workspace::path("Leptos.toml")?).context("cannot read Leptos.toml")?;
    let text = text.replace(
        &format!("site-root = \"{}\"", options.site_root),
        "site-root = \"site\"",
    );
    fs::write(dist.join("Leptos.toml"), text).context("cannot write target/dist/Leptos.toml")?;
    Ok(dist)
}

/// Builds the named examples; they lie in the folder `examples` beside the binaries of the same profile.
pub(crate) fn examples(names: &[&str], profile: &[&str]) -> Result<()> {
    step("examples", || {
        let mut command = workspace::cargo();
        command.arg("build").args(profile);
        for name in names {
            command.args(["--example", name]);
        }
        process::run(&mut command)
    })
}

fn compile(what: &str, names: &[&str], profile: &[&str]) -> Result<()> {
    step(what, || {
        let mut command = workspace::cargo();
        // Without `--package`: then features unify over the default members as in `cargo check` and `cargo test`.
        command.arg("build").args(profile);
        for name in names {
            command.args(["--bin", name]);
        }
        process::run(&mut command)
    })
}

/// Copies over a file that may be running: it gets a new file, and the running program keeps the old one.
fn replace(from: &Path, to: &Path) -> Result<()> {
    let fresh = to.with_extension("new");
    fs::copy(from, &fresh).with_context(|| format!("cannot copy {}", from.display()))?;
    fs::rename(&fresh, to).with_context(|| format!("cannot write {}", to.display()))
}
