//! `/auth/*`: sign-in and sign-out with the provider.

pub(crate) mod backchannel_logout;
pub(crate) mod callback;
pub(crate) mod login;
pub(crate) mod logout;

/// The key of the session data under which the sealed ID token waits for the sign-out.
const SEALED_ID_TOKEN: &str = "id_token";
