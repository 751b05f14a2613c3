//! `flui-dashboard check`: tests configuration, database and provider without serving.

use std::sync::Arc;

use flui_oidc::RelyingParty;

use crate::{
    app::{database, provider_settings},
    assets,
    clock::SystemClock,
    config::Config,
    random::SystemRandom,
};

/// One thing that was tested.
#[derive(Debug)]
pub struct Finding {
    /// What.
    pub what: &'static str,
    /// Why it will not do; none if it will.
    pub fault: Option<String>,
}

/// Tests all, and stops at nothing, so that one run names every fault.
pub async fn check(config: &Config) -> Vec<Finding> {
    let fault = |error: &dyn std::fmt::Display| Some(error.to_string());
    let store = match std::fs::create_dir_all(&config.state_dir) {
        Ok(()) => flui_store::open(&database(&config.database))
            .await
            .err()
            .and_then(|e| fault(&e)),
        Err(error) => fault(&error),
    };
    let relying_party = RelyingParty::new(provider_settings(config), Arc::new(SystemClock), Arc::new(SystemRandom));
    let provider = match relying_party {
        Ok(relying_party) => relying_party.ready().await.err().and_then(|e| fault(&e)),
        Err(error) => fault(&error),
    };
    vec![
        Finding {
            what: "database",
            fault: store,
        },
        Finding {
            what: "provider",
            fault: provider,
        },
        Finding {
            what: "site folder",
            fault: assets::read(&config.site_dir).err().and_then(|e| fault(&e)),
        },
    ]
}
