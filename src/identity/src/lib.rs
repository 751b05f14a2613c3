//! The rules: who is calling, what they may do, how a sign-in begins and ends.
//!
//! No HTTP, SQL or HTML stands here. What the rules need from outside they take as ports
//! ([`Store`], [`Clock`], [`Random`]), so that tests own time, chance and memory.
//!
//! Each act is a method of [`Identity`] in a file of its own: `sign_ins/create_key.rs`,
//! `sign_ins/end.rs`, `exchange/mod.rs`. An act takes the [`Caller`], checks it first, and hands the
//! store the change together with its audit [`audit::Event`], so that neither is kept without the other.

use std::sync::Arc;

pub mod app_clients;
pub mod apps;
pub mod audit;
mod calendar;
mod caller;
mod client;
pub mod contexts;
pub mod device_logins;
mod error;
pub mod estate;
pub mod exchange;
pub mod logins;
mod names;
mod networks;
pub mod owners;
pub mod people;
mod policy;
mod ports;
mod sealing;
mod secret;
pub mod sign_ins;
mod store_error;
pub mod webhook_deliveries;

pub use caller::{Caller, SignedIn};
pub use client::{Client, agent_name};
pub use error::Error;
pub use names::check_name;
pub use networks::{MAX_NETWORKS, check_networks};
pub use policy::{Policy, RolePolicy};
pub use ports::{Clock, Random, Store};
pub use sealing::{Sealing, SealingKey, SealingKeyError};
pub use secret::{CalendarSecret, Key, KeyFormatError, PresentedSecret, SecretHash};
pub use store_error::StoreError;
use uuid::Uuid;

/// All rules over one store.
pub struct Identity {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    policy: Policy,
    uses: Arc<sign_ins::Uses>,
    told: sign_ins::ToldRefusals,
}

impl Identity {
    /// Puts the rules over a store.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, random: Arc<dyn Random>, policy: Policy) -> Self {
        Self {
            store,
            clock,
            random,
            policy,
            uses: Arc::default(),
            told: sign_ins::ToldRefusals::default(),
        }
    }

    /// The limits and roles in force.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The present moment, as the rules see it.
    pub fn now(&self) -> flui_model::Timestamp {
        self.clock.now()
    }

    /// Whether the store answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    /// Ends keys that never arrived, writes down what ended by itself, and removes what time has made worthless: abandoned
    /// login attempts, spent bearers, logout tokens and the names of requests.
    /// Daily counts and places of keys go after 120 days. Ended sign-ins stay: the audit log refers to them.
    pub async fn sweep(&self) -> Result<(), Error> {
        let now = self.clock.now();
        self.end_unused_keys(now).await?;
        self.note_expiries(now).await?;
        self.store.sweep(now).await?;
        self.store
            .sweep_uses(sign_ins::Day::of(now - sign_ins::USES_KEPT))
            .await?;
        Ok(())
    }

    /// Refuses whoever is no admin, and an admin in a browser whose proof has grown old.
    fn require_admin(&self, signed_in: &SignedIn, refusal: &'static str) -> Result<(), Error> {
        if !signed_in.is_admin() {
            return Err(Error::Forbidden(refusal));
        }
        signed_in.require_fresh(self.now(), &self.policy)
    }

    /// A new `UUIDv7`: sorts by time, cannot be guessed.
    fn new_id(&self) -> Uuid {
        let mut random = [0; 10];
        self.random.fill(&mut random);
        uuid::Builder::from_unix_timestamp_millis(self.clock.now().as_unix_millis(), &random).into_uuid()
    }
}
