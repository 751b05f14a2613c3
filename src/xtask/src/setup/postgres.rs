//! A PostgreSQL of one test run: a cluster in a temporary folder, on a free port of the loopback address.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result};

use super::{debian, free_address};
use crate::process;

/// The variable by which tests find their database.
const VARIABLE: &str = "FLUI_TEST_DATABASE_URL";

/// A running server; it stops, and its folder goes, when this is dropped.
pub(crate) struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
}

impl Postgres {
    /// Starts a server, or returns `None` when `FLUI_TEST_DATABASE_URL` already names one.
    pub(crate) fn start() -> Result<Option<Self>> {
        if env::var_os(VARIABLE).is_some() {
            return Ok(None);
        }
        if programs().is_none() {
            debian::install(&["postgresql"], "PostgreSQL for the tests (or FLUI_TEST_DATABASE_URL)")?;
        }
        let programs = programs().context("the postgresql package brought no server")?;
        let postgres = Self {
            programs,
            folder: folder()?,
            port: free_address()?.port(),
        };
        postgres.run(
            "initdb",
            &[
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ],
        )?;
        // Nothing here must survive a power cut, so it may be fast; the tests open many connections.
        let options = format!(
            "-c listen_addresses=127.0.0.1 -p {} -c unix_socket_directories= -c fsync=off -c synchronous_commit=off \
             -c full_page_writes=off -c max_connections=300",
            postgres.port
        );
        let log = postgres.folder.join("log");
        postgres.run(
            "pg_ctl",
            &[
                "start",
                "--wait",
                "--silent",
                "--options",
                &options,
                "--log",
                &log.to_string_lossy(),
            ],
        )?;
        Ok(Some(postgres))
    }

    /// Lets a program find this server.
    pub(crate) fn offer(&self, command: &mut Command) {
        command.env(
            VARIABLE,
            format!("postgres://postgres@127.0.0.1:{}/postgres", self.port),
        );
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<()> {
        let mut command = self.unprivileged(&self.programs.join(program));
        command.arg("--pgdata").arg(self.folder.join("data")).args(arguments);
        process::run(command.stdout(Stdio::null()))
    }

    /// The server refuses to run as root: then it runs as the user whom its package made for it.
    fn unprivileged(&self, program: &Path) -> Command {
        let mut command = if debian::is_root() {
            let mut command = Command::new("runuser");
            command.args(["--user", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        // That user may not enter the folder this program stands in.
        command.current_dir(&self.folder);
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Not by `process::run`, which gives up at once after Ctrl-C.
        let mut command = self.unprivileged(&self.programs.join("pg_ctl"));
        command
            .args(["stop", "--wait", "--silent", "--mode=immediate", "--pgdata"])
            .arg(self.folder.join("data"));
        let _ = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The folder of the newest server: Debian keeps each major version in its own, off PATH.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            Some((path.file_name()?.to_str()?.parse().ok()?, path.join("bin")))
        })
        .filter(|(_, programs)| programs.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop().map(|(_, programs)| programs).or_else(|| {
        let programs = PathBuf::from(process::output_of(Command::new("pg_config").arg("--bindir"))?);
        programs.join("initdb").exists().then_some(programs)
    })
}

fn folder() -> Result<PathBuf> {
    let folder = env::temp_dir().join(format!("flui-postgres-{}", std::process::id()));
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    if debian::is_root() {
        process::run(Command::new("chown").arg("postgres:").arg(&folder))?;
    }
    Ok(folder)
}
