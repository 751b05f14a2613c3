//! The vocabulary of the product: identifiers, kinds, scopes, the bodies of requests and answers,
//! and the stable error codes. Compiles natively and to WebAssembly, and knows serde only.
//!
//! Each noun has one module, and the same name in every other layer.

pub mod api_keys;
pub mod app_clients;
pub mod audit;
pub mod auth_config;
pub mod contexts;
pub mod device_logins;
mod ids;
pub mod introspection;
mod kind;
mod lists;
pub mod machines;
pub mod me;
mod problem;
pub mod revocation;
mod role;
pub mod scopes;
pub mod sessions;
pub mod sign_ins;
mod timestamp;
pub mod webhooks;

pub use ids::{AppClientId, DeviceLoginId, PersonId, SignInId};
pub use kind::{Kind, ParseKindError};
pub use lists::{Page, page_limit};
pub use problem::{ErrorCode, FieldError, Problem};
pub use role::Role;
pub use scopes::{Area, Depth, ParseScopeError, Scope, ScopeSet};
pub use timestamp::{ParseTimestampError, Timestamp};
