//! `flui keys`: list, create, rotate and revoke keys.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod revoke;
pub(crate) mod rotate;

use crate::{args::Keys, exit::Fault, setup::Setup};

/// Does what a verb of `flui keys` asks for.
pub(crate) async fn run(setup: &Setup, command: Keys) -> Result<(), Fault> {
    match command {
        Keys::List(args) => list::run(setup, &args).await,
        Keys::Create(args) => create::run(setup, args).await,
        Keys::Rotate(args) => rotate::run(setup, args).await,
        Keys::Revoke(args) => revoke::run(setup, args).await,
    }
}
