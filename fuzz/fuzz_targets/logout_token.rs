//! No token that the provider did not sign is accepted, and none makes a panic.
#![no_main]

use std::{cell::LazyCell, sync::Arc};

use flui_identity::{Clock, Random};
use flui_model::Timestamp;
use flui_oidc::{RelyingParty, Settings};

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

thread_local! {
    static WORLD: LazyCell<(tokio::runtime::Runtime, RelyingParty)> = const { LazyCell::new(world) };
}

fn world() -> (tokio::runtime::Runtime, RelyingParty) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    // Nothing listens there: whoever gets so far is refused.
    let settings = Settings {
        issuer: "http://127.0.0.1:1".to_owned(),
        client_id: "flui".to_owned(),
        client_secret: "secret".to_owned().into(),
        cli_client_id: "cli".to_owned(),
        scopes: vec!["openid".to_owned()],
        offline_access: false,
        audiences: Vec::new(),
        ca_file: None,
        public_url: "http://127.0.0.1:2".parse().expect("an address"),
        roles_claim: "groups".to_owned(),
    };
    let party = RelyingParty::new(settings, Arc::new(Fixed), Arc::new(Fixed)).expect("the settings are good");
    (runtime, party)
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    WORLD.with(|world| {
        let (runtime, party) = &**world;
        assert!(runtime.block_on(party.verify_logout_token(text)).is_err());
    });
});
