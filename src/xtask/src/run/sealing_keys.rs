use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rand::Rng as _;

use crate::workspace;

/// The file with the key that seals the secrets of `target/run`, made on first use.
pub(crate) fn file() -> Result<PathBuf> {
    let path = workspace::path("target/run/sealing-keys")?;
    if !path.exists() {
        make(&path).with_context(|| format!("cannot make {}", path.display()))?;
    }
    Ok(path)
}

fn make(path: &Path) -> Result<()> {
    let mut key = [0; 32];
    #[expect(
        clippy::disallowed_methods,
        reason = "the rules take chance as an argument; this is a tool"
    )]
    rand::rng().fill_bytes(&mut key);
    // Written beside and moved into place: a half-written key would never be mended.
    let beside = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)?;
    writeln!(file, "development:{}", STANDARD.encode(key))?;
    file.sync_all()?;
    fs::rename(beside, path)?;
    Ok(())
}
