use std::sync::Arc;

use flui_identity::{Clock, Random};
use flui_model::Timestamp;
use flui_oidc::RelyingParty;
use tokio::runtime::{Builder, Runtime};

use crate::{
    app::provider_settings,
    config::{Flags, load},
};

/// The input is posted as a logout token. The provider is away and has signed nothing, so it ends no session.
///
/// # Panics
/// If it is taken for one of the provider's.
pub fn logout_token(text: &str) {
    thread_local! {
        static WORLD: (Runtime, RelyingParty) = world();
    }
    WORLD.with(|(runtime, party)| assert!(runtime.block_on(party.verify_logout_token(text)).is_err()));
}

fn world() -> (Runtime, RelyingParty) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Nothing listens there: whoever gets so far is refused.
    let variables = [
        ("FLUI_OIDC_ISSUER", "http://127.0.0.1:1"),
        ("FLUI_PUBLIC_URL", "http://127.0.0.1:2"),
        ("FLUI_OIDC_CLIENT_ID", "flui"),
        ("FLUI_OIDC_CLIENT_SECRET", "of no importance"),
        ("FLUI_OIDC_CLI_CLIENT_ID", "cli"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = load(&Flags::default(), variables.into_iter()).expect("the configuration is good");
    let party = RelyingParty::new(provider_settings(&config), Arc::new(Fixed), Arc::new(Fixed));
    let runtime = Builder::new_current_thread().enable_all().build();
    (
        runtime.expect("a runtime starts"),
        party.expect("the settings are good"),
    )
}

/// One moment, and no chance.
struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(1_800_000_000_000_000)
    }
}

impl Random for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::made_of;

    const PIECES: &[&str] = &[
        // {"alg":"ES256","kid":"a"}, {"alg":"none"} and {"typ":"logout+jwt","alg":"RS256","kid":"a"}
        "eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ",
        "eyJhbGciOiJub25lIn0",
        "eyJ0eXAiOiJsb2dvdXQrand0IiwiYWxnIjoiUlMyNTYiLCJraWQiOiJhIn0",
        // {"iss":"http://127.0.0.1:1"} and []
        "eyJpc3MiOiJodHRwOi8vMTI3LjAuMC4xOjEifQ",
        "W10",
        ".",
        "..",
        "AAAA",
        "=",
        " ",
        "{}",
        "\u{e9}",
    ];

    proptest! {
        #[test]
        fn l4_whatever_is_posted_is_no_logout_token_without_the_provider(data in made_of(PIECES)) {
            super::logout_token(&String::from_utf8_lossy(&data));
        }
    }
}
