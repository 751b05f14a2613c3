//! Where things lie, and the site's options.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// The workspace's folder: two above this crate's.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// A path below the workspace's folder, without `..` in it.
pub(crate) fn path(relative: impl AsRef<Path>) -> Result<PathBuf> {
    let root = root().canonicalize().context("the workspace's folder is gone")?;
    Ok(root.join(relative))
}

/// cargo, started in the workspace's folder.
///
/// The variables that cargo sets for a program it runs are taken away: build scripts that watch them (ring's does)
/// would run again on each change between `cargo build` and `cargo xtask build`.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    tidy(&mut command);
    command
}

/// Starts `command` in the workspace's folder and without the variables named at [`cargo`].
pub(crate) fn tidy(command: &mut Command) {
    command.current_dir(root()).env_remove("LEPTOS_OUTPUT_NAME");
    for (name, _) in env::vars_os() {
        if is_cargos_own(&name) {
            command.env_remove(name);
        }
    }
}

fn is_cargos_own(name: &OsStr) -> bool {
    name.to_str()
        .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
}

/// The options of `Leptos.toml` that the build uses.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct SiteOptions {
    /// Beginning of the names of the hashed files.
    pub(crate) output_name: String,
    /// The site's folder, from the workspace's.
    pub(crate) site_root: String,
    /// Folder of the hashed files, from the site's.
    pub(crate) site_pkg_dir: String,
}

impl SiteOptions {
    /// Reads `Leptos.toml`.
    pub(crate) fn read() -> Result<Self> {
        let text = fs::read_to_string(path("Leptos.toml")?).context("cannot read Leptos.toml")?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct File {
            package: Package,
        }
        #[derive(Deserialize)]
        struct Package {
            metadata: Metadata,
        }
        #[derive(Deserialize)]
        struct Metadata {
            leptos: SiteOptions,
        }
        let file: File = toml::from_str(text).context("Leptos.toml")?;
        Ok(file.package.metadata.leptos)
    }
}

/// All files below `folder` whose name ends in `.extension`, sorted by path; none when the folder is absent.
pub(crate) fn files(folder: &Path, extension: Option<&str>) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if extension.is_none_or(|wanted| path.extension() == Some(OsStr::new(wanted))) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_options_stand_under_the_table_that_leptos_looks_for() {
        let options = SiteOptions::read().unwrap();
        assert_eq!(
            (options.output_name.as_str(), options.site_pkg_dir.as_str()),
            ("flui", "pkg")
        );
        assert!(SiteOptions::parse("[leptos]\noutput-name = \"flui\"").is_err());
    }

    #[test]
    fn only_what_cargo_sets_for_a_program_is_taken_away() {
        assert!(is_cargos_own(OsStr::new("CARGO_PKG_VERSION")));
        assert!(is_cargos_own(OsStr::new("CARGO_MANIFEST_DIR")));
        assert!(!is_cargos_own(OsStr::new("CARGO_TERM_COLOR")));
        assert!(!is_cargos_own(OsStr::new("CARGO_HOME")));
    }
}
