//! What the audit log says of a start.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::app::App;

/// Writes down that the server begins to serve, and with what: the fingerprint is the SHA-256 of what
/// `flui-dashboard config` prints, in which no secret stands.
pub(crate) async fn record(app: &App) {
    let digest = Sha256::digest(app.config.redacted());
    let fingerprint = digest.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    app.identity
        .record_start(env!("CARGO_PKG_VERSION"), flui_store::schema(), &fingerprint)
        .await;
}
