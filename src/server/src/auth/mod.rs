//! `/auth/*`: sign-in and sign-out with the provider, and what proxies ask for apps.

pub(crate) mod app;
pub(crate) mod backchannel_logout;
pub(crate) mod callback;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod verify;

/// The key of the session data under which the sealed ID token waits for the sign-out.
const SEALED_ID_TOKEN: &str = "id_token";
