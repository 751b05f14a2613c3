//! `flui audit`: what was done, by whom, from where.

pub(crate) mod list;

use crate::{args::Audit, exit::Fault, setup::Setup};

/// Does what a verb of `flui audit` asks for.
pub(crate) async fn run(setup: &Setup, command: Audit) -> Result<(), Fault> {
    match command {
        Audit::List(args) => list::run(setup, args).await,
    }
}
