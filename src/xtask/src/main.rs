//! `cargo xtask`: everything around the code that cargo alone does not do.
//!
//! - `build` makes the site (wasm, script, style sheet) and the binaries,
//! - `run` serves the dashboard with a development provider beside it,
//! - `openapi` writes the committed document of the API,
//! - `test` checks all that a change must pass,
//! - `promises` tells which test holds which promise,
//! - `bench` measures what the dashboard is held to,
//! - `mutate` shows that the tests of the promises can fail.
//!
//! One file per command; `assets` makes the site, `setup` finds or installs the tools of others.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a build tool talks to the terminal"
)]

mod assets;
mod bench;
mod build;
mod http;
mod mutate;
mod openapi;
mod process;
mod promises;
mod run;
mod setup;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Exit code of a command that Ctrl-C or SIGTERM ended: 128 + SIGINT.
const INTERRUPTED: u8 = 130;

/// Builds, runs and tests the dashboard.
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Bench(bench::Arguments),
    Build(build::Arguments),
    Promises(promises::Arguments),
    /// Writes docs/openapi.json anew from the code.
    Openapi,
    Mutate(mutate::Arguments),
    Run(run::Arguments),
    Test(test::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = process::catch_interrupts().and_then(|()| match arguments.command {
        Command::Bench(arguments) => bench::bench(&arguments),
        Command::Build(arguments) => build::build(&arguments),
        Command::Promises(arguments) => promises::promises(&arguments),
        Command::Openapi => openapi::openapi(),
        Command::Mutate(arguments) => mutate::mutate(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Test(arguments) => test::test(&arguments),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if process::interrupted() => {
            eprintln!("xtask: interrupted");
            ExitCode::from(INTERRUPTED)
        }
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
