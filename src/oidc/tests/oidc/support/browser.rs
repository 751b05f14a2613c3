//! The development provider, and a browser that signs in at it.

use flui_devidp::{Client, DevIdp, Options};
use flui_identity::logins::LoginAttempt;
use flui_oidc::{Ask, CallbackAnswer, CompletedLogin, LoginError, RelyingParty};
use reqwest::{Response, header::LOCATION, redirect};
use serde_json::Value;
use url::Url;

use super::{CALLBACK, CLI, CLIENT, PUBLIC_URL, SECRET, install_cryptography, query};

pub(crate) const CLI_CALLBACK: &str = "http://localhost:8899/callback";

/// A provider that knows the dashboard and the command line.
pub(crate) async fn provider(change: impl FnOnce(&mut Options)) -> DevIdp {
    let client = |id: &str, secret: Option<&str>, redirect_uri: &str| Client {
        id: id.to_owned(),
        secret: secret.map(str::to_owned),
        redirect_uris: vec![redirect_uri.to_owned()],
        post_logout_redirect_uris: vec![format!("{PUBLIC_URL}/")],
        backchannel_logout_uri: None,
    };
    let mut options = Options {
        clients: vec![
            client(CLIENT, Some(SECRET), CALLBACK),
            client(CLI, None, "http://localhost/callback"),
        ],
        ..Options::default()
    };
    change(&mut options);
    flui_devidp::start(options).await.unwrap()
}

/// A browser with a cookie jar, and the secret in its login cookie.
pub(crate) struct Browser {
    http: reqwest::Client,
    pub(crate) secret: String,
}

/// A sign-in that came back from the provider.
pub(crate) struct Returned {
    pub(crate) attempt: LoginAttempt,
    pub(crate) state: String,
    pub(crate) code: String,
    pub(crate) iss: Option<String>,
}

impl Returned {
    pub(crate) fn answer(&self) -> CallbackAnswer {
        CallbackAnswer {
            code: self.code.clone(),
            iss: self.iss.clone(),
        }
    }
}

impl Browser {
    pub(crate) fn new(rp: &RelyingParty) -> Self {
        install_cryptography();
        let http = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .cookie_store(true)
            .no_proxy()
            .build()
            .unwrap();
        Self {
            http,
            secret: rp.new_browser_secret(),
        }
    }

    /// Goes to the provider's page and comes back with its answer, as the person with this login name.
    pub(crate) async fn visit(&self, url: Url, login: &str) -> Url {
        let mut response = self.http.get(url.clone()).send().await.unwrap();
        let mut at = url;
        loop {
            if let Some(next) = location(&response, &at) {
                if next.as_str().starts_with(CALLBACK) || next.as_str().starts_with(CLI_CALLBACK) {
                    return next;
                }
                at = next;
                response = self.http.get(at.clone()).send().await.unwrap();
            } else {
                assert!(response.status().is_success(), "{at}: {}", response.status());
                let page = response.text().await.unwrap();
                assert!(page.contains("name=\"password\""), "{page}");
                let request = page
                    .split("name=\"request\" value=\"")
                    .nth(1)
                    .unwrap()
                    .split('"')
                    .next()
                    .unwrap();
                let password = format!("{login}-password");
                let form = [
                    ("request", request),
                    ("login", login),
                    ("password", &password),
                    ("action", "sign-in"),
                ];
                let action = at.join("/login").unwrap();
                response = self.http.post(action).form(&form).send().await.unwrap();
            }
        }
    }

    /// Begins a sign-in and takes it to the provider and back.
    pub(crate) async fn sign_in(&self, rp: &RelyingParty, login: &str, ask: Ask) -> Returned {
        let (attempt, url) = rp.begin_login(&self.secret, "/", ask).await.unwrap();
        let back = self.visit(url, login).await;
        let iss = back
            .query_pairs()
            .find(|(name, _)| name == "iss")
            .map(|(_, value)| value.into_owned());
        Returned {
            attempt,
            state: query(&back, "state"),
            code: query(&back, "code"),
            iss,
        }
    }

    pub(crate) async fn complete(&self, rp: &RelyingParty, returned: &Returned) -> Result<CompletedLogin, LoginError> {
        rp.complete_login(&returned.attempt, &self.secret, &returned.state, returned.answer())
            .await
    }

    /// Signs in to a client by hand and gives back the token response.
    pub(crate) async fn tokens_of(&self, idp: &DevIdp, client_id: &str, login: &str) -> Value {
        const VERIFIER: &str = "a-verifier-of-a-good-length-0123456789-0123456789";
        let challenge = openidconnect::PkceCodeChallenge::from_code_verifier_sha256(
            &openidconnect::PkceCodeVerifier::new(VERIFIER.to_owned()),
        );
        let redirect_uri = if client_id == CLI { CLI_CALLBACK } else { CALLBACK };
        let mut url = Url::parse(&format!("{}/oauth/v2/authorize", idp.issuer())).unwrap();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", "openid profile email")
            .append_pair("state", "s")
            .append_pair("nonce", "n")
            .append_pair("code_challenge", challenge.as_str())
            .append_pair("code_challenge_method", "S256");
        let code = query(&self.visit(url, login).await, "code");
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", VERIFIER),
            ("client_id", client_id),
        ];
        if client_id == CLIENT {
            form.push(("client_secret", SECRET));
        }
        self.post_token(idp, &form).await
    }

    /// Posts to the token endpoint, which must answer with tokens.
    pub(crate) async fn post_token(&self, idp: &DevIdp, form: &[(&str, &str)]) -> Value {
        let url = format!("{}/oauth/v2/token", idp.issuer());
        let response = self.http.post(url).form(form).send().await.unwrap();
        assert!(response.status().is_success(), "{}", response.status());
        response.json().await.unwrap()
    }
}

fn location(response: &Response, at: &Url) -> Option<Url> {
    let location = response.headers().get(LOCATION)?.to_str().unwrap();
    Some(at.join(location).unwrap())
}
