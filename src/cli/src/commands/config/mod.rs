//! `flui config`: the settings of a context. Works offline.

mod get;
mod list;
mod remove;
mod set;
mod show;

use crate::{args::Config, exit::Fault, setup::Setup};

/// Does what a verb of `flui config` asks for.
pub(crate) fn run(setup: &Setup, command: Config) -> Result<(), Fault> {
    match command {
        Config::Show => show::run(setup),
        Config::Get { key } => get::run(setup, key),
        Config::Set { key, value } => set::run(setup, key, &value),
        Config::Remove { key } => remove::run(setup, key),
        Config::List => list::run(setup),
    }
}
