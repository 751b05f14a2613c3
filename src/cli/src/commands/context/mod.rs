//! `flui context`: which dashboards there are, and which one is meant. Works offline.

mod create;
mod delete;
mod list;
mod show;
mod use_;

use crate::{args::Context, exit::Fault, setup::Setup};

/// Does what a verb of `flui context` asks for.
pub(crate) fn run(setup: &Setup, command: Context) -> Result<(), Fault> {
    match command {
        Context::List => list::run(setup),
        Context::Show { name } => show::run(setup, name.as_ref()),
        Context::Create { name, api_url, switch } => create::run(setup, &name, &api_url, switch),
        Context::Use { name } => use_::run(setup, &name),
        Context::Delete { name, force } => delete::run(setup, &name, force),
    }
}
