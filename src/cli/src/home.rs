//! The folder of the command line: which contexts there are, and which is active.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{context_name::ContextName, exit::Fault, files, profile::Profile};

/// `~/.flui`, or the folder that `FLUI_HOME` names.
pub(crate) struct Home {
    root: PathBuf,
}

impl Home {
    /// Finds the folder. It need not exist yet.
    pub(crate) fn find() -> Result<Self, Fault> {
        if let Some(root) = std::env::var_os("FLUI_HOME").filter(|value| !value.is_empty()) {
            return Ok(Self { root: root.into() });
        }
        match std::env::home_dir().filter(|home| !home.as_os_str().is_empty()) {
            Some(home) => Ok(Self {
                root: home.join(".flui"),
            }),
            None => {
                Err(Fault::usage("Your home folder is not known.")
                    .note("Name the folder for flui's files in FLUI_HOME."))
            }
        }
    }

    fn active_file(&self) -> PathBuf {
        self.root.join("context")
    }

    fn profile_dir(&self, name: &ContextName) -> PathBuf {
        self.root.join("profiles").join(name.as_str())
    }

    /// The file that holds a context's settings and key.
    pub(crate) fn profile_file(&self, name: &ContextName) -> PathBuf {
        self.profile_dir(name).join("config.json")
    }

    /// The active context's name, if one was chosen.
    pub(crate) fn active(&self) -> Result<Option<ContextName>, Fault> {
        let path = self.active_file();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(cannot("read", &path, &error)),
        };
        match text.trim() {
            "" => Ok(None),
            name => name.parse().map(Some).map_err(|_| {
                Fault::failure(format!("{} holds no context's name.", path.display()))
                    .note("Choose one with: flui context use NAME")
            }),
        }
    }

    /// Makes a context the active one.
    pub(crate) fn set_active(&self, name: &ContextName) -> Result<(), Fault> {
        let path = self.active_file();
        files::create_private_dir(&self.root)
            .and_then(|()| files::replace_private(&path, &format!("{name}\n")))
            .map_err(|error| cannot("write", &path, &error))
    }

    /// Leaves no context active.
    pub(crate) fn clear_active(&self) -> Result<(), Fault> {
        let path = self.active_file();
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(cannot("remove", &path, &error)),
            _ => Ok(()),
        }
    }

    /// The names of all contexts, sorted. Folders with other names are somebody else's.
    pub(crate) fn contexts(&self) -> Result<Vec<ContextName>, Fault> {
        let folder = self.root.join("profiles");
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(cannot("read", &folder, &error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| cannot("read", &folder, &error))?;
            let name = entry.file_name().to_str().and_then(|name| name.parse().ok());
            if let Some(name) = name
                && self.profile_file(&name).exists()
            {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// The context of that name as it was created, whatever the case it is asked for in.
    pub(crate) fn find_context(&self, name: &ContextName) -> Result<ContextName, Fault> {
        let contexts = self.contexts()?;
        contexts.into_iter().find(|known| known.is_same(name)).ok_or_else(|| {
            Fault::not_found(format!("There is no context {name}."))
                .note("See those that there are with: flui context list")
        })
    }

    /// Reads a context's file.
    pub(crate) fn profile(&self, name: &ContextName) -> Result<Profile, Fault> {
        let path = self.profile_file(name);
        let text = fs::read_to_string(&path).map_err(|error| cannot("read", &path, &error))?;
        Profile::parse(name.clone(), &path, &text)
    }

    /// Writes a context's file, whole or not at all.
    pub(crate) fn save(&self, profile: &Profile) -> Result<(), Fault> {
        let folder = self.profile_dir(profile.name());
        let path = self.profile_file(profile.name());
        files::create_private_dir(&folder)
            .and_then(|()| files::make_private_dir(&folder))
            .and_then(|()| files::replace_private(&path, &profile.to_text()))
            .map_err(|error| cannot("write", &path, &error))
    }

    /// Removes a context's folder with all that is in it.
    pub(crate) fn delete(&self, name: &ContextName) -> Result<(), Fault> {
        let folder = self.profile_dir(name);
        fs::remove_dir_all(&folder).map_err(|error| cannot("remove", &folder, &error))
    }
}

fn cannot(act: &str, path: &Path, error: &io::Error) -> Fault {
    Fault::failure(format!("Cannot {act} {}: {error}.", path.display()))
}
