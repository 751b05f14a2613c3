//! An OpenID provider for development and tests.
//!
//! It listens on loopback only and never serves an installation: of the dashboard's commands, `check --hostile` alone
//! starts it, without its control over HTTP and for that run. It keeps everything in memory: people come from a
//! small TOML file, keys are made at start, sessions and tokens are gone when it stops. Its endpoints stand at
//! Zitadel's paths; relying parties find them by discovery.
//!
//! What it does is real: OpenID Connect Core (code flow), Discovery, RP-Initiated Logout and Back-Channel Logout, PKCE
//! (RFC 7636), JWT access tokens (RFC 9068), introspection (RFC 7662), revocation (RFC 7009), registration (RFC 7591 and 7592), the `iss` parameter
//! (RFC 9207) and loopback redirects of native applications (RFC 8252).
//!
//! What it does can also be spoiled on purpose: [`Control::switch_on`] makes it hostile in one named way, so that
//! relying parties can show that they refuse it.
//!
//! [`start`] serves in the background and hands back a [`DevIdp`]; its [`Control`] changes people, keys and clock while
//! it runs.

mod authorization;
mod backchannel;
mod client_auth;
mod clients;
mod control;
mod documents;
mod endpoints;
mod error;
mod grants;
mod keys;
mod oauth_error;
mod options;
mod pages;
mod params;
mod paths;
mod people;
mod provider;
mod random;
mod registrations;
mod server;
mod sessions;
mod spoil;
mod tokens;

pub use clients::Client;
pub use control::Control;
pub use error::Error;
pub use keys::Algorithm;
pub use options::{AccessTokens, Options};
pub use people::{People, Person};
pub use server::{DevIdp, start, start_without_control};
pub use spoil::Switch;
