//! The two cookies of an app's host. They never leave that host.

use axum::http::HeaderValue;
use flui_identity::apps;
use secrecy::{ExposeSecret, SecretString};
use tower_sessions::cookie::{Cookie, SameSite, time::Duration};

/// Their names. Where the app is on https they carry the `__Host-` prefix, so that no sibling host can plant them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AppCookies {
    /// Holds the secret of the session at the app.
    pub(crate) session: &'static str,
    /// Holds the browser's secret while it signs in.
    pub(crate) start: &'static str,
}

/// How long the browser's secret is kept: as long as a person may take at the provider.
const START_LIFE: Duration = Duration::seconds(flui_identity::logins::LoginAttempt::LIFE_SECONDS as i64);

impl AppCookies {
    const HTTPS: Self = Self {
        session: "__Host-flui-app",
        start: "__Host-flui-app-start",
    };
    const HTTP: Self = Self {
        session: "flui-dev-app",
        start: "flui-dev-app-start",
    };
    /// The names for every app.
    pub(crate) const NAMES: [&str; 4] = [
        Self::HTTPS.session,
        Self::HTTPS.start,
        Self::HTTP.session,
        Self::HTTP.start,
    ];

    /// The names for the app.
    pub(crate) fn of(app: &apps::App) -> Self {
        if app.is_https() { Self::HTTPS } else { Self::HTTP }
    }

    /// Sets the browser's secret.
    pub(super) fn set_start(self, secret: &str) -> Option<HeaderValue> {
        write(Cookie::build((self.start, secret)).max_age(START_LIFE).build())
    }

    /// Takes it away again.
    pub(super) fn clear_start(self) -> Option<HeaderValue> {
        write(Cookie::build((self.start, "")).max_age(Duration::ZERO).build())
    }

    /// Sets the secret of the session, until the browser is closed: the server knows when it is over.
    pub(super) fn set_session(self, secret: &SecretString) -> Option<HeaderValue> {
        write(Cookie::new(self.session, secret.expose_secret()))
    }
}

fn write(mut cookie: Cookie<'_>) -> Option<HeaderValue> {
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_secure(cookie.name().starts_with("__Host-"));
    cookie.set_same_site(SameSite::Lax);
    HeaderValue::from_str(&cookie.to_string()).ok()
}
