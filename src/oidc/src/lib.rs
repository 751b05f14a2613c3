//! The relying party: everything that this product believes of an `OpenID` provider, and why.
//!
//! [`RelyingParty`] sends people to the provider and checks what comes back. Each act is a method in a file of its own
//! under `relying_party/`: beginning and completing a sign-in, verifying a bearer for the exchange, verifying a logout
//! token, ending the provider's session. Below the acts stand:
//!
//! - `discovery` and `jwt::keys`: the provider's two public documents, each in a `cached::Cached` that heals by itself
//!   and never swaps a good document for a bad one;
//! - `jwt`: one verifier for ID tokens, access tokens, logout tokens and signed userinfo. Its list of algorithms is
//!   its own: what the provider announces is not asked;
//! - `person` and `roles`: what claims say of a person;
//! - `http`: the only way out, without redirects and with limits of time and size;
//! - `skew`: whose clock is off.
//!
//! No web framework, database or page stands here. Tokens, codes and secrets never reach a log, a `Debug` text or an
//! error.

mod attempt;
mod cached;
mod discovery;
mod error;
mod http;
mod jwt;
mod loopback;
mod person;
mod relying_party;
mod roles;
mod seal;
mod settings;
mod skew;

pub use error::{Bad, BearerError, LoginError, ProviderError, TokenError, Unavailable};
pub use http::certificates;
pub use relying_party::{Ask, CallbackAnswer, CompletedLogin, RefreshError, Refreshed, RelyingParty};
pub use settings::{Settings, SettingsError};
