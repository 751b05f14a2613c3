//! A provider with two clients, and a browser that can sign in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flui_devidp::{Client, DevIdp, Options};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use reqwest::{Response, StatusCode};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use url::Url;

pub const CALLBACK: &str = "http://127.0.0.1:3000/auth/callback";
pub const HOME: &str = "http://127.0.0.1:3000/";
pub const VERIFIER: &str = "a-verifier-of-at-least-43-characters-0123456789";

/// A provider with the confidential client `app` and the native client `tool`.
pub async fn provider(change: impl FnOnce(&mut Options)) -> DevIdp {
    let mut options = Options {
        clients: vec![
            Client {
                id: "app".to_owned(),
                secret: Some("app-secret".to_owned()),
                redirect_uris: vec![CALLBACK.to_owned()],
                post_logout_redirect_uris: vec![HOME.to_owned()],
                backchannel_logout_uri: None,
            },
            Client {
                id: "tool".to_owned(),
                secret: None,
                redirect_uris: vec!["http://localhost/callback".to_owned()],
                post_logout_redirect_uris: vec![],
                backchannel_logout_uri: None,
            },
        ],
        ..Options::default()
    };
    change(&mut options);
    flui_devidp::start(options).await.unwrap()
}

/// The parameters of an authorization request.
#[derive(Clone)]
pub struct Ask(Vec<(String, String)>);

impl Ask {
    pub fn app() -> Self {
        Self(vec![])
            .with("client_id", "app")
            .with("redirect_uri", CALLBACK)
            .with("response_type", "code")
            .with("scope", "openid profile email")
            .with("state", "the-state")
            .with("nonce", "the-nonce")
            .with("code_challenge", &URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER)))
            .with("code_challenge_method", "S256")
    }

    pub fn tool(redirect_uri: &str) -> Self {
        Self::app().with("client_id", "tool").with("redirect_uri", redirect_uri)
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }
}

/// A client of HTTP with a cookie jar that follows no redirect.
pub struct Browser {
    pub http: reqwest::Client,
    issuer: String,
}

/// Follows no redirect, keeps cookies, goes past any proxy of the machine.
pub fn http_client() -> reqwest::Client {
    // Already installed means installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .cookie_store(true)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

impl Browser {
    pub fn new(idp: &DevIdp) -> Self {
        let http = http_client();
        Self {
            http,
            issuer: idp.issuer().to_owned(),
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    pub async fn ask(&self, ask: &Ask) -> Response {
        self.http
            .get(self.url("/oauth/v2/authorize"))
            .query(&ask.0)
            .send()
            .await
            .unwrap()
    }

    /// Asks and expects the login page; returns the hidden field of its form and the page.
    pub async fn login_page(&self, ask: &Ask) -> (String, String) {
        let answer = self.ask(ask).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let location = answer.headers()["location"].to_str().unwrap();
        assert!(location.starts_with("/login?request="), "{location}");
        let page = self.http.get(self.url(location)).send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        let page = page.text().await.unwrap();
        (between(&page, "name=\"request\" value=\"", "\"").to_owned(), page)
    }

    pub async fn submit(&self, request: &str, login: &str, password: &str, action: &str) -> Response {
        self.http
            .post(self.url("/login"))
            .form(&[
                ("request", request),
                ("login", login),
                ("password", password),
                ("action", action),
            ])
            .send()
            .await
            .unwrap()
    }

    /// Signs in by the login page; returns where the browser is sent.
    pub async fn sign_in(&self, ask: &Ask, login: &str) -> Url {
        let (request, _) = self.login_page(ask).await;
        callback(
            &self
                .submit(&request, login, &format!("{login}-password"), "sign-in")
                .await,
        )
    }

    /// Posts to the token endpoint as `app`.
    pub async fn app_token(&self, fields: &[(&str, &str)]) -> Response {
        self.http
            .post(self.url("/oauth/v2/token"))
            .basic_auth("app", Some("app-secret"))
            .form(fields)
            .send()
            .await
            .unwrap()
    }

    /// Exchanges the code in `location` as `app` with the right verifier.
    pub async fn exchange(&self, location: &Url) -> Response {
        self.app_token(&[
            ("grant_type", "authorization_code"),
            ("code", &query(location, "code").expect("a code")),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    /// Signs `login` in at `app` and returns the token answer.
    pub async fn tokens(&self, ask: &Ask, login: &str) -> Value {
        let location = self.sign_in(ask, login).await;
        let answer = self.exchange(&location).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    }

    pub async fn userinfo(&self, access_token: &str) -> Response {
        self.http
            .get(self.url("/oidc/v1/userinfo"))
            .bearer_auth(access_token)
            .send()
            .await
            .unwrap()
    }

    pub async fn introspect(&self, token: &str) -> Value {
        let answer = self
            .http
            .post(self.url("/oauth/v2/introspect"))
            .form(&[("client_id", "app"), ("client_secret", "app-secret"), ("token", token)])
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    }

    pub async fn get_json(&self, path: &str) -> Value {
        self.http
            .get(self.url(path))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// The claims of a token whose signature fits a published key; times and audience are for the caller to judge.
    pub async fn verified(&self, token: &str) -> Option<Value> {
        let keys: JwkSet = serde_json::from_value(self.get_json("/oauth/v2/keys").await).unwrap();
        let header = decode_header(token).unwrap();
        let key = keys.find(header.kid.as_deref()?)?;
        let mut validation = Validation::new(header.alg);
        validation.validate_aud = false;
        validation.validate_exp = false;
        validation.set_required_spec_claims(&["iss"]);
        decode(token, &DecodingKey::from_jwk(key).unwrap(), &validation)
            .ok()
            .map(|data| data.claims)
    }
}

/// Where a 303 sends the browser, outside the provider.
pub fn callback(answer: &Response) -> Url {
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    Url::parse(answer.headers()["location"].to_str().unwrap()).expect("an absolute address")
}

pub fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no text {name:?} in {value}"))
}

pub fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    page.split_once(before)
        .expect(before)
        .1
        .split_once(after)
        .expect(after)
        .0
}

/// Asserts an OAuth error answer.
pub async fn assert_error(answer: Response, status: StatusCode, code: &str) {
    assert_eq!(answer.status(), status);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(text(&body, "error"), code, "{body}");
}
