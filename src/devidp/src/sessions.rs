//! Sessions of browsers at the provider itself.

use std::collections::{BTreeSet, HashMap};

use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};

use crate::random;

const COOKIE: &str = "devidp";

/// A browser in which somebody has signed in.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// The `sid` claim: names the session towards clients, and is not the cookie.
    pub(crate) sid: String,
    pub(crate) login: String,
    /// When the password was last entered, in seconds since 1970.
    pub(crate) auth_time: i64,
    /// Ids of the clients that were given a code in this session.
    pub(crate) clients: BTreeSet<String>,
    expires: i64,
}

/// All sessions, by the secret in the cookie.
#[derive(Default)]
pub(crate) struct Sessions(HashMap<String, Session>);

impl Sessions {
    /// Twelve hours after the last sign-in, in seconds.
    const LIFETIME: i64 = 12 * 60 * 60;

    pub(crate) fn find(&self, secret: &str, now: i64) -> Option<&Session> {
        self.0.get(secret).filter(|session| session.expires > now)
    }

    pub(crate) fn find_mut(&mut self, secret: &str) -> Option<&mut Session> {
        self.0.get_mut(secret)
    }

    /// Begins a session, or renews the browser's own when the same person signs in again: `sid` stays, the cookie's
    /// secret is new either way. Returns the secret, and the session that ended because somebody else was signed in.
    pub(crate) fn sign_in(&mut self, previous: Option<&str>, login: &str, now: i64) -> (String, Option<Session>) {
        self.0.retain(|_, session| session.expires > now);
        let previous = previous.and_then(|secret| self.0.remove(secret));
        let (kept, ended) = match previous {
            Some(session) if session.login == login => (Some(session), None),
            other => (None, other),
        };
        let mut session = kept.unwrap_or_else(|| Session {
            sid: random::name(),
            login: login.to_owned(),
            auth_time: now,
            clients: BTreeSet::new(),
            expires: now,
        });
        session.auth_time = now;
        session.expires = now + Self::LIFETIME;
        let secret = random::secret();
        self.0.insert(secret.clone(), session);
        (secret, ended)
    }

    /// The session of this person in which they signed in last and the client took part.
    pub(crate) fn latest_of(&self, login: &str, client_id: &str) -> Option<&Session> {
        self.0
            .values()
            .filter(|session| session.login == login && session.clients.contains(client_id))
            .max_by_key(|session| session.auth_time)
    }

    pub(crate) fn end(&mut self, secret: &str) -> Option<Session> {
        self.0.remove(secret)
    }

    pub(crate) fn end_all_of(&mut self, login: &str) -> Vec<Session> {
        self.0
            .extract_if(|_, session| session.login == login)
            .map(|(_, session)| session)
            .collect()
    }
}

/// The session's secret, as the browser sent it.
pub(crate) fn secret_of(jar: &CookieJar) -> Option<&str> {
    jar.get(COOKIE).map(Cookie::value)
}

/// The cookie that carries a session's secret until the browser closes.
pub(crate) fn cookie(secret: String) -> Cookie<'static> {
    Cookie::build((COOKIE, secret))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .build()
}

/// The cookie to remove: name and path are what browsers compare.
pub(crate) fn no_cookie() -> Cookie<'static> {
    Cookie::build(COOKIE).path("/").build()
}
