use std::collections::HashMap;

use reqwest::{ClientBuilder, Method, RequestBuilder, Response};
use url::Url;

use crate::Replica;

/// A browser: keeps cookies, follows no redirect by itself, and says where its requests begin.
#[derive(Clone)]
pub struct Browser {
    client: reqwest::Client,
    app: String,
    /// The server that gets what is meant for the dashboard, and the host to name there; its own if `None`.
    door: Option<(String, String)>,
}

impl Browser {
    pub(crate) fn new(app: &str) -> Self {
        Self::with(app, |builder| builder)
    }

    pub(crate) fn with(app: &str, change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Self {
        let client = change(crate::builder().cookie_store(true))
            .build()
            .expect("a client can be made");
        Self {
            client,
            app: app.to_owned(),
            door: None,
        }
    }

    /// The same browser, when the load balancer chooses this replica for it.
    #[must_use]
    pub fn at(&self, replica: &Replica) -> Self {
        Self {
            door: Some((replica.url.clone(), replica.host.clone())),
            ..self.clone()
        }
    }

    /// Opens a path of the dashboard, or an address elsewhere.
    pub async fn get(&self, address: &str) -> Response {
        self.request_get(address).send().await.expect("the server answers")
    }

    /// A GET to be completed by the test.
    pub fn request_get(&self, address: &str) -> RequestBuilder {
        self.request(Method::GET, address).header("accept", "text/html")
    }

    /// Sends a form of the dashboard's own page.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.request_post(path)
            .header("origin", &self.app)
            .form(fields)
            .send()
            .await
            .expect("the server answers")
    }

    /// A POST to be completed by the test; says nothing of where it began.
    pub fn request_post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
    }

    /// Any request to be completed by the test.
    pub fn request(&self, method: Method, address: &str) -> RequestBuilder {
        let path = address.strip_prefix(&self.app).unwrap_or(address);
        match &self.door {
            _ if !path.starts_with('/') => self.client.request(method, address),
            None => self.client.request(method, format!("{}{path}", self.app)),
            Some((server, host)) => self
                .client
                .request(method, format!("{server}{path}"))
                .header("host", host),
        }
    }

    /// Signs in as a person of the provider, from `/auth/login` to the page that it ends at. Gives that page's path.
    pub async fn sign_in(&self, login: &str) -> String {
        self.sign_in_by("/auth/login", login).await
    }

    /// The same from another address that leads to the provider.
    pub async fn sign_in_by(&self, start: &str, login: &str) -> String {
        let provider = see_other(&self.get(start).await);
        let callback = self.prove(&provider, login).await;
        location(&self.get(&callback).await)
    }

    /// Walks through the provider from an authorization request to the address that it sends the browser back to.
    pub async fn prove(&self, authorization: &str, login: &str) -> String {
        let page = location(&self.get(authorization).await);
        let base = Url::parse(authorization).expect("an absolute address");
        let page = base.join(&page).expect("an address");
        // The provider still knows the browser: it has sent it back at once.
        if page.path() != "/login" {
            return page.into();
        }
        let query: HashMap<String, String> = page.query_pairs().into_owned().collect();
        let request = query.get("request").expect("the login page names its request");
        let password = format!("{login}-password");
        let fields = [
            ("request", request.as_str()),
            ("login", login),
            ("password", &password),
            ("action", "sign-in"),
        ];
        let post = page.join("/login").expect("an address");
        let answer = self
            .client
            .post(post)
            .form(&fields)
            .send()
            .await
            .expect("the provider answers");
        location(&answer)
    }
}

/// Where a redirect leads to.
pub fn location(answer: &Response) -> String {
    let status = answer.status();
    answer
        .headers()
        .get("location")
        .unwrap_or_else(|| panic!("a redirect was expected, not {status}"))
        .to_str()
        .expect("an address is text")
        .to_owned()
}

/// Where a 303 leads to.
pub fn see_other(answer: &Response) -> String {
    assert_eq!(answer.status(), 303);
    location(answer)
}

/// The command line's code flow with PKCE, by hand: the provider's token answer for the native client.
pub(crate) async fn cli_tokens(issuer: &str, login: &str) -> serde_json::Value {
    // RFC 7636, appendix B: a verifier and its S256 challenge.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const REDIRECT: &str = "http://localhost:8899/callback";
    let mut authorization = Url::parse(&format!("{issuer}/oauth/v2/authorize")).expect("an address");
    authorization.query_pairs_mut().extend_pairs([
        ("client_id", crate::CLI_CLIENT_ID),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", "openid profile email"),
        ("state", "s"),
        ("nonce", "n"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    let browser = Browser::new(issuer);
    let callback = browser.prove(authorization.as_str(), login).await;
    let callback = Url::parse(&callback).expect("an absolute address");
    let code = callback
        .query_pairs()
        .find(|(name, _)| name == "code")
        .expect("a code")
        .1;
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", crate::CLI_CLIENT_ID),
        ("redirect_uri", REDIRECT),
        ("code", &code),
        ("code_verifier", VERIFIER),
    ];
    let answer = crate::client()
        .post(format!("{issuer}/oauth/v2/token"))
        .form(&fields)
        .send()
        .await
        .expect("the provider answers");
    answer.json().await.expect("JSON")
}
