//! One module per noun, one file per verb.

mod audit;
mod auth;
mod completion;
mod config;
mod context;
mod keys;
mod man;

use crate::{
    args::{Cli, Command, Output},
    exit::Fault,
    expiry_hint,
    printer::Printer,
    reference,
    setup::Setup,
};

/// Does what the command line asks for. That its key ends soon is told last, whatever became of the command.
pub(crate) async fn run(cli: Cli) -> Result<(), Fault> {
    let global = cli.global.clone();
    let outcome = dispatch(cli).await;
    expiry_hint::tell(global);
    outcome
}

async fn dispatch(cli: Cli) -> Result<(), Fault> {
    let plain = Printer::new(Output::Text, cli.global.quiet);
    match cli.command {
        Command::Completion { shell } => completion::run(plain, shell),
        Command::Reference => plain.data(reference::render().trim_end()),
        Command::Man { folder } => man::run(&folder),
        Command::Auth(command) => auth::run(&Setup::new(cli.global)?, command).await,
        Command::Audit(command) => audit::run(&Setup::new(cli.global)?, command).await,
        Command::Keys(command) => keys::run(&Setup::new(cli.global)?, command).await,
        Command::Context(command) => context::run(&Setup::new(cli.global)?, command),
        Command::Config(command) => config::run(&Setup::new(cli.global)?, command),
        Command::Whoami => auth::status::run(&Setup::new(cli.global)?).await,
    }
}
