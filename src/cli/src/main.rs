//! `flui`: sign in to a Flui dashboard and look after keys, contexts and settings from a terminal.

mod args;
mod callback;
mod commands;
mod context_name;
mod display;
mod exit;
mod expiry_hint;
mod files;
mod home;
mod http;
mod id_token;
mod loopback;
mod machine;
mod overlap;
mod page;
mod printer;
mod profile;
mod provider;
mod reference;
mod setup;
mod system;
mod words;

use std::process::ExitCode;

use clap::Parser;

use crate::exit::Fault;

fn main() -> ExitCode {
    // An error here means that a provider is installed already, which is just as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let cli = args::Cli::parse();
    printer::set_color(cli.global.color);
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let fault = Fault::failure(format!("The program cannot start its event loop: {error}."));
            printer::fault(&fault);
            return fault.exit.into();
        }
    };
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = commands::run(cli) => outcome,
            Ok(()) = tokio::signal::ctrl_c() => Err(Fault::interrupted()),
        }
    });
    // A question that nobody answered still waits on its thread; the process does not wait for it.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            printer::fault(&fault);
            fault.exit.into()
        }
    }
}
