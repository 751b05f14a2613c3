//! Files that the configuration names.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
};

/// Far above any configuration, and small enough to be read by mistake.
const LARGEST: u64 = 1024 * 1024;

/// A file's text and its permission bits.
pub(super) struct Document {
    pub(super) text: String,
    mode: u32,
    owner: u32,
}

impl Document {
    /// Reads a whole file. The error is a sentence that names the file.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let name = path.display().to_string().escape_debug().to_string();
        let unreadable = |error| format!("{name} cannot be read: {error}");
        let about = fs::metadata(path).map_err(unreadable)?;
        if !about.is_file() {
            return Err(format!("{name} is not a file"));
        }
        if about.len() > LARGEST {
            return Err(format!("{name} is larger than 1 MiB"));
        }
        let text = fs::read_to_string(path).map_err(unreadable)?;
        Ok(Self {
            text,
            mode: about.permissions().mode() & 0o7777,
            owner: about.uid(),
        })
    }

    /// Refuses a file that others may use, with the command that mends it. A group may read what root owns: so systemd
    /// and Kubernetes hand a secret to a service that runs as somebody else.
    pub(super) fn check_private(&self, path: &Path) -> Result<(), String> {
        let others = if self.owner == 0 { 0o037 } else { 0o077 };
        if self.mode & others == 0 {
            return Ok(());
        }
        let name = path.display().to_string().escape_debug().to_string();
        Err(format!(
            "{name} has mode {:04o}, so that others than its owner can use it; run: chmod 600 {name}",
            self.mode
        ))
    }
}

/// Reads a secret from a file of its own. Editors end a file with a line break, which is no part of the secret.
pub(super) fn read_secret(path: &Path) -> Result<String, String> {
    let document = Document::read(path)?;
    document.check_private(path)?;
    let text = document.text;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}
