//! Where the endpoints stand: Zitadel's paths, because Flui's existing CLI has the first two built in.

pub(crate) const DISCOVERY: &str = "/.well-known/openid-configuration";
pub(crate) const AUTHORIZE: &str = "/oauth/v2/authorize";
pub(crate) const TOKEN: &str = "/oauth/v2/token";
pub(crate) const INTROSPECT: &str = "/oauth/v2/introspect";
pub(crate) const REVOKE: &str = "/oauth/v2/revoke";
pub(crate) const KEYS: &str = "/oauth/v2/keys";
pub(crate) const USERINFO: &str = "/oidc/v1/userinfo";
pub(crate) const END_SESSION: &str = "/oidc/v1/end_session";
pub(crate) const REGISTER: &str = "/oidc/v1/register";
pub(crate) const REGISTERED: &str = "/oidc/v1/register/{id}";
pub(crate) const CONFIRM_SIGN_OUT: &str = "/sign-out";
pub(crate) const LOGIN: &str = "/login";
/// Where the redirects of a spoiled provider lead: nobody should ever follow.
pub(crate) const TRAP: &str = "/trap";
pub(crate) const STYLESHEET: &str = "/style.css";
