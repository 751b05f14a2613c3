//! Device logins: a command line without a browser asks for a workstation key, and a person who is signed in elsewhere
//! approves it (RFC 8628).
//!
//! Three secrets guard it. The *user code* is short, because people type it: it is good for ten minutes, for one
//! approval, and a sign-in may guess five times. The *device code* alone buys nothing: the *proof key* (RFC 7636) binds
//! it to the command line that began. All are kept as hashes.

use std::time::Duration;

use flui_model::{DeviceLoginId, PersonId, SignInId, Timestamp, api_keys::Machine};

use crate::{Client, SecretHash};

mod begin;
mod decide;
mod redeem;
mod user_code;

pub use begin::BegunDeviceLogin;
pub use redeem::Redeemed;

/// What became of a device login whose code a person typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Whether they let it have a key.
    pub approved: bool,
    /// The name of the machine that asked.
    pub machine: String,
    /// When they decided.
    pub at: Timestamp,
}

/// A command line that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceLogin {
    /// Its id. Not a secret, and good for nothing by itself.
    pub id: DeviceLoginId,
    /// SHA-256 of the device code.
    pub device_code: SecretHash,
    /// SHA-256 of the user code, without its dash.
    pub user_code: SecretHash,
    /// The S256 challenge, which is SHA-256 of the proof key's verifier (RFC 7636, section 4.2).
    pub challenge: SecretHash,
    /// The name that the key will have.
    pub key_name: String,
    /// The machine, in its own words.
    pub machine: Machine,
    /// Where the command line asks from.
    pub client: Client,
    /// When it began.
    pub created_at: Timestamp,
    /// When it is no longer good.
    pub expires_at: Timestamp,
    /// What was decided, and by whom.
    pub decision: Option<Decision>,
}

/// What a person decided about a device login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether it may have a key.
    pub approved: bool,
    /// Who decided.
    pub by: PersonId,
    /// With which sign-in.
    pub with: SignInId,
    /// When.
    pub at: Timestamp,
}

/// What came of a typed user code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    /// It is this one's.
    Found(Box<DeviceLogin>),
    /// It is nobody's, and counts as a wrong try.
    Unknown,
    /// The sign-in has tried too often.
    TooManyTries,
}

/// What a command line that asks again is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polled {
    /// The device login.
    pub login: DeviceLogin,
    /// Whether it asked sooner than it was told to.
    pub too_soon: bool,
}

/// What a command line says of itself when it begins.
#[derive(Clone, Debug)]
pub struct BeginDevice {
    /// The S256 challenge.
    pub challenge: SecretHash,
    /// The key's name, not yet checked.
    pub key_name: String,
    /// The machine, not yet checked.
    pub machine: Machine,
}

impl DeviceLogin {
    /// How long a person may take.
    pub const LIFE: Duration = Duration::from_mins(10);
    /// How long the command line waits between questions, until it is told to slow down.
    pub const INTERVAL: Duration = Duration::from_secs(5);
    /// For so long after its end it is remembered, so that a late question is told that the time is over.
    pub const KEPT_LONGER: Duration = Duration::from_hours(1);
    /// How many wrong codes a sign-in may type within [`Self::LIFE`].
    pub const MOST_TRIES: u32 = 5;
}
