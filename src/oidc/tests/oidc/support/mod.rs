//! What all tests share: a clock that they move, and relying parties.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use std::time::SystemTime;

use flui_identity::{Clock, Random};
use flui_model::Timestamp;
use flui_oidc::{RelyingParty, Settings};
use rand::Rng as _;

pub(crate) mod browser;
pub(crate) mod crafted;
pub(crate) mod tls;

pub(crate) const CLIENT: &str = "flui-dashboard";
pub(crate) const CLI: &str = "flui-cli";
pub(crate) const SECRET: &str = "s3cret: with +odd& characters%";
pub(crate) const PUBLIC_URL: &str = "http://127.0.0.1:3000";
pub(crate) const CALLBACK: &str = "http://127.0.0.1:3000/auth/callback";

/// The system's time, moved by the test.
#[derive(Default)]
pub(crate) struct TestClock {
    offset: AtomicI64,
}

impl TestClock {
    pub(crate) fn advance(&self, seconds: i64) {
        self.offset.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is a clock")]
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let seconds = i64::try_from(since_epoch.as_secs()).unwrap();
        Timestamp::from_seconds(seconds + self.offset.load(Ordering::SeqCst))
    }
}

pub(crate) struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        #[expect(clippy::disallowed_methods, reason = "this is the port's implementation")]
        rand::rng().fill_bytes(bytes);
    }
}

pub(crate) fn install_cryptography() {
    // Another test of this process may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

pub(crate) fn settings(issuer: &str) -> Settings {
    Settings {
        issuer: issuer.to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret: SECRET.into(),
        cli_client_id: CLI.to_owned(),
        offline_access: false,
        registration_token: None,
        scopes: ["openid", "profile", "email"].map(str::to_owned).into(),
        audiences: Vec::new(),
        ca_file: None,
        public_url: PUBLIC_URL.parse().unwrap(),
        roles_claim: "groups".to_owned(),
    }
}

pub(crate) fn relying_party(settings: Settings) -> (RelyingParty, Arc<TestClock>) {
    install_cryptography();
    let clock = Arc::new(TestClock::default());
    let rp = RelyingParty::new(settings, clock.clone(), Arc::new(SystemRandom)).unwrap();
    (rp, clock)
}

/// The value of a query parameter that must be there once.
pub(crate) fn query(url: &url::Url, name: &str) -> String {
    let values: Vec<_> = url
        .query_pairs()
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value)
        .collect();
    assert_eq!(values.len(), 1, "{name} in {url}");
    values[0].clone().into_owned()
}
