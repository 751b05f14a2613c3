//! `flui-dashboard check`: tests configuration, database and provider without serving.

use std::sync::Arc;

use flui_oidc::RelyingParty;

use crate::{
    app::{database, provider_settings},
    assets,
    clock::SystemClock,
    config::Config,
    outbound::Outbound,
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
    let fault = |error: &dyn std::error::Error| Some(chain(error));
    let store = flui_store::check(&database(&config.database))
        .await
        .err()
        .and_then(|e| fault(&e));
    let relying_party = RelyingParty::new(provider_settings(config), Arc::new(SystemClock), Arc::new(SystemRandom));
    let provider = match relying_party {
        Ok(relying_party) => relying_party.ready().await.err().and_then(|e| fault(&e)),
        Err(error) => fault(&error),
    };
    let mut findings = vec![
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
    ];
    if let Some(webhook) = &config.webhook {
        // Where it leads to, and whether that may be called. Nothing is sent: the receiver would take it for news.
        let outbound = Outbound::new(&config.outbound_allow_private);
        findings.push(Finding {
            what: "webhook",
            fault: outbound.addresses(&webhook.url).await.err().and_then(|e| fault(&e)),
        });
    }
    findings
}

/// An error and each of its causes, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
