//! The pages of the dashboard.
//!
//! Every page is made whole on the server and works without script: an act is a form, a choice is a link. What stands
//! in [`islands`] also becomes wasm and only adds comfort: it copies, asks before a key is revoked, and keeps relative
//! times true. Islands call nothing on the server.
//!
//! To add a page: a file in `pages/<noun>/<verb>.rs` that answers with a `frame`, and a route in `app`.
//! What knows the product and is used by several pages goes to `parts`; what would fit any product goes to `ui`.

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
#[expect(
    unreachable_pub,
    reason = "the macro keeps a second, hidden function beside the component"
)]
mod app;
#[cfg(feature = "ssr")]
mod context;
#[cfg(feature = "ssr")]
mod document;
#[cfg(feature = "ssr")]
mod errors;
#[cfg(feature = "ssr")]
mod forms;
#[expect(
    unreachable_pub,
    reason = "the macro keeps a second, hidden function beside each island"
)]
pub mod islands;
#[cfg(feature = "ssr")]
mod notices;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod parts;
#[cfg(feature = "ssr")]
mod render;
#[cfg(all(test, feature = "ssr"))]
mod tests;
#[cfg(feature = "ssr")]
mod ui;

#[cfg(feature = "ssr")]
pub use self::{
    api::api_page,
    app::App,
    context::{PageContext, PageSettings, PageStatus, Theme},
    document::shell,
    errors::{ErrorPage, error_page},
    forms::{AppClientFormFields, ContextFormFields, FormAnswer, KeyActFields, KeyFormFields, LostFormFields},
    notices::Notice,
    render::{PageRequest, RenderedPage, render},
};
