use std::collections::BTreeMap;

use http::Method;
use serde_json::{Value, json};
use url::Url;

use crate::{Fault, answer::Answer, scene::Scene};

/// RFC 7636, appendix B: a verifier and its S256 challenge.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// Where native applications of the provider are answered.
pub(crate) const NATIVE_REDIRECT: &str = "http://localhost:8899/callback";

/// A browser or program with an address of its own. It follows no redirect by itself and keeps cookies, also those that
/// are for https alone: the way to loopback stands in for a proxy that speaks TLS.
pub(crate) struct Visitor<'a> {
    scene: &'a Scene,
    address: String,
    pub(crate) here: BTreeMap<String, String>,
    there: BTreeMap<String, String>,
}

impl<'a> Visitor<'a> {
    pub(crate) fn new(scene: &'a Scene) -> Self {
        Self {
            scene,
            address: scene.next_address(),
            here: BTreeMap::new(),
            there: BTreeMap::new(),
        }
    }

    /// A request to the installation, by path or by its public address, to be completed.
    pub(crate) fn request(&self, method: Method, address: &str) -> reqwest::RequestBuilder {
        let path = address.strip_prefix(&self.scene.origin).unwrap_or(address);
        let request = self
            .scene
            .http
            .request(method, format!("http://{}{path}", self.scene.address))
            .header("host", &self.scene.host)
            .header("x-forwarded-for", &self.address);
        with_cookies(request, &self.here)
    }

    /// Sends a request to the installation and keeps its cookies.
    pub(crate) async fn send(&mut self, request: reqwest::RequestBuilder) -> Result<Answer, Fault> {
        let answer = Answer::read(request.send().await?).await?;
        keep(&answer, &mut self.here);
        Ok(answer)
    }

    pub(crate) async fn get(&mut self, address: &str) -> Result<Answer, Fault> {
        let request = self.request(Method::GET, address);
        self.send(request).await
    }

    /// Who the installation thinks this is.
    pub(crate) async fn me(&mut self) -> Result<Answer, Fault> {
        self.get("/api/v1/auth/me").await
    }

    /// Walks from the sign-in to the address that the provider sends the browser back to.
    pub(crate) async fn callback(&mut self, login: &str) -> Result<String, Fault> {
        let begun = self.get("/auth/login").await?;
        let authorization = begun.location()?.to_owned();
        self.prove(&authorization, login).await
    }

    /// Signs in; an error when that fails.
    pub(crate) async fn sign_in(&mut self, login: &str) -> Result<(), Fault> {
        let callback = self.callback(login).await?;
        self.get(&callback).await?.location()?;
        self.me().await?.check_status(200)
    }

    /// Walks through the provider's pages.
    pub(crate) async fn prove(&mut self, authorization: &str, login: &str) -> Result<String, Fault> {
        let base = Url::parse(authorization).map_err(|_| Fault::new("the way to the provider is no address"))?;
        let request = with_cookies(self.scene.http.get(base.clone()), &self.there);
        let answer = Answer::read(request.send().await?).await?;
        keep(&answer, &mut self.there);
        let page = base
            .join(answer.location()?)
            .map_err(|_| Fault::new("the provider's redirect is no address"))?;
        if page.path() != "/login" {
            return Ok(page.into());
        }
        let (_, waiting) = page
            .query_pairs()
            .find(|(name, _)| name == "request")
            .ok_or_else(|| Fault::new("the provider's login page names no request"))?;
        let password = format!("{login}-password");
        let fields = [
            ("request", &*waiting),
            ("login", login),
            ("password", &password),
            ("action", "sign-in"),
        ];
        let post = self.scene.http.post(format!("{}/login", self.scene.issuer));
        let request = with_cookies(post, &self.there).form(&fields);
        let answer = Answer::read(request.send().await?).await?;
        keep(&answer, &mut self.there);
        answer.location().map(str::to_owned)
    }

    /// The token answer for a native application of the provider, by the code flow.
    pub(crate) async fn native_tokens(&mut self, client_id: &str, login: &str) -> Result<Value, Fault> {
        let mut authorization = Url::parse(&format!("{}/oauth/v2/authorize", self.scene.issuer))
            .map_err(|_| Fault::new("the issuer is no address"))?;
        authorization.query_pairs_mut().extend_pairs([
            ("client_id", client_id),
            ("redirect_uri", NATIVE_REDIRECT),
            ("response_type", "code"),
            ("scope", "openid profile email"),
            ("state", "s"),
            ("nonce", "n"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        let callback = self.prove(authorization.as_str(), login).await?;
        let code = parameter(&callback, "code")?;
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", client_id),
            ("redirect_uri", NATIVE_REDIRECT),
            ("code", &code),
            ("code_verifier", VERIFIER),
        ];
        let token = format!("{}/oauth/v2/token", self.scene.issuer);
        Answer::read(self.scene.http.post(token).form(&fields).send().await?)
            .await?
            .json()
    }

    /// Asks for a workstation key with this bearer.
    pub(crate) async fn exchange(&mut self, bearer: &str) -> Result<Answer, Fault> {
        let request = self.request(Method::POST, KEYS).bearer_auth(bearer).json(&wanted());
        self.send(request).await
    }

    /// Sends a logout token as the provider does.
    pub(crate) async fn log_out_by(&mut self, token: &str) -> Result<Answer, Fault> {
        let form = [("logout_token", token)];
        let request = self.request(Method::POST, BACK_CHANNEL).form(&form);
        self.send(request).await
    }
}

/// Where bearers are exchanged.
pub(crate) const KEYS: &str = "/api/v1/auth/api-keys";
/// Where logout tokens are sent.
pub(crate) const BACK_CHANNEL: &str = "/auth/backchannel-logout";

/// The body of an exchange.
pub(crate) fn wanted() -> Value {
    json!({ "name": "hostile", "unscoped": true, "machine": { "name": "hostile", "os": "Linux" } })
}

/// A parameter of an address.
pub(crate) fn parameter(address: &str, name: &str) -> Result<String, Fault> {
    let url = Url::parse(address).map_err(|_| Fault::new("the provider sends the browser to no address"))?;
    url.query_pairs()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
        .ok_or_else(|| Fault::new(format!("the address lacks the parameter {name}")))
}

/// The address with one parameter changed, or removed.
pub(crate) fn with_parameter(address: &str, name: &str, value: Option<&str>) -> Result<String, Fault> {
    let mut url = Url::parse(address).map_err(|_| Fault::new("the provider sends the browser to no address"))?;
    let mut pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    pairs.retain(|(known, _)| known != name);
    pairs.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    url.query_pairs_mut().clear().extend_pairs(pairs);
    Ok(url.into())
}

fn with_cookies(request: reqwest::RequestBuilder, jar: &BTreeMap<String, String>) -> reqwest::RequestBuilder {
    if jar.is_empty() {
        return request;
    }
    let all: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
    request.header("cookie", all.join("; "))
}

fn keep(answer: &Answer, jar: &mut BTreeMap<String, String>) {
    for (name, value) in answer.cookies() {
        if value.is_empty() {
            jar.remove(name);
        } else {
            jar.insert(name.to_owned(), value.to_owned());
        }
    }
}
