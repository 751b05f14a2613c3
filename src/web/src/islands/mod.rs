//! What becomes wasm. Each island is small, calls nothing on the server, and leaves a page behind that works when it
//! never arrives.

mod confirm_revoke;
mod copy_button;
mod live_times;
mod scope_presets;
mod table_filter;
mod words;

pub use confirm_revoke::ConfirmRevoke;
pub use copy_button::CopyButton;
pub use live_times::LiveTimes;
pub use scope_presets::ScopePresets;
pub use table_filter::TableFilter;
pub(crate) use words::distance;
