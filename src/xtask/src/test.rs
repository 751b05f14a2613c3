//! `cargo xtask test`: all that a change must pass.

mod api;
mod counts;

use std::{
    env,
    io::{IsTerminal as _, stdout},
    process::Command,
};

use anyhow::Result;
use clap::{Args, ValueEnum};

use self::counts::{Counts, Runner};
use crate::{
    build, mutate,
    process::{self, step},
    promises,
    setup::{self, Postgres, WASM_TARGET},
    workspace,
};

/// Binaries that the browser tests start.
const STARTED: [&str; 3] = ["flui-dashboard", "flui", "flui-devidp"];

/// Checks format and lints, and runs the unit, integration, API and browser tests.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Only one kind of test, without the checks.
    #[arg(long, value_enum)]
    only: Option<Part>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Part {
    /// Tests beside the code they test.
    Unit,
    /// Tests of crates from outside, against SQLite and PostgreSQL.
    It,
    /// The API against its document, with made-up requests.
    Api,
    /// Journeys in a browser.
    E2e,
}

pub(crate) fn test(arguments: &Arguments) -> Result<()> {
    let mut counts = Counts::default();
    let outcome = parts(arguments.only, &mut counts);
    println!("{counts}");
    outcome
}

fn parts(only: Option<Part>, counts: &mut Counts) -> Result<()> {
    match only {
        Some(Part::Unit) => unit(counts),
        Some(Part::It) => integration(counts),
        Some(Part::Api) => api::api(),
        Some(Part::E2e) => end2end(counts),
        None => {
            checks()?;
            native(counts)?;
            api::api()?;
            end2end(counts)
        }
    }
}

fn checks() -> Result<()> {
    step("guards that can be switched off", mutate::check_table)?;
    step("promises and their tests", promises::check)?;
    step("format", || process::run(cargo().args(["fmt", "--all", "--check"])))?;
    step("lints", || {
        process::run(cargo().args(["clippy", "--all-targets", "--", "--deny", "warnings"]))
    })?;
    step("lints of the wasm side", || {
        let toolchain = setup::wasm_target()?;
        let mut command = toolchain.check();
        command.args(["--package", "flui-hydrate", "--target", WASM_TARGET]);
        if toolchain == setup::WasmToolchain::Same {
            command.args(["--", "--deny", "warnings"]);
        }
        process::run(&mut command)
    })
}

fn native(counts: &mut Counts) -> Result<()> {
    step("proxies for the tests", setup::proxies)?;
    with_postgres(|postgres| cargo_test("unit and integration tests", &[], postgres, counts))
}

fn unit(counts: &mut Counts) -> Result<()> {
    cargo_test("unit tests", &["--lib", "--bins"], None, counts)
}

fn integration(counts: &mut Counts) -> Result<()> {
    step("proxies for the tests", setup::proxies)?;
    with_postgres(|postgres| cargo_test("integration tests", &["--test", "*"], postgres, counts))
}

fn with_postgres(work: impl FnOnce(Option<&Postgres>) -> Result<()>) -> Result<()> {
    step("programs for the guides", setup::guides)?;
    let postgres = step("PostgreSQL for the tests", Postgres::start)?;
    work(postgres.as_ref())
}

fn cargo_test(name: &str, targets: &[&str], postgres: Option<&Postgres>, counts: &mut Counts) -> Result<()> {
    step(name, || {
        let mut command = cargo();
        command.arg("test").args(targets);
        if let Some(postgres) = postgres {
            postgres.offer(&mut command);
        }
        process::run_reading(&mut command, |line| counts.read(Runner::Cargo, line))
    })
}

fn end2end(counts: &mut Counts) -> Result<()> {
    build::site()?;
    build::binaries(&STARTED)?;
    let (folder, chromium) = step("browser and its packages", || {
        let folder = setup::end2end_packages()?;
        let chromium = setup::chromium(&folder)?;
        Ok((folder, chromium))
    })?;
    step("proxies for the tests", setup::proxies)?;
    step("browser tests", || {
        let mut command = Command::new("node");
        command
            .current_dir(&folder)
            .args(["node_modules/@playwright/test/cli.js", "test"]);
        if let Some(chromium) = &chromium {
            command.env("FLUI_CHROMIUM", chromium);
        }
        if colour() {
            command.env("FORCE_COLOR", "1");
        }
        process::run_reading(&mut command, |line| counts.read(Runner::Playwright, line))
    })
}

/// cargo with colours as the terminal would have had them: the tests' output passes through a pipe.
fn cargo() -> Command {
    let mut command = workspace::cargo();
    if env::var_os("CARGO_TERM_COLOR").is_none() {
        command.env("CARGO_TERM_COLOR", if colour() { "always" } else { "never" });
    }
    command
}

fn colour() -> bool {
    stdout().is_terminal() && env::var_os("CI").is_none() && env::var_os("NO_COLOR").is_none()
}
