//! `flui auth`: sign in, sign out, see who is signed in.

mod device;
mod login;
mod logout;
mod lost;
pub(crate) mod status;

use super::keys;
use crate::{args::Auth, exit::Fault, setup::Setup};

/// Does what a verb of `flui auth` asks for.
pub(crate) async fn run(setup: &Setup, command: Auth) -> Result<(), Fault> {
    match command {
        Auth::Login(args) => login::run(setup, args).await,
        Auth::Logout => logout::run(setup).await,
        Auth::Status => status::run(setup).await,
        Auth::Lost(args) => lost::run(setup, args).await,
        Auth::ApiKeys(args) => keys::list::run(setup, &args).await,
        Auth::GenerateApiKey(args) => keys::create::run(setup, args).await,
        Auth::RevokeApiKey(args) => keys::revoke::run(setup, args).await,
    }
}
