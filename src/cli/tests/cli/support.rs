//! A folder for one test's `flui`, and what a spawned `flui` answered.

use std::{fs, path::PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// A fresh `FLUI_HOME`.
pub(crate) struct Sandbox {
    folder: TempDir,
}

/// What a spawned `flui` left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    /// A sandbox with one context, `prod`.
    pub(crate) fn with_context(api_url: &str) -> Self {
        let sandbox = Self::new();
        let ran = sandbox.flui(&["context", "create", "prod", "--api-url", api_url]);
        assert_eq!(ran.code, 0, "{ran:?}");
        sandbox
    }

    /// Where flui's files are; it does not exist at first.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub(crate) fn config_file(&self, context: &str) -> PathBuf {
        self.home().join("profiles").join(context).join("config.json")
    }

    pub(crate) fn config(&self, context: &str) -> Value {
        serde_json::from_str(&fs::read_to_string(self.config_file(context)).unwrap()).unwrap()
    }

    /// Adds fields to a context's file, as another program would.
    pub(crate) fn write_fields(&self, context: &str, fields: &Value) {
        let mut config = self.config(context);
        for (name, value) in fields.as_object().unwrap() {
            config[name] = value.clone();
        }
        fs::write(self.config_file(context), config.to_string()).unwrap();
    }

    /// The program with this folder and none of the environment's own settings.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_flui"));
        command.env("FLUI_HOME", self.home());
        // A person at a desk: the login does not go headless by itself.
        command.env("DISPLAY", ":99");
        for name in [
            "SSH_CONNECTION",
            "SSH_TTY",
            "FLUI_PROFILE",
            "FLUI_API_KEY",
            "FLUI_CA_FILE",
            "NO_COLOR",
            "CLICOLOR_FORCE",
        ] {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn flui(&self, args: &[&str]) -> Ran {
        self.flui_with(&[], args)
    }

    pub(crate) fn flui_with(&self, environment: &[(&str, &str)], args: &[&str]) -> Ran {
        let mut command = self.command();
        command.args(args).envs(environment.iter().copied());
        let output = command.output().unwrap();
        Ran {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
